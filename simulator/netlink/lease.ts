/**
 * `queue-create` of the netdev family: a virtual device (netkit) gets a receive queue that stands for one of a NIC. The
 * checks of netdev_nl_queue_create_doit(), in its order. A provider bound to the virtual queue is installed on the
 * NIC's.
 */
import { has } from '../core/release-features.ts';
import type { KernelRelease } from '../core/kernel-release.ts';
import type { DriverModel } from '../contract/driver-model.ts';
import type { RunConfig } from '../contract/config.ts';
import type { RefusedRequest } from '../contract/verdict.ts';

export interface LeaseInput {
  readonly model: DriverModel;
  readonly config: RunConfig;
  readonly kernel: KernelRelease;
  readonly present: boolean;
  /** Receive queues that the NIC has now. */
  readonly queues: number;
  /** What is on the NIC's queue. */
  readonly queue: { readonly leased: boolean; readonly afXdp: boolean; readonly bound: boolean };
}

/** Why the queue cannot be leased, or null when it can. */
export function leaseRefusal({
  model,
  config,
  kernel,
  present,
  queues,
  queue,
}: LeaseInput): RefusedRequest | null {
  const mistake = config.leaseMistake;
  const ops = model.capabilities.queueMgmtOps;
  if (!has(kernel, 'queue-create')) {
    return refuse('EOPNOTSUPP', 'nobody', `kernel ${kernel} has no queue-create; it came with 7.1`);
  }
  if (!config.netAdmin) return refuse('EPERM', 'user', 'the process lacks CAP_NET_ADMIN');
  if (mistake === 'no-lease') return refuse('EINVAL', 'user', 'the request does not say what to lease');
  if (mistake === 'tx-queue') return refuse('EINVAL', 'user', 'only receive queues are leased');
  if (mistake === 'own-device') return refuse('EINVAL', 'user', 'a device cannot lease from itself');
  if (mistake === 'physical-device') {
    return refuse('EINVAL', 'user', 'queues are created on virtual devices: this one has a parent');
  }
  if (mistake === 'no-queue-create') {
    return refuse('EINVAL', 'user', 'the virtual device cannot create queues (ndo_queue_create)');
  }
  if (mistake === 'no-netns') return refuse('ENONET', 'user', 'the netns-id names no network namespace');
  if (mistake === 'no-device' || !present)
    return refuse('ENODEV', 'user', 'there is no device with the lease ifindex');
  if (mistake === 'virtual-lessor') return refuse('EINVAL', 'user', 'the lease device is a virtual one');
  if (ops.value.length === 0) {
    return { ...refuse('EINVAL', 'driver', NO_OPS), at: ops.at, requirement: 'RX2' };
  }
  if (config.boundQueue >= queues) {
    return refuse('ERANGE', 'user', `queue ${config.boundQueue} does not exist on the lease device`);
  }
  if (queue.leased) return refuse('EBUSY', 'configuration', 'the queue is leased already');
  if (queue.afXdp) return refuse('EBUSY', 'configuration', 'an AF_XDP pool uses the queue');
  if (queue.bound) return refuse('EBUSY', 'configuration', 'the queue has a memory provider');
  if (mistake === 'two-devices') {
    return refuse('EOPNOTSUPP', 'user', 'the netkit has a queue of another device already');
  }
  // netkit_queue_create()
  if (mistake === 'primary') {
    return refuse('EOPNOTSUPP', 'user', 'of a pair of netkits only the peer gets queues');
  }
  if (mistake === 'no-free-queue') {
    return refuse('EINVAL', 'user', 'the netkit has as many queues as it was made for');
  }
  return null;
}

const NO_OPS = 'the driver of the lease device has no queue management operations';

function refuse(errno: string, blame: RefusedRequest['blame'], cause: string): RefusedRequest {
  return { request: 'queue-create', errno, blame, cause, at: null, requirement: null };
}
