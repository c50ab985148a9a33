/**
 * What the kernel refuses while a queue is in use: by a memory provider, a lease or AF_XDP. Rules of ethnl_set_rings(),
 * ethnl_set_channels() with netdev_queue_busy(), dev_xdp_attach() and xsk_reg_pool_at_qid(), with errno.
 */
import { has } from '../core/release-features.ts';
import type { KernelRelease } from '../core/kernel-release.ts';
import type { AdminAction, RunConfig } from '../contract/config.ts';
import type { RefusedRequest } from '../contract/verdict.ts';

export interface ExclusionState {
  readonly kernel: KernelRelease;
  readonly bound: boolean;
  /** A netkit device leases the queue, and requests to the NIC do not go through it. */
  readonly leased: boolean;
  /** AF_XDP uses the queue. */
  readonly afXdp: boolean;
  readonly split: RunConfig['tcpDataSplit'];
}

/** The refusal of an action, or null when it goes through. */
export function exclusion(action: AdminAction, state: ExclusionState): RefusedRequest | null {
  const refuse = (errno: string, cause: string): RefusedRequest => ({
    request: action,
    errno,
    blame: 'configuration',
    cause,
    at: null,
    requirement: null,
  });
  // 6.12 neither compares ring settings with what is installed nor knows of single-buffer programs.
  const guarded = has(state.kernel, 'split-checks');
  if (action === 'attach-single-buffer-xdp' && state.split === 'enabled' && guarded) {
    return refuse('EBUSY', 'XDP without frags cannot be attached while tcp-data-split is enabled');
  }
  const attaches = action === 'attach-af-xdp' || action === 'attach-af-xdp-if-possible';
  if (attaches && state.leased) return refuse('EBUSY', 'a virtual device leases the queue');
  if (attaches && state.afXdp) return refuse('EBUSY', 'an AF_XDP pool uses the queue already');
  if (action === 'shrink-channels-below-bound' && !state.bound) {
    if (state.afXdp) return refuse('EINVAL', 'a queue that AF_XDP uses cannot be removed');
    if (state.leased) return refuse('EINVAL', 'a leased queue cannot be removed');
  }
  if (!state.bound) return null;
  switch (action) {
    case 'attach-xdp':
    case 'attach-single-buffer-xdp':
      return refuse('EBUSY', 'XDP cannot be attached while a queue has a memory provider');
    case 'attach-af-xdp':
      return refuse(
        'EBUSY',
        'AF_XDP zero-copy cannot be used while a queue of the device has a memory provider',
      );
    case 'set-split-disabled':
      if (!guarded) return null;
      return refuse('EINVAL', 'tcp-data-split must stay enabled while a queue has a memory provider');
    case 'set-hds-thresh-1':
      if (!guarded) return null;
      return refuse('EINVAL', 'hds-thresh must stay 0 while a queue has a memory provider');
    case 'shrink-channels-to-bound':
      // The kernel compares with <=, so one channel more than the bound queue's index + 1 is needed.
      return refuse('EINVAL', 'the channel count must stay above the bound queue + 1');
    case 'shrink-channels-below-bound':
      return refuse('EINVAL', 'a queue with a memory provider cannot be removed');
    case 'bind-again':
      return refuse('EEXIST', 'the queue has a memory provider already');
    default:
      return null;
  }
}
