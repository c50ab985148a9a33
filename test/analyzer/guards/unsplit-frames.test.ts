/** Frames whose headers the device did not split off, in a driver whose other packets have heads of their own. */
import { describe, test } from 'vitest';
import { expectMarks } from '../rules/subject.ts';

const driver = (
  unsplit: string,
  mark = '',
): string => `struct heron_desc { u16 len, header_len; bool split, last; };
struct heron_buf { netmem_ref nm; };
struct heron_q { struct page_pool *pool; struct heron_buf *buf; struct sk_buff *skb; struct napi_struct napi; void *headers; };
static int pools(struct heron_q *q, struct net_device *n, int idx)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM,
		.netdev = n, .queue_idx = idx, .max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };

	q->pool = page_pool_create(&pp);
	return 0;
}
static void fill(struct heron_q *q, int i) { q->buf[i].nm = page_pool_dev_alloc_netmems(q->pool); }
static void add(struct heron_q *q, int i)
{
	skb_add_rx_frag_netmem(q->skb, 0, q->buf[i].nm, 0, 100, PAGE_SIZE);
}
static void reuse(struct heron_q *q, int i)
{
	page_pool_recycle_direct_netmem(q->pool, q->buf[i].nm);
}
static struct sk_buff *copy_header(struct heron_q *q, int len)
{
	struct sk_buff *skb = napi_alloc_skb(&q->napi, len);

	skb_copy_to_linear_data(skb, q->headers, len);
	return skb;
}
static int rx(struct heron_q *q, struct heron_desc *d, int i)
{
	const bool split = d->split;

	if (split) {
		if (d->header_len) {
			q->skb = copy_header(q, d->header_len);
			if (!q->skb)
				goto drop;
		}
	}${unsplit}
	page_pool_dma_sync_netmem_for_cpu(q->pool, q->buf[i].nm, 0, d->len);
	if (q->skb) {
		add(q, i);
		return 0;
	}
	q->skb = napi_get_frags(&q->napi);${mark}
	if (!q->skb)
		goto drop;
	add(q, i);
	fill(q, i);
	return 0;
drop:
	reuse(q, i);
	return -ENOMEM;
}
`;

const MARK = '\n//< rx5-cpu-access';

describe('a packet without a head that gets payload', () => {
  test('is right where frames that were not split are dropped', () =>
    expectMarks(
      'RX5',
      driver(' else if (!q->skb && q->pool && netmem_is_net_iov(q->buf[i].nm)) {\n\t\tgoto drop;\n\t}'),
    ));
  test('is right where they are dropped before anything is looked at', () =>
    expectMarks('RX5', driver('\n\tif (!split && !netmem_address(q->buf[i].nm))\n\t\tgoto drop;')));
  test('is found where nobody asks', () => expectMarks('RX5', driver('', MARK)));
  test('is found where something else is asked', () =>
    expectMarks('RX5', driver(' else if (!q->skb && d->len > 1500) {\n\t\tgoto drop;\n\t}', MARK)));
});

/** Pages become heads only where they have an address: payload all the same. */
const shared = (read: string, mark = ''): string => `struct heron_buf { netmem_ref nm; };
struct heron_q { struct page_pool *pool; struct heron_buf *buf; };
static int pools(struct heron_q *q, struct net_device *n, int idx)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM,
		.netdev = n, .queue_idx = idx, .max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };

	q->pool = page_pool_create(&pp);
	return 0;
}
static void fill(struct heron_q *q, int i) { q->buf[i].nm = page_pool_dev_alloc_netmems(q->pool); }
static struct sk_buff *linear(struct heron_q *q, int i)
{
	void *va = netmem_address(q->buf[i].nm);

	return va ? napi_build_skb(va, 256) : NULL;
}
static void add(struct heron_q *q, struct sk_buff *skb, int i)
{
${read}${mark}
	skb_add_rx_frag_netmem(skb, 0, q->buf[i].nm, 0, 100, PAGE_SIZE);
}
`;

describe('buffers of which the head is built where they have an address', () => {
  test('are payload that nobody may read', () =>
    expectMarks('RX5', shared('\tprefetch(page_address(netmem_to_page(q->buf[i].nm)));', MARK)));
  test('are right where nobody does', () => expectMarks('RX5', shared('')));
});
