/** Counters and netlink views by the kernel's names, and the dump that bug reports carry. */
import { describe, expect, test } from 'vitest';
import { countersOf } from '../../../simulator/trace/counters.ts';
import { dumpRun } from '../../support/run-dump.ts';
import { finishedRun } from './runs.ts';

describe('netlink', () => {
  test('page-pool-get of a bound device names the binding on the pool of the bound queue only', () => {
    const pools = countersOf(finishedRun('dmabuf-works'))['page-pool-get'];
    const bound = pools.filter((pool) => pool.dmabuf !== undefined);
    expect(bound).toEqual([
      expect.objectContaining({ ifindex: 2, dmabuf: 1, 'inflight-mem': expect.any(Number) as number }),
    ]);
    for (const pool of pools) expect(pool['inflight-mem']).toBe(pool.inflight * 4096);
    expect(pools.every((pool) => pool['napi-id'] !== undefined)).toBe(true);
  });

  test('zcrx shows an empty io-uring nest', () => {
    const counters = countersOf(finishedRun('zcrx-works'));
    expect(counters['page-pool-get'].filter((pool) => 'io-uring' in pool)).toHaveLength(1);
    expect(counters['queue-get'].filter((queue) => 'io-uring' in queue).map(({ id }) => id)).toEqual([3]);
  });

  test('page-pool-stats-get has all eleven counters, and they add up', () => {
    const counters = countersOf(finishedRun('dmabuf-works'));
    const names = [
      'alloc-fast',
      'alloc-slow',
      'alloc-slow-high-order',
      'alloc-empty',
      'alloc-refill',
      'alloc-waive',
    ];
    const recycled = [
      'recycle-cached',
      'recycle-cache-full',
      'recycle-ring',
      'recycle-ring-full',
      'recycle-released-refcnt',
    ];
    for (const stats of counters['page-pool-stats-get']) {
      expect(Object.keys(stats).sort()).toEqual(['info', ...names, ...recycled].sort());
    }
    const pool = counters['page-pool-get'].find(({ dmabuf }) => dmabuf !== undefined);
    const stats = counters['page-pool-stats-get'].find(({ info }) => info.id === pool?.id);
    // A provider's allocations move no slow counter.
    expect(stats?.['alloc-slow']).toBe(0);
    expect(stats?.['recycle-ring']).toBeGreaterThan(400);
  });

  test('a pool that waits for the user has no NAPI and says since when', () => {
    const pools = countersOf(finishedRun('pool-never-released'))['page-pool-get'];
    const dying = pools.filter((pool) => pool['detach-time'] !== undefined);
    expect(dying).toHaveLength(1);
    expect(dying[0]?.['napi-id']).toBeUndefined();
    expect(dying[0]?.inflight).toBeGreaterThan(0);
  });

  test('a device that is down has no queues to show; one that is gone has no ifindex', () => {
    expect(countersOf(finishedRun('bind-device-down'))['queue-get']).toEqual([]);
    const gone = countersOf(finishedRun('device-unregistered'));
    expect(gone['queue-get']).toEqual([]);
    expect(gone['page-pool-get'].every((pool) => pool.ifindex === undefined)).toBe(true);
  });
});

test('every frame is accounted for', () => {
  const { packets, queues } = countersOf(finishedRun('udp-and-malformed'));
  expect(packets.delivered + packets.dropped + packets.faulted + packets.inFlight).toBe(packets.wire);
  expect(queues.reduce((sum, { received, dropped }) => sum + received + dropped, 0)).toBe(packets.wire);
});

test('the dump of a short run', () => {
  expect(dumpRun(finishedRun('bind-queue-idx-missing', {}), 24)).toMatchSnapshot();
});

test('the dump of a long run leaves out the middle', () => {
  const dump = dumpRun(finishedRun('dmabuf-works'), 10);
  expect(dump.split('\n').filter((line) => /^\d/.test(line))).toHaveLength(10);
  expect(dump).toMatch(/^# \d+ events left out$/m);
});
