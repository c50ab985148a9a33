/**
 * `bind-tx` of the netdev family: the checks of netdev_nl_bind_tx_doit() and net_devmem_bind_dmabuf(), in their order. It
 * needs no capability.
 */
import { has } from '../core/release-features.ts';
import type { KernelRelease } from '../core/kernel-release.ts';
import type { DriverModel } from '../contract/driver-model.ts';
import type { RunConfig } from '../contract/config.ts';
import type { BindOutcome } from '../contract/verdict.ts';

/** Whether the device says that it can send unreadable skbs: nothing in 6.12, one bit to 7.1, a mode from 7.2 on. */
export function declaresNetmemTx(model: DriverModel, kernel: KernelRelease): boolean {
  return has(kernel, 'bind-tx') && model.capabilities.netmemTx.value === 'dma';
}

/** @param leased a netkit device leases a queue of this one; `config.netkit` says which of them the request names */
export function bindTx(
  model: DriverModel,
  config: RunConfig,
  kernel: KernelRelease,
  leased: boolean,
): BindOutcome {
  const base = { request: 'bind-tx', at: null, requirement: null } as const;
  if (config.txMessages === 0) {
    return {
      ...base,
      request: 'none',
      accepted: true,
      errno: null,
      blame: 'nobody',
      cause: 'nothing is sent',
    };
  }
  if (!has(kernel, 'bind-tx')) {
    return {
      ...base,
      accepted: false,
      errno: 'EOPNOTSUPP',
      blame: 'nobody',
      cause: `kernel ${kernel} has no bind-tx; it came with 6.16`,
    };
  }
  const mistaken = requestMistake(config);
  if (mistaken !== null) return { ...base, accepted: false, ...mistaken };
  const overNetkit = config.netkit === 'leased' || config.netkit === 'not-leased';
  if (overNetkit && (!leased || !has(kernel, 'netmem-tx-mode'))) {
    const cause = has(kernel, 'netmem-tx-mode')
      ? 'the netkit leases no queue: no device behind it could do the DMA'
      : `the netkit of kernel ${kernel} does not declare netmem_tx; NETMEM_TX_NO_DMA came with 7.2`;
    const blame = has(kernel, 'netmem-tx-mode') ? 'configuration' : 'nobody';
    return { ...base, accepted: false, errno: 'EOPNOTSUPP', blame, cause };
  }
  const netmemTx = model.capabilities.netmemTx;
  if (netmemTx.value === 'no-dma') {
    return {
      ...base,
      accepted: false,
      errno: 'EOPNOTSUPP',
      blame: 'driver',
      cause: has(kernel, 'netmem-tx-mode')
        ? 'NETMEM_TX_NO_DMA is for virtual devices with a leased queue; a device that does DMA is NETMEM_TX_DMA'
        : `kernel ${kernel} has one bit for netmem_tx; NETMEM_TX_NO_DMA came with 7.2`,
      at: netmemTx.at,
      requirement: 'TX2',
    };
  }
  if (netmemTx.value === 'none') {
    return {
      ...base,
      accepted: false,
      errno: 'EOPNOTSUPP',
      blame: 'driver',
      cause: 'the driver does not declare netdev->netmem_tx',
      at: netmemTx.at,
      requirement: 'TX2',
    };
  }
  if (config.bindMistake === 'no-dma-device') {
    const cause = 'the device does no DMA';
    return { ...base, accepted: false, errno: 'EOPNOTSUPP', blame: 'configuration', cause };
  }
  const memory = memoryMistake(config.txBindMistake, kernel);
  if (memory !== null) return { ...base, accepted: false, ...memory };
  return { ...base, accepted: true, errno: null, blame: 'nobody', cause: 'the dma-buf is bound for sending' };
}

type Mistake = Pick<BindOutcome, 'errno' | 'blame' | 'cause'>;

/** Attributes of the request and the device that it names. */
function requestMistake({ txBindMistake }: RunConfig): Mistake | null {
  switch (txBindMistake) {
    case 'no-ifindex':
      return user('EINVAL', 'the bind request has no ifindex');
    case 'no-fd':
      return user('EINVAL', 'the bind request has no dma-buf fd');
    case 'no-device':
      return { errno: 'ENODEV', blame: 'configuration', cause: 'there is no such device' };
    default:
      return null;
  }
}

/** net_devmem_bind_dmabuf(): the fd, then the size. */
function memoryMistake(mistake: RunConfig['txBindMistake'], kernel: KernelRelease): Mistake | null {
  switch (mistake) {
    case 'closed-fd':
      return user('EBADF', 'the fd is not open (dma_buf_get)');
    case 'not-a-dma-buf':
      return user('EINVAL', 'the fd is no dma-buf (dma_buf_get)');
    case 'odd-size':
      if (!has(kernel, 'aligned-memory')) return null;
      return user('EINVAL', 'the size of a dma-buf for sending must be a multiple of the page size');
    default:
      return null;
  }
}

function user(errno: string, cause: string): Mistake {
  return { errno, blame: 'user', cause };
}
