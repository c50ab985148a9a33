/** What the user does with the memory, as scenarios. */
import { scenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const USER: readonly Scenario[] = [
  scenario({
    id: 'token-starvation',
    title: 'Tokens are never returned',
    teaches: 'The provider runs dry, the pool gets nothing, the device drops: only the user can end this.',
    requirement: null,
    driver: {},
    config: { chunks: 300, tokenReturn: 'never' },
    expect: ['dropped.no-descriptor > 0', 'provider.free = 0', 'chunks.user > 0', 'blame = user'],
  }),
  scenario({
    id: 'tokens-late',
    title: 'Tokens come late',
    teaches:
      'While the user keeps them nothing refills the ring: after 320 frames the device drops, until the first tokens are back.',
    requirement: null,
    driver: {},
    config: { chunks: 320, tokenReturn: 'delayed', tokenDelay: 2000000 },
    expect: [
      'state = fail',
      'blame = user',
      'dropped.no-descriptor = 180',
      'packets.read = 320',
      'alloc-failures > 0',
      'socket.tokens = 0',
      'chunks.user = 0',
      'chunks.lost = 0',
    ],
  }),
  scenario({
    id: 'tokens-late-enough-chunks',
    title: 'Tokens come late, and there are chunks for it',
    teaches:
      'A provider must last for the delay: what arrives meanwhile, one ring of descriptors and one cache refill on top.',
    requirement: null,
    driver: {},
    config: { chunks: 820, tokenReturn: 'delayed', tokenDelay: 2000000 },
    expect: [
      'state = pass',
      'blame = nobody',
      'packets.read = 500',
      'packets.dropped = 0',
      'socket.tokens = 0',
      'chunks.lost = 0',
    ],
  }),
  scenario({
    id: 'token-batch-too-large',
    title: 'More than 128 tokens in one call',
    teaches: 'SO_DEVMEM_DONTNEED takes 128 tokens at most; the call fails and frees nothing.',
    requirement: null,
    driver: {},
    config: { tokenBatch: 200, readInterval: 400000 },
    expect: ['blame = user', 'socket.tokens > 0'],
  }),
  scenario({
    id: 'plain-reader',
    title: 'An ordinary reader',
    teaches: 'recvmsg() without MSG_SOCK_DEVMEM cannot copy what has no address.',
    requirement: null,
    driver: {},
    config: { reader: 'plain' },
    expect: ['socket.efaults > 0', 'blame = user', 'packets.read = 0', 'chunks.lost = 0'],
  }),
  scenario({
    id: 'reader-never-reads',
    title: 'Nobody reads',
    teaches: 'The receive buffer fills, and the chunks sit in the socket.',
    requirement: null,
    driver: {},
    config: { reader: 'never', receiveBuffer: 200000 },
    expect: ['dropped.receive-buffer > 0', 'chunks.socket > 0', 'packets.read = 0'],
  }),
  scenario({
    id: 'close-socket',
    title: 'Closing the socket',
    teaches: 'Tokens are per socket: closing gives all of them back.',
    requirement: null,
    driver: {},
    config: { tokenReturn: 'never', actions: [{ at: 1000000, action: 'close-socket' }] },
    expect: ['socket.tokens = 0', 'chunks.user = 0', 'chunks.lost = 0'],
  }),
  scenario({
    id: 'pool-destroyed-while-held',
    title: 'The pool goes while the user holds frags',
    teaches:
      'The queue stops, but the pool stays until the last token comes back; it looks again every second.',
    requirement: null,
    driver: {},
    config: {
      tokenReturn: 'never',
      actions: [
        { at: 1000000, action: 'destroy-pool' },
        { at: 1500000000, action: 'close-socket' },
      ],
    },
    expect: ['pools.dying = 0', 'chunks.lost = 0', 'socket.tokens = 0'],
  }),
  scenario({
    id: 'pool-never-released',
    title: 'The user never lets go',
    teaches: 'As long as one token is out, the old pool cannot die.',
    requirement: null,
    driver: {},
    config: { tokenReturn: 'never', actions: [{ at: 1000000, action: 'unbind' }] },
    expect: ['pools.dying = 1', 'provider.bound = no', 'socket.tokens > 0'],
  }),
];
