/** Modes in which no provider is bound: one note says that there is one without a pool, and its lines are silent. */
import { describe, test } from 'vitest';
import { expectMarks } from './subject.ts';

const POOLLESS = (note: string): string => `struct heron_buf { void *priv; dma_addr_t dma; };
struct heron_ring { struct page_pool *pool; struct device *dev; struct heron_buf *bufs; };
static int take(struct heron_ring *r, struct heron_buf *b)
{
	struct page *p;

	if (r->pool) {
		p = page_pool_dev_alloc_pages(r->pool);
		b->priv = p;
		b->dma = page_pool_get_dma_addr(p);
		return 0;
	}
	p = dev_alloc_pages(0);
${note}
	b->priv = p;
	return 0;
}
static int map(struct heron_ring *r, struct heron_buf *b)
{
	b->dma = dma_map_page(r->dev, b->priv, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	return dma_mapping_error(r->dev, b->dma);
}
static int fill(struct heron_ring *r, struct heron_buf *b)
{
	int ret = take(r, b);

	if (ret || r->pool)
		return ret;
	return map(r, b);
}
static void rx(struct heron_ring *r, struct heron_buf *b, struct sk_buff *skb)
{
	if (r->pool) {
		skb_add_rx_frag(skb, 0, b->priv, 0, 64, PAGE_SIZE);
		return;
	}
	if (page_count(b->priv) == 1)
		page_ref_add(b->priv, 1);
	skb_add_rx_frag(skb, 0, b->priv, 0, 64, PAGE_SIZE);
}
`;

describe('a mode without a page_pool', () => {
  test('is told once, with what would hold the pool, the allocation and the mapping', () =>
    expectMarks(
      'RX1',
      POOLLESS(
        '//< rx1-page-pool: where struct heron_ring.pool is not set, dev_alloc_pages() takes this payload buffer from the page allocator',
      ),
    ));
  test('has no lines of its own: its page counts are right', () => expectMarks('RX7', POOLLESS('')));
});

/** Two formats of the device, of which one takes a provider, each with a transmission of its own. */
const formats = (
  split: string,
  mark: string,
): string => `struct heron_priv { int format; struct device *dev; };
struct tx_buf { DEFINE_DMA_UNMAP_ADDR(dma); DEFINE_DMA_UNMAP_LEN(len); };
static int set_rings(struct net_device *dev, struct ethtool_ringparam *p,
		     struct kernel_ethtool_ringparam *k, struct netlink_ext_ack *extack)
{
	struct heron_priv *priv = netdev_priv(dev);

	if (k->tcp_data_split == ETHTOOL_TCP_DATA_SPLIT_ENABLED && ${split})
		return -EINVAL;
	return 0;
}
static const struct ethtool_ops eops = { .set_ringparam = set_rings };
static int old_xmit(struct heron_priv *priv, struct sk_buff *skb, struct tx_buf *b)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	dma_addr_t dma = skb_frag_dma_map(priv->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);

	dma_unmap_addr_set(b, dma, dma);
${mark}
	return 0;
}
static int xmit(struct sk_buff *skb, struct net_device *dev, struct tx_buf *b)
{
	struct heron_priv *priv = netdev_priv(dev);

	if (priv->format == HERON_OLD)
		return old_xmit(priv, skb, b);
	return 0;
}
static const struct net_device_ops nops = { .ndo_start_xmit = xmit };
`;

describe('transmission of a format', () => {
  test('in which the split, and so a provider, is refused is silent', () =>
    expectMarks('TX1', formats('priv->format == HERON_OLD', '')));
  test('in which a provider is accepted is loud', () =>
    expectMarks('TX1', formats('priv->format == HERON_NEW', '//< tx1-unmap: stores 0')));
});
