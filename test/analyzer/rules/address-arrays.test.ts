/** TX1: addresses of a packet collected in an array, of which each is followed to where it is kept and unmapped. */
import { describe, test } from 'vitest';
import { expectMarks } from './subject.ts';

interface Variant {
  /** Declares the local `dmas` of the completion. */
  readonly declared?: string;
  /** Puts an address that was kept into it. */
  readonly collect?: string;
  /** Hands it to the function that unmaps. */
  readonly handed?: string;
  /** Maps fragment `i` into `map`. */
  readonly mapped?: string;
  /** Ends the mappings in the error path of the function whose array it is. */
  readonly failed?: string;
}

const driver = ({
  declared = 'dma_addr_t dmas[18];',
  collect = 'dmas[j] = WREN_INFO(ring, done + j).dma;',
  handed = 'dmas',
  mapped = 'map[i + 1] = skb_frag_dma_map(ring->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);',
  failed = 'dma_unmap_single(ring->dev, map[0], len[0], DMA_TO_DEVICE);',
}: Variant = {}): string => `struct wren_info { struct sk_buff *skb; dma_addr_t dma; };
struct wren_ring { struct device *dev; struct wren_info *info; u64 *desc; };
#define WREN_INFO(ring, n) ((ring)->info[(n) & 63])

static void wren_unmap(struct wren_ring *ring, struct sk_buff *skb, int nfrags, const dma_addr_t *dmas)
{
	int f;

	dma_unmap_single(ring->dev, dmas[0], skb_headlen(skb), DMA_TO_DEVICE);
	for (f = 0; f < nfrags; f++)
		dma_unmap_page(ring->dev, dmas[f + 1], skb_frag_size(&skb_shinfo(skb)->frags[f]), DMA_TO_DEVICE);
//< tx1-unmap: for fragments, not dma_unmap
}

static void wren_clean(struct wren_ring *ring, struct sk_buff *skb, int done, int batch)
{
	${declared}
	int j, nfrags = skb_shinfo(skb)->nr_frags;

	for (j = 0; j <= nfrags; j++)
		${collect}
	wren_unmap(ring, skb, nfrags, ${handed});
}

static int wren_map(struct wren_ring *ring, struct sk_buff *skb, dma_addr_t *map)
{
	skb_frag_t *frag;
	int i;

	map[0] = dma_map_single(ring->dev, skb->data, skb_headlen(skb), DMA_TO_DEVICE);
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		frag = &skb_shinfo(skb)->frags[i];
		${mapped}
	}
	return 0;
}

static int wren_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct wren_ring *ring = netdev_priv(dev);
	dma_addr_t map[18];
	unsigned int len[18];
	int i, fill = 0;

	if (wren_map(ring, skb, map))
		goto failed;
	for (i = 0; i <= skb_shinfo(skb)->nr_frags; i++)
		WREN_INFO(ring, fill + i).dma = map[i];
//< tx1-unmap: a fragment is kept by "="
	return NETDEV_TX_OK;
failed:
	${failed}
	return NETDEV_TX_BUSY;
}
static const struct net_device_ops nops = { .ndo_start_xmit = wren_xmit };
`;

describe('addresses in a local array', () => {
  test.each<[string, Variant]>([
    ['filled by another function', {}],
    [
      'filled by a pointer that moves',
      { mapped: '*++map = skb_frag_dma_map(ring->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);' },
    ],
    [
      'of two dimensions, one row of a batch',
      {
        declared: 'dma_addr_t dmas[8][18];',
        collect: 'dmas[batch][j] = WREN_INFO(ring, done + j).dma;',
        handed: 'dmas[batch]',
      },
    ],
    ['handed on from its first element', { handed: '&dmas[0]' }],
    [
      'of which every element is unmapped as the head is',
      {
        failed: `while (i--)
		dma_unmap_single(ring->dev, map[i], len[i], DMA_TO_DEVICE);
//< tx1-unmap: for fragments, not dma_unmap_single()`,
      },
    ],
    [
      'of which the first is unmapped as the head, the others as pages',
      {
        failed: `while (i--)
		if (i == 0)
			dma_unmap_single(ring->dev, map[i], len[i], DMA_TO_DEVICE);
		else
			dma_unmap_page(ring->dev, map[i], len[i], DMA_TO_DEVICE);
//< tx1-unmap: for fragments, not dma_unmap_page()`,
      },
    ],
  ])('%s', (_, variant) => expectMarks('TX1', driver(variant)));
});
