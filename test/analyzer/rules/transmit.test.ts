/** TX1, TX2: fragments on their way out, and the word that the driver is ready for them. */
import { describe, test } from 'vitest';
import { assumedTree } from '../../../extension/analyzer/kernel/probe.ts';
import type { KernelTree } from '../../../extension/analyzer/kernel/tree.ts';
import { NEWEST } from '../analyse.ts';
import { expectMarks } from './subject.ts';

const BUF = `struct tx_buf {
	struct sk_buff *skb;
	DEFINE_DMA_UNMAP_ADDR(dma);
	DEFINE_DMA_UNMAP_LEN(len);
};
`;

const OPS = `static const struct net_device_ops nops = {
	.ndo_start_xmit = xmit,
};
`;

const CLEAN = `${BUF}static int xmit(struct sk_buff *skb, struct net_device *dev, struct tx_buf *b)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	dma_addr_t dma = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);

	netmem_dma_unmap_addr_set(skb_frag_netmem(frag), b, dma, dma);
	return 0;
}
static void complete(struct device *dev, struct tx_buf *b)
{
	netmem_dma_unmap_page_attrs(dev, dma_unmap_addr(b, dma), dma_unmap_len(b, len), DMA_TO_DEVICE, 0);
}
${OPS}`;

describe('TX1', () => {
  test('the pair of store and unmap; the linear head stays', () =>
    expectMarks(
      'TX1',
      `${BUF}static int xmit(struct sk_buff *skb, struct net_device *dev, struct tx_buf *b)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	dma_addr_t dma = dma_map_single(dev->dev.parent, skb->data, skb_headlen(skb), DMA_TO_DEVICE);

	dma_unmap_addr_set(b, dma, dma);
	dma = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
	dma_unmap_addr_set(b, dma, dma);
//< tx1-unmap: stores 0
	return 0;
}
static void complete(struct device *dev, struct tx_buf *b)
{
	if (b->skb)
		dma_unmap_single(dev, dma_unmap_addr(b, dma), dma_unmap_len(b, len), DMA_TO_DEVICE);
	else
		dma_unmap_page(dev, dma_unmap_addr(b, dma), dma_unmap_len(b, len), DMA_TO_DEVICE);
//< tx1-unmap: netmem_dma_unmap
}
${OPS}`,
    ));

  test('a constant in place of an address clears the record', () =>
    expectMarks(
      'TX1',
      `${BUF}static int xmit(struct sk_buff *skb, struct net_device *dev, struct tx_buf *b)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	dma_addr_t dma = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);

	dma_unmap_addr_set(b, dma, dma);
//< tx1-unmap: stores 0
	return 0;
}
static void complete(struct device *dev, struct tx_buf *b)
{
	dma_unmap_page(dev, dma_unmap_addr(b, dma), dma_unmap_len(b, len), DMA_TO_DEVICE);
//< tx1-unmap: netmem_dma_unmap
	dma_unmap_addr_set(b, dma, 0);
}
${OPS}`,
    ));

  test('a wrapped unmap is what its callers make of it', () => {
    const wrapped = (
      size: string,
      direction: string,
      [unmapped, kept]: readonly [string, string],
    ): string => `${BUF}struct rx_buf { dma_addr_t dma; };
static inline void drv_unmap(struct device *dev, dma_addr_t addr, size_t size,
			     enum dma_data_direction dir)
{
	dma_unmap_page(dev, addr, size, dir);
${unmapped}}
static int xmit(struct sk_buff *skb, struct net_device *dev, struct tx_buf *b, struct rx_buf *r)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];

	r->dma = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
${kept}	return 0;
}
static void free_rx(struct device *dev, struct rx_buf *r, int len)
{
	drv_unmap(dev, r->dma, ${size}, ${direction});
}
`;
    const quiet = wrapped('PAGE_SIZE', 'DMA_BIDIRECTIONAL', ['', '']);
    const loud = wrapped('len', 'DMA_TO_DEVICE', [
      '//< tx1-unmap: for fragments, not dma_unmap_page()\n',
      '//< tx1-unmap: a fragment is kept by "="\n',
    ]);
    return Promise.all([expectMarks('TX1', quiet), expectMarks('TX1', loud)]);
  });

  test('addresses kept by assignment: that of a fragment, handed through a function; not what XDP or a receive ring keeps', () =>
    expectMarks(
      'TX1',
      `struct tx_buf {
	dma_addr_t addr;
	u32 size;
};
static void keep(struct tx_buf *b, dma_addr_t addr, u32 size)
{
	b->addr = addr;
//< tx1-unmap: a fragment is kept by "="
	b->size = size;
}
static void keep_head(struct tx_buf *b, dma_addr_t addr)
{
	b->addr = addr;
}
static int xmit(struct sk_buff *skb, struct net_device *dev, struct tx_buf *b)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];

	keep_head(b, dma_map_single(dev->dev.parent, skb->data, skb_headlen(skb), DMA_TO_DEVICE));
	keep(b + 1, skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE), skb_frag_size(frag));
	return 0;
}
static int send_frame(struct net_device *dev, struct xdp_frame *frame, struct skb_shared_info *info, struct tx_buf *b)
{
	b->addr = skb_frag_dma_map(dev->dev.parent, &info->frags[0], 0, 64, DMA_TO_DEVICE);
	return 0;
}
static void complete(struct device *dev, struct tx_buf *b)
{
	dma_unmap_page(dev, b->addr, b->size, DMA_TO_DEVICE);
//< tx1-unmap: netmem_dma_unmap
}
${OPS}`,
    ));

  const failing = (
    jump: string,
    mark: string,
  ): string => `static int post(struct device *dev, dma_addr_t dma);
static int xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct device *dev = netdev->dev.parent;
	dma_addr_t dma = dma_map_single(dev, skb->data, skb->len, DMA_TO_DEVICE);
	int err = -ENOMEM;

	if (dma_mapping_error(dev, dma))
		return err;
	err = post(dev, dma);
	if (err)
		goto unmap;
	for (int i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		dma = skb_frag_dma_map(dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
		if (unlikely(dma_mapping_error(dev, dma))) {
			err = -ENOMEM;
			goto unmap;
		}
		err = post(dev, dma);
		if (err)
			${jump};
	}
	return 0;
unmap:
	dma_unmap_single(dev, dma, skb->len, DMA_TO_DEVICE);
${mark}	return err;
}
${OPS}`;

  test('the address of a mapping that failed is no fragment’s', () =>
    expectMarks('TX1', failing('return err', '')));

  test('the address of the fragment that was mapped last', () =>
    expectMarks('TX1', failing('goto unmap', '//< tx1-unmap: for fragments, not dma_unmap_single()\n')));

  test('a bounce buffer of the driver’s own, kept beside the addresses of fragments', () =>
    expectMarks(
      'TX1',
      `${BUF}struct bounce { void *buf; dma_addr_t dma; u32 len; };
struct txq { struct device *dev; struct tx_buf *bufs; struct bounce *bounce; };
static void set_up(struct txq *q)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4);

	q->bounce->dma = dma_map_page(q->dev, page, 0, PAGE_SIZE << 4, DMA_TO_DEVICE);
	q->bounce->buf = page_address(page);
	q->bounce->len = PAGE_SIZE << 4;
}
static void fill(struct tx_buf *b, dma_addr_t dma, u32 len)
{
	dma_unmap_addr_set(b, dma, dma);
//< tx1-unmap: stores 0
	dma_unmap_len_set(b, len, len);
}
static int xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct txq *q = netdev_priv(dev);
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];

	if (skb->len < 256) {
		skb_copy_bits(skb, 0, q->bounce->buf, skb->len);
		fill(q->bufs, q->bounce->dma, 0);
		return 0;
	}
	fill(q->bufs, skb_frag_dma_map(q->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE), skb_frag_size(frag));
	return 0;
}
static void complete(struct txq *q)
{
	if (dma_unmap_len(q->bufs, len))
		dma_unmap_page(q->dev, dma_unmap_addr(q->bufs, dma), dma_unmap_len(q->bufs, len), DMA_TO_DEVICE);
//< tx1-unmap: netmem_dma_unmap
}
static void tear_down(struct txq *q)
{
	dma_unmap_page(q->dev, q->bounce->dma, q->bounce->len, DMA_TO_DEVICE);
	free_pages((unsigned long)q->bounce->buf, 4);
}
${OPS}`,
    ));

  const descriptors = (marking: string, asking: string, mark: string): string => `struct tx_ring {
	u64 *desc;
	void **slot;
	int tail;
};
static void unmap_page(struct device *dev, u64 *desc)
{
	dma_unmap_page(dev, FIELD_GET(ADDR, *desc), FIELD_GET(LEN, *desc), DMA_TO_DEVICE);
${mark}}
static int xmit(struct sk_buff *skb, struct net_device *dev, struct tx_ring *r)
{
	bool is_iov = false;
	dma_addr_t dma = dma_map_single(dev->dev.parent, skb->data, skb_headlen(skb), DMA_TO_DEVICE);
	skb_frag_t *frag;

	for (frag = &skb_shinfo(skb)->frags[0];; frag++) {
		r->desc[r->tail] = FIELD_PREP(ADDR, dma);
${marking}		if (!more(r))
			break;
		is_iov = skb_frag_is_net_iov(frag);
		dma = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
	}
	return 0;
}
static void complete(struct device *dev, struct tx_ring *r, int head)
{
${asking}		unmap_page(dev, &r->desc[head]);
}
${OPS}`;
  const MARK = '\t\tif (is_iov)\n\t\t\tr->slot[r->tail] = NO_UNMAP;\n';
  const ASK = '\tif (r->slot[head] != NO_UNMAP)\n';
  const FOUND = '//< tx1-unmap: skb_frag_is_net_iov\n';

  test('addresses that only descriptors keep, without a mark for what was never mapped', () =>
    expectMarks('TX1', descriptors('', '', FOUND)));
  test('a mark that nobody asks for', () => expectMarks('TX1', descriptors(MARK, '', FOUND)));
  test('a mark that nobody leaves', () => expectMarks('TX1', descriptors('', ASK, FOUND)));
  test('the mark that is left is asked for', () => expectMarks('TX1', descriptors(MARK, ASK, '')));

  const DESC = `struct tx_desc { u32 addr; u32 size; };
enum buf_type { TYPE_SKB, TYPE_TSO, TYPE_NDO };
struct tx_buf { int type; struct sk_buff *skb; struct xdp_frame *frame; };
struct txq {
	struct device *dev;
	struct tx_desc *descs;
	struct tx_buf *bufs;
	void **hdrs;
	dma_addr_t *hdrs_phys;
	int put;
};
static struct tx_desc *next_desc(struct txq *q)
{
	return &q->descs[q->put++];
}
`;

  test('addresses that only descriptors keep, told from heads, from headers in coherent memory and from XDP frames', () =>
    expectMarks(
      'TX1',
      `${DESC}static int setup(struct txq *q)
{
	q->hdrs[0] = dma_alloc_coherent(q->dev, 4096, &q->hdrs_phys[0], GFP_KERNEL);
	return 0;
}
static void *hdr_of(struct txq *q, dma_addr_t *dma)
{
	*dma = q->hdrs_phys[q->put / 16] + 256;
	return q->hdrs[0];
}
static void put_hdr(struct txq *q, struct sk_buff *skb, struct tso_t *tso)
{
	dma_addr_t phys;
	void *hdr = hdr_of(q, &phys);
	struct tx_desc *d = next_desc(q);

	tso_build_hdr(skb, hdr, tso, 64, false);
	d->addr = phys;
}
static int put_data(struct txq *q, char *data, int size)
{
	struct tx_desc *d = next_desc(q);

	d->addr = dma_map_single(q->dev, data, size, DMA_TO_DEVICE);
//< tx1-unmap: skb_frag_dma_map
	return 0;
}
static void release(struct txq *q, int first)
{
	struct tx_desc *d = q->descs + first;

	dma_unmap_single(q->dev, d->addr, d->size, DMA_TO_DEVICE);
//< tx1-unmap: skb_frag_is_net_iov
}
static int put_frags(struct txq *q, struct sk_buff *skb)
{
	for (int i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		skb_frag_t *frag = &skb_shinfo(skb)->frags[i];
		void *addr = skb_frag_address(frag);
//< tx1-unmap: NULL for a netmem
		struct tx_desc *d = next_desc(q);

		d->addr = dma_map_single(q->dev, addr, skb_frag_size(frag), DMA_TO_DEVICE);
//< tx1-unmap: skb_frag_dma_map
		if (dma_mapping_error(q->dev, d->addr)) {
			release(q, i);
			return -ENOMEM;
		}
	}
	return 0;
}
static int xmit(struct sk_buff *skb, struct net_device *dev, struct txq *q)
{
	struct tx_desc *d = next_desc(q);
	struct tso_t tso;

	if (skb_is_gso(skb)) {
		put_hdr(q, skb, &tso);
		return put_data(q, tso.data, tso.size);
	}
	d->addr = dma_map_single(q->dev, skb->data, skb_headlen(skb), DMA_TO_DEVICE);
	if (put_frags(q, skb))
		dma_unmap_single(q->dev, d->addr, d->size, DMA_TO_DEVICE);
	return 0;
}
static int submit_frame(struct txq *q, struct xdp_frame *frame)
{
	struct tx_desc *d = next_desc(q);

	q->bufs[q->put].type = TYPE_NDO;
	d->addr = dma_map_single(q->dev, frame->data, frame->len, DMA_TO_DEVICE);
	while (q->put--) {
		d = q->descs + q->put;
		dma_unmap_single(q->dev, d->addr, d->size, DMA_TO_DEVICE);
	}
	return 0;
}
static int xdp_xmit(struct net_device *dev, int n, struct xdp_frame **frames, u32 flags)
{
	struct txq *q = netdev_priv(dev);

	return submit_frame(q, frames[0]);
}
static void complete(struct txq *q, int i)
{
	struct tx_desc *d = q->descs + i;
	struct tx_buf *buf = &q->bufs[i];

	switch (buf->type) {
	case TYPE_SKB:
		dma_unmap_single(q->dev, d->addr, d->size, DMA_TO_DEVICE);
//< tx1-unmap: skb_frag_is_net_iov
		break;
	case TYPE_NDO:
		dma_unmap_single(q->dev, d->addr, d->size, DMA_TO_DEVICE);
		break;
	}
	dma_unmap_single(q->dev, d->addr, skb_headlen(buf->skb), DMA_TO_DEVICE);
}
static const struct net_device_ops nops = {
	.ndo_start_xmit = xmit,
	.ndo_xdp_xmit = xdp_xmit,
};
`,
    ));

  test('addresses kept in arrays by a helper, with an out-parameter on the way; the head is unmapped by address', () =>
    expectMarks(
      'TX1',
      `struct sge { u64 address; };
struct packet { dma_addr_t dma[18]; u32 size[18]; struct sge sg[18]; };
static void add(struct packet *p, int i, dma_addr_t da, u32 size)
{
	p->dma[i] = da;
//< tx1-unmap: a fragment is kept by "="
	p->size[i] = size;
	p->sg[i].address = da;
}
static int map_one(struct device *dev, skb_frag_t *frag, dma_addr_t *out)
{
	*out = skb_frag_dma_map(dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
	return dma_mapping_error(dev, *out);
}
static int map_all(struct device *dev, struct sk_buff *skb, struct packet *p)
{
	dma_addr_t da = dma_map_single(dev, skb->data, skb_headlen(skb), DMA_TO_DEVICE);
	int i;

	add(p, 0, da, skb_headlen(skb));
	for (i = 1; i <= skb_shinfo(skb)->nr_frags; i++) {
		skb_frag_t *frag = &skb_shinfo(skb)->frags[i - 1];

		if (map_one(dev, frag, &da))
			goto unwind;
		add(p, i, da, skb_frag_size(frag));
	}
	return 0;
unwind:
	while (--i > 0)
		dma_unmap_page(dev, p->dma[i], p->size[i], DMA_TO_DEVICE);
//< tx1-unmap: netmem_dma_unmap
	dma_unmap_single(dev, p->dma[0], p->size[0], DMA_TO_DEVICE);
	return -ENOMEM;
}
static int xmit(struct sk_buff *skb, struct net_device *dev, struct packet *p)
{
	return map_all(dev->dev.parent, skb, p);
}
${OPS}`,
    ));

  test('a field on the way to the one that is unmapped from, and the fragments of what is received', () =>
    expectMarks(
      'TX1',
      `${BUF}struct info { dma_addr_t addr; u32 size; };
struct rx_entry { dma_addr_t frag_addr[4]; };
static void setup(struct tx_buf *b, dma_addr_t mapped, u32 size)
{
	dma_unmap_addr_set(b, dma, mapped);
//< tx1-unmap: stores 0
}
static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *dev, struct tx_buf *b)
{
	struct info info;
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];

	info.addr = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
	setup(b, info.addr, info.size);
	return NETDEV_TX_OK;
}
static void refill(struct device *dev, struct rx_entry *re, struct sk_buff *skb)
{
	re->frag_addr[0] = skb_frag_dma_map(dev, &skb_shinfo(skb)->frags[0], 0, 4096, DMA_FROM_DEVICE);
}
static void reclaim(struct device *dev, struct rx_entry *re, int dir)
{
	dma_unmap_page(dev, re->frag_addr[0], 2048, dir);
}
static void complete(struct device *dev, struct tx_buf *b)
{
	dma_unmap_page(dev, dma_unmap_addr(b, dma), dma_unmap_len(b, len), DMA_TO_DEVICE);
//< tx1-unmap: netmem_dma_unmap
}
`,
    ));

  test('one call unmaps everything by address; only an XDP frame is unmapped by page', () =>
    expectMarks(
      'TX1',
      `${BUF}static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *dev, struct tx_buf *b)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	dma_addr_t dma = dma_map_single(dev->dev.parent, skb->data, skb_headlen(skb), DMA_TO_DEVICE);

	for (;; b++, frag++) {
		dma_unmap_addr_set(b, dma, dma);
//< tx1-unmap: stores 0
		dma = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
	}
	return NETDEV_TX_OK;
}
static int send_frame(struct device *dev, struct xdp_frame *frame, struct tx_buf *b)
{
	dma_addr_t dma = dma_map_single(dev, frame->data, frame->len, DMA_TO_DEVICE);

	dma_unmap_addr_set(b, dma, dma);
	dma_unmap_page(dev, dma_unmap_addr(b, dma), dma_unmap_len(b, len), DMA_TO_DEVICE);
	return 0;
}
static void complete(struct device *dev, struct tx_buf *b)
{
	dma_unmap_single(dev, dma_unmap_addr(b, dma), dma_unmap_len(b, len), DMA_TO_DEVICE);
//< tx1-unmap: netmem_dma_unmap
}
`,
    ));

  test('fragments mapped by page or by address, and copied by the CPU', () =>
    expectMarks(
      'TX1',
      `static int xmit(struct sk_buff *skb, struct net_device *dev, u64 *ring, void *bounce)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];

	ring[0] = dma_map_page(dev->dev.parent, skb_frag_page(frag), 0, 64, DMA_TO_DEVICE);
//< tx1-unmap: skb_frag_dma_map
	ring[1] = dma_map_single(dev->dev.parent, skb_frag_address(frag), 64, DMA_TO_DEVICE);
//< tx1-unmap: skb_frag_dma_map
	memcpy(bounce, skb_frag_address(frag), 64);
//< tx1-unmap: skb_frags_readable
	return 0;
}
${OPS}`,
    ));

  test('receive buffers that XDP sends from the fields of fragments are unmapped whole', () =>
    expectMarks(
      'TX1',
      `struct slot { struct page *page; dma_addr_t dma; int len; };
struct rx_buf { struct page *page; dma_addr_t dma; };
static void xdp_tx(struct slot *s, struct rx_buf *b)
{
	s->page = b->page;
	s->dma = b->dma;
}
static void rx_free(struct device *dev, struct rx_buf *b)
{
	dma_unmap_page(dev, b->dma, PAGE_SIZE, DMA_BIDIRECTIONAL);
	__free_page(b->page);
}
static int xmit(struct sk_buff *skb, struct net_device *dev, struct slot *s)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];

	s->dma = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
//< tx1-unmap: a fragment is kept by "="
	s->len = skb_frag_size(frag);
	return 0;
}
static void complete(struct device *dev, struct slot *s, bool page)
{
	dma_unmap_page(dev, s->dma, page ? PAGE_SIZE : s->len, DMA_TO_DEVICE);
//< tx1-unmap: netmem_dma_unmap
}
${OPS}`,
    ));

  test('one call that unmaps the head and the fragments', () =>
    expectMarks(
      'TX1',
      `${BUF}static int xmit(struct sk_buff *skb, struct net_device *dev, struct tx_buf *b)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	dma_addr_t dma = dma_map_single(dev->dev.parent, skb->data, skb_headlen(skb), DMA_TO_DEVICE);

	for (;;) {
		dma_unmap_addr_set(b, dma, dma);
//< tx1-unmap: stores 0
		dma = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
		b++;
	}
	return 0;
}
static void complete(struct device *dev, struct tx_buf *b)
{
	dma_unmap_page(dev, dma_unmap_addr(b, dma), dma_unmap_len(b, len), DMA_TO_DEVICE);
//< tx1-unmap: netmem_dma_unmap
}
${OPS}`,
    ));

  test('netmem helpers, XDP frames and receive buffers are none of it', () =>
    expectMarks(
      'TX1',
      `${CLEAN}struct rx_buf { struct page *page; dma_addr_t addr; };
static void rx_put(struct device *dev, struct rx_buf *r)
{
	dma_unmap_page(dev, r->addr, PAGE_SIZE, DMA_FROM_DEVICE);
	__free_page(r->page);
}
struct xdp_slot { dma_addr_t at; struct xdp_frame *frame; };
static void xdp_send(struct device *dev, struct xdp_slot *s, struct xdp_frame *f)
{
	s->at = dma_map_single(dev, f->data, f->len, DMA_TO_DEVICE);
}
static void xdp_done(struct device *dev, struct xdp_slot *s)
{
	dma_unmap_single(dev, s->at, 64, DMA_TO_DEVICE);
}
`,
    ));
});

const tree = (...lacks: string[]): KernelTree => ({ ...NEWEST, has: (name) => !lacks.includes(name) });

const probe = (body: string): string => `static int probe(struct net_device *dev)
{
${body}
}
`;

describe('TX2', () => {
  const dirty = CLEAN.replace('netmem_dma_unmap_page_attrs', 'dma_unmap_page').replace(', 0);\n}', ');\n}');

  test('declared while a TX1 place is open', () =>
    expectMarks(
      'TX2',
      `${dirty}${probe('\tdev->netmem_tx = true;\n//< tx2-declare: still\n\treturn register_netdev(dev);')}`,
    ));

  test('clean and not declared: the enum where the tree has it', () =>
    expectMarks('TX2', `${CLEAN}${probe('\treturn register_netdev(dev);\n//< tx2-declare: NETMEM_TX_DMA')}`));

  test('clean and not declared: the boolean before 7.2', () =>
    expectMarks(
      'TX2',
      `${CLEAN}${probe('\treturn register_netdev(dev);\n//< tx2-declare: netmem_tx = true')}`,
      tree('NETMEM_TX_DMA'),
    ));

  test.each(['6.18', '7.1'] as const)('%s assumed: the boolean, as in a tree of it', (release) =>
    expectMarks(
      'TX2',
      `${CLEAN}${probe('\treturn register_netdev(dev);\n//< tx2-declare: netmem_tx = true')}`,
      assumedTree(release),
    ),
  );

  test('a tree without the field: said, with nothing to put there', () =>
    expectMarks(
      'TX2',
      `${CLEAN}${probe('\treturn register_netdev(dev);\n//< tx2-declare: this tree has none')}`,
      tree('NETMEM_TX_DMA', 'netmem_tx'),
    ));

  test('declared and clean', () =>
    expectMarks(
      'TX2',
      `${CLEAN}${probe('\tdev->netmem_tx = NETMEM_TX_DMA;\n\treturn register_netdev(dev);')}`,
    ));

  test('a driver that sends no fragments owes no word', () =>
    expectMarks('TX2', probe('\treturn register_netdev(dev);')));
});
