/**
 * What the netdev family of netlink shows: page-pool-get, page-pool-stats-get and queue-get, with the kernel's own
 * attribute names (Documentation/netlink/specs/netdev.yaml).
 */
import { isBoundQueue } from '../contract/bound-queues.ts';
import { has } from '../core/release-features.ts';
import { ok, refuse } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { Machine } from '../machine/machine.ts';
import type { PoolSnapshot, PoolStats } from '../contract/snapshot.ts';

/** The simulated device; 1 is the loopback device. */
const IFINDEX = 2;
/** The queue that the netkit device got for the lease: 0 is its own. */
const NETKIT_QUEUE = { ifindex: 3, queue: { id: 1, type: 'rx' }, 'netns-id': 0 } as const;
/** Id of the one binding. */
const BINDING = 1;
/** NAPI ids start above the possible CPU numbers. */
const FIRST_NAPI = 8193;

export interface PagePoolView {
  readonly id: number;
  /** Missing when the device is gone: the pool then belongs to no interface. */
  readonly ifindex?: number;
  readonly 'napi-id'?: number;
  readonly inflight: number;
  readonly 'inflight-mem': number;
  /** Seconds since the start at which the driver let go of it. */
  readonly 'detach-time'?: number;
  readonly dmabuf?: number;
  readonly 'io-uring'?: IoUringView;
}

/** Empty before 7.2. */
export interface IoUringView {
  readonly 'rx-buf-len'?: number;
}

/** Statistics of one receive queue (qstats-get with the scope of queues). */
export interface QueueStatsView {
  readonly ifindex: number;
  readonly 'queue-id': number;
  readonly 'queue-type': 'rx';
  readonly 'rx-packets': number;
  readonly 'rx-alloc-fail': number;
}

export interface PagePoolStatsView extends PoolStats {
  readonly info: { readonly id: number; readonly ifindex?: number };
}

export interface QueueView {
  readonly id: number;
  readonly ifindex: number;
  readonly type: 'rx' | 'tx';
  readonly 'napi-id'?: number;
  readonly dmabuf?: number;
  readonly 'io-uring'?: IoUringView;
  readonly xsk?: Readonly<Record<string, never>>;
  /** The virtual queue that stands for this one. */
  readonly lease?: {
    readonly ifindex: number;
    readonly queue: { readonly id: number; readonly type: 'rx' };
    readonly 'netns-id': number;
  };
}

export interface NetlinkViews {
  readonly 'page-pool-get': readonly PagePoolView[];
  readonly 'page-pool-stats-get': readonly PagePoolStatsView[];
  readonly 'queue-get': readonly QueueView[];
  readonly 'qstats-get': readonly QueueStatsView[];
}

export function netlinkViews(machine: Machine): NetlinkViews {
  const pools = machine.memory.pools().filter(({ state }) => state !== 'gone');
  return {
    'page-pool-get': pools.map((pool) => pagePool(machine, pool)),
    'page-pool-stats-get': pools.map((pool) => ({
      info: { id: pool.id + 1, ...interfaceOf(machine) },
      ...pool.stats,
    })),
    'queue-get': machine.queues.flatMap(({ id }) => {
      const queue = queueGet(machine, IFINDEX, id);
      return queue.ok ? [queue.value] : [];
    }),
    'qstats-get': machine.queues.map((queue) => ({
      ifindex: IFINDEX,
      'queue-id': queue.id,
      'queue-type': 'rx',
      'rx-packets': queue.received,
      'rx-alloc-fail': queue.allocFailures,
    })),
  };
}

/** `queue-get` of one receive queue, with the kernel's errnos. */
function queueGet(machine: Machine, ifindex: number, id: number): Result<QueueView> {
  const { controlPlane, config } = machine;
  if (ifindex !== IFINDEX || !controlPlane.present)
    return refuse('ENODEV', `there is no interface ${ifindex}`);
  if (!controlPlane.up) return refuse('ENOENT', 'the device is down: its queues have no state');
  if (!Number.isInteger(id) || id < 0 || id >= controlPlane.channels) {
    return refuse('EINVAL', `queue ${id}: the device has ${controlPlane.channels} receive queues`);
  }
  const bound = controlPlane.bound && isBoundQueue(config, id);
  return ok({
    id,
    ifindex,
    type: 'rx',
    'napi-id': FIRST_NAPI + id,
    ...(bound && config.provider === 'dmabuf' ? { dmabuf: BINDING } : {}),
    ...(bound && config.provider === 'zcrx' ? { 'io-uring': ioUring(machine) } : {}),
    ...(controlPlane.leased && id === config.boundQueue ? { lease: NETKIT_QUEUE } : {}),
    ...(controlPlane.afXdp && id === config.boundQueue ? { xsk: {} } : {}),
  });
}

function pagePool(machine: Machine, pool: PoolSnapshot): PagePoolView {
  const inflight = Math.max(0, pool.inflight);
  const model = machine.input.model.pools.find(({ name }) => name === pool.name);
  const detached = machine.controlPlane.queues.detachTime(pool.id);
  return {
    id: pool.id + 1,
    ...interfaceOf(machine),
    ...(model?.napi.value === 'set' && pool.state === 'live' ? { 'napi-id': FIRST_NAPI + pool.queue } : {}),
    inflight,
    'inflight-mem': inflight * pool.bufferBytes,
    ...(detached === null ? {} : { 'detach-time': Math.floor(detached / 1_000_000_000) }),
    ...(pool.provider === 'dmabuf' ? { dmabuf: BINDING } : {}),
    ...(pool.provider === 'zcrx' ? { 'io-uring': ioUring(machine) } : {}),
  };
}

/** io_pp_nl_fill() */
function ioUring({ input, memory }: Machine): IoUringView {
  return has(input.kernel, 'provider-info') ? { 'rx-buf-len': memory.chunkBytes } : {};
}

function interfaceOf(machine: Machine): { readonly ifindex?: number } {
  return machine.controlPlane.present ? { ifindex: IFINDEX } : {};
}
