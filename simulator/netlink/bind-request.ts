/**
 * What is checked before a provider is opened on the queue: netdev_nl_bind_rx_doit() and net_devmem_bind_dmabuf() for
 * a dma-buf, io_register_zcrx_ifq() for an io_uring area, each in its own order.
 */
import { has } from '../core/release-features.ts';
import { boundQueues } from '../contract/bound-queues.ts';
import type { SourceRange } from '../contract/driver-model.ts';
import type { Blame, RequirementId } from '../contract/verdict.ts';
import type { BindInput } from './bind-checks.ts';
import { bufferLength, isBufferLength } from './buffer-length.ts';
import { PAGE_SIZE } from '../memory/netmem.ts';

export interface Refusal {
  readonly errno: string;
  readonly blame: Blame;
  readonly cause: string;
  readonly at: SourceRange | null;
  readonly requirement: RequirementId | null;
}

export function configuration(errno: string, cause: string): Refusal {
  return { errno, blame: 'configuration', cause, at: null, requirement: null };
}

export function requestChecks(input: BindInput): Generator<Refusal, undefined> {
  return input.config.provider === 'zcrx' ? zcrxChecks(input) : bindRxChecks(input);
}

function* bindRxChecks(input: BindInput): Generator<Refusal, undefined> {
  const { config, kernel } = input;
  const mistake = config.bindMistake;
  if (!config.netAdmin) yield user('EPERM', 'the process lacks CAP_NET_ADMIN');
  if (config.userNamespace && !has(kernel, 'namespace-admin')) {
    yield nobody('EPERM', `kernel ${kernel} wants CAP_NET_ADMIN in the first user namespace, up to 7.1`);
  }
  if (config.rxBufLen !== 0 && !has(kernel, 'rx-page-size')) {
    yield nobody('EINVAL', `kernel ${kernel} does not know rx-page-size; it came with 7.3`);
  }
  if (config.rxBufLen !== 0 && config.rxBufLen < PAGE_SIZE) {
    yield user(
      'ERANGE',
      `rx-page-size is ${config.rxBufLen}; the policy of the attribute wants a page at least`,
    );
  }
  if (mistake === 'no-ifindex') yield user('EINVAL', 'the bind request has no ifindex');
  if (mistake === 'no-memory') yield user('EINVAL', 'the bind request has no dma-buf fd');
  if (!config.bindNamesQueue) yield user('EINVAL', 'the bind request names no queue');
  if (!isBufferLength(config.rxBufLen)) {
    yield user('EINVAL', `rx-page-size is ${config.rxBufLen}; it must be a power of 2`);
  }
  yield* devicePresent(input);
  yield* operations(input);
  if (mistake === 'tx-queue') yield user('EINVAL', 'the bind request names a transmit queue');
  yield* queueExists(input, has(kernel, 'operations-lock') ? 'EINVAL' : 'ERANGE');
  if (mistake === 'different-dma-devices' && has(kernel, 'operations-lock')) {
    yield configuration('EOPNOTSUPP', 'the queues of the request are served by different DMA devices');
  }
  yield* dmaDevice(input);
  if (mistake === 'exporter-refuses') yield user('EBADF', 'the fd is not open (dma_buf_get)');
  if (mistake === 'not-a-dma-buf') yield user('EINVAL', 'the fd is no dma-buf (dma_buf_get)');
  if (config.chunks < 1) yield user('EINVAL', 'the dma-buf has no page');
  if (mistake === 'unaligned' && has(kernel, 'aligned-memory')) {
    yield user('EINVAL', 'an entry of the dma-buf is no multiple of the page size');
  }
  const bytes = bufferLength(config);
  if (bytes > PAGE_SIZE && (mistake === 'scattered-area' || (config.chunks * PAGE_SIZE) % bytes !== 0)) {
    yield user('EINVAL', `an entry of the dma-buf is not aligned to ${bytes} bytes in address and length`);
  }
  return undefined;
}

function* zcrxChecks(input: BindInput): Generator<Refusal, undefined> {
  const { config, kernel } = input;
  const mistake = config.bindMistake;
  if (!has(kernel, 'zcrx')) {
    yield nobody('EINVAL', `kernel ${kernel} has no zero-copy receive; it came with 6.15`);
  }
  if (!config.netAdmin) yield user('EPERM', 'the process lacks CAP_NET_ADMIN');
  if (config.userNamespace) {
    yield user('EPERM', 'io_uring wants CAP_NET_ADMIN in the first user namespace');
  }
  if (mistake === 'ring-flags') {
    yield user('EINVAL', 'the ring lacks IORING_SETUP_DEFER_TASKRUN or 32-byte completions');
  }
  if (!config.bindNamesQueue || mistake === 'no-refill-entries') {
    yield user(
      'EINVAL',
      config.bindNamesQueue ? 'the refill ring has no entries' : 'the registration names no receive queue',
    );
  }
  if (mistake === 'too-many-refill-entries') {
    yield user('EINVAL', 'the refill ring has more than 32768 entries, and IORING_SETUP_CLAMP is not set');
  }
  // The member was a reserved one, which has to be 0.
  if (config.rxBufLen !== 0 && !has(kernel, 'queue-config')) {
    yield nobody('EINVAL', `kernel ${kernel} does not know rx_buf_len; it came with 7.0`);
  }
  if (config.zcrxEvents !== 'none' && !has(kernel, 'zcrx-events')) {
    yield nobody('EINVAL', `kernel ${kernel} does not know event_desc; it came with 7.2`);
  }
  if (mistake === 'unknown-event') yield user('EINVAL', 'the event descriptor names an unknown event');
  const device = config.zcrxDevice === 'named';
  if (!device && !has(kernel, 'zcrx-control')) {
    yield nobody('EINVAL', `kernel ${kernel} does not know ZCRX_REG_NODEV; it came with 7.1`);
  }
  if (device) yield* devicePresent(input);
  if (device) yield* dmaDevice(input);
  if (!isBufferLength(config.rxBufLen)) {
    yield user('EINVAL', `rx_buf_len is ${config.rxBufLen}; it must be a power of two, a page at least`);
  }
  const bytes = bufferLength(config);
  if (!device && bytes > PAGE_SIZE) yield user('EOPNOTSUPP', 'without a device buffers are pages');
  if (config.chunks < 1 || mistake === 'no-memory') yield user('EFAULT', 'the area has no memory');
  if (mistake === 'unaligned') yield user('EINVAL', 'the area does not start and end at pages');
  if (config.zcrxArea === 'dmabuf') {
    if (!device) yield user('EINVAL', 'without a device there is nothing to map a dma-buf for');
    if (mistake === 'exporter-refuses') yield user('EBADF', 'the fd of the area is not open (dma_buf_get)');
    if (mistake === 'not-a-dma-buf') yield user('EINVAL', 'the fd of the area is no dma-buf (dma_buf_get)');
    if (mistake === 'area-size') yield user('EINVAL', 'the dma-buf is not as long as the area');
  }
  if (bytes > PAGE_SIZE && (mistake === 'scattered-area' || config.chunks * PAGE_SIZE < bytes)) {
    yield user('ERANGE', `the area has no ${bytes} bytes in one piece: it needs huge pages`);
  }
  if (!device) return undefined;
  // netif_mp_open_rxq() asks for the operations, after the area was imported (zcrx_register_netdev).
  yield* operations(input);
  yield* queueExists(input, 'ERANGE');
  return undefined;
}

function* devicePresent({ config, device }: BindInput): Generator<Refusal, undefined> {
  if (!device.present || config.bindMistake === 'no-device') {
    yield configuration('ENODEV', 'there is no such device');
  }
  return undefined;
}

/** netdev_need_ops_lock() */
function* operations({ model, kernel }: BindInput): Generator<Refusal, undefined> {
  const ops = model.capabilities.queueMgmtOps;
  if (has(kernel, 'operations-lock') && ops.value.length === 0) {
    yield {
      errno: 'EOPNOTSUPP',
      blame: 'driver',
      cause: 'the driver has no queue management operations (netdev->queue_mgmt_ops)',
      at: ops.at,
      requirement: 'RX2',
    };
  }
  return undefined;
}

function* queueExists({ config, device }: BindInput, errno: string): Generator<Refusal, undefined> {
  const missing = boundQueues(config).find((queue) => queue >= device.queues);
  if (missing !== undefined) {
    yield configuration(errno, `queue ${missing} does not exist, the device has ${device.queues}`);
  }
  return undefined;
}

/** netdev_queue_get_dma_dev(): NULL for a queue that another device leases, before a provider is opened. */
function* dmaDevice({ config, device }: BindInput): Generator<Refusal, undefined> {
  if (device.leased && !device.overNetkit) {
    yield configuration(
      'EOPNOTSUPP',
      'a virtual device leases the queue: it has no DMA device here, and the request must name the leased queue',
    );
  }
  if (device.overNetkit && !device.leased) {
    yield configuration('EOPNOTSUPP', `the netkit's queue stands for no queue of a NIC${device.notLeased}`);
  }
  if (config.bindMistake === 'no-dma-device') {
    yield configuration('EOPNOTSUPP', 'the queue has no device that does DMA');
  }
  return undefined;
}

/** The kernel is too old for what the request asks. */
function nobody(errno: string, cause: string): Refusal {
  return { errno, blame: 'nobody', cause, at: null, requirement: null };
}

function user(errno: string, cause: string): Refusal {
  return { errno, blame: 'user', cause, at: null, requirement: null };
}
