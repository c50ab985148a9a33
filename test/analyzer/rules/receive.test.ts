/** RX1, RX3, RX5, RX6, RX7: what the reference lists as a violation is loud, what only looks like one is silent. */
import { describe, test } from 'vitest';
import { expectMarks, RING } from './subject.ts';

describe('RX1', () => {
  test('pages of the receive ring from the page allocator, mapped by the driver', () =>
    expectMarks(
      'RX1',
      `struct drv_buf { struct page *page; dma_addr_t dma; };
static int fill(struct device *dev, struct drv_buf *b)
{
	b->page = dev_alloc_page();
//< rx1-page-pool: page allocator
	b->dma = dma_map_page(dev, b->page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	return 0;
}
static void rx(struct drv_buf *b, struct sk_buff *skb, int len)
{
	skb_add_rx_frag(skb, 0, b->page, 0, len, PAGE_SIZE);
}
`,
    ));

  test('a frame of a self-test is no receive buffer, unlike the buffers beside it that are not sent', () =>
    expectMarks(
      'RX1',
      `struct drv_buf { struct sk_buff *skb; dma_addr_t dma; };
static netdev_tx_t drv_xmit(struct sk_buff *skb, struct net_device *ndev)
{
	struct drv_buf *b = netdev_priv(ndev);

	b->skb = skb;
	return NETDEV_TX_OK;
}
static const struct net_device_ops drv_ops = { .ndo_start_xmit = drv_xmit };
static void test(struct device *dev, struct net_device *ndev)
{
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);

	memset(skb->data, 0xff, 256);
	drv_xmit(skb, ndev);
}
static void fill(struct device *dev, struct drv_buf *b)
{
	b->skb = alloc_skb(2048, GFP_ATOMIC);
//< rx1-page-pool: skb allocator
	b->dma = dma_map_single(dev, b->skb->data, 2048, DMA_FROM_DEVICE);
}
static void rx(struct napi_struct *napi, struct drv_buf *b)
{
	napi_gro_receive(napi, b->skb);
}
`,
    ));

  test('page fragments that become the head of packets', () =>
    expectMarks(
      'RX1',
      `struct drv_buf { void *data; dma_addr_t dma; };
static void fill(struct device *dev, struct drv_buf *b)
{
	b->data = napi_alloc_frag(2048);
//< rx1-page-pool: fragment
	b->dma = dma_map_single(dev, b->data, 2048, DMA_FROM_DEVICE);
}
static struct sk_buff *rx(struct drv_buf *b)
{
	return build_skb(b->data, 2048);
}
`,
    ));

  test('skbs that the device writes into; not the small ones that packets are copied into', () =>
    expectMarks(
      'RX1',
      `struct drv_buf { struct sk_buff *skb; dma_addr_t dma; };
static int fill(struct device *dev, struct net_device *ndev, struct drv_buf *b)
{
	b->skb = netdev_alloc_skb_ip_align(ndev, 2048);
//< rx1-page-pool: skb allocator
	if (!b->skb)
		return -ENOMEM;
	b->dma = dma_map_single(dev, b->skb->data, 2048, DMA_FROM_DEVICE);
	return 0;
}
static struct sk_buff *rx(struct device *dev, struct napi_struct *napi, struct drv_buf *b, int len)
{
	struct sk_buff *skb = b->skb;

	if (len < 256) {
		struct sk_buff *copy = napi_alloc_skb(napi, len);

		dma_sync_single_for_cpu(dev, b->dma, len, DMA_FROM_DEVICE);
		skb_copy_from_linear_data(skb, copy->data, len);
		skb = copy;
	} else {
		dma_unmap_single(dev, b->dma, 2048, DMA_FROM_DEVICE);
	}
	skb_put(skb, len);
	return skb;
}
static struct sk_buff *realign(struct net_device *ndev, struct sk_buff *skb)
{
	struct sk_buff *copy = netdev_alloc_skb(ndev, skb->len);

	skb_copy_from_linear_data(skb, copy->data, skb->len);
	return copy;
}
`,
    ));

  test('an older mode without a pool beside one with it is said once a place', () =>
    expectMarks(
      'RX1',
      `struct drv_buf { struct page *page; dma_addr_t dma; };
struct drv_old { struct page *page; dma_addr_t dma; };
static void fill(struct page_pool *pool, struct drv_buf *b)
{
	b->page = page_pool_dev_alloc_pages(pool);
}
static void rx(struct drv_buf *b, struct sk_buff *skb)
{
	skb_add_rx_frag(skb, 0, b->page, 0, 64, PAGE_SIZE);
}
static void old_fill(struct device *dev, struct drv_old *o)
{
	o->page = alloc_page(GFP_ATOMIC);
//< rx1-page-pool: page allocator
	o->dma = dma_map_page(dev, o->page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
}
static void old_rx(struct drv_old *o, struct sk_buff *skb)
{
	skb_add_rx_frag(skb, 0, o->page, 0, 64, PAGE_SIZE);
}
`,
    ));

  test('pages that no packet is made of: firmware log, transmit bounce buffer, statistics', () =>
    expectMarks(
      'RX1',
      `struct drv_log { void *buf; dma_addr_t dma; };
struct drv_spare { void *buf; dma_addr_t dma; };
static void log_init(struct device *dev, struct drv_log *l)
{
	l->buf = (void *)__get_free_pages(GFP_KERNEL, 4);
	l->dma = dma_map_single(dev, l->buf, 65536, DMA_FROM_DEVICE);
}
static void log_read(struct drv_log *l, void *to)
{
	memcpy(to, l->buf, 64);
}
static void spare_init(struct device *dev, struct drv_spare *s)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	s->buf = page_address(page);
	s->dma = dma_map_page(dev, page, 0, 16384, DMA_TO_DEVICE);
}
static void pooled(struct page_pool *pool, struct sk_buff *skb)
{
	struct page *page = page_pool_dev_alloc_pages(pool);

	skb_add_rx_frag(skb, 0, page, 0, 64, PAGE_SIZE);
}
`,
    ));
});

/** A pool as devices made of software have one, and the fragment that its pages become. */
const SOFTWARE = (
  more: string,
): string => `struct drv_ring { struct page_pool *pool; struct page *page; dma_addr_t dma; };
static int setup(struct drv_ring *r, struct net_device *dev)
{
	struct page_pool_params pp = { .pool_size = 256, .nid = NUMA_NO_NODE, .dev = &dev->dev };

	r->pool = page_pool_create(&pp);
	return PTR_ERR_OR_ZERO(r->pool);
}
static void rx(struct drv_ring *r, struct device *dev, struct sk_buff *skb)
{
	struct page *page = r->page;

	skb_add_rx_frag(skb, 0, page, 0, 64, PAGE_SIZE);
}
static int fill(struct drv_ring *r, struct device *dev)
{
	r->page = page_pool_dev_alloc_pages(r->pool);
${more}	return 0;
}
`;

describe('a device made of software', () => {
  test.each(['RX1', 'RX3', 'RX4', 'RX5'] as const)('has nothing to do for %s', (requirement) =>
    expectMarks(requirement, SOFTWARE('')),
  );

  test('is not one that maps by itself what its pool does not', () =>
    expectMarks(
      'RX6',
      SOFTWARE(`	r->dma = dma_map_page(dev, r->page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	dma_sync_single_for_device(dev, r->dma, PAGE_SIZE, DMA_FROM_DEVICE);
//< rx6-dma-sync: let the pool do it
`),
    ));
});

describe('RX3', () => {
  test('buffers of the only pool that the device hands back as numbers, with low confidence', () =>
    expectMarks(
      'RX3',
      `struct drv_ring { struct page_pool *pool; struct device *dev; u64 *desc; };
static int setup(struct drv_ring *r)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP, .dma_dir = DMA_FROM_DEVICE };

	r->pool = page_pool_create(&pp);
	return PTR_ERR_OR_ZERO(r->pool);
}
static void fill(struct drv_ring *r, int i)
{
	struct page *page = page_pool_dev_alloc_pages(r->pool);
//< rx3-page-holder: pool buffer
//< rx3-page-api: page_pool_dev_alloc_pages

	r->desc[i] = cpu_to_le64(page_pool_get_dma_addr(page));
//< rx3-page-api: page_pool_get_dma_addr
}
static void drop(struct drv_ring *r, u64 cookie)
{
	page_pool_put_full_page(r->pool, virt_to_head_page(phys_to_virt(cookie)), false);
//< rx3-page-api: page_pool_put_full_page
//< rx3-page-api: virt_to_head_page
}
`,
    ));

  test('allocation, address, field, fragment and release of payload; not of headers', () =>
    expectMarks(
      'RX3',
      `struct drv_buf {
	struct page *page;
//< rx3-page-holder: field page
	dma_addr_t dma;
};
struct drv_hdr {
	struct page *page;
};
struct drv_ring {
	struct page_pool *pool;
	struct page_pool *hdr_pool;
	struct drv_buf *bufs;
	struct drv_hdr *hdrs;
};
static void fill(struct drv_ring *r, int i)
{
	r->bufs[i].page = page_pool_dev_alloc_pages(r->pool);
//< rx3-page-api: page_pool_dev_alloc_netmems
	r->bufs[i].dma = page_pool_get_dma_addr(r->bufs[i].page);
//< rx3-page-api: page_pool_get_dma_addr_netmem
	r->hdrs[i].page = page_pool_dev_alloc_pages(r->hdr_pool);
}
static struct sk_buff *rx(struct drv_ring *r, int i, int len)
{
	struct sk_buff *skb = napi_build_skb(page_address(r->hdrs[i].page), 2048);

	skb_add_rx_frag(skb, 0, r->bufs[i].page, 0, len, PAGE_SIZE);
//< rx3-page-api: skb_add_rx_frag_netmem
	return skb;
}
static void drop(struct drv_ring *r, int i)
{
	page_pool_put_full_page(r->pool, r->bufs[i].page, false);
//< rx3-page-api: page_pool_put_full_netmem
	page_pool_put_full_page(r->hdr_pool, r->hdrs[i].page, false);
}
`,
    ));

  test('a page behind a void pointer and on the way through a helper', () =>
    expectMarks(
      'RX3',
      `struct drv_cb { void *priv; };
//< rx3-page-holder: not as void *
static struct page *take(struct page_pool *pool)
//< rx3-page-holder
{
	return page_pool_dev_alloc_pages(pool);
//< rx3-page-api
}
static void fill(struct page_pool *pool, struct drv_cb *cb)
{
	cb->priv = take(pool);
}
static void rx(struct drv_cb *cb, struct sk_buff *skb)
{
	skb_add_rx_frag(skb, 0, cb->priv, 0, 64, PAGE_SIZE);
//< rx3-page-api
}
`,
    ));

  test('a converted driver is quiet', () =>
    expectMarks(
      'RX3',
      `struct drv_buf { netmem_ref netmem; dma_addr_t dma; };
static void fill(struct page_pool *pool, struct drv_buf *b)
{
	b->netmem = page_pool_dev_alloc_netmems(pool);
	b->dma = page_pool_get_dma_addr_netmem(b->netmem);
}
static void rx(struct page_pool *pool, struct drv_buf *b, struct sk_buff *skb, int len)
{
	page_pool_dma_sync_netmem_for_cpu(pool, b->netmem, 0, len);
	skb_add_rx_frag_netmem(skb, 0, b->netmem, 0, len, PAGE_SIZE);
	b->netmem = 0;
}
static void drop(struct page_pool *pool, struct drv_buf *b)
{
	page_pool_put_full_netmem(pool, b->netmem, false);
}
`,
    ));
});

const FILL = `static void fill(struct drv_ring *r, int i)
{
	struct page *hdr = page_pool_dev_alloc_pages(r->hdr_pool);

	r->bufs[i].page = page_pool_dev_alloc_pages(r->pool);
	r->bufs[i].dma = page_pool_get_dma_addr(r->bufs[i].page);
	r->hdrs[i].va = page_address(hdr);
}
static struct sk_buff *frame(struct drv_ring *r, int i, int len)
{
	struct sk_buff *skb = napi_build_skb(r->hdrs[i].va, 2048);

	skb_add_rx_frag(skb, 0, r->bufs[i].page, 0, len, PAGE_SIZE);
	return skb;
}
`;

describe('RX5', () => {
  test('address, copy and prefetch of payload; headers may be read', () =>
    expectMarks(
      'RX5',
      `${RING}${FILL}static void copybreak(struct drv_ring *r, int i, struct sk_buff *skb, int len)
{
	void *va = page_address(r->bufs[i].page);
//< rx5-cpu-access: page_address

	prefetch(va);
//< rx5-cpu-access: prefetch
	skb_put_data(skb, va, len);
//< rx5-cpu-access: reads
	prefetch(r->hdrs[i].va);
	prefetchw(r->bufs[i].page);
//< rx5-cpu-access: of the struct page of a
}
`,
    ));

  test('payload mapped for the CPU, addressed physically, asked for its kind; a tested address is fine', () =>
    expectMarks(
      'RX5',
      `struct drv_buf { netmem_ref netmem; struct page *page; };
static void fill(struct page_pool *pool, struct drv_buf *b)
{
	b->netmem = page_pool_dev_alloc_netmems(pool);
	b->page = page_pool_dev_alloc_pages(pool);
}
static void rx(struct drv_buf *b, struct sk_buff *skb, u64 *desc)
{
	void *va = netmem_address(b->netmem);

	skb_add_rx_frag_netmem(skb, 0, b->netmem, 0, 64, PAGE_SIZE);
	if (va)
		prefetch(va);
	if (netmem_is_net_iov(b->netmem))
//< rx5-cpu-access: tells kinds of memory apart
		return;
}
static void rx_page(struct drv_buf *b, struct sk_buff *skb, u64 *desc)
{
	desc[0] = page_to_phys(b->page);
//< rx5-cpu-access: addressed physically
	kunmap_local(kmap_local_page(b->page));
//< rx5-cpu-access: can be neither mapped
	skb_add_rx_frag(skb, 0, b->page, 0, 64, PAGE_SIZE);
}
`,
    ));

  test('an offset is added to an address that may be NULL; not to one that was tested', () =>
    expectMarks(
      'RX5',
      `struct drv_buf { netmem_ref netmem; };
static void fill(struct page_pool *pool, struct drv_buf *b)
{
	b->netmem = page_pool_dev_alloc_netmems(pool);
}
static void rx(struct drv_buf *b, struct sk_buff *skb, void *to)
{
	memcpy((u8 *)netmem_address(b->netmem) + 64, to, 64);
//<            rx5-cpu-access: check netmem_address() for NULL
	skb_add_rx_frag_netmem(skb, 0, b->netmem, 0, 64, PAGE_SIZE);
}
static void rx_local(struct drv_buf *b, void *to)
{
	u8 *va = netmem_address(b->netmem);
//<        rx5-cpu-access: check netmem_address() for NULL
	u8 *data = va + 64;

	if (!data)
		return;
	copy_in(data, to);
}
static void rx_tested(struct drv_buf *b, void *to)
{
	u8 *va = netmem_address(b->netmem);
	u8 *data;

	if (!va)
		return;
	data = va + 64;
	copy_in(data, to);
	if (netmem_address(b->netmem))
		copy_in(netmem_address(b->netmem) + 64, to);
}
`,
    ));

  test('what is read on the way out is sent, also from a field that receive buffers pass through', () =>
    expectMarks(
      'RX5',
      `struct drv_slot { void *va; struct page *page; u8 *bounce; };
static void fill(struct page_pool *pool, struct drv_slot *s)
{
	s->page = page_pool_dev_alloc_pages(pool);
	s->va = page_address(s->page);
//< rx5-cpu-access: page_address()
}
static void rx(struct drv_slot *s, struct sk_buff *skb)
{
	memcpy(skb_put(skb, 64), s->va, 64);
//< rx5-cpu-access: memcpy() reads
}
static void push(struct drv_slot *s)
{
	memcpy(s->bounce, s->va, 64);
}
static int xmit(struct sk_buff *skb, struct net_device *dev)
{
	push(netdev_priv(dev));
	return 0;
}
static const struct net_device_ops nops = {
	.ndo_start_xmit = xmit,
};
`,
    ));

  test('frames of a self-test, and of a queue that no stack gets; not those of a handler that makes packets', () =>
    expectMarks(
      'RX5',
      `${RING}${FILL}struct drv_handlers { bool (*take)(struct drv_ring *r, int i); };
static bool is_mine(struct drv_ring *r, int i)
{
	u8 *data = page_address(r->bufs[i].page);

	return data[3] == 0xff;
}
static u16 run_frames(struct drv_ring *r)
{
	return is_mine(r, 0);
}
static void self_test(struct net_device *dev, struct ethtool_test *t, u64 *data)
{
	*data = run_frames(netdev_priv(dev));
}
static const struct ethtool_ops eops = {
	.self_test = self_test,
};
static bool count_events(struct drv_ring *r, int i)
{
	u8 *data = page_address(r->bufs[i].page);

	page_pool_put_full_page(r->pool, r->bufs[i].page, true);
	return data[0] == 1;
}
static bool has_stamp(struct drv_ring *r, int i)
{
	u8 *data = page_address(r->bufs[i].page);
//< rx5-cpu-access: page_address

	return data[60] == 1;
}
static bool pass_on(struct drv_ring *r, int i)
{
	u8 *data = page_address(r->bufs[i].page);
//< rx5-cpu-access: page_address

	return drv_deliver(r, data, napi_alloc_skb(r->napi, 64));
}
static const struct drv_handlers handlers[] = {
	{ .take = count_events },
	{ .take = has_stamp },
	{ .take = pass_on },
};
`,
    ));

  test('an address that only XDP asks for is a page’s', () =>
    expectMarks(
      'RX5',
      `struct drv_buf { struct page *page; };
static void fill(struct page_pool *pool, struct drv_buf *b)
{
	b->page = page_pool_dev_alloc_pages(pool);
}
static int run_xdp(struct drv_buf *b, struct bpf_prog *prog)
{
	struct xdp_buff xdp;

	if (!prog)
		return 0;
	xdp.data = page_address(b->page);
	return bpf_prog_run_xdp(prog, &xdp);
}
static void rx(struct drv_buf *b, struct sk_buff *skb)
{
	void *va = page_address(b->page);
//< rx5-cpu-access: page_address

	skb_add_rx_frag(skb, 0, b->page, va - page_address(b->page), 64, PAGE_SIZE);
//< rx5-cpu-access: page_address
}
`,
    ));

  test('what builds a packet in the only buffer is worth a note', () =>
    expectMarks(
      'RX5',
      `struct drv_buf { struct page *page; };
static void fill(struct page_pool *pool, struct drv_buf *b)
{
	b->page = page_pool_dev_alloc_pages(pool);
}
static struct sk_buff *rx(struct drv_buf *b)
{
	return build_skb(page_address(b->page), PAGE_SIZE);
//< rx5-cpu-access: page_address
//< rx5-cpu-access: build_skb
}
`,
    ));
});

describe('RX6', () => {
  test('payload synchronised by the DMA API; not headers, descriptors or what is sent', () =>
    expectMarks(
      'RX6',
      `${RING}${FILL}static void sync(struct drv_ring *r, int i, int len, dma_addr_t mailbox)
{
	dma_sync_single_for_cpu(r->dev, r->bufs[i].dma, len, DMA_FROM_DEVICE);
//< rx6-dma-sync: page_pool_dma_sync_netmem_for_cpu
	dma_sync_single_range_for_cpu(r->dev, r->bufs[i].dma, 0, len, DMA_FROM_DEVICE);
//< rx6-dma-sync
	dma_sync_single_for_device(r->dev, r->bufs[i].dma, len, DMA_FROM_DEVICE);
//< rx6-dma-sync: PP_FLAG_DMA_SYNC_DEV
	dma_sync_single_for_cpu(r->dev, mailbox, 64, DMA_FROM_DEVICE);
}
`,
    ));

  test('through the pool is right', () =>
    expectMarks(
      'RX6',
      `${RING}${FILL}static void sync(struct drv_ring *r, int i, int len)
{
	page_pool_dma_sync_for_cpu(r->pool, r->bufs[i].page, 0, len);
}
`,
    ));
});

describe('RX7', () => {
  test('page reference counts drive the recycling', () =>
    expectMarks(
      'RX7',
      `${RING}${FILL}static bool reusable(struct drv_ring *r, int i)
{
	if (page_count(r->bufs[i].page) != 1)
//< rx7-recycling
		return false;
	page_ref_add(r->bufs[i].page, 16);
//< rx7-recycling
	return dev_page_is_reusable(r->bufs[i].page);
//< rx7-recycling
}
`,
    ));

  test('references of the pool, and posting a buffer again that is still one’s own', () =>
    expectMarks(
      'RX7',
      `${RING}${FILL}static void bias(struct drv_ring *r, int i, int j)
{
	page_pool_fragment_page(r->bufs[i].page, 64);
	page_pool_ref_page(r->bufs[i].page);
	r->bufs[j].page = r->bufs[i].page;
	r->bufs[i].page = NULL;
}
`,
    ));
});
