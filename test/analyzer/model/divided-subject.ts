/** A queue with a header ring and a payload ring of one type, as the start of a fixture. */
export const RINGS = `struct record { netmem_ref nm; };
struct ring { struct record *buf; struct page_pool *pool; };
struct queue { struct ring hdr, pay; };
static void fill(struct ring *r, int i)
{
	r->buf[i].nm = page_pool_dev_alloc_netmems(r->pool);
}
static void fill_both(struct queue *q, int i)
{
	fill(&q->hdr, i);
	fill(&q->pay, i);
}
`;

/** Pools of its rings: only payload may be unreadable. */
export const PAYLOAD_POOL = `static void pools(struct queue *q, struct device *dev, struct net_device *ndev, int idx)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .queue_idx = idx,
		.pool_size = 64, .dev = dev, .netdev = ndev, .max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };

	q->hdr.pool = page_pool_create(&pp);
	pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	q->pay.pool = page_pool_create(&pp);
}
`;
