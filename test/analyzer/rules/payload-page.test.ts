import { expect, test } from 'vitest';
import { analyse, brief } from '../analyse.ts';

const files = {
  'drv.c': `struct drv_agg {
	struct page *page;
	dma_addr_t mapping;
};
struct drv_head {
	void *data;
	dma_addr_t mapping;
};
struct drv_ring {
	struct page_pool *pool;
	struct page_pool *head_pool;
	struct drv_agg *aggs;
	struct drv_head *heads;
};
static int drv_fill(struct drv_ring *r, int i)
{
	struct page *page = page_pool_dev_alloc_pages(r->pool);

	if (!page)
		return -ENOMEM;
	r->aggs[i].page = page;
	r->aggs[i].mapping = page_pool_get_dma_addr(page);
	return 0;
}
static int drv_fill_head(struct drv_ring *r, int i)
{
	struct page *page = page_pool_dev_alloc_pages(r->head_pool);

	if (!page)
		return -ENOMEM;
	r->heads[i].data = page_address(page);
	r->heads[i].mapping = page_pool_get_dma_addr(page);
	return 0;
}
static void drv_rx(struct drv_ring *r, struct device *dev, int i, int len)
{
	struct sk_buff *skb = napi_build_skb(r->heads[i].data, 2048);

	dma_sync_single_for_cpu(dev, r->heads[i].mapping, 128, DMA_FROM_DEVICE);
	dma_sync_single_for_cpu(dev, r->aggs[i].mapping, len, DMA_FROM_DEVICE);
	skb_add_rx_frag(skb, 0, r->aggs[i].page, 0, len, PAGE_SIZE);
	r->aggs[i].page = NULL;
}
`,
};

test('payload pages are found by flow, header pages of the same shape stay silent', async () => {
  const found = brief(files, await analyse(files)).filter((f) => /rx[36]/.test(f));
  expect(found).toEqual([
    'drv.c:2 rx3-page-holder struct page *',
    'drv.c:17 rx3-page-holder struct page *',
    'drv.c:17 rx3-page-api page_pool_dev_alloc_pages',
    'drv.c:22 rx3-page-api page_pool_get_dma_addr',
    'drv.c:40 rx6-dma-sync dma_sync_single_for_cpu',
    'drv.c:41 rx3-page-api skb_add_rx_frag',
  ]);
});
