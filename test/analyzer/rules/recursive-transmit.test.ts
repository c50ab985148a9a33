/** TX1 in a driver whose transmit function is called again for the segments that it cannot send in one. */
import { describe, test } from 'vitest';
import { expectMarks } from './subject.ts';

/** @param table whether the kernel calls the function */
const driver = (table: string, mark: string): string => `struct dunlin_buf { dma_addr_t dma; u32 len; };
static int dunlin_xmit(struct sk_buff *skb, struct net_device *dev);

static int dunlin_segment(struct sk_buff *skb, struct net_device *dev)
{
	struct sk_buff *segs = skb_gso_segment(skb, dev->features);

	return dunlin_xmit(segs, dev);
}

static void dunlin_undo(struct device *dev, struct dunlin_buf *b)
{
	dma_unmap_page(dev, b->dma, b->len, DMA_TO_DEVICE);
${mark}
}

static int dunlin_xmit(struct sk_buff *skb, struct net_device *dev)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	struct dunlin_buf *b = netdev_priv(dev);

	if (skb->len > 8192)
		return dunlin_segment(skb, dev);
	b->dma = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
${mark}
	dunlin_undo(dev->dev.parent, b);
	return 0;
}
${table}
`;

describe('a transmit function that calls itself for segments', () => {
  test('is entered by the kernel, which has it from its table', () =>
    expectMarks(
      'TX1',
      driver('static const struct net_device_ops nops = { .ndo_start_xmit = dunlin_xmit };', '//< tx1-unmap'),
    ));
});
