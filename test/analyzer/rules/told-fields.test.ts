/** TX1: a kept address that the device is told from the same field needs a mark; netmem_dma_unmap_addr_set() is for others. */
import { describe, test } from 'vitest';
import { expectMarks } from './subject.ts';

/** @param tell a statement of the function that writes the descriptor `d` of the record `b` */
const driver = (
  tell: string,
  store: string,
  unmap: string,
): string => `struct heron_desc { __le64 addr; u32 lo; u16 len; };
struct heron_buf { dma_addr_t dma; dma_addr_t first; u32 len; };
static void write_desc(struct heron_desc *d, u64 at) { d->lo = (u32)at; }
static void write_len(struct heron_desc *d, u64 at) { d->len = 64; }
static void post(struct heron_desc *d, struct heron_buf *b)
{
	dma_addr_t at = b->dma;

	${tell}
}
static int xmit(struct sk_buff *skb, struct net_device *dev, struct heron_buf *b)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	dma_addr_t dma = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);

	b->dma = dma;
//< tx1-unmap: ${store}
	b->len = skb_frag_size(frag);
	post(netdev_priv(dev), b);
	return 0;
}
/** XDP gives what it has sent to the receive ring. */
static void refill(struct heron_desc *d, struct heron_buf *b)
{
	d->addr = cpu_to_le64(b->dma);
}
static void complete(struct device *dev, struct heron_buf *b)
{
	dma_unmap_page(dev, b->dma, b->len, DMA_TO_DEVICE);
//< tx1-unmap: ${unmap}
}
static const struct net_device_ops nops = { .ndo_start_xmit = xmit };
`;

const TOLD = 'the device is told the address from this field';
const MARK = 'mark skb_frag_is_net_iov()';
const KEPT = 'a fragment is kept by "="';
const PAIR = 'store it by netmem_dma_unmap_addr_set()';

describe('the device is told the address', () => {
  test.each([
    ['in the byte order of a descriptor', 'd->addr = cpu_to_le64(b->dma);'],
    ['through a local', 'd->addr = cpu_to_le64(at);'],
    ['as an integer in a descriptor', 'd->lo = (u32)b->dma;'],
    ['by a macro of the driver', 'd->lo = HERON_LOW(b->dma);'],
    ['by a function of the driver', 'write_desc(d, b->dma);'],
    ['in a register', 'writel(lower_32_bits(b->dma), d);'],
  ])('%s', (_, tell) => expectMarks('TX1', driver(tell, TOLD, MARK)));
});

describe('nobody tells the device', () => {
  test.each([
    ['where the field is tested', 'd->len = b->dma != 0;'],
    ['where another field is told', 'd->addr = cpu_to_le64(b->first);'],
    ['where the address is copied to another record', 'b->first = b->dma;'],
    ['where a function ignores it', 'write_len(d, b->dma);'],
    ['where only its mapping ends', 'dma_unmap_single(NULL, at, 64, DMA_FROM_DEVICE);'],
  ])('%s', (_, tell) => expectMarks('TX1', driver(tell, KEPT, PAIR)));
});

/** @param add statements of the transmission, which has the address in `dma` */
const kept = (add: string): string => `struct heron_list { u64 addr[8]; u64 len[8]; };
struct heron_desc { u64 at; };
struct heron_ring { dma_addr_t *dma; };
static u64 map_frag(struct device *dev, struct sk_buff *skb)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];

	return skb_frag_dma_map(dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
}
static void send(struct heron_list *list);
static int xmit(struct sk_buff *skb, struct net_device *dev, struct heron_list *l, struct heron_desc *d,
		struct heron_ring *r)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	u64 dma = map_frag(dev->dev.parent, skb);
	struct heron_list made;

${add}
	return 0;
}
static void complete(struct device *dev, struct heron_list *l, struct heron_ring *r)
{
	dma_unmap_page(dev, l->addr[0], l->len[0], DMA_TO_DEVICE);
//< tx1-unmap
	dma_unmap_page(dev, r->dma[1], l->len[0], DMA_TO_DEVICE);
${add.includes('r->dma') ? '//< tx1-unmap' : ''}
}
static const struct net_device_ops nops = { .ndo_start_xmit = xmit };
`;

describe('addresses in arrays', () => {
  test('of plain integers are kept where they are unmapped from; not in a list that is a local', () =>
    expectMarks(
      'TX1',
      kept('\tl->addr[0] = dma;\n//< tx1-unmap: kept by\n\tmade.addr[0] = dma;\n\tsend(&made);'),
    ));
  test('are kept where they were read back from the descriptor', () =>
    expectMarks(
      'TX1',
      kept(
        '\tl->addr[0] = dma;\n//< tx1-unmap: kept by\n\td->at = skb_frag_dma_map(dev->dev.parent, frag, 0, 64, DMA_TO_DEVICE);\n\tr->dma[0] = d->at;\n//< tx1-unmap: kept by',
      ),
    ));
});

describe('the address of a fragment', () => {
  const offset = (how: string): string => `static u64 heron_at(struct heron *h, struct sk_buff *skb, u64 at)
{
	const skb_frag_t *frag = &skb_shinfo(skb)->frags[0];

	${how}
}
static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *dev)
{
	return heron_at(netdev_priv(dev), skb, 0);
}
static const struct net_device_ops nops = { .ndo_start_xmit = xmit };
`;
  test('from which only a distance is taken may be NULL', () =>
    expectMarks('TX1', offset('return at - (u64)skb_frag_address(frag);')));
  test('that is used itself may not', () =>
    expectMarks('TX1', offset('return (u64)skb_frag_address(frag) - at;\n//< tx1-unmap: is NULL')));
});
