/* A driver of one file with a buffer that can be converted as it stands: for tests. */
#include <net/page_pool/helpers.h>

struct foo_buf {
	struct page *page;
	dma_addr_t dma;
};

struct foo_rxq {
	struct page_pool *pool;
	struct foo_buf bufs[64];
	struct sk_buff *skb;
};

static int foo_create_pool(struct foo_rxq *rxq, struct device *dev)
{
	struct page_pool_params pp = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.pool_size = 64,
		.dev = dev,
		.dma_dir = DMA_FROM_DEVICE,
		.max_len = PAGE_SIZE,
	};

	rxq->pool = page_pool_create(&pp);
	return PTR_ERR_OR_ZERO(rxq->pool);
}

static int foo_refill(struct foo_rxq *rxq, int i)
{
	struct page *page;

	page = page_pool_dev_alloc_pages(rxq->pool);
	if (!page)
		return -ENOMEM;
	rxq->bufs[i].page = page;
	rxq->bufs[i].dma = page_pool_get_dma_addr(page);
	return 0;
}

static void foo_receive(struct foo_rxq *rxq, int i, unsigned int len)
{
	struct foo_buf *buf = &rxq->bufs[i];

	skb_add_rx_frag(rxq->skb, skb_shinfo(rxq->skb)->nr_frags, buf->page, 0, len, PAGE_SIZE);
	skb_mark_for_recycle(rxq->skb);
	buf->page = NULL;
}

static void foo_release(struct foo_rxq *rxq, int i)
{
	if (rxq->bufs[i].page)
		page_pool_put_full_page(rxq->pool, rxq->bufs[i].page, false);
	rxq->bufs[i].page = NULL;
}
