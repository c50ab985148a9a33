/** RX3, RX5 where what is sent lies in the fields of receive buffers, or the other way round. */
import { test } from 'vitest';
import { expectMarks } from './subject.ts';

/** One type of record for receive pages and for bounce buffers; `sender` is what looks into a bounce buffer. */
const bounce = (sender: string): string => `struct drv_frame {
	struct page *page;
	dma_addr_t dma;
};
struct drv_ring {
	struct drv_frame frames[256];
	bool sends;
};
struct drv {
	struct device *dev;
	struct drv_ring *rings;
};
static struct drv_frame *next(struct drv *d, int ring)
{
	return &d->rings[ring].frames[0];
}
static void refill(struct drv *d)
{
	struct drv_frame *frame = next(d, 0);

	frame->page = dev_alloc_page();
	frame->dma = dma_map_page(d->dev, frame->page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
}
static void fill(struct drv *d)
{
	struct drv_frame *frame = next(d, 1);

	frame->page = alloc_page(GFP_KERNEL);
	frame->dma = dma_map_page(d->dev, frame->page, 0, PAGE_SIZE, DMA_TO_DEVICE);
}
static int poll(struct napi_struct *napi, int budget)
{
	struct drv *d = container_of(napi, struct drv, napi);
	void *va = page_address(next(d, 0)->page);
//< rx5-cpu-access: page_address
	struct sk_buff *skb = build_skb(va, PAGE_SIZE);
//< rx5-cpu-access: build_skb

	skb_add_rx_frag(skb, 0, next(d, 0)->page, 0, 64, PAGE_SIZE);
	netif_receive_skb(skb);
	return 1;
}
${sender}
`;

test('a bounce buffer that transmission alone looks into', () =>
  expectMarks(
    'RX5',
    bounce(`static void put_head(struct drv *d, int len)
{
	u8 *head = page_address(next(d, 1)->page);

	head[0] = len;
}
static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *ndev)
{
	put_head(netdev_priv(ndev), skb->len);
	return NETDEV_TX_OK;
}
static const struct net_device_ops nops = { .ndo_start_xmit = xmit };`),
  ));

test('what polling calls as well looks into receive buffers', () =>
  expectMarks(
    'RX5',
    bounce(`static void put_head(struct drv *d, int len)
{
	u8 *head = page_address(next(d, 1)->page);
//< rx5-cpu-access: page_address

	head[0] = len;
}
static void timer(struct drv *d)
{
	put_head(d, 0);
}
static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *ndev)
{
	put_head(netdev_priv(ndev), skb->len);
	return NETDEV_TX_OK;
}
static const struct net_device_ops nops = { .ndo_start_xmit = xmit };`),
  ));

/** XDP sends receive pages; `other` may fill the record of sent ones with anything else. */
const sent = (mark: string, other: string): string => `struct drv_buf {
	struct page *page;
//< rx3-page-holder: field page
	dma_addr_t dma;
};
struct drv_xdp {
	struct page *page;
${mark}	struct xdp_frame *frame;
};
struct drv {
	struct device *dev;
	struct drv_buf rx[256];
	struct drv_xdp tx[256];
};
static void refill(struct drv *d, int i)
{
	d->rx[i].page = dev_alloc_page();
	d->rx[i].dma = dma_map_page(d->dev, d->rx[i].page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
}
static int send(struct drv *d, struct page *page, struct xdp_frame *frame)
{
	d->tx[0].page = page;
	d->tx[0].frame = frame;
	return 0;
}
static void sent(struct drv *d)
{
	if (d->tx[0].frame)
		xdp_return_frame(d->tx[0].frame);
	else
		__free_page(d->tx[0].page);
	d->tx[0].page = NULL;
}
static void receive(struct drv *d, struct sk_buff *skb, int act)
{
	if (act == XDP_TX)
		send(d, d->rx[0].page, NULL);
	else
		skb_add_rx_frag(skb, 0, d->rx[0].page, 0, 64, PAGE_SIZE);
//< rx3-page-api: skb_add_rx_frag
}
${other}
`;

test('the record of frames that XDP sends keeps pages', () => expectMarks('RX3', sent('', '')));

test('a record that something else fills is no record of frames', () =>
  expectMarks(
    'RX3',
    sent(
      '//< rx3-page-holder: field page\n',
      `static void keep(struct drv *d)
{
	d->tx[1].page = d->rx[1].page;
}`,
    ),
  ));
