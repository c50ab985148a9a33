/** Scatterlists that packets are sent by: what fills, maps and unmaps them (linux/scatterlist.h, net/core/skbuff.c). */
import { does } from '../entry/effect.ts';
import { type Entry, fn } from '../entry/entry.ts';

const LIST = 'struct scatterlist *sg';
const FROM_SKB = `struct sk_buff *skb, ${LIST}, int offset, int len`;
const MAPPED = `struct device *dev, ${LIST}, int nents, enum dma_data_direction dir`;
const TABLE_MAPPED =
  'struct device *dev, struct sg_table *sgt, enum dma_data_direction dir, unsigned long attrs';

// __skb_to_sgvec() takes skb_frag_page() of every fragment.
const FILLS = [does('sg-fill', 1)];
const MAPS = [does('sg-map', 1)];
const UNMAPS = [does('sg-unmap', 1)];

export const SCATTERLIST = {
  skb_to_sgvec: fn('int', FROM_SKB, { effects: FILLS }),
  skb_to_sgvec_nomark: fn('int', FROM_SKB, { effects: FILLS }),
  sg_set_page: fn('void', `${LIST}, struct page *page, unsigned int len, unsigned int offset`, {
    effects: [does('sg-fill', 0), does('sg-page', 1)],
  }),
  dma_map_sg: fn('int', MAPPED, { effects: MAPS }),
  dma_map_sg_attrs: fn('int', `${MAPPED}, unsigned long attrs`, { effects: MAPS }),
  dma_map_sgtable: fn('int', TABLE_MAPPED, { effects: MAPS }),
  dma_unmap_sg: fn('void', MAPPED, { effects: UNMAPS }),
  dma_unmap_sg_attrs: fn('void', `${MAPPED}, unsigned long attrs`, { effects: UNMAPS }),
  dma_unmap_sgtable: fn('void', TABLE_MAPPED, { effects: UNMAPS }),
  // The virtqueue maps what the list says by sg_page(): vring_map_one_sg().
  virtqueue_add_outbuf: fn('int', `struct virtqueue *vq, ${LIST}, unsigned int num, void *data, gfp_t gfp`, {
    effects: MAPS,
  }),
} satisfies Record<string, Entry>;
