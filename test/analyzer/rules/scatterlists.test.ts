/** TX1: packets that are sent by scatterlists. */
import { test } from 'vitest';
import { expectMarks } from './subject.ts';

const OPS = `static const struct net_device_ops nops = {
	.ndo_start_xmit = xmit,
};
`;

const scatterlists = (
  fill: string,
  [filled, unmapped]: readonly [string, string],
): string => `struct tx_slot {
	struct scatterlist *list;
	int count;
};
static int build(struct device *dev, struct sk_buff *skb, struct tx_slot *slot)
{
	struct scatterlist *list;
	int mapped;

	list = kmalloc_objs(struct scatterlist, MAX_SKB_FRAGS + 1, GFP_ATOMIC);
	sg_init_table(list, MAX_SKB_FRAGS + 1);
	${fill}
${filled}	mapped = dma_map_sg(dev, list, slot->count, DMA_TO_DEVICE);
	if (!mapped)
		return -ENOMEM;
	slot->list = list;
	return 0;
}
static int xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct tx_slot *slot = netdev_priv(dev);

	return build(dev->dev.parent, skb, slot);
}
static void complete(struct device *dev, struct tx_slot *slot)
{
	dma_unmap_sg(dev, slot->list, slot->count, DMA_TO_DEVICE);
${unmapped}}
static int load_firmware(struct device *dev, struct page *page, struct scatterlist *image)
{
	sg_set_page(image, page, PAGE_SIZE, 0);
	if (!dma_map_sg(dev, image, 1, DMA_TO_DEVICE))
		return -ENOMEM;
	dma_unmap_sg(dev, image, 1, DMA_TO_DEVICE);
	return 0;
}
${OPS}`;
const LIST_MARKS = [
  '//< tx1-unmap: a netmem has no page\n',
  '//< tx1-unmap: unmaps the fragments of a scatterlist\n',
] as const;

test('a scatterlist of a sent packet, made whole', () =>
  expectMarks('TX1', scatterlists('slot->count = skb_to_sgvec(skb, list, 0, skb->len);', LIST_MARKS)));

test('a scatterlist of a sent packet, made page by page', () =>
  expectMarks(
    'TX1',
    scatterlists(
      'sg_set_page(list, skb_frag_page(&skb_shinfo(skb)->frags[0]), skb_frag_size(&skb_shinfo(skb)->frags[0]), 0);',
      LIST_MARKS,
    ),
  ));

test('a scatterlist of the head alone is none of fragments', () =>
  expectMarks('TX1', scatterlists('sg_set_page(list, virt_to_page(skb->data), 64, 0);', ['', ''])));

test('a scatterlist of packets that the CPU can read', () =>
  expectMarks(
    'TX1',
    scatterlists(
      `if (!skb_frags_readable(skb))
		return -EINVAL;
	slot->count = skb_to_sgvec(skb, list, 0, skb->len);`,
      ['', ''],
    ),
  ));

test('a scatterlist that the driver does not map', () =>
  expectMarks(
    'TX1',
    `static int xmit(struct sk_buff *skb, struct net_device *dev, struct scatterlist *list)
{
	return skb_to_sgvec(skb, list, 0, skb->len);
}
${OPS}`,
  ));

test('a scatterlist that a virtqueue maps', () =>
  expectMarks(
    'TX1',
    `struct sendq { struct virtqueue *vq; struct scatterlist sg[19]; };
static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct sendq *sq = netdev_priv(dev);
	int num = skb_to_sgvec(skb, sq->sg, 0, skb->len);
//< tx1-unmap: a netmem has no page

	return virtqueue_add_outbuf(sq->vq, sq->sg, num, skb, GFP_ATOMIC) ? NETDEV_TX_BUSY : NETDEV_TX_OK;
}
static int control(struct sendq *sq, struct page *page)
{
	sg_set_page(sq->sg, page, 64, 0);
	return virtqueue_add_outbuf(sq->vq, sq->sg, 1, page, GFP_KERNEL);
}
${OPS}`,
  ));
