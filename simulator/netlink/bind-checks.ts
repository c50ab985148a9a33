/**
 * Opening a memory provider on a receive queue: every check of net_mp_open_rxq() and netdev_rx_queue_restart(), in
 * the kernel's order, with errno and who has to change something.
 */
import { payloadPool } from '../program/classes.ts';
import { has } from '../core/release-features.ts';
import { boundQueues } from '../contract/bound-queues.ts';
import type { KernelRelease } from '../core/kernel-release.ts';
import type { DriverModel, PoolModel, SourceRange } from '../contract/driver-model.ts';
import type { RunConfig } from '../contract/config.ts';
import { poolWords } from '../contract/pool-name.ts';
import type { BindOutcome } from '../contract/verdict.ts';
import { PAGE_SIZE } from '../memory/netmem.ts';
import { bufferLength } from './buffer-length.ts';
import { configuration, requestChecks } from './bind-request.ts';
import type { Refusal } from './bind-request.ts';
import type { RingSettings } from './ring-settings.ts';

/** State of the device that the checks look at. */
export interface DeviceState {
  readonly settings: RingSettings;
  /** Receive queues that there are now (real_num_rx_queues). */
  readonly queues: number;
  readonly present: boolean;
  readonly up: boolean;
  readonly xdp: boolean;
  readonly afXdp: boolean;
  /** The queue has a provider already. */
  readonly bound: boolean;
  /** A netkit device leases the queue. */
  readonly leased: boolean;
  /** The request names a queue of the netkit. */
  readonly overNetkit: boolean;
  /** `: ` and why queue-create was refused; empty when it was not asked for. */
  readonly notLeased: string;
}

/** ndo_queue_mem_alloc: makes the queue's pools with the provider in place. */
export interface PoolAttempt {
  readonly pool: PoolModel;
  /** null when it was made. */
  readonly errno: string | null;
  /** The pool took the provider of the queue. */
  readonly hasProvider: boolean;
}

export interface BindInput {
  readonly model: DriverModel;
  readonly config: RunConfig;
  /** The queue that is looked at: the first one of the request, or a later one. */
  readonly queue: number;
  readonly kernel: KernelRelease;
  readonly device: DeviceState;
  /** Called once, after all checks that come before it. */
  readonly createPools: () => readonly PoolAttempt[];
}

const QUEUE_OPS = ['ndo_queue_stop', 'ndo_queue_start', 'ndo_queue_mem_alloc', 'ndo_queue_mem_free'] as const;

/** `bind-rx` of the netdev family, or the registration of an io_uring zero-copy interface queue. */
export function bindQueue(input: BindInput): BindOutcome {
  const { config } = input;
  const request = config.provider === 'zcrx' ? 'zcrx-register' : 'bind-rx';
  const refusal = refusals(input).next().value ?? null;
  if (refusal === null) {
    return {
      request,
      accepted: true,
      errno: null,
      blame: 'nobody',
      cause: isWithoutDevice(config)
        ? 'the registration has no queue: all data is copied'
        : `the provider is installed on queue ${boundQueues(config).join(', ')}`,
      at: null,
      requirement: null,
    };
  }
  return { request, accepted: false, ...refusal };
}

/** ZCRX_REG_NODEV: nothing is opened on a queue. */
export function isWithoutDevice({ provider, zcrxDevice }: RunConfig): boolean {
  return provider === 'zcrx' && zcrxDevice === 'none';
}

/** All refusals in the kernel's order; the first one is the kernel's answer, the rest is what would come next. */
export function* refusals(input: BindInput): Generator<Refusal, undefined> {
  yield* requestChecks(input);
  if (isWithoutDevice(input.config)) return undefined;
  yield* queueRefusals(input);
  return undefined;
}

/** What netif_mp_open_rxq() refuses of one queue, when the request itself is right. */
export function* queueRefusals(input: BindInput): Generator<Refusal, undefined> {
  yield* openChecks(input);
  yield* restartChecks(input);
  return undefined;
}

function* openChecks({ model, config, kernel, device }: BindInput): Generator<Refusal, undefined> {
  const { settings } = device;
  const blockedByDriver = settings.refused.find((refused) => refused.requirement === 'RX2');
  if (has(kernel, 'split-checks')) {
    if (settings.split !== 'enabled') {
      yield {
        errno: 'EINVAL',
        blame: blockedByDriver === undefined ? 'configuration' : 'driver',
        cause:
          blockedByDriver === undefined
            ? `tcp-data-split is ${settings.split}, it must be enabled (unknown is not enabled)`
            : `tcp-data-split cannot be enabled: ${blockedByDriver.cause}`,
        at: blockedByDriver === undefined ? null : model.capabilities.tcpDataSplit.at,
        requirement: blockedByDriver === undefined ? null : 'RX2',
      };
    }
    if (settings.hdsThresh !== 0) {
      yield configuration('EINVAL', `hds-thresh is ${settings.hdsThresh}, it must be 0`);
    }
  }
  if (device.xdp) yield configuration('EEXIST', 'an XDP program is attached');
  const { rxPageSize } = model.capabilities;
  // io_uring hands on whatever length was given, bind-rx only one that is not a page.
  const given = config.provider === 'zcrx' ? config.rxBufLen !== 0 : bufferLength(config) > PAGE_SIZE;
  const large = given && has(kernel, 'queue-config');
  if (large && !rxPageSize.value) {
    yield {
      errno: 'EOPNOTSUPP',
      blame: 'driver',
      cause: 'the driver takes pages only: no QCFG_RX_PAGE_SIZE in supported_params',
      at: rxPageSize.at,
      requirement: null,
    };
  }
  if (device.bound) yield configuration('EEXIST', 'the queue has a memory provider already');
  if (device.afXdp) yield configuration('EBUSY', 'an AF_XDP pool uses the queue');
  if (large) yield* lengthChecks(model, bufferLength(config));
  if (config.queueFailure === 'validate' && has(kernel, 'queue-config')) {
    yield queueOperationFailed('ndo_validate_qcfg', 'ERANGE', model.capabilities.queueMgmtOps.at);
  }
  return undefined;
}

/** What ndo_validate_qcfg of the driver says of the length, by netdev_queue_config_validate(). */
function* lengthChecks({ capabilities }: DriverModel, length: number): Generator<Refusal, undefined> {
  for (const { side, bytes, errno, at } of capabilities.refusedPageSizes ?? []) {
    if (side === 'above' ? length <= bytes : length >= bytes) continue;
    yield {
      errno,
      blame: 'user',
      cause: `ndo_validate_qcfg of the driver refuses buffers of ${length} bytes: ${side === 'above' ? 'at most' : 'at least'} ${bytes}`,
      at,
      requirement: null,
    };
  }
  return undefined;
}

/** netdev_rx_queue_restart() up to page_pool_check_memory_provider(). */
function* restartChecks(input: BindInput): Generator<Refusal, undefined> {
  const { model, config, device, createPools } = input;
  const ops = model.capabilities.queueMgmtOps;
  const missing = QUEUE_OPS.find((name) => !ops.value.includes(name));
  if (missing !== undefined) {
    yield {
      errno: 'EOPNOTSUPP',
      blame: 'driver',
      cause: `the driver lacks ${missing}; a queue restart needs all four operations`,
      at: ops.at,
      requirement: 'RX2',
    };
  }
  const closed = model.capabilities.closedQueue;
  if (!device.up && closed !== undefined && closed.value !== null) {
    yield {
      errno: closed.value,
      blame: 'configuration',
      cause: 'the device is down: ndo_queue_mem_alloc of the driver makes no queue memory then',
      at: closed.at,
      requirement: null,
    };
  }
  if (config.queueFailure === 'mem-alloc')
    yield queueOperationFailed('ndo_queue_mem_alloc', 'ENOMEM', ops.at);
  const attempts = createPools();
  for (const attempt of attempts) {
    if (attempt.errno !== null) yield poolRefusal(attempt, bufferLength(config));
  }
  if (!attempts.some((attempt) => attempt.hasProvider)) yield noProviderPool(input, attempts);
  if (config.queueFailure === 'stop') yield queueOperationFailed('ndo_queue_stop', 'EIO', ops.at);
  if (config.queueFailure === 'start' || config.queueFailure === 'start-twice') {
    yield queueOperationFailed('ndo_queue_start', 'EIO', ops.at);
  }
  return undefined;
}

function queueOperationFailed(operation: string, errno: string, at: SourceRange | null): Refusal {
  return { errno, blame: 'driver', cause: `${operation} failed`, at, requirement: null };
}

function poolRefusal({ pool, errno }: PoolAttempt, chunk: number): Refusal {
  const { at, cause } = poolMistake(pool, chunk);
  return {
    errno: errno ?? 'EINVAL',
    blame: 'driver',
    cause: `page_pool_create() of ${poolWords(pool.name)} failed: ${cause}`,
    at: at ?? pool.createdAt,
    requirement: 'RX4',
  };
}

/** What in the pool's parameters the provider does not take; the first one in the order of page_pool_init(). */
function poolMistake(
  pool: PoolModel,
  chunk: number,
): { readonly cause: string; readonly at: SourceRange | null } {
  const flags = pool.flags.value;
  const maps = flags.includes('PP_FLAG_DMA_MAP');
  const syncs = flags.includes('PP_FLAG_DMA_SYNC_DEV');
  if (maps && pool.dmaDir.value === 'DMA_TO_DEVICE') {
    return { cause: 'dma_dir must be DMA_FROM_DEVICE or DMA_BIDIRECTIONAL', at: pool.dmaDir.at };
  }
  if (syncs && !maps) return { cause: 'PP_FLAG_DMA_SYNC_DEV without PP_FLAG_DMA_MAP', at: pool.flags.at };
  if (syncs && pool.maxLen.value === 'unset') {
    return { cause: 'PP_FLAG_DMA_SYNC_DEV with max_len 0', at: pool.maxLen.at ?? pool.flags.at };
  }
  if (!maps || !syncs) {
    return { cause: 'a provider needs PP_FLAG_DMA_MAP and PP_FLAG_DMA_SYNC_DEV', at: pool.flags.at };
  }
  const order = pool.order.value;
  if (order !== null && PAGE_SIZE * 2 ** order !== chunk) {
    return {
      cause: `order ${order} pages do not fit the provider's chunks of ${chunk} bytes`,
      at: pool.order.at,
    };
  }
  if (pool.dmaDir.value !== 'DMA_FROM_DEVICE') {
    return { cause: 'io_uring takes only DMA_FROM_DEVICE', at: pool.dmaDir.at };
  }
  return { cause: 'the pool could not be made', at: pool.createdAt };
}

/**
 * -ENODATA: which mistake kept every pool of the queue from taking the provider, in the order in which page_pool_init()
 * looks for it: the flag, the netdev, the queue.
 */
function noProviderPool(
  { model, queue, device: { settings } }: BindInput,
  attempts: readonly PoolAttempt[],
): Refusal {
  const { split } = settings;
  const base = { errno: 'ENODATA', blame: 'driver' } as const;
  const payload = payloadPool(model);
  const pool = attempts.find((attempt) => attempt.pool === payload)?.pool ?? attempts.at(0)?.pool;
  if (pool === undefined) {
    return {
      ...base,
      cause: 'the driver makes no page pool for the queue: nothing can take the provider',
      at: model.buffersFrom?.at ?? model.capabilities.queueMgmtOps.at,
      requirement: 'RX1',
    };
  }
  const allows = pool.flags.value.includes('PP_FLAG_ALLOW_UNREADABLE_NETMEM');
  const sometimes = pool.conditionalFlags.find(({ flag }) => flag === 'PP_FLAG_ALLOW_UNREADABLE_NETMEM');
  if (!allows && sometimes === undefined) {
    return {
      ...base,
      cause: `${poolWords(pool.name)} was made without PP_FLAG_ALLOW_UNREADABLE_NETMEM: no pool took the provider`,
      at: pool.flags.at ?? pool.createdAt,
      requirement: 'RX4',
    };
  }
  // Pools take conditional flags only where the device splits (see PoolMemory).
  if (!allows && sometimes !== undefined && split !== 'enabled') {
    return {
      ...base,
      blame: 'configuration',
      cause: `${poolWords(pool.name)} has PP_FLAG_ALLOW_UNREADABLE_NETMEM only if ${sometimes.condition}, and tcp-data-split is ${split}: no pool took the provider`,
      at: sometimes.at,
      requirement: null,
    };
  }
  if (pool.netdev.value === 'unset') {
    return {
      ...base,
      errno: 'oops',
      cause: `${poolWords(pool.name)} was made without netdev: page_pool_init() looks the queue up in it, and follows a NULL pointer`,
      at: pool.netdev.at ?? pool.createdAt,
      requirement: 'RX4',
    };
  }
  return {
    ...base,
    cause: `${poolWords(pool.name)} was made without queue_idx: it serves queue 0 for the kernel, not queue ${queue}`,
    at: pool.queueIdx.at ?? pool.createdAt,
    requirement: 'RX4',
  };
}
