/** What works, as scenarios. */
import { scenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const BASICS: readonly Scenario[] = [
  scenario({
    id: 'dmabuf-works',
    title: 'Device memory, everything right',
    teaches:
      'A compliant driver, tcp-data-split enabled, a bound queue of its own, a flow rule and a user who returns tokens: every packet arrives in the dma-buf.',
    requirement: null,
    driver: {},
    config: {},
    expect: [
      'gro-merges > 0',
      'bind.accepted = yes',
      'state = pass',
      'packets.delivered = 500',
      'packets.read = 500',
      'packets.dropped = 0',
      'blame = nobody',
      'requirement.RX3 = holds',
      'requirement.RX4 = holds',
      'requirement.RX5 = holds',
      'requirement.RX6 = holds',
      'requirement.RX7 = holds',
      'socket.tokens = 0',
      'chunks.lost = 0',
      'socket.efaults = 0',
    ],
  }),
  scenario({
    id: 'zcrx-works',
    title: 'io_uring zero copy, everything right',
    teaches:
      'The same machine with an io_uring area: completions lend the chunks, the refill ring brings them back.',
    requirement: null,
    since: '6.18',
    driver: {},
    config: { provider: 'zcrx' },
    expect: [
      'bind.accepted = yes',
      'state = pass',
      'packets.delivered = 500',
      'packets.read = 500',
      'packets.dropped = 0',
      'blame = nobody',
      'requirement.RX5 = holds',
      'chunks.lost = 0',
    ],
  }),
  scenario({
    id: 'pages-work',
    title: 'System pages',
    teaches: 'Without a provider nothing has to be bound, and a netmem driver works on pages as before.',
    requirement: null,
    driver: {},
    config: { provider: 'pages' },
    expect: [
      'bind.accepted = yes',
      'state = pass',
      'packets.delivered = 500',
      'packets.read = 500',
      'packets.dropped = 0',
      'blame = nobody',
      'requirement.RX3 = not-reached',
      'socket.tokens = 0',
    ],
  }),
  scenario({
    id: 'linear-driver-on-pages',
    title: 'One buffer for headers and payload, on pages',
    teaches:
      'Most drivers today: headers and payload share a buffer that the CPU reads. On pages that is fine.',
    requirement: 'RX2',
    driver: { sharedPool: true, flags: ['PP_FLAG_DMA_MAP', 'PP_FLAG_DMA_SYNC_DEV'], tcpDataSplit: false },
    config: { provider: 'pages', tcpDataSplit: 'unknown' },
    expect: ['state = pass', 'packets.delivered = 500', 'packets.faulted = 0'],
  }),
  scenario({
    id: 'page-allocator-on-pages',
    title: 'Buffers of the page allocator, on pages',
    teaches:
      'A driver without a pool works: only a provider has no way to it. RX1 stays open, the run does not fail.',
    requirement: 'RX1',
    driver: { mistake: 'system-allocator', tcpDataSplit: false },
    config: { provider: 'pages', tcpDataSplit: 'unknown' },
    expect: ['state = pass', 'blame = nobody', 'packets.delivered = 500', 'requirement.RX1 = fails'],
  }),
  scenario({
    id: 'no-split-on-6.12',
    title: 'Bound without a split',
    teaches:
      'Kernel 6.12 does not check tcp-data-split at the bind: it succeeds, and then the driver has to drop every frame, since its headers are in memory nobody can read.',
    requirement: 'RX2',
    driver: {},
    config: { tcpDataSplit: 'unknown' },
    kernel: '6.12',
    expect: ['bind.accepted = yes', 'packets.delivered = 0', 'dropped.unsplit-on-provider = 500'],
  }),
];
