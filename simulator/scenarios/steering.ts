/** Which frames reach the bound queue, as scenarios. */
import { scenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const STEERING: readonly Scenario[] = [
  scenario({
    id: 'rss-not-carved-out',
    title: 'RSS still reaches the bound queue',
    teaches:
      'The kernel does not keep other connections off a bound queue: their readers get EFAULT, and their data stays in the sockets.',
    requirement: null,
    driver: {},
    config: { rssQueues: 4, otherShare: 50 },
    expect: ['blame = configuration', 'socket.efaults = 3', 'socket.unread = 55', 'chunks.socket > 0'],
  }),
  scenario({
    id: 'rss-carved-out',
    title: 'RSS kept off the bound queue',
    teaches: 'The same traffic with the RSS table spread over the other queues: everybody can read.',
    requirement: null,
    driver: {},
    config: { rssQueues: 3, otherShare: 50 },
    expect: ['state = pass', 'socket.efaults = 0', 'packets.read = 500'],
  }),
  scenario({
    id: 'flow-not-steered',
    title: 'The connection is not steered',
    teaches: 'Without a flow rule the data arrives in pages, without a single dma-buf frag.',
    requirement: null,
    driver: {},
    config: { flowRule: 'none' },
    expect: ['blame = configuration', 'packets.read = 500', 'requirement.RX5 = not-reached'],
  }),
  scenario({
    id: 'three-tuple-rule',
    title: 'A 3-tuple rule catches neighbours',
    teaches:
      'A rule without the sender also steers other connections to the same port; their readers get EFAULT.',
    requirement: null,
    driver: {},
    config: { flowRule: '3-tuple', otherShare: 50 },
    expect: ['socket.efaults > 0', 'blame = configuration'],
  }),
];
