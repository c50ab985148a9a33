/** RX5, RX1: packets of which the driver splits off the head by itself, and headers that the device splits off. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../analyse.ts';
import { expectMarks } from './subject.ts';

/** A ring of pool pages that become fragments; `pull` is what is done to the packet before it goes up. */
const driver = (
  pull: string,
  flags = 'PP_FLAG_DMA_MAP',
): string => `struct ring { struct page_pool *pool; struct page *page; u32 len; void *log; };
static int start(struct ring *r)
{
	struct page_pool_params pp = { .flags = ${flags}, .pool_size = 256 };

	r->pool = page_pool_create(&pp);
	r->page = page_pool_dev_alloc_pages(r->pool);
	return 0;
}
${pull}
static struct sk_buff *build(struct ring *r, struct napi_struct *napi)
{
	struct sk_buff *skb = napi_alloc_skb(napi, 256);

	skb_add_rx_frag(skb, 0, r->page, 0, r->len, PAGE_SIZE);
	skb_mark_for_recycle(skb);
	return skb;
}
static int poll(struct ring *r, struct napi_struct *napi)
{
	struct sk_buff *skb = build(r, napi);

	pull_head(r, skb);
	napi_gro_receive(napi, skb);
	return 1;
}
`;

const PULL = `static void pull_head(struct ring *r, struct sk_buff *skb)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	unsigned char *va = skb_frag_address(frag);
	unsigned int len = eth_get_headlen(skb->dev, va, 256);
//< rx5-cpu-access: skip or drop it

	skb_copy_to_linear_data(skb, va, ALIGN(len, sizeof(long)));
//< rx5-cpu-access: skip or drop it
	skb_frag_size_sub(frag, len);
}`;

describe('the first fragment of a received packet', () => {
  test('is read to pull its headers', () => expectMarks('RX5', driver(PULL)));

  test('is only cut: nothing is read', () =>
    expectMarks(
      'RX5',
      driver(`static void pull_head(struct ring *r, struct sk_buff *skb)
{
	skb_frag_size_sub(&skb_shinfo(skb)->frags[0], 64);
}`),
    ));

  test('is read by a driver that declares unreadable memory: what it asks first is its own matter', async () => {
    const flags = 'PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM';
    const { findings } = await analyse({ 'd.c': driver(PULL, flags) });
    expect(
      findings.filter(({ api }) => api === 'eth_get_headlen' || api === 'skb_copy_to_linear_data'),
    ).toEqual([]);
  });

  test('is read by a debugging aid, where no packet goes up', () =>
    expectMarks(
      'RX5',
      driver(`static void pull_head(struct ring *r, struct sk_buff *skb)
{
	r->len = skb->len;
}
static void show(struct seq_file *s, struct sk_buff *skb)
{
	seq_hex_dump(s, "", 0, 16, 1, skb_frag_address(&skb_shinfo(skb)->frags[0]), 64, false);
}
static void keep(struct ring *r, struct sk_buff *skb)
{
	memcpy(r->log, skb_frag_address(&skb_shinfo(skb)->frags[0]), 64);
}`),
    ));
});

/** Headers in pages of the page allocator beside payload of a pool. */
const split = (
  build: string,
): string => `struct slot { struct page *page; struct page *hdr_page; void *hdr; dma_addr_t hdr_dma; };
struct rxq { struct page_pool *pool; struct device *dev; };
static int start(struct rxq *q, struct slot *s)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP, .pool_size = 256 };

	q->pool = page_pool_create(&pp);
	s->page = page_pool_dev_alloc_pages(q->pool);
	s->hdr_page = alloc_page(GFP_KERNEL);
	s->hdr_dma = dma_map_page(q->dev, s->hdr_page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	s->hdr = page_address(s->hdr_page);
	return 0;
}
static struct sk_buff *build_whole(struct slot *s)
{
	return build_skb(page_address(s->page), PAGE_SIZE);
}
${build}`;

async function allocations(source: string): Promise<readonly string[]> {
  const { findings } = await analyse({ 'd.c': source });
  return findings.filter(({ requirement }) => requirement === 'RX1').map(({ api }) => api);
}

describe('header buffers of pages beside payload of a pool', () => {
  test('are copied into the head of the packet that gets the payload: they may come from anywhere', async () => {
    const source =
      split(`static struct sk_buff *build(struct rxq *q, struct slot *s, struct napi_struct *napi, int hlen, int len)
{
	struct sk_buff *skb = napi_alloc_skb(napi, hlen);

	skb_put_data(skb, s->hdr, hlen);
	skb_add_rx_frag(skb, 0, s->page, 0, len, PAGE_SIZE);
	return skb;
}
`);
    expect(await allocations(source)).toEqual([]);
  });

  test('hold whole packets: they belong into a pool', async () => {
    const source =
      split(`static struct sk_buff *build(struct rxq *q, struct slot *s, struct napi_struct *napi, int len)
{
	struct sk_buff *skb = napi_alloc_skb(napi, 256);

	skb_add_rx_frag(skb, 0, s->page, 0, len, PAGE_SIZE);
	return skb;
}
static struct sk_buff *build_small(struct slot *s, struct napi_struct *napi, int len)
{
	struct sk_buff *skb = napi_alloc_skb(napi, len);

	skb_put_data(skb, s->hdr, len);
	return skb;
}
`);
    expect(await allocations(source)).toEqual(['alloc_page']);
  });
});
