/** Which pool header buffers come from when a provider is there: it must not be the one that the provider feeds. */
import { describe, test } from 'vitest';
import { expectMarks } from '../rules/subject.ts';

/** A queue whose headers and payload have a pointer to a pool each. */
const QUEUE = `struct heron_hdr { void *va; };
struct heron_buf { netmem_ref nm; };
struct heron_q { struct page_pool *pool; struct page_pool *head_pool; struct heron_hdr *hdr; struct heron_buf *buf;
	bool own_head_pool; bool big; int idx; struct net_device *netdev; };
static void *take_head(struct heron_q *q)
{
	unsigned int offset;
	struct page *page = page_pool_alloc_frag(q->head_pool, &offset, 256, GFP_ATOMIC);

	return page ? page_address(page) + offset : NULL;
}
static void fill(struct heron_q *q, int i)
{
	q->hdr[i].va = take_head(q);
	q->buf[i].nm = page_pool_dev_alloc_netmems(q->pool);
}
static struct sk_buff *rx(struct heron_q *q, int i)
{
	struct sk_buff *skb = napi_build_skb(q->hdr[i].va, 256);

	skb_add_rx_frag_netmem(skb, 0, q->buf[i].nm, 0, 100, PAGE_SIZE);
	return skb;
}
`;

const PARAMS = `	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .netdev = q->netdev,
		.queue_idx = q->idx, .max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };
	struct page_pool *pool;
`;

const pools = (body: string): string => `${QUEUE}static bool own_head_pool(struct heron_q *q)
{
	return q->own_head_pool || q->big;
}
static int heron_pools(struct heron_q *q)
{
${PARAMS}
${body}
	return 0;
}
`;

const unreadable = (rest: string): string => `	pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	pool = page_pool_create(&pp);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	q->pool = pool;
${rest}`;

const flagged = (decision: string, mark = ''): string =>
  pools(
    unreadable(`	q->own_head_pool = ${decision};
	q->own_head_pool |= !!pp.order;
	if (own_head_pool(q)) {
		pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
		pool = page_pool_create(&pp);
		if (IS_ERR(pool))
			goto err;
	} else {
		page_pool_get(pool);
	}
	q->head_pool = pool;${mark}
	return 0;
err:
	page_pool_destroy(q->pool);
	q->pool = NULL;
	return PTR_ERR(pool);`),
  );

const MARK = '\n//< rx5-cpu-access';

describe('a header pool that', () => {
  test('is one of its own where the payload pool is unreadable is right', () =>
    expectMarks('RX5', flagged('page_pool_is_unreadable(pool)')));
  test('is one of its own for another reason is the payload pool with a provider', () =>
    expectMarks('RX5', flagged('false', MARK)));
  test('is one of its own where the queue has a provider is right', () =>
    expectMarks('RX5', flagged('netif_rxq_has_unreadable_mp(q->netdev, q->idx)')));
  test('is always the payload pool is found', () =>
    expectMarks('RX5', pools(unreadable(`	q->head_pool = pool;${MARK}`))));
  test('is the payload pool first and replaced where there is a provider is right', () =>
    expectMarks(
      'RX5',
      pools(
        unreadable(`	q->head_pool = pool;
	if (page_pool_is_unreadable(pool)) {
		pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
		q->head_pool = page_pool_create(&pp);
	}`),
      ),
    ));
  test('is made by a helper where there is a provider is right', () =>
    expectMarks(
      'RX5',
      pools(unreadable('\tq->head_pool = page_pool_is_unreadable(pool) ? make_head_pool(q) : pool;')).replace(
        'static int heron_pools',
        `static struct page_pool *make_head_pool(struct heron_q *q)
{
${PARAMS}
	pool = page_pool_create(&pp);
	return pool;
}
static int heron_pools`,
      ),
    ));
  test('is chosen the wrong way round is found', () =>
    expectMarks(
      'RX5',
      pools(
        unreadable(`	q->head_pool = pool;${MARK}
	if (!page_pool_is_unreadable(pool)) {
		pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
		q->head_pool = page_pool_create(&pp);
	}`),
      ),
    ));
});

/** Another function makes the header pool before; what is left without one gets the payload's. */
const defaulted = (when: string, mark = ''): string =>
  pools(
    `${unreadable('')}	if (!q->head_pool)
		q->head_pool = q->pool;${mark}`,
  ).replace(
    'static int heron_pools',
    `static void heron_split(struct heron_q *q)
{
${PARAMS}
	if (${when}) {
		pool = page_pool_create(&pp);
		q->head_pool = pool;
		if (IS_ERR(q->head_pool))
			q->head_pool = NULL;
	} else {
		q->head_pool = NULL;
	}
}
static int heron_pools`,
  );

describe('the payload pool as default of the header pool', () => {
  test('is right where a provider brings one of its own', () =>
    expectMarks('RX5', defaulted('netif_rxq_has_unreadable_mp(q->netdev, q->idx)')));
  test('is found where only something else does', () => expectMarks('RX5', defaulted('q->big', MARK)));
});

/** Two rings of one type, filled by one function. */
const rings = (body: string): string => `struct ring { struct page_pool *pool; netmem_ref *buf; };
struct heron_q { struct ring hdr, pay; };
static void fill(struct ring *r, int i)
{
	r->buf[i] = page_pool_dev_alloc_netmems(r->pool);
}
static struct sk_buff *rx(struct heron_q *q, int i)
{
	struct sk_buff *skb;

	fill(&q->hdr, i);
	fill(&q->pay, i);
	skb = napi_build_skb(page_address(netmem_to_page(q->hdr.buf[i])), 256);
	skb_add_rx_frag_netmem(skb, 0, q->pay.buf[i], 0, 100, PAGE_SIZE);
	return skb;
}
static int heron_pools(struct heron_q *q, struct net_device *netdev, int idx)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .netdev = netdev,
		.queue_idx = idx, .max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };
	struct page_pool *pool = page_pool_create(&pp);

	q->hdr.pool = pool;
	if (netif_rxq_has_unreadable_mp(netdev, idx)) {
		pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
		pool = page_pool_create(&pp);
	}
${body}
	return 0;
}
`;

describe('of two rings of one type', () => {
  test('only the one for payload gets the pool of the provider', () =>
    expectMarks('RX5', rings('\tq->pay.pool = pool;')));
  test('the one for headers gets it as well', () =>
    expectMarks('RX5', rings(`\tq->pay.pool = pool;\n\tq->hdr.pool = pool;${MARK}`)));
});
