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
	return 0;
}
static void complete(struct device *dev, struct heron_buf *b)
{
	dma_unmap_page(dev, b->dma, b->len, DMA_TO_DEVICE);
//< tx1-unmap: ${unmap}
}
static const struct net_device_ops nops = { .ndo_start_xmit = xmit };
`;

const TOLD = 'kept in the field that the device is told it from';
const MARK = 'Mark the entries';
const KEPT = 'kept by assignment';
const PAIR = 'Store it with netmem_dma_unmap_addr_set()';

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
