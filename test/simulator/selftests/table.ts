/**
 * The kernel's own self-tests of netmem (7.3, tools/testing/selftests), case by case: the scenarios that run the same, with
 * the kernel's result as one of their expectations, or why there is none.
 */

export interface Shown {
  readonly case: string;
  /** Scenario -> the result that the case asserts, as the scenario expects it. */
  readonly scenarios: Readonly<Record<string, string>>;
}

export interface LeftOut {
  readonly case: string;
  readonly why: string;
}

export type SelftestCase = Shown | LeftOut;

/** What several cases have in common. */
const HASHING =
  'fields and keys of the hash: frames of a run belong to connections and have no header fields';
const TABLE = 'the layout of the indirection table: a run has the number of its queues';
const CONTEXTS = 'contexts beside the one of the bound queue: a run steers one connection';
const NOTIFICATION = 'a netlink notification: views are asked for, nothing is sent';
const NAPI = 'threads of NAPI: a run polls in softirq';
const PHY = 'statistics of the link: a run has no physical layer';
const PROCFS = 'races of readers of /proc with the device: a run is one thread';
const NAMESPACES = 'moves between network namespaces: a run has one NIC and one netkit';

export const SELFTESTS: Readonly<Record<string, readonly SelftestCase[]>> = {
  'drivers/net/hds.py': [
    shown('get_hds', { 'split-unset': 'queues.split = 0', 'dmabuf-works': 'bind.accepted = yes' }),
    shown('get_hds_thresh', { 'bind-hds-thresh-1': 'bind.errno = EINVAL' }),
    shown('set_hds_disable', { 'split-disabled': 'queues.split = 0' }),
    shown('set_hds_enable', { 'split-beside-xdp-with-frags': 'queues.split = 4' }),
    shown('set_hds_thresh_random', { 'hds-thresh-set': 'refused = ' }),
    shown('set_hds_thresh_zero', { 'dmabuf-works': 'bind.accepted = yes' }),
    shown('set_hds_thresh_max', { 'hds-thresh-max': 'refused = ' }),
    shown('set_hds_thresh_gt', { 'hds-thresh-above-max': 'refused = EINVAL' }),
    shown('set_xdp', { 'single-buffer-xdp-without-split': 'refused = ' }),
    shown('enabled_set_xdp', { 'single-buffer-xdp-with-split': 'refused = EBUSY' }),
    shown('ioctl', { 'resize-keeps-split': 'queues.split = 4' }),
    shown('ioctl_set_xdp', { 'resize-without-split': 'refused = ' }),
    shown('ioctl_enabled_set_xdp', { 'resize-then-single-buffer-xdp': 'refused = EBUSY' }),
  ],
  'drivers/net/queues.py': [
    shown('get_queues', { 'no-lease-shown': 'queue-get.queues = 4' }),
    shown('addremove_queues', {
      'queues-removed': 'queue-get.queues = 3',
      'queues-added': 'queue-get.queues = 4',
    }),
    shown('check_down', { 'queue-get-of-a-closed-device': 'queue-get.queues = 0' }),
    shown('check_xsk', { 'xsk-in-queue-get': 'queue-get.xsk = 1' }),
  ],
  'drivers/net/stats.py': [
    ...leftOut(PHY, 'check_pause', 'check_fec', 'check_fec_hist'),
    shown('pkt_byte_sum', { 'qstats-add-up': 'qstats-get.rx-packets = 500' }),
    ...leftOut('errnos of qstats-get for other interfaces: a run has one', 'qstat_by_ifindex'),
    shown('check_down', { 'qstats-survive-link-down': 'qstats-get.rx-packets = 500' }),
    ...leftOut(PROCFS, 'procfs_hammer', 'procfs_downup_hammer'),
  ],
  'drivers/net/hw/ncdevmem.c': [
    shown('a bind without queues fails', { 'bind-without-queues': 'bind.errno = EINVAL' }),
    shown('a bind without header split fails', { 'bind-split-disabled': 'bind.errno = EINVAL' }),
    shown('a bind with header split succeeds', { 'dmabuf-works': 'bind.accepted = yes' }),
    shown('channels of bound queues stay', { 'shrink-below-bound': 'refused = EINVAL' }),
  ],
  'drivers/net/hw/devmem.py': [
    shown('check_rx', { 'dmabuf-works': 'state = pass' }),
    shown('check_tx', { 'tx-works': 'tx.notified = 10' }),
    shown('check_tx_chunks', { 'tx-chunks-of-three-bytes': 'tx.notified = 100' }),
    shown('check_rx_hds', { 'no-linear-data': 'socket.linear-messages = 0' }),
    shown('check_rx_large_niov', { 'dmabuf-large-buffers': 'bind.accepted = yes' }),
  ],
  'drivers/net/hw/iou-zcrx.py': [
    shown('test_zcrx', {
      'zcrx-stream': 'socket.bytes = 12840',
      'zcrx-rss-context': 'socket.bytes = 12840',
      'zcrx-provider-vanishes': 'queue-get.io-uring = 0',
    }),
    shown('test_zcrx_oneshot', { 'zcrx-length': 'socket.bytes = 16384' }),
    shown('test_zcrx_large_chunks', {
      'zcrx-large-buffers': 'bind.accepted = yes',
      'zcrx-buffer-length-shown': 'page-pool-get.rx-buf-len = 8192',
    }),
  ],
  'drivers/net/hw/nk_devmem.py': [
    shown('check_nk_rx', { 'netkit-dmabuf': 'state = pass' }),
    shown('check_nk_tx', { 'netkit-tx': 'tx.notified = 10' }),
    shown('check_nk_tx_chunks', { 'netkit-tx-chunks': 'tx.notified = 20' }),
    shown('check_nk_rx_hds', { 'netkit-no-linear-data': 'socket.linear-messages = 0' }),
    shown('check_nk_rx_large_niov', { 'netkit-dmabuf-large-buffers': 'state = pass' }),
  ],
  'drivers/net/hw/userns_devmem.py': [
    shown('check_userns_rx', { 'bind-in-user-namespace': 'bind.accepted = yes' }),
    shown('check_userns_tx', { 'netkit-user-namespace-tx': 'tx.notified = 10' }),
    shown('check_userns_tx_chunks', { 'netkit-user-namespace-tx': 'bind-tx.accepted = yes' }),
    shown('check_userns_rx_hds', {
      'netkit-user-namespace-no-linear-data': 'socket.linear-messages = 0',
    }),
  ],
  'drivers/net/hw/nk_netns.py': [
    ...leftOut('a ping through the netkit: frames of a run go to sockets, not on', 'test_ping'),
  ],
  'drivers/net/hw/nk_qlease.py': [
    shown('test_iou_zcrx', { 'netkit-zcrx': 'state = pass' }),
    shown('test_iou_zcrx_large_buf', { 'netkit-zcrx-large-buffers': 'state = pass' }),
    shown('test_attrs', { 'netkit-zcrx': 'queue-get.lease = 1' }),
    shown('test_attach_xdp_with_mp', { 'netkit-xdp-while-bound': 'refused = EBUSY' }),
    shown('test_destroy', { 'netkit-deleted': 'queue-get.lease = 0' }),
  ],
  'drivers/net/hw/pp_alloc_fail.py': [
    shown('test_pp_alloc', {
      'qstats-alloc-fail': 'qstats-get.rx-alloc-fail > 7',
      'ring-resize-under-failures': 'packets.delivered > 2500',
    }),
  ],
  'drivers/net/hw/rss_api.py': [
    ...leftOut(TABLE, 'test_rxfh_nl_set_fail', 'test_rxfh_nl_set_indir', 'test_rxfh_nl_set_indir_ctx'),
    ...leftOut(
      NOTIFICATION,
      'test_rxfh_indir_ntf',
      'test_rxfh_indir_ctx_ntf',
      'test_rxfh_fields_ntf',
      'test_rss_ctx_ntf',
    ),
    ...leftOut(
      HASHING,
      'test_rxfh_nl_set_key',
      'test_rxfh_fields',
      'test_rxfh_fields_set',
      'test_rxfh_fields_set_xfrm',
    ),
    ...leftOut(CONTEXTS, 'test_rss_ctx_add'),
  ],
  'drivers/net/hw/rss_ctx.py': [
    ...leftOut(HASHING, 'test_rss_key_indir', 'test_hitless_key_update', 'test_rss_context_flow_hash'),
    shown('test_rss_queue_reconfigure', { 'rss-carved-out': 'state = pass' }),
    ...leftOut(TABLE, 'test_rss_resize'),
    shown('test_rss_context', { 'zcrx-rss-context': 'socket.copies = 0' }),
    ...leftOut(
      CONTEXTS,
      'test_rss_context4',
      'test_rss_context32',
      'test_rss_context4_create_with_cfg',
      'test_rss_context_dump',
      'test_rss_context_queue_reconfigure',
      'test_rss_context_overlap',
      'test_rss_context_overlap2',
      'test_rss_context_out_of_order',
      'test_flow_add_context_missing',
      'test_delete_rss_context_busy',
      'test_rss_ntuple_addition',
      'test_rss_default_context_rule',
      'test_rss_context_persist_create_and_ifdown',
      'test_rss_context_persist_ifdown_and_create',
    ),
  ],
  'drivers/net/hw/rss_drv.py': [
    ...leftOut(
      TABLE,
      'indir_size_4x',
      'resize_periodic',
      'resize_below_user_size_reject',
      'resize_nonperiodic_reject',
      'resize_nonperiodic_no_corruption',
    ),
  ],
  'drivers/net/hw/rss_flow_label.py': [
    ...leftOut(HASHING, 'test_rss_flow_label', 'test_rss_flow_label_6only'),
  ],
  'drivers/net/hw/rss_input_xfrm.py': [
    ...leftOut(HASHING, 'test_rss_input_xfrm_ipv4', 'test_rss_input_xfrm_ipv6'),
  ],
  'drivers/net/hw/ntuple.py': [
    shown('queue', { 'dmabuf-works': 'packets.read = 500', 'three-tuple-rule': 'socket.efaults > 0' }),
  ],
  'net/nk_qlease.py': [
    shown('test_remove_phys', { 'lease-ends-with-nic': 'queue-get.lease = 0' }),
    shown('test_double_lease', { 'lease-twice': 'refused = EBUSY' }),
    shown('test_virtual_lessor', { 'lease-virtual-lessor': 'refused = EINVAL' }),
    shown('test_phys_lessee', { 'lease-physical-device': 'refused = EINVAL' }),
    shown('test_different_lessors', { 'lease-two-devices': 'refused = EOPNOTSUPP' }),
    shown('test_queue_out_of_range', { 'lease-queue-out-of-range': 'refused = ERANGE' }),
    shown('test_resize_leased', { 'shrink-below-leased': 'refused = EINVAL' }),
    shown('test_self_lease', { 'lease-own-device': 'refused = EINVAL' }),
    shown('test_veth_queue_create', { 'lease-no-queue-create': 'refused = EINVAL' }),
    shown('test_create_tx_type', { 'lease-tx-queue': 'refused = EINVAL' }),
    shown('test_create_primary', { 'lease-primary': 'refused = EOPNOTSUPP' }),
    shown('test_create_limit', { 'lease-no-free-queue': 'refused = EINVAL' }),
    shown('test_link_flap_phys', { 'lease-survives-link-flap': 'queue-get.lease = 1' }),
    ...leftOut('queue-get of the netkit: views are of the NIC', 'test_queue_get_virtual'),
    shown('test_remove_virt_first', { 'netkit-deleted-for-good': 'queue-get.lease = 0' }),
    ...leftOut('several leases at a time: a run leases one queue', 'test_multiple_leases'),
    shown('test_lease_queue_tx_type', { 'lease-tx-queue': 'refused = EINVAL' }),
    shown('test_invalid_netns', { 'lease-no-netns': 'refused = ENONET' }),
    shown('test_invalid_phys_ifindex', { 'lease-no-device': 'refused = ENODEV' }),
    ...leftOut('several netkits: a run has one', 'test_multi_netkit_remove_phys'),
    shown('test_single_remove_phys', { 'lease-ends-with-nic': 'queue-get.lease = 0' }),
    ...leftOut('the link of the netkit itself: frames of a run do not pass it', 'test_link_flap_virt'),
    shown('test_phys_queue_no_lease', {
      'no-lease-shown': 'queue-get.lease = 0',
      'netkit-dmabuf': 'queue-get.lease = 1',
    }),
    ...leftOut('a lease within one namespace: views name the namespace always', 'test_same_ns_lease'),
    shown('test_resize_after_unlease', { 'shrink-after-unlease': 'queue-get.queues = 3' }),
    shown('test_lease_queue_zero', { 'lease-queue-zero': 'queue-get.lease = 1' }),
    shown('test_release_and_reuse', { 'lease-after-delete': 'queue-get.lease = 1' }),
    shown('test_two_netkits_same_queue', { 'lease-twice': 'refused = EBUSY' }),
    ...leftOut('netkits of layer 3: frames of a run do not pass the netkit', 'test_l3_mode_lease'),
    shown('test_single_double_lease', { 'lease-twice': 'refused = EBUSY' }),
    shown('test_single_different_lessors', { 'lease-two-devices': 'refused = EOPNOTSUPP' }),
    shown('test_cross_ns_netns_id', { 'netkit-zcrx': 'queue-get.lease = 1' }),
    ...leftOut(NAMESPACES, 'test_delete_guest_netns', 'test_move_guest_netns', 'test_move_phys_netns'),
    shown('test_resize_phys_no_reduction', { 'shrink-to-leased': 'refused = ' }),
    ...leftOut('several netkits: a run has one', 'test_delete_one_netkit_of_two'),
    shown('test_bind_rx_leased_phys_queue', { 'netkit-bound-past-it': 'bind.errno = EOPNOTSUPP' }),
    shown('test_resize_phys_shrink_past_leased', {
      'shrink-to-leased': 'queue-get.lease = 1',
      'shrink-below-leased': 'refused = EINVAL',
    }),
    ...leftOut('channels of the netkit: requests of a run go to the NIC', 'test_resize_virt_not_supported'),
    shown('test_lease_devices_down', { 'lease-while-down': 'queue-get.lease = 1' }),
    shown('test_lease_capacity_exhaustion', { 'lease-no-free-queue': 'refused = EINVAL' }),
    shown('test_resize_phys_up', { 'grow-beside-lease': 'queue-get.lease = 1' }),
    ...leftOut(NAMESPACES, 'test_multi_ns_lease', 'test_multi_ns_delete_one'),
  ],
  'net/nl_netdev.py': [
    ...leftOut('interfaces without queues: a run has one NIC', 'empty_check', 'lo_check'),
    ...leftOut('attributes of dump requests: views are whole', 'dev_dump_reject_attr'),
    ...leftOut(NAPI, 'napi_list_check', 'napi_set_threaded', 'dev_set_threaded'),
    shown('nsim_rxq_reset_down', { 'queue-restart-while-down': 'refused = ' }),
    shown('page_pool_check', {
      'pools-of-a-closed-device': 'page-pool-get.pools = 0',
      'pool-held-while-down': 'page-pool-get.detached = 1',
      'pool-held-is-let-go': 'page-pool-get.detached = 0',
    }),
    ...leftOut(
      'dumps of one interface: a run has one',
      'page_pool_dump_ifindex',
      'page_pool_stats_ifindex_check',
    ),
    shown('page_pool_ifindex_leak_check', { 'orphaned-pool': 'page-pool-get.orphans = 1' }),
  ],
};

function shown(name: string, scenarios: Readonly<Record<string, string>>): Shown {
  return { case: name, scenarios };
}

function leftOut(why: string, ...names: readonly string[]): readonly LeftOut[] {
  return names.map((name) => ({ case: name, why }));
}
