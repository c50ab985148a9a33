/**
 * What came with which release, as data: the one place where behaviour of the stack (pool apart) depends on a release.
 * Each entry names the function or the member that shows it. 6.13 to 6.17 and 7.0 are not run: what came with them counts
 * from the next one.
 */
import { atLeast } from './kernel-release.ts';
import type { KernelRelease } from './kernel-release.ts';

interface Since {
  readonly since: KernelRelease;
  /** Where the kernel's source says so. */
  readonly source: string;
}

const FEATURES = {
  /** Binding and ring settings look at tcp-data-split and hds-thresh. */
  'split-checks': { since: '6.18', source: 'net_mp_open_rxq(), ethnl_set_rings(): dev->cfg->hds_config' },
  /** bind-rx asks for queue operations first, and compares DMA devices. */
  'operations-lock': { since: '6.18', source: 'netdev_need_ops_lock(), netdev_nl_get_dma_dev()' },
  zcrx: { since: '6.18', source: 'io_register_zcrx_ifq(), 6.15' },
  'bind-tx': { since: '6.18', source: 'netdev_nl_bind_tx_doit(), net_device.netmem_tx, 6.16' },
  /** ndo_validate_qcfg and rx_buf_len of a registration. */
  'queue-config': {
    since: '7.1',
    source: 'struct netdev_queue_config, io_uring_zcrx_ifq_reg.rx_buf_len, 7.0',
  },
  'aligned-memory': { since: '7.1', source: 'net_devmem_bind_dmabuf(): SG length, size for sending' },
  'queue-create': { since: '7.1', source: 'netdev_nl_queue_create_doit()' },
  /** ZCRX_REG_NODEV and the control operations FLUSH_RQ and EXPORT. */
  'zcrx-control': { since: '7.1', source: 'io_zcrx_ctrl(), ZCRX_REG_NODEV' },
  'netmem-tx-mode': { since: '7.2', source: 'enum netmem_tx_mode, netdev_find_netmem_tx_dev()' },
  /** The administrator of a user namespace may bind-rx to the devices in it. */
  'namespace-admin': { since: '7.2', source: 'NETDEV_CMD_BIND_RX: GENL_UNS_ADMIN_PERM' },
  /** queue-get and page-pool-get tell the buffer length of zcrx. */
  'provider-info': { since: '7.2', source: 'io_pp_nl_fill(): NETDEV_A_IO_URING_PROVIDER_INFO_RX_BUF_LEN' },
  'zcrx-events': { since: '7.2', source: 'struct zcrx_event_desc, zcrx_send_notif(), ZCRX_CTRL_ARM_EVENT' },
  'zcrx-areas': { since: '7.3', source: 'zcrx_ctrl_add_area()' },
  'rx-page-size': {
    since: '7.3',
    source: 'NETDEV_A_DMABUF_RX_PAGE_SIZE, net_devmem_dmabuf_binding.niov_shift',
  },
} as const satisfies Readonly<Record<string, Since>>;

export type ReleaseFeature = keyof typeof FEATURES;

const RELEASE_FEATURES: Readonly<Record<ReleaseFeature, Since>> = FEATURES;

/** Whether the release has it. */
export function has(kernel: KernelRelease, feature: ReleaseFeature): boolean {
  return atLeast(kernel, RELEASE_FEATURES[feature].since);
}
