/** TX1: addresses kept where a pointer points that another function of the driver returned. */
import { describe, test } from 'vitest';
import { expectMarks } from './subject.ts';

interface Variant {
  /** What the function returns that hands out the places of a packet's addresses. */
  readonly place?: string;
  /** Keeps the addresses of a packet. */
  readonly keep?: string;
  /** Ends the mappings of a packet, in its completion. */
  readonly end?: string;
}

const KEPT = `for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		dma = skb_frag_dma_map(ring->dev, &skb_shinfo(skb)->frags[i], 0, 16, DMA_TO_DEVICE);
		dmas[i] = dma;
//< tx1-unmap: a fragment is kept by "="
	}`;

const UNMAPPED = `for (i = 0; i < skb_shinfo(skb)->nr_frags; i++)
		dma_unmap_page(ring->dev, dmas[i], skb_frag_size(&skb_shinfo(skb)->frags[i]), DMA_TO_DEVICE);
//< tx1-unmap: for fragments, not dma_unmap_page()`;

const driver = ({
  place = '&ring->done->dmas[ring->tail * MAX_SKB_FRAGS]',
  keep = KEPT,
  end = UNMAPPED,
}: Variant = {}): string => `struct tern_done { struct sk_buff **skbs; dma_addr_t *dmas; dma_addr_t *heads; };
struct tern_ring { struct device *dev; struct tern_done *done; int tail; };

static dma_addr_t *tern_place(struct tern_ring *ring)
{
	return ${place};
}

static void tern_complete(struct tern_ring *ring, int n)
{
	struct sk_buff *skb = ring->done->skbs[n];
	dma_addr_t *dmas = &ring->done->dmas[n * MAX_SKB_FRAGS];
	int i;

	${end}
	dev_kfree_skb_any(skb);
}

static int tern_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct tern_ring *ring = netdev_priv(dev);
	dma_addr_t dma, *dmas;
	int i;

	dmas = tern_place(ring);
	${keep}
	ring->done->skbs[ring->tail] = skb;
	return NETDEV_TX_OK;
}
static const struct net_device_ops nops = { .ndo_start_xmit = tern_xmit };
`;

describe('addresses kept behind a pointer that a function returned', () => {
  test.each<[string, Variant]>([
    ['into elements of an array', {}],
    [
      'into what its sum with an offset points to',
      { place: 'ring->done->dmas + ring->tail * MAX_SKB_FRAGS' },
    ],
    [
      'the head only',
      {
        place: '&ring->done->heads[ring->tail]',
        keep: `*dmas = dma_map_single(ring->dev, skb->data, skb_headlen(skb), DMA_TO_DEVICE);
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		dma = skb_frag_dma_map(ring->dev, &skb_shinfo(skb)->frags[i], 0, 16, DMA_TO_DEVICE);
		ring->done->dmas[i] = dma;
//< tx1-unmap: a fragment is kept by "="
	}`,
        end: `dma_unmap_single(ring->dev, ring->done->heads[n], skb->len, DMA_TO_DEVICE);
	${UNMAPPED}`,
      },
    ],
    [
      'which are told to the device only',
      { keep: KEPT.replace(/\n\/\/.*/, ''), end: '', place: '&ring->done->heads[ring->tail]' },
    ],
  ])('%s', (_, variant) => expectMarks('TX1', driver(variant)));
});
