/**
 * `ethtool -G`: what the administrator asked for and what the device ends up with. Rules of ethnl_set_rings() and
 * ethtool_ops.supported_ring_params.
 */
import { has } from '../core/release-features.ts';
import type { KernelRelease } from '../core/kernel-release.ts';
import type { DriverModel } from '../contract/driver-model.ts';
import type { RunConfig } from '../contract/config.ts';
import type { RefusedRequest } from '../contract/verdict.ts';

export interface RingSettings {
  /** dev->cfg->hds_config */
  readonly split: RunConfig['tcpDataSplit'];
  readonly hdsThresh: number;
  readonly refused: readonly RefusedRequest[];
}

export function ringSettings(model: DriverModel, config: RunConfig, kernel: KernelRelease): RingSettings {
  const refused: RefusedRequest[] = [];
  const { capabilities } = model;
  const singleBuffer = config.xdp && config.xdpSingleBuffer;
  let split: RunConfig['tcpDataSplit'] = 'unknown';
  if (config.tcpDataSplit !== 'unknown') {
    if (!capabilities.tcpDataSplit.value) {
      refused.push({
        request: `tcp-data-split ${config.tcpDataSplit}`,
        errno: 'EOPNOTSUPP',
        blame: 'driver',
        cause:
          'the driver does not offer tcp-data-split (ETHTOOL_RING_USE_TCP_DATA_SPLIT in supported_ring_params)',
        at: capabilities.tcpDataSplit.at,
        requirement: 'RX2',
      });
    } else if (!capabilities.tcpDataSplitSet.value) {
      refused.push({
        request: `tcp-data-split ${config.tcpDataSplit}`,
        errno: 'EINVAL',
        blame: 'driver',
        cause: 'set_ringparam of the driver does not look at tcp_data_split',
        at: capabilities.tcpDataSplitSet.at,
        requirement: 'RX2',
      });
    } else if (config.tcpDataSplit === 'enabled' && singleBuffer && has(kernel, 'split-checks')) {
      refused.push({
        request: 'tcp-data-split enabled',
        errno: 'EINVAL',
        blame: 'configuration',
        cause: 'tcp-data-split cannot be enabled while an XDP program without frags is attached',
        at: null,
        requirement: null,
      });
    } else {
      split = config.tcpDataSplit;
    }
  }
  let hdsThresh = 0;
  if (config.hdsThresh !== 0) {
    if (!capabilities.hdsThresh.value) {
      refused.push(threshRefused('EOPNOTSUPP', 'the driver has no hds-thresh; it counts as 0'));
    } else if (config.hdsThresh > config.hdsThreshMax) {
      refused.push(
        threshRefused('EINVAL', `hds-thresh is above the device's maximum ${config.hdsThreshMax}`),
      );
    } else {
      hdsThresh = config.hdsThresh;
    }
  }
  return { split, hdsThresh, refused };
}

function threshRefused(errno: string, cause: string): RefusedRequest {
  return { request: 'hds-thresh', errno, blame: 'configuration', cause, at: null, requirement: null };
}
