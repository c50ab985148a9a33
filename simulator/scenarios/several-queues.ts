/** One bind-rx for several receive queues, as scenarios. */
import { refusedBind, scenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const SEVERAL_QUEUES: readonly Scenario[] = [
  scenario({
    id: 'bind-two-queues',
    title: 'Two queues of one dma-buf',
    teaches: 'A request names as many queues as it likes; an RSS context spreads connections over them.',
    requirement: null,
    driver: {},
    config: { boundQueue: 2, boundQueues: 2, rssQueues: 2, flowRule: 'rss-context' },
    expect: [
      'state = pass',
      'queue-get.dmabuf = 2',
      'page-pool-get.dmabuf = 2',
      'packets.read = 500',
      'chunks.lost = 0',
    ],
  }),
  scenario({
    id: 'bind-three-queues',
    title: 'A connection on the last of three queues',
    teaches:
      'Which queue of an RSS context a connection gets is up to its hash: all of them have to be bound.',
    requirement: null,
    driver: {},
    config: { boundQueue: 1, boundQueues: 3, rssQueues: 1, flowRule: 'rss-context' },
    expect: ['state = pass', 'queue-get.dmabuf = 3', 'packets.read = 500', 'qstats-get.rx-packets.3 = 500'],
  }),
  scenario({
    id: 'pools-without-queue-idx-take-the-memory',
    title: 'Queues that nobody bound take the memory',
    teaches:
      'Without queue_idx every pool looks at queue 0: once that is bound, the next time the device is opened all queues hand out device memory.',
    requirement: 'RX4',
    driver: { queueIdx: 'unset' },
    config: {
      boundQueue: 0,
      actions: [
        { at: 100000, action: 'link-down' },
        { at: 200000, action: 'link-up' },
      ],
    },
    expect: ['bind.accepted = yes', 'queue-get.dmabuf = 1', 'page-pool-get.dmabuf = 4'],
  }),
  scenario({
    id: 'bind-two-queues-unbound',
    title: 'Two queues lose their provider',
    teaches: 'Closing the netlink socket closes every queue of the binding.',
    requirement: null,
    driver: {},
    config: {
      boundQueue: 2,
      boundQueues: 2,
      rssQueues: 2,
      actions: [{ at: 2000000, action: 'close-netlink-socket' }],
    },
    expect: ['queue-get.dmabuf = 0', 'page-pool-get.dmabuf = 0', 'packets.read = 500', 'chunks.lost = 0'],
  }),
  scenario({
    id: 'bind-queue-that-is-not-there',
    title: 'The last queue of a request does not exist',
    teaches: 'Queues are looked up before any of them is opened: nothing is bound.',
    requirement: null,
    driver: {},
    config: { boundQueue: 3, boundQueues: 2 },
    expect: [...refusedBind('EINVAL', 'configuration')],
    since: '6.18',
  }),
  scenario({
    id: 'bind-two-queues-without-queue-idx',
    title: 'A pool without queue_idx, and two queues',
    teaches:
      'Every pool says queue 0: the first queue gets its provider, the second ENODATA, and the first one is closed again.',
    requirement: 'RX4',
    driver: { queueIdx: 'unset' },
    config: { boundQueue: 0, boundQueues: 2 },
    expect: refusedBind('ENODATA', 'driver'),
  }),
  scenario({
    id: 'shrink-to-the-last-bound-queue',
    title: 'Fewer channels than bound queues',
    teaches: 'The highest queue of the binding counts.',
    requirement: null,
    since: '6.18',
    driver: {},
    config: {
      boundQueue: 1,
      boundQueues: 2,
      rssQueues: 1,
      actions: [{ at: 100000, action: 'shrink-channels-below-bound' }],
    },
    expect: ['refused = EINVAL', 'queue-get.dmabuf = 2', 'packets.read = 500'],
  }),
  scenario({
    id: 'rss-reaches-the-second-bound-queue',
    title: 'RSS still reaches one of the bound queues',
    teaches:
      'Every bound queue has to be left out of the table, not only the one that connections are steered to.',
    requirement: null,
    driver: {},
    config: { boundQueue: 2, boundQueues: 2, rssQueues: 3, otherShare: 50, flowRule: '5-tuple' },
    expect: ['blame = configuration', 'socket.efaults > 0'],
  }),
];
