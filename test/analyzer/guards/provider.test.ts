/** The question that rules ask: can this happen to memory of a provider? Asked of small drivers, through the rules. */
import { describe, test } from 'vitest';
import { expectMarks } from '../rules/subject.ts';

const HEAD = `struct heron_buf { netmem_ref nm; };
struct heron_q { struct page_pool *pool; struct bpf_prog *prog; struct heron_buf *buf; bool split; };
static void fill(struct heron_q *q, int i) { q->buf[i].nm = page_pool_dev_alloc_netmems(q->pool); }
static void add(struct heron_q *q, struct sk_buff *skb, int i)
{
	skb_add_rx_frag_netmem(skb, 0, q->buf[i].nm, 0, 100, PAGE_SIZE);
}
`;
const POOL = `static int pools(struct heron_q *q, struct net_device *n, int idx)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .netdev = n,
		.queue_idx = idx, .max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };

	if (q->split)
		pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	q->pool = page_pool_create(&pp);
	return 0;
}
`;
const READ = `static void copy(struct heron_q *q, struct sk_buff *skb, int i)
{
	memcpy(skb->data, page_address(__netmem_to_page(q->buf[i].nm)), 64);
}
`;
const READ_MARKED = READ.replace('64);', '64);\n//< rx5-cpu-access');

const calling = (body: string): string => `static void rx(struct heron_q *q, struct sk_buff *skb, int i)
{
${body}
	fill(q, i);
	add(q, skb, i);
}
`;

const silent = (body: string): Promise<void> => expectMarks('RX5', HEAD + POOL + READ + calling(body));

describe('reading payload is right', () => {
  test('where a caller has told the kinds of memory apart', () =>
    silent('\tif (!netmem_is_net_iov(q->buf[i].nm))\n\t\tcopy(q, skb, i);'));
  test('where a caller has an address for it', () =>
    silent('\tvoid *va = netmem_address(q->buf[i].nm);\n\tif (va)\n\t\tcopy(q, skb, i);'));
  test('where an XDP program is attached: binding is refused then', () =>
    silent('\tif (q->prog)\n\t\tcopy(q, skb, i);'));
  test('where a flag says that an XDP program was attached', () =>
    silent(
      '\tbool active = false;\n\n\tif (q->prog)\n\t\tactive = true;\n\tif (active)\n\t\tcopy(q, skb, i);',
    ));
  test('where a flag keeps what was asked in the turn before', () =>
    silent(
      '\tbool readable = false;\n\n\tfor (; i; i--) {\n\t\tif (readable)\n\t\t\tcopy(q, skb, i);\n\t\treadable = !netmem_is_net_iov(q->buf[i].nm);\n\t}',
    ));
  test('where the queue has no pool', () => silent('\tif (!q->pool)\n\t\tcopy(q, skb, i);'));
  test('in the mode in which the pool takes no unreadable memory', () =>
    silent('\tif (!q->split)\n\t\tcopy(q, skb, i);'));
});

describe('reading payload is wrong', () => {
  const loud = (body: string): Promise<void> => expectMarks('RX5', HEAD + POOL + READ_MARKED + calling(body));
  test('where one of two ways to set a flag is none of XDP', () =>
    loud(
      '\tbool active = false;\n\n\tif (q->prog)\n\t\tactive = true;\n\tif (i > 3)\n\t\tactive = true;\n\tif (active)\n\t\tcopy(q, skb, i);',
    ));
  test('where a flag is changed by its address', () =>
    loud(
      '\tbool active = false;\n\n\tif (q->prog)\n\t\tactive = true;\n\tlook(q, &active);\n\tif (active)\n\t\tcopy(q, skb, i);',
    ));
  test('without a word', () => loud('\tcopy(q, skb, i);'));
  test('where memory of a provider was found', () =>
    loud('\tif (netmem_is_net_iov(q->buf[i].nm))\n\t\tcopy(q, skb, i);'));
  test('in the mode in which the pool takes it', () => loud('\tif (q->split)\n\t\tcopy(q, skb, i);'));
  test('where only one of two callers has asked', () =>
    loud(
      '\tif (!netmem_is_net_iov(q->buf[i].nm))\n\t\tcopy(q, skb, i);\n\telse if (i)\n\t\tcopy(q, skb, i);',
    ));
});
