/** RX1, RX6: packets that are copied out of what the device writes, and packets whose address stands in a descriptor. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../analyse.ts';
import { expectMarks } from './subject.ts';

/** A ring of pages that the device writes; `copy` is what the driver does with it. */
const ring = (copy: string): string => `struct rx_ring { void *cpu; dma_addr_t dma; struct page_pool *pool; };
static int fill(struct device *dev, struct rx_ring *r)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4);

	r->cpu = page_to_virt(page);
	r->dma = dma_map_page(dev, page, 0, 65536, DMA_FROM_DEVICE);
	return dma_mapping_error(dev, r->dma);
}
${copy}`;

const allocation = async (copy: string): Promise<string[]> => {
  const { findings } = await analyse({ 'ring.c': ring(copy) });
  return findings
    .filter(({ requirement }) => requirement === 'RX1')
    .map(({ api, severity }) => `${api} ${severity}`);
};

describe('RX1', () => {
  test('a ring of pages that packets are copied from into new skbs', async () =>
    expect(
      await allocation(`static void poll(struct napi_struct *napi, struct rx_ring *r, u32 at, u32 len)
{
	struct sk_buff *skb = napi_alloc_skb(napi, len);

	memcpy(skb->data, r->cpu + at, len);
}
`),
    ).toEqual(['alloc_pages warning']));

  test('copies into pages of a pool that no device gets do not make it one from the pool', async () =>
    expect(
      await allocation(`static void start(struct device *dev, struct rx_ring *r)
{
	struct page_pool_params pp = { .pool_size = 256, .dev = dev };

	r->pool = page_pool_create(&pp);
}
static void poll(struct napi_struct *napi, struct rx_ring *r, u32 at, u32 len)
{
	struct page *page = page_pool_dev_alloc_pages(r->pool);
	struct sk_buff *skb = napi_build_skb(page_address(page), PAGE_SIZE);

	memcpy(skb->data, r->cpu + at, len);
}
`),
    ).toEqual(['alloc_pages warning']));

  test('a ring of events is none of packets', async () =>
    expect(
      await allocation(`static void poll(struct rx_ring *r, u32 at, struct drv_event *event)
{
	memcpy(event, r->cpu + at, sizeof(*event));
}
`),
    ).toEqual([]));
});

test('copies for AF_XDP are not received for going through the helper that gives buffers back to a pool', () =>
  expectMarks(
    'RX3',
    `struct rxq { struct page_pool *pool; struct page *page; };
static void add(struct rxq *q, struct sk_buff *skb, struct page *page, int len)
{
	if (skb_shinfo(skb)->nr_frags < MAX_SKB_FRAGS)
		skb_add_rx_frag(skb, 0, page, 0, len, PAGE_SIZE);
	else if (q->pool)
		page_pool_put_full_page(q->pool, page, false);
	else
		put_page(page);
}
static void copy(struct rxq *q, struct sk_buff *skb, struct xdp_buff *xsk, int len)
{
	void *buf = napi_alloc_frag(len);

	memcpy(buf, xsk->data, len);
	add(q, skb, virt_to_page(buf), len);
}
`,
  ));

/** A pool whose buffers are found by number, with their addresses in descriptors; `beside` is what the poll does besides. */
const descriptors = (beside: string, sync: string): string => `struct rx_desc { __le32 addr; __le32 len; };
struct rxq {
	struct page_pool *pool;
	struct rx_desc *ring;
	struct page *pages[64];
	void *heads[64];
	struct device *dev;
};
static void fill(struct rxq *q, int i)
{
	q->pages[i] = page_pool_dev_alloc_pages(q->pool);
	q->ring[i].addr = cpu_to_le32(page_pool_get_dma_addr(q->pages[i]) + 64);
}
static void fill_head(struct rxq *q, int i)
{
	q->heads[i] = napi_alloc_frag(256);
	q->ring[i].len = cpu_to_le32(dma_map_single(q->dev, q->heads[i], 256, DMA_FROM_DEVICE));
}
static void poll(struct rxq *q, int i, u32 len)
{
	dma_addr_t dma = le32_to_cpu(q->ring[i].addr);
	struct sk_buff *skb;

	${sync}
	skb = build_skb(page_address(q->pages[i]), PAGE_SIZE);
${beside}}
`;

describe('RX6', () => {
  test('the address in a descriptor, where the poll has the packet in its hands', () =>
    expectMarks(
      'RX6',
      descriptors(
        '',
        `dma_sync_single_for_cpu(q->dev, dma, len, DMA_FROM_DEVICE);
//< rx6-dma-sync: page_pool_dma_sync_netmem_for_cpu`,
      ),
    ));

  test('nobody knows whose address it is where the poll has two kinds of received buffers in its hands', () =>
    expectMarks(
      'RX6',
      descriptors(
        '\tskb = build_skb(q->heads[i], 256);\n',
        'dma_sync_single_for_cpu(q->dev, dma, len, DMA_FROM_DEVICE);',
      ),
    ));

  test('what is synchronised for the device alone', () =>
    expectMarks('RX6', descriptors('', 'dma_sync_single_for_cpu(q->dev, dma, len, DMA_TO_DEVICE);')));
});

/** A page that is copied from after the driver has synchronised it. */
const synced = (page: string, [toCpu, toDevice]: readonly [string, string]): string => `struct rx_buf {
	struct page *page;
	dma_addr_t dma;
};
static void fill(struct device *dev, struct page_pool *pool, struct rx_buf *buf)
{
	buf->page = ${page};
	buf->dma = dma_map_page(dev, buf->page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
}
static void poll(struct napi_struct *napi, struct device *dev, struct rx_buf *buf, u32 len)
{
	struct sk_buff *skb = napi_alloc_skb(napi, len);

	dma_sync_single_for_cpu(dev, buf->dma, len, DMA_FROM_DEVICE);
//< rx6-dma-sync: ${toCpu}
	skb_copy_to_linear_data(skb, page_address(buf->page), len);
	dma_sync_single_for_device(dev, buf->dma, len, DMA_FROM_DEVICE);
//< rx6-dma-sync: ${toDevice}
}
`;

test('RX6 of a driver without a pool asks for one first', async () => {
  await expectMarks(
    'RX6',
    synced('alloc_page(GFP_ATOMIC)', ['once a pool gives it', 'once a page_pool gives']),
  );
  const own = synced('page_pool_dev_alloc_pages(pool)', ['use page_pool_dma', 'delete it and let']);
  await expectMarks('RX6', own);
  const { findings } = await analyse({ 'rx.c': synced('alloc_page(GFP_ATOMIC)', ['', '']) });
  const severities = findings.flatMap((f) => (f.requirement === 'RX6' ? f.severity : []));
  expect(severities).toEqual(['info', 'info']);
});
