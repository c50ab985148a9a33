/**
 * What can be done before anybody waits for it: the parser is loaded, the code of an analysis has run once, and the
 * driver that the editor was opened on is read.
 */
import { assumedTree, filePath, NEWEST } from '../analyzer/index.ts';
import type { Analyzer } from '../analyzer/index.ts';
import type { Drivers } from './drivers.ts';
import type { FileAccess } from './host.ts';

/** A receive path with a bit of everything that drivers do: what runs over it is compiled. */
const SAMPLE = `#include <net/page_pool/helpers.h>

#define WARM_HEADROOM 64

struct warm_buf {
	struct page *page;
	dma_addr_t dma;
	u16 offset;
};

struct warm_ring {
	struct page_pool *pool;
	struct warm_buf *bufs;
	struct sk_buff *skb;
	u32 head, tail;
};

static int warm_create(struct warm_ring *ring, struct device *dev)
{
	struct page_pool_params pp = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.pool_size = 64,
		.dev = dev,
		.dma_dir = DMA_FROM_DEVICE,
		.max_len = PAGE_SIZE,
	};

	ring->pool = page_pool_create(&pp);
	return PTR_ERR_OR_ZERO(ring->pool);
}

static int warm_refill(struct warm_ring *ring, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		struct warm_buf *buf = &ring->bufs[ring->tail & 63];

		buf->page = page_pool_dev_alloc_pages(ring->pool);
		if (unlikely(!buf->page))
			return -ENOMEM;
		buf->dma = page_pool_get_dma_addr(buf->page) + WARM_HEADROOM;
		ring->tail++;
	}
	return n;
}

static void warm_release(struct warm_ring *ring, struct warm_buf *buf)
{
	page_pool_put_full_page(ring->pool, buf->page, false);
	buf->page = NULL;
}

static int warm_receive(struct warm_ring *ring, unsigned int len)
{
	struct warm_buf *buf = &ring->bufs[ring->head & 63];
	void *data = page_address(buf->page) + buf->offset;

	switch (len) {
	case 0:
		warm_release(ring, buf);
		return 0;
	default:
		break;
	}
	if (len < 128)
		memcpy(skb_put(ring->skb, len), data, len);
	else
		skb_add_rx_frag(ring->skb, skb_shinfo(ring->skb)->nr_frags, buf->page, buf->offset, len, PAGE_SIZE);
	skb_mark_for_recycle(ring->skb);
	ring->head++;
	return len;
}

static const struct net_device_ops warm_ops = {
	.ndo_open = warm_open,
};
`;

/**
 * Analyses a small driver of its own, so that the user's first one finds the parser loaded and the code compiled.
 * @param isNeeded asked once the parser is there: false if the user's own driver is already being read
 */
export async function warmUp(analyzer: Promise<Analyzer>, isNeeded: () => boolean): Promise<void> {
  const ready = await analyzer;
  if (!isNeeded()) return;
  const sample = { path: filePath('warm.c'), text: SAMPLE };
  const driver = ready.openDriver([sample], assumedTree(NEWEST), { reading: 'relevant' });
  driver.analysis();
  driver.dispose();
}

/** Takes a first look at workspace folders that are a driver's directory. Only of the disk: other files may be dear. */
export async function readAhead(
  folders: readonly string[],
  files: FileAccess,
  drivers: Drivers,
): Promise<void> {
  for (const folder of folders.filter((uri) => uri.startsWith('file:'))) {
    const entries = (await files.readDirectory(folder)) ?? [];
    const source = entries.find(({ kind, uri }) => kind === 'file' && uri.endsWith('.c'));
    if (source === undefined || drivers.all().length > 0) continue;
    const session = await drivers.ensure(source.uri);
    await session.findings();
  }
}
