/**
 * What is checked before a provider is opened on the queue: netdev_nl_bind_rx_doit() and net_devmem_bind_dmabuf() for
 * a dma-buf, io_register_zcrx_ifq() for an io_uring area, each in its own order.
 */
import { atLeast } from '../core/kernel-release.ts';
import type { SourceRange } from '../driver-model/driver-model.ts';
import type { Blame, RequirementId } from '../run/verdict.ts';
import type { BindInput } from './bind-checks.ts';

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
  // 7.2 asks for the capability in the user namespace of the device only; here there is one namespace.
  if (!config.netAdmin) yield user('EPERM', 'the process lacks CAP_NET_ADMIN');
  if (mistake === 'no-ifindex') yield user('EINVAL', 'the bind request has no ifindex');
  if (mistake === 'no-memory') yield user('EINVAL', 'the bind request has no dma-buf fd');
  if (!config.bindNamesQueue) yield user('EINVAL', 'the bind request names no queue');
  yield* deviceChecks(input);
  if (mistake === 'tx-queue') yield user('EINVAL', 'the bind request names a transmit queue');
  yield* queueExists(input, atLeast(kernel, '6.18') ? 'EINVAL' : 'ERANGE');
  if (mistake === 'different-dma-devices' && atLeast(kernel, '6.18')) {
    yield configuration('EOPNOTSUPP', 'the queues of the request are served by different DMA devices');
  }
  yield* dmaDevice(input);
  if (mistake === 'exporter-refuses') yield user('EBADF', 'the fd is no dma-buf (dma_buf_get)');
  if (config.chunks < 1) yield user('EINVAL', 'the dma-buf has no page');
  if (mistake === 'unaligned' && atLeast(kernel, '7.1')) {
    yield user('EINVAL', 'an entry of the dma-buf is no multiple of the page size');
  }
  return undefined;
}

function* zcrxChecks(input: BindInput): Generator<Refusal, undefined> {
  const { config } = input;
  const mistake = config.bindMistake;
  if (!config.netAdmin) yield user('EPERM', 'the process lacks CAP_NET_ADMIN');
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
  yield* deviceChecks(input);
  yield* dmaDevice(input);
  if (config.chunks < 1 || mistake === 'no-memory') yield user('EFAULT', 'the area has no memory');
  if (mistake === 'unaligned') yield user('EINVAL', 'the area does not start and end at pages');
  yield* queueExists(input, 'ERANGE');
  return undefined;
}

function* deviceChecks({ model, config, kernel, device }: BindInput): Generator<Refusal, undefined> {
  if (!device.present || config.bindMistake === 'no-device') {
    yield configuration('ENODEV', 'there is no such device');
  }
  const ops = model.capabilities.queueMgmtOps;
  if (atLeast(kernel, '6.18') && ops.value.length === 0) {
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

function* queueExists({ config }: BindInput, errno: string): Generator<Refusal, undefined> {
  if (config.boundQueue >= config.rxQueues) {
    yield configuration(
      errno,
      `queue ${config.boundQueue} does not exist, the device has ${config.rxQueues}`,
    );
  }
  return undefined;
}

function* dmaDevice({ config }: BindInput): Generator<Refusal, undefined> {
  if (config.bindMistake === 'no-dma-device') {
    yield configuration('EOPNOTSUPP', 'the queue has no device that does DMA');
  }
  return undefined;
}

function user(errno: string, cause: string): Refusal {
  return { errno, blame: 'user', cause, at: null, requirement: null };
}
