/** Payload beside headers: what the split needs. */
import { expect, test } from 'vitest';
import { convert } from './convert.ts';

const DRIVER = `struct drv_agg {
	struct page *page;
	dma_addr_t mapping;
};
struct drv_head {
	void *data;
	dma_addr_t mapping;
};
struct drv_ring {
	struct page_pool *pool;
	struct drv_agg *aggs;
	struct drv_head *heads;
};

static struct page *__drv_alloc_page(struct drv_ring *r, dma_addr_t *mapping)
{
	struct page *page;

	page = page_pool_dev_alloc_pages(r->pool);
	if (!page)
		return NULL;
	*mapping = page_pool_get_dma_addr(page);
	return page;
}

static int drv_fill(struct drv_ring *r, int i)
{
	struct page *page;

	page = __drv_alloc_page(r, &r->aggs[i].mapping);
	if (!page)
		return -ENOMEM;
	r->aggs[i].page = page;
	return 0;
}

static int drv_fill_head(struct drv_ring *r, int i)
{
	struct page *page = __drv_alloc_page(r, &r->heads[i].mapping);

	if (!page)
		return -ENOMEM;
	r->heads[i].data = page_address(page);
	return 0;
}

static struct sk_buff *drv_rx(struct drv_ring *r, int i, int len)
{
	struct sk_buff *skb = napi_build_skb(r->heads[i].data, PAGE_SIZE);

	skb_add_rx_frag(skb, 0, r->aggs[i].page, 0, len, PAGE_SIZE);
	r->aggs[i].page = NULL;
	return skb;
}
`;

test('a helper of payload and headers is parted: payload gets a netmem form, headers keep theirs', async () => {
  const { texts, reasons } = await convert({ 'drv.c': DRIVER }, '6.18');
  const text = texts['drv.c'] ?? '';
  expect(reasons).toEqual([]);
  expect(text).toContain('static netmem_ref __drv_alloc_netmem(struct drv_ring *r, dma_addr_t *mapping)');
  expect(text).toContain('page = __drv_alloc_netmem(r, &r->aggs[i].mapping);');
  expect(text).toContain('static struct page *__drv_alloc_page(struct drv_ring *r, dma_addr_t *mapping)');
  expect(text).toContain('struct page *page = __drv_alloc_page(r, &r->heads[i].mapping);');
  expect(text).toContain('return netmem_to_page(__drv_alloc_netmem(r, mapping));');
  expect((await convert(texts, '6.18')).files).toEqual([]);
});

const RELEASE = `
static void drv_free(struct drv_ring *r, struct page *page)
{
	page_pool_put_full_page(r->pool, page, false);
}

static void drv_clean(struct drv_ring *r, int i)
{
	struct page *head = virt_to_head_page(r->heads[i].data);

	drv_free(r, r->aggs[i].page);
	r->aggs[i].page = NULL;
	drv_free(r, head);
}
`;

test('a helper that takes payload and headers is copied', async () => {
  const plain = DRIVER.replace(
    '__drv_alloc_page(r, &r->heads[i].mapping)',
    'page_pool_dev_alloc_pages(r->pool)',
  );
  const text = (await convert({ 'drv.c': plain + RELEASE }, '6.18')).texts['drv.c'] ?? '';
  expect(text).toContain('static void drv_free(struct drv_ring *r, struct page *page)');
  expect(text).toContain('static void drv_free_netmem(struct drv_ring *r, netmem_ref page)');
  expect(text).toContain('drv_free_netmem(r, r->aggs[i].page);');
  expect(text).toContain('drv_free(r, head);');
});

test('payload that goes to a function that needs a page is not forced through', async () => {
  const bad = DRIVER.replace(
    '\tr->aggs[i].page = NULL;',
    '\tget_page(r->aggs[i].page);\n\tr->aggs[i].page = NULL;',
  );
  const { texts, obstacles } = await convert({ 'drv.c': bad }, '6.18');
  expect(texts['drv.c']).not.toContain('netmem_to_page(r->aggs');
  expect(obstacles.map((o) => o.cause).join()).toMatch(/get_page/);
});
