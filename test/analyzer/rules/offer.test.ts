/** RX2, RX4: what the driver offers, and the parameters of its pools at each create call. */
import { describe, test } from 'vitest';
import { expectMarks } from './subject.ts';

const RX = `static void rx(struct page_pool *pool, struct sk_buff *skb)
{
	skb_add_rx_frag(skb, 0, page_pool_dev_alloc_pages(pool), 0, 64, PAGE_SIZE);
}
`;

const OPS = `static const struct netdev_queue_mgmt_ops qops = {
	.ndo_queue_mem_alloc = a, .ndo_queue_mem_free = b, .ndo_queue_start = c, .ndo_queue_stop = d,
};
`;

const INSTALL = `static void setup(struct net_device *dev)
{
	dev->queue_mgmt_ops = &qops;
}
`;

const SET = `static int set_ring(struct net_device *dev, struct ethtool_ringparam *r,
		    struct kernel_ethtool_ringparam *k, struct netlink_ext_ack *x)
{
	return split(dev, k->tcp_data_split);
}
`;

describe('RX2', () => {
  test('neither the bit nor queue operations', () =>
    expectMarks(
      'RX2',
      `${RX}static const struct ethtool_ops eops = {
	.set_ringparam = set_ring,
//< rx2-tcp-data-split: ETHTOOL_RING_USE_TCP_DATA_SPLIT
};
static const struct net_device_ops nops = {
//< rx2-tcp-data-split: EOPNOTSUPP
	.ndo_open = open,
};
`,
    ));

  test('of several devices, the one with receive rings; representors come first', () =>
    expectMarks(
      'RX2',
      `${RX}static const struct ethtool_ops rep_eops = {
	.get_drvinfo = info,
};
static const struct net_device_ops rep_nops = {
	.ndo_open = rep_open,
	.ndo_stop = rep_stop,
};
static int open(struct net_device *dev)
{
	napi_enable(&priv(dev)->napi);
	return 0;
}
static const struct ethtool_ops eops = {
	.get_drvinfo = info, .get_link = link, .get_strings = strings,
	.get_ringparam = get_ring,
//< rx2-tcp-data-split: ETHTOOL_RING_USE_TCP_DATA_SPLIT
};
static const struct net_device_ops nops = {
//< rx2-tcp-data-split: EOPNOTSUPP
	.ndo_open = open,
	.ndo_stop = stop,
};
`,
    ));

  test('the state is reported, but cannot be set', () =>
    expectMarks(
      'RX2',
      `${RX}static void get_rings(struct net_device *dev, struct ethtool_ringparam *p,
		      struct kernel_ethtool_ringparam *ring, struct netlink_ext_ack *ack)
{
	ring->tcp_data_split = ETHTOOL_TCP_DATA_SPLIT_ENABLED;
}
static const struct ethtool_ops eops = {
	.get_ringparam = get_rings,
//< rx2-tcp-data-split: the split is reported, but cannot be set
};
${OPS}${INSTALL}`,
    ));

  test('the bit is there, but the set path never looks', () =>
    expectMarks(
      'RX2',
      `${RX}${OPS}${INSTALL}static int set_ring(struct net_device *dev, struct ethtool_ringparam *r)
{
	return 0;
}
static const struct ethtool_ops eops = {
	.supported_ring_params = ETHTOOL_RING_USE_TCP_DATA_SPLIT,
//< rx2-tcp-data-split: never looks
	.set_ringparam = set_ring,
};
`,
    ));

  test('an operation is missing', () =>
    expectMarks(
      'RX2',
      `${RX}${SET}static const struct ethtool_ops eops = {
	.supported_ring_params = ETHTOOL_RING_USE_RX_BUF_LEN | ETHTOOL_RING_USE_TCP_DATA_SPLIT,
	.set_ringparam = set_ring,
};
static const struct netdev_queue_mgmt_ops qops = {
//< rx2-tcp-data-split: ndo_queue_stop
	.ndo_queue_mem_alloc = a, .ndo_queue_mem_free = b, .ndo_queue_start = c,
};
`,
    ));

  test.each([
    ['nobody', ''],
    ['nobody any more', 'static void setup(struct net_device *dev)\n{\n\tdev->queue_mgmt_ops = NULL;\n}\n'],
  ])('operations on queues that %s installs', (_, code) =>
    expectMarks(
      'RX2',
      `#define DRV_RING ETHTOOL_RING_USE_TCP_DATA_SPLIT
${RX}${SET}${code}static const struct ethtool_ops eops = {
	.supported_ring_params = DRV_RING,
	.set_ringparam = set_ring,
};
static const struct netdev_queue_mgmt_ops qops = {
//< rx2-tcp-data-split: qops is given to no device
	.ndo_queue_mem_alloc = a, .ndo_queue_mem_free = b, .ndo_queue_start = c, .ndo_queue_stop = d,
};
`,
    ),
  );

  test('operations on queues that are chosen elsewhere', () =>
    expectMarks(
      'RX2',
      `${RX}${OPS}${SET}static void setup(struct net_device *dev, const struct drv_hw *hw)
{
	dev->queue_mgmt_ops = hw->queue_ops;
}
static const struct ethtool_ops eops = {
	.supported_ring_params = ETHTOOL_RING_USE_TCP_DATA_SPLIT,
	.set_ringparam = set_ring,
};
`,
    ));

  test('all of it, the bit in a macro', () =>
    expectMarks(
      'RX2',
      `#define DRV_RING (ETHTOOL_RING_USE_TX_PUSH | ETHTOOL_RING_USE_TCP_DATA_SPLIT)
${RX}${OPS}${INSTALL}${SET}static const struct ethtool_ops eops = {
	.supported_ring_params = DRV_RING,
	.set_ringparam = set_ring,
};
`,
    ));

  test('a driver that receives nothing has nothing to split', () =>
    expectMarks('RX2', 'static const struct ethtool_ops eops = {\n\t.get_link = link,\n};\n'));
});

/** A driver that takes payload from `pool` and headers from `hdr_pool`, with `create` to make them. */
const pools = (create: string): string => `struct drv_ring {
	struct page_pool *pool;
	struct page_pool *hdr_pool;
	struct page *page;
	void *hdr;
};
${create}
static void fill(struct drv_ring *r)
{
	struct page *hdr = page_pool_dev_alloc_pages(r->hdr_pool);

	r->page = page_pool_dev_alloc_pages(r->pool);
	r->hdr = page_address(hdr);
}
static struct sk_buff *rx(struct drv_ring *r)
{
	struct sk_buff *skb = build_skb(r->hdr, 2048);

	skb_add_rx_frag(skb, 0, r->page, 0, 64, PAGE_SIZE);
	return skb;
}
`;

describe('RX4', () => {
  test('DMA flags missing, netdev and queue_idx missing, per create call of one structure', () =>
    expectMarks(
      'RX4',
      pools(`static void create(struct drv_ring *r, struct device *dev)
{
	struct page_pool_params pp = { .dev = dev, .dma_dir = DMA_FROM_DEVICE, .max_len = PAGE_SIZE };

	pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_ALLOW_UNREADABLE_NETMEM;
//< rx4-pool-flags: set PP_FLAG_DMA_SYNC_DEV: with
//< rx4-pool-flags: set .netdev
//< rx4-pool-flags: queue_idx
	r->pool = page_pool_create(&pp);
	pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
	r->hdr_pool = page_pool_create(&pp);
}`),
    ));

  test('a header pool never allows unreadable memory', () =>
    expectMarks(
      'RX4',
      pools(`#define FLAGS (PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV)
static void create(struct drv_ring *r, struct net_device *dev, int i)
{
	struct page_pool_params pp = {
		.flags = FLAGS, .netdev = dev, .queue_idx = i, .dma_dir = DMA_FROM_DEVICE, .max_len = PAGE_SIZE,
	};

	pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
//< rx4-pool-flags: headers need readable memory
	r->pool = page_pool_create(&pp);
	r->hdr_pool = page_pool_create(&pp);
}`),
    ));

  test('max_len and dma_dir that make page_pool_create() fail', () =>
    expectMarks(
      'RX4',
      pools(`static void create(struct drv_ring *r, struct net_device *dev, int i)
{
	struct page_pool_params pp = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM,
//< rx4-pool-flags: set .max_len
//< rx4-pool-flags: set .dma_dir
		.netdev = dev,
		.queue_idx = i,
	};

	r->pool = page_pool_create(&pp);
}`),
    ));

  test('flags in pieces, under a condition, from a macro: all there', () =>
    expectMarks(
      'RX4',
      pools(`#define FLAGS (PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV)
static void create(struct drv_ring *r, struct net_device *dev, int i, bool split)
{
	struct page_pool_params pp = { 0 };

	pp.flags = FLAGS;
	pp.netdev = dev;
	pp.queue_idx = i;
	pp.dma_dir = DMA_FROM_DEVICE;
	pp.max_len = PAGE_SIZE;
	if (split)
		pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	r->pool = page_pool_create(&pp);
	pp.flags = FLAGS;
	r->hdr_pool = page_pool_create(&pp);
}`),
    ));

  test('a pool of whole packets is told once what payload needs', () =>
    expectMarks(
      'RX4',
      `struct drv_ring { struct page_pool *pool; struct page *page; };
static void create(struct drv_ring *r, struct device *dev)
{
	struct page_pool_params pp = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .dma_dir = DMA_BIDIRECTIONAL, .max_len = PAGE_SIZE,
	};

	r->pool = page_pool_create(&pp);
//< rx4-pool-flags: needs PP_FLAG_ALLOW_UNREADABLE_NETMEM and .queue_idx
}
static struct sk_buff *rx(struct drv_ring *r)
{
	r->page = page_pool_dev_alloc_pages(r->pool);
	return build_skb(page_address(r->page), PAGE_SIZE);
}
`,
    ));
});
