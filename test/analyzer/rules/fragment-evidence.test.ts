/** What findings of TX1 give as reasons: the fragment itself, and not what is received from the same fields. */
import { expect, test } from 'vitest';
import { analyse } from '../analyse.ts';

const SOURCE = `struct spare { void *buf; dma_addr_t dma; };
struct desc_cb { void *priv; dma_addr_t dma; u32 len; };
struct ring { struct device *dev; struct page_pool *pool; struct desc_cb *cb; struct spare *spare; };
static void set_up(struct ring *r)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4);

	r->spare->buf = page_address(page);
	r->spare->dma = dma_map_page(r->dev, page, 0, PAGE_SIZE << 4, DMA_TO_DEVICE);
}
static void fill(struct ring *r, void *priv, dma_addr_t dma, u32 len)
{
	r->cb->priv = priv;
	r->cb->dma = dma;
	r->cb->len = len;
}
static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct ring *r = netdev_priv(dev);
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];

	if (skb->len < 64) {
		memcpy(r->spare->buf, skb_frag_address(frag), 64);
		fill(r, r->spare->buf, r->spare->dma, 0);
		return NETDEV_TX_OK;
	}
	fill(r, skb, skb_frag_dma_map(r->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE), skb_frag_size(frag));
	return NETDEV_TX_OK;
}
static void complete(struct ring *r)
{
	dma_unmap_page(r->dev, r->cb->dma, r->cb->len, DMA_TO_DEVICE);
}
static void poll(struct ring *r, struct sk_buff *skb, int len)
{
	r->cb->priv = page_pool_dev_alloc_pages(r->pool);
	memcpy(skb_put(skb, len), page_address(r->cb->priv), len);
}
static const struct net_device_ops ops = { .ndo_start_xmit = xmit };
`;

test('a copy, a store and an unmapping name the fragment that is sent', async () => {
  const { findings } = await analyse({ 'tx.c': SOURCE });
  const reasons = findings
    .filter(({ requirement }) => requirement === 'TX1')
    .map(({ api, location, evidence }) => {
      const elsewhere = evidence.filter((reason) => reason.location !== location);
      return `${api}: ${elsewhere.map(({ message }) => message).join(', ')}`;
    });
  expect(reasons).toEqual([
    '=: xmit() maps the fragment by skb_frag_dma_map()',
    'memcpy: xmit() takes the fragment by skb_frag_address()',
    'dma_unmap_page: xmit() maps the fragment by skb_frag_dma_map()',
  ]);
});

test('what is not converted is named by the field that is unmapped from', async () => {
  const { findings } = await analyse({ 'tx.c': SOURCE });
  const refusals = findings.flatMap(({ fixes }) => fixes).map(({ title }) => title);
  expect(refusals.filter((title) => title.startsWith('Transmit by'))).toEqual([
    expect.stringMatching(/^Transmit by struct desc_cb\.dma stays/),
  ]);
});
