/** Queues of one type of which only some can get a provider: a handler counts in those where it is set. */
import { describe, test } from 'vitest';
import { expectMarks } from '../rules/subject.ts';

const SET_WHOLE = 'static void set_whole(struct heron_q *q) { q->receive = receive_whole; }\n';

/**
 * @param trap what is done to the queue of a trap, which no operation on queues makes
 * @param channel what is done to the queue of a channel
 * @param open functions that these call
 */
const driver = (
  trap: string,
  channel: string,
  mark = '',
  open = SET_WHOLE,
): string => `struct heron_buf { netmem_ref nm; };
struct heron_q { struct page_pool *pool; struct heron_buf *buf; struct net_device *netdev; int idx; int format;
	void (*receive)(struct heron_q *q, struct sk_buff *skb, int i); };
struct heron_params { int format; };
struct heron_channel { struct heron_q rx; struct heron_params params; struct bpf_prog *prog; };
struct heron_trap { struct heron_q rx; struct heron_params params; };
static int open_queue(struct heron_q *q, struct heron_params *params)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM,
		.netdev = q->netdev, .queue_idx = q->idx, .max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };

	q->format = params->format;
	q->pool = page_pool_create(&pp);
	return 0;
}
static void fill(struct heron_q *q, int i) { q->buf[i].nm = page_pool_dev_alloc_netmems(q->pool); }
static void receive_split(struct heron_q *q, struct sk_buff *skb, int i)
{
	fill(q, i);
	skb_add_rx_frag_netmem(skb, 0, q->buf[i].nm, 0, 100, PAGE_SIZE);
}
static void receive_whole(struct heron_q *q, struct sk_buff *skb, int i)
{
	fill(q, i);
	skb_copy_to_linear_data(skb, page_address(netmem_to_page(q->buf[i].nm)), 100);${mark}
	skb_add_rx_frag_netmem(skb, 0, q->buf[i].nm, 0, 100, PAGE_SIZE);
}
static void poll(struct heron_q *q, struct sk_buff *skb, int i)
{
	q->receive(q, skb, i);
}
${open}static int open_trap(struct heron_trap *t)
{
	struct heron_q *rx = &t->rx;

${trap}
	return open_queue(rx, &t->params);
}
static int open_channel(struct heron_channel *c)
{
	struct heron_q *rx = &c->rx;

${channel}
	return open_queue(rx, &c->params);
}
static int heron_mem_alloc(struct net_device *dev, void *mem, int idx)
{
	struct heron_channel *c = mem;

	return open_channel(c);
}
static const struct netdev_queue_mgmt_ops heron_queue_ops = { .ndo_queue_mem_size = sizeof(struct heron_channel),
	.ndo_queue_mem_alloc = heron_mem_alloc };
static void heron_setup(struct net_device *dev, struct heron_trap *t)
{
	dev->queue_mgmt_ops = &heron_queue_ops;
	open_trap(t);
}
`;

const MARK = '\n//< rx5-cpu-access';

describe('a handler that reads payload', () => {
  test('is right where only queues without a provider have it', () =>
    expectMarks('RX5', driver('\tset_whole(rx);', '\trx->receive = receive_split;')));
  test('is found where a queue has it that can get a provider', () =>
    expectMarks('RX5', driver('\trx->receive = receive_split;', '\tset_whole(rx);', MARK)));
  test('is found where both have it', () =>
    expectMarks('RX5', driver('\tset_whole(rx);', '\tset_whole(rx);', MARK)));
  test('is right in a format that queues with a provider never have', () =>
    expectMarks(
      'RX5',
      driver('\tt->params.format = 1;', '\tc->params.format = c->prog ? 1 : 2;', '', '').replace(
        'q->receive(q, skb, i);',
        'if (q->format == 1)\n\t\treceive_whole(q, skb, i);\n\telse\n\t\treceive_split(q, skb, i);',
      ),
    ));
  test('is found in a format that they can have', () =>
    expectMarks(
      'RX5',
      driver('\tt->params.format = 1;', '\tc->params.format = 1;', MARK, '').replace(
        'q->receive(q, skb, i);',
        'if (q->format == 1)\n\t\treceive_whole(q, skb, i);\n\telse\n\t\treceive_split(q, skb, i);',
      ),
    ));
});

/** A setting that is read through two structures, one in the other. */
const nested = (asked: string, mark = ''): string => `struct heron_buf { netmem_ref nm; };
struct heron_params { int format; };
struct heron_channels { struct heron_params params; };
struct heron_priv { struct heron_channels channels; };
struct heron_q { struct page_pool *pool; struct heron_buf *buf; struct net_device *netdev; int idx;
	struct heron_params *params; struct heron_priv *priv; };
static int open_queue(struct heron_q *q)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .netdev = q->netdev,
		.queue_idx = q->idx, .max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };

	if (q->priv->channels.params.format == HERON_SPLIT)
		pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	q->pool = page_pool_create(&pp);
	return 0;
}
static void fill(struct heron_q *q, int i) { q->buf[i].nm = page_pool_dev_alloc_netmems(q->pool); }
static void receive(struct heron_q *q, struct sk_buff *skb, int i)
{
	fill(q, i);
	if (${asked})
		skb_copy_to_linear_data(skb, page_address(netmem_to_page(q->buf[i].nm)), 100);${mark}
	skb_add_rx_frag_netmem(skb, 0, q->buf[i].nm, 0, 100, PAGE_SIZE);
}
`;

describe('a setting that is asked by another way than where the pool is made', () => {
  test('rules a provider out', () => expectMarks('RX5', nested('q->params->format == HERON_WHOLE')));
  test('is the same one', () => expectMarks('RX5', nested('q->params->format == HERON_SPLIT', MARK)));
});
