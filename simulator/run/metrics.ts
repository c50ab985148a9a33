/** Names for what a run comes to, so that expectations can be data. */
import type { IoUringView, NetlinkViews } from './views.ts';
import { PAGE_SIZE } from '../core/limits.ts';
import type { Expectation } from '../scenarios/scenario.ts';
import { CHUNK_PLACES as PLACES, DROP_CAUSES as DROPS } from '../contract/snapshot.ts';
import type { MachineSnapshot } from '../contract/snapshot.ts';
import type { BindOutcome, ExpectationResult, Verdict } from '../contract/verdict.ts';

export function checkExpectations(
  expectations: readonly Expectation[],
  verdict: Verdict,
  snapshot: MachineSnapshot,
  netlink: NetlinkViews,
): readonly ExpectationResult[] {
  const metrics = metricsOf(verdict, snapshot, netlink);
  return expectations.map((expectation) => {
    const actual = metrics.get(expectation.metric);
    return {
      text: `${expectation.metric} ${expectation.is} ${expectation.value}`,
      holds: actual !== undefined && compare(actual, expectation.is, expectation.value),
      actual: actual === undefined ? 'no such metric' : String(actual),
    };
  });
}

/** All metrics of a run by name. Counts that are 0 are there too. */
export function metricsOf(
  verdict: Verdict,
  snapshot: MachineSnapshot,
  netlink: NetlinkViews,
): ReadonlyMap<string, number | string> {
  const metrics = new Map<string, number | string>();
  metrics.set('state', verdict.state);
  metrics.set('blame', verdict.blame);
  bindMetrics(metrics, 'bind', verdict.bind);
  bindMetrics(metrics, 'bind-tx', verdict.bindTx);
  const { packets, socket, provider, tx } = snapshot;
  metrics.set('packets.wire', packets.wire);
  metrics.set('packets.delivered', packets.delivered);
  metrics.set('packets.read', packets.read);
  metrics.set('packets.dropped', packets.dropped);
  metrics.set('packets.faulted', packets.faulted);
  for (const cause of DROPS) metrics.set(`dropped.${cause}`, packets.droppedBy[cause] ?? 0);
  for (const { requirement, state, evidence } of verdict.requirements) {
    metrics.set(`requirement.${requirement}`, state);
    metrics.set(`consequence.${requirement}`, evidence.at(0)?.consequence ?? 'none');
  }
  metrics.set('socket.tokens', socket.tokensHeld);
  metrics.set('socket.efaults', socket.efaults);
  metrics.set('socket.queued', socket.queuedSkbs);
  metrics.set('socket.unread', socket.unreadSkbs);
  metrics.set('socket.reads', socket.reads);
  metrics.set('socket.bytes', socket.readBytes);
  metrics.set('socket.errno', socket.errno);
  metrics.set('socket.linear-messages', socket.linearMessages);
  metrics.set('socket.dmabuf-messages', socket.dmabufMessages);
  metrics.set('socket.copies', socket.copies);
  metrics.set('socket.copied-frags', socket.copiedFrags);
  metrics.set('socket.alloc-fail-events', socket.allocFailEvents);
  metrics.set('socket.copy-events', socket.copyEvents);
  metrics.set('socket.short-reads', socket.shortReads);
  metrics.set('socket.truncated', socket.truncated);
  metrics.set('helper.calls', snapshot.helper.calls);
  metrics.set('helper.refused', snapshot.helper.refused);
  metrics.set('helper.bytes', snapshot.helper.bytes);
  metrics.set('interrupts', snapshot.napi.interrupts);
  metrics.set('polls', snapshot.napi.polls);
  metrics.set('completions', snapshot.napi.completions);
  metrics.set('gro-merges', snapshot.napi.groMerges);
  metrics.set('alloc-failures', snapshot.allocFailures);
  metrics.set('queues', snapshot.queues.length);
  metrics.set('queues.running', snapshot.queues.filter(({ running }) => running).length);
  metrics.set('queues.posted', sum(snapshot.queues.map(({ posted }) => posted)));
  metrics.set('queues.split', snapshot.queues.filter(({ split }) => split).length);
  metrics.set('provider.bound', provider.bound ? 'yes' : 'no');
  metrics.set('provider.free', provider.free);
  metrics.set('provider.chunks', provider.total);
  PLACES.forEach((place, index) => {
    metrics.set(`chunks.${place}`, provider.chunks.filter((chunk) => chunk === index).length);
  });
  metrics.set('tx.sent', tx.sent);
  metrics.set('tx.completed', tx.completed);
  metrics.set('tx.notified', tx.notified);
  metrics.set('tx.dropped', tx.dropped);
  metrics.set('tx.error', tx.error);
  metrics.set('refused', verdict.refused.map(({ errno }) => errno).join(' '));
  metrics.set('skbs', snapshot.skbsInFlight);
  netlinkMetrics(metrics, netlink);
  metrics.set('pools.made', snapshot.pools.length);
  metrics.set('pools.dying', snapshot.pools.filter(({ state }) => state === 'dying').length);
  return metrics;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function bindMetrics(metrics: Map<string, number | string>, name: string, outcome: BindOutcome): void {
  metrics.set(`${name}.accepted`, outcome.accepted ? 'yes' : 'no');
  metrics.set(`${name}.errno`, outcome.errno ?? 'none');
  metrics.set(`${name}.blame`, outcome.blame);
}

/** What queue-get and page-pool-get say about providers: numbers of queues and pools that name one. */
function netlinkMetrics(metrics: Map<string, number | string>, netlink: NetlinkViews): void {
  const queues = netlink['queue-get'];
  const pools = netlink['page-pool-get'];
  // Pools that hold more bytes than pages: their buffers are larger.
  const large = pools.filter((pool) => pool['inflight-mem'] > pool.inflight * PAGE_SIZE);
  metrics.set('queue-get.queues', queues.length);
  metrics.set('queue-get.dmabuf', queues.filter((queue) => 'dmabuf' in queue).length);
  metrics.set('queue-get.io-uring', queues.filter((queue) => 'io-uring' in queue).length);
  metrics.set('queue-get.lease', queues.filter((queue) => 'lease' in queue).length);
  metrics.set('queue-get.xsk', queues.filter((queue) => 'xsk' in queue).length);
  metrics.set('page-pool-get.pools', pools.length);
  metrics.set('page-pool-get.orphans', pools.filter((pool) => !('ifindex' in pool)).length);
  metrics.set('page-pool-get.dmabuf', pools.filter((pool) => 'dmabuf' in pool).length);
  metrics.set('page-pool-get.io-uring', pools.filter((pool) => 'io-uring' in pool).length);
  metrics.set('page-pool-get.large', large.length);
  metrics.set('page-pool-get.rx-buf-len', bufferLengths(pools));
  metrics.set('queue-get.rx-buf-len', bufferLengths(queues));
  const stats = netlink['qstats-get'];
  metrics.set('qstats-get.rx-packets', sum(stats.map((queue) => queue['rx-packets'])));
  metrics.set('qstats-get.rx-alloc-fail', sum(stats.map((queue) => queue['rx-alloc-fail'])));
  stats.forEach((queue) => {
    metrics.set(`qstats-get.rx-alloc-fail.${queue['queue-id']}`, queue['rx-alloc-fail']);
    metrics.set(`qstats-get.rx-packets.${queue['queue-id']}`, queue['rx-packets']);
  });
  metrics.set('page-pool-get.detached', pools.filter((pool) => 'detach-time' in pool).length);
}

/** Lengths that io_uring providers tell; empty where none does. */
function bufferLengths(views: readonly { readonly 'io-uring'?: IoUringView }[]): string | number {
  const lengths = views.flatMap((view) => view['io-uring']?.['rx-buf-len'] ?? []);
  return lengths.length === 1 ? (lengths.at(0) ?? 0) : lengths.join(' ');
}

function compare(actual: number | string, is: Expectation['is'], value: number | string): boolean {
  switch (is) {
    case '=':
      return actual === value;
    case '!=':
      return actual !== value;
    case '>':
      return actual > value;
    case '>=':
      return actual >= value;
    case '<':
      return actual < value;
    case '<=':
      return actual <= value;
  }
}
