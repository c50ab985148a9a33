/** RX1: socket buffers that the device receives into, where sending and receiving share a structure. */
import { test } from 'vitest';
import { expectMarks } from './subject.ts';

/** A ring entry for both directions; `direction` is that of what the refill maps. */
const shared = (direction: string, mark: string): string => `struct drv_buffer {
	struct sk_buff *skb;
	DEFINE_DMA_UNMAP_ADDR(dma);
};
static void refill(struct device *dev, struct net_device *ndev, struct drv_buffer *buf)
{
	struct sk_buff *skb = netdev_alloc_skb(ndev, 1536);
${mark}	dma_addr_t dma = dma_map_single(dev, skb->data, 1536, ${direction});

	buf->skb = skb;
	dma_unmap_addr_set(buf, dma, dma);
}
static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *ndev)
{
	struct drv_buffer *buf = netdev_priv(ndev);
	dma_addr_t dma = dma_map_single(ndev->dev.parent, skb->data, skb->len, DMA_TO_DEVICE);

	buf->skb = skb;
	dma_unmap_addr_set(buf, dma, dma);
	return NETDEV_TX_OK;
}
static const struct net_device_ops drv_ops = { .ndo_start_xmit = xmit };
`;

test('one structure keeps skbs of both directions', () =>
  expectMarks('RX1', shared('DMA_FROM_DEVICE', '//< rx1-page-pool: linear part of an skb\n')));

test('an skb that is only sent', () => expectMarks('RX1', shared('DMA_TO_DEVICE', '')));

test('an skb that is allocated in one function and mapped in another', () =>
  expectMarks(
    'RX1',
    `static int map(struct device *dev, struct drv_desc *desc, struct sk_buff *skb)
{
	dma_addr_t dma = dma_map_single(dev, skb->data, 1536, DMA_FROM_DEVICE);
//< rx1-page-pool: map() maps the skb

	return put(desc, dma);
}
static int refill(struct device *dev, struct drv_desc *desc, struct net_device *ndev)
{
	struct sk_buff *skb = netdev_alloc_skb(ndev, 1536);

	cookie(desc, (uintptr_t)skb);
	return map(dev, desc, skb);
}
static void poll(struct drv_desc *desc)
{
	struct sk_buff *skb = (struct sk_buff *)(uintptr_t)desc->cookie;

	netif_receive_skb(skb);
}
`,
  ));

test('a ring of its own beside the shared structure, and a short packet that is copied', () =>
  expectMarks(
    'RX1',
    `${shared('DMA_FROM_DEVICE', '//< rx1-page-pool: linear part of an skb\n')}struct drv_rx { struct sk_buff *skb; };
static void fill(struct device *dev, struct net_device *ndev, struct drv_rx *rx)
{
	struct sk_buff *skb = napi_alloc_skb(ndev_napi(ndev), 2048);
//< rx1-page-pool: take it from a page_pool, not from the skb allocator

	rx->skb = skb;
	post(dma_map_single(dev, skb->data, 2048, DMA_FROM_DEVICE));
}
static void receive(struct device *dev, struct net_device *ndev, struct drv_buffer *buf, u32 len)
{
	struct sk_buff *skb;

	if (len < 128) {
		skb = netdev_alloc_skb(ndev, len);
		skb_put_data(skb, buf->skb->data, len);
	} else {
		struct sk_buff *fresh = netdev_alloc_skb(ndev, 1536);
//< rx1-page-pool: linear part of an skb

		dma_unmap_addr_set(buf, dma, dma_map_single(dev, fresh->data, 1536, DMA_FROM_DEVICE));
		skb = buf->skb;
		buf->skb = fresh;
	}
	netif_receive_skb(skb);
}
`,
  ));
