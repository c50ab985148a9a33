/** `bind-tx` of the netdev family: the checks of netdev_nl_bind_tx_doit(). It needs no capability. */
import { atLeast } from '../core/kernel-release.ts';
import type { KernelRelease } from '../core/kernel-release.ts';
import type { DriverModel } from '../driver-model/driver-model.ts';
import type { RunConfig } from '../run/config.ts';
import type { BindOutcome } from '../run/verdict.ts';

export function bindTx(model: DriverModel, config: RunConfig, kernel: KernelRelease): BindOutcome {
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
  if (!atLeast(kernel, '6.18')) {
    return {
      ...base,
      accepted: false,
      errno: 'EOPNOTSUPP',
      blame: 'nobody',
      cause: `kernel ${kernel} has no bind-tx; it came with 6.16`,
    };
  }
  const netmemTx = model.capabilities.netmemTx;
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
  return { ...base, accepted: true, errno: null, blame: 'nobody', cause: 'the dma-buf is bound for sending' };
}
