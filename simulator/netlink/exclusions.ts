/** What the kernel refuses while a memory provider is installed on a queue, with errno (reference: netmem.rst). */
import type { AdminAction, RunConfig } from '../contract/config.ts';
import type { RefusedRequest } from '../contract/verdict.ts';

export interface ExclusionState {
  readonly bound: boolean;
  readonly boundQueue: number;
  readonly queues: number;
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
  if (action === 'attach-single-buffer-xdp' && state.split === 'enabled') {
    return refuse('EBUSY', 'XDP without frags cannot be attached while tcp-data-split is enabled');
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
      return refuse('EINVAL', 'tcp-data-split must stay enabled while a queue has a memory provider');
    case 'set-hds-thresh-1':
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
