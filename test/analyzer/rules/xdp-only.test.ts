/** What XDP alone does to receive buffers, it does to pages: binding a provider is refused while a program is there. */
import { describe, test } from 'vitest';
import { expectMarks } from './subject.ts';

const RING = `struct wren_buf {
	struct page *page;
//< rx3-page-holder: track field page
	dma_addr_t dma;
};
struct wren_ring { struct page_pool *pool; struct device *dev; struct wren_buf *bufs; struct bpf_prog __rcu *prog; };
static void refill(struct wren_ring *r, struct wren_buf *b)
{
	b->page = page_pool_dev_alloc_pages(r->pool);
//< rx3-page-api: use page_pool_dev_alloc_netmems()
	b->dma = page_pool_get_dma_addr(b->page);
//< rx3-page-api: use page_pool_get_dma_addr_netmem()
}
`;
const MARK = '\n//< rx3-page-api: use page_pool_recycle_direct_netmem()';

/** Gives a page back, under a condition. */
const giving = (condition: string, mark: string): string => `${RING}
static inline bool has_program(struct wren_ring *r)
{
	return !!rcu_access_pointer(r->prog);
}
static int run(struct wren_ring *r, struct wren_buf *b)
{
	page_pool_recycle_direct(r->pool, b->page);${mark}
	return 0;
}
static int rx(struct wren_ring *r, struct wren_buf *b, struct sk_buff *skb, bool late)
{
	struct bpf_prog *prog = READ_ONCE(r->prog);

	skb_add_rx_frag(skb, 0, b->page, 0, 64, PAGE_SIZE);
//< rx3-page-api: use skb_add_rx_frag_netmem()
	if (${condition})
		return run(r, b);
	return 0;
}
`;

describe('a page that is given back', () => {
  test('where there is a program is silent', () => expectMarks('RX3', giving('prog', '')));
  test('where a helper says that there is one is silent', () =>
    expectMarks('RX3', giving('has_program(r)', '')));
  test('where there is none is loud', () => expectMarks('RX3', giving('!prog', MARK)));
  test('whether or not there is one is loud', () => expectMarks('RX3', giving('late', MARK)));
});

/** One helper for packets and for XDP buffers, told apart by an argument. */
const shared = (passed: string, mark: string): string => `${RING}
static void add_frag(struct xdp_buff *xdp, struct page *page)${mark === '' ? '' : '\n//< rx3-page-holder: track parameter page'}
{
	skb_frag_fill_page_desc(&xdp_get_shared_info_from_buff(xdp)->frags[0], page, 0, 64);${mark}
}
static void fill(struct wren_ring *r, struct wren_buf *b, int n, struct xdp_buff *xdp, struct sk_buff *skb)
{
	int i;

	for (i = 1; i < n; i++) {
		if (skb)
			skb_add_rx_frag(skb, 0, b->page, 0, 64, PAGE_SIZE);
//< rx3-page-api: use skb_add_rx_frag_netmem()
		else
			add_frag(xdp, b->page);
	}
}
static void rx(struct wren_ring *r, struct wren_buf *b, struct xdp_buff *xdp, struct sk_buff *skb)
{
	struct bpf_prog *prog = READ_ONCE(r->prog);

	if (prog)
		fill(r, b, 2, xdp, NULL);
	if (!skb)
		return;
	fill(r, b, 2, NULL, ${passed});
}
`;

describe('a helper that serves packets and XDP buffers', () => {
  test('is silent where only XDP asks for that', () => expectMarks('RX3', shared('skb', '')));
  test('is loud where others may ask for it', () =>
    expectMarks('RX3', shared('NULL', '\n//< rx3-page-api: use skb_frag_fill_netmem_desc()')));
});

/** A page is given back by what a table of the kernel names. */
const named = (operation: string, mark: string): string => `${RING}
static int send(struct net_device *dev, int n, struct xdp_frame **frames, u32 flags)
{
	struct wren_ring *r = netdev_priv(dev);

	page_pool_recycle_direct(r->pool, r->bufs[0].page);${mark}
	return n;
}
static void rx(struct wren_ring *r, struct wren_buf *b, struct sk_buff *skb)
{
	skb_add_rx_frag(skb, 0, b->page, 0, 64, PAGE_SIZE);
//< rx3-page-api: use skb_add_rx_frag_netmem()
}
static const struct net_device_ops nops = { .${operation} = send };
`;

describe('what the kernel calls', () => {
  test('to send frames of XDP handles pages', () => expectMarks('RX3', named('ndo_xdp_xmit', '')));
  test('for other reasons may handle memory of a provider', () =>
    expectMarks('RX3', named('ndo_stop', MARK)));
});
