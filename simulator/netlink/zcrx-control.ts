/** IORING_REGISTER_ZCRX_CTRL: what the owner of a registration asks for later (io_zcrx_ctrl()), with errno. */
import { has } from '../core/release-features.ts';
import type { KernelRelease } from '../core/kernel-release.ts';
import type { RefusedRequest } from '../contract/verdict.ts';

export type ControlAction =
  | 'add-area'
  | 'add-area-of-other-kind'
  | 'flush-refill-ring'
  | 'arm-copy-event'
  | 'export-registration'
  | 'import-registration';

export interface ControlState {
  readonly kernel: KernelRelease;
  /** There is a registration. */
  readonly registered: boolean;
  /** Its device is there, or it never had one. */
  readonly present: boolean;
  /** A descriptor of it is open. */
  readonly exported: boolean;
  /** CAP_NET_ADMIN of the process. */
  readonly netAdmin: boolean;
}

/** Why the operation is refused, or null when it can be done. */
export function controlRefusal(action: ControlAction, state: ControlState): RefusedRequest | null {
  const { kernel } = state;
  const refuse = (errno: string, blame: RefusedRequest['blame'], cause: string): RefusedRequest => ({
    request: action,
    errno,
    blame,
    cause,
    at: null,
    requirement: null,
  });
  // io_register_zcrx() with ZCRX_REG_IMPORT: a registration of its own, not a control operation.
  if (action === 'import-registration') {
    if (!state.netAdmin) return refuse('EPERM', 'user', 'the process lacks CAP_NET_ADMIN');
    if (!has(kernel, 'zcrx-control')) {
      return refuse('EINVAL', 'nobody', `kernel ${kernel} does not know ZCRX_REG_IMPORT; it came with 7.1`);
    }
    return state.exported ? null : refuse('EBADF', 'user', 'the descriptor is not of a registration');
  }
  if (!has(kernel, 'zcrx-control')) {
    return refuse('EINVAL', 'nobody', `kernel ${kernel} has no IORING_REGISTER_ZCRX_CTRL; it came with 7.1`);
  }
  if (!state.registered) return refuse('ENXIO', 'user', 'there is no such registration');
  switch (action) {
    case 'flush-refill-ring':
    case 'export-registration':
      return null;
    case 'arm-copy-event':
      if (has(kernel, 'zcrx-events')) return null;
      return refuse('EOPNOTSUPP', 'nobody', `kernel ${kernel} has no events of zcrx; they came with 7.2`);
    case 'add-area':
    case 'add-area-of-other-kind':
      if (!has(kernel, 'zcrx-areas')) {
        return refuse('EOPNOTSUPP', 'nobody', `kernel ${kernel} knows one area; ADD_AREA came with 7.3`);
      }
      if (!state.present) return refuse('EFAULT', 'configuration', 'the device of the registration is gone');
      if (action === 'add-area') return null;
      return refuse('EINVAL', 'user', 'areas of memory and of a dma-buf do not go together');
  }
}
