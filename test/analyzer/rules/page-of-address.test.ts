/** The page of an address: a matter of RX3 where a pool or a fragment is involved. */
import { describe, test } from 'vitest';
import { expectMarks } from './subject.ts';

const addresses = (use: string): string => `struct knot_buf { void *va; dma_addr_t dma; };
struct knot_ring { struct device *dev; };
static int fill(struct knot_ring *r, struct knot_buf *b)
{
	b->va = netdev_alloc_frag(2048);
	b->dma = dma_map_page(r->dev, virt_to_page(b->va), offset_in_page(b->va), 2048, DMA_FROM_DEVICE);
	return 0;
}
static void rx(struct knot_ring *r, struct knot_buf *b, struct sk_buff *skb)
{
	dma_unmap_page(r->dev, b->dma, 2048, DMA_FROM_DEVICE);
${use}
}
`;

describe('the page of an address without a pool', () => {
  test('that is mapped is silent', () => expectMarks('RX3', addresses('	napi_build_skb(b->va, 2048);')));
  test('that becomes a fragment is loud', () =>
    expectMarks(
      'RX3',
      addresses(`	skb_add_rx_frag(skb, 0, virt_to_page(b->va), offset_in_page(b->va), 64, 2048);
//< rx3-page-api: use skb_add_rx_frag_netmem()
//< rx3-page-api: use virt_to_netmem()`),
    ));
});
