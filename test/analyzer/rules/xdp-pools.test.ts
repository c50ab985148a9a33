/** RX1, RX4 of drivers that take buffers from a page_pool only while XDP is there. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../analyse.ts';

/** Buffers are pages, and of the pool where `tag` says so; `tags` gives records their tags. */
const driver = (tags: string): string => `enum { OF_PAGE, OF_XDP };
struct drv_buf {
	int type;
	struct page *page;
	dma_addr_t dma;
};
struct drv_ring {
	struct device *dev;
	struct page_pool *pool;
	struct bpf_prog __rcu *prog;
	struct drv_buf bufs[256];
};
static bool has_program(struct drv_ring *r)
{
	return !!rcu_access_pointer(r->prog);
}
static void create(struct drv_ring *r)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP, .pool_size = 256, .dev = r->dev };

	r->pool = page_pool_create(&pp);
}
static void give_tags(struct drv_ring *r, int i)
{
${tags}
}
static struct page *from_pool(struct drv_ring *r)
{
	return page_pool_dev_alloc_pages(r->pool);
}
static void refill(struct drv_ring *r, struct drv_buf *buf, __le64 *desc)
{
	if (buf->type == OF_XDP) {
		buf->page = from_pool(r);
		buf->dma = page_pool_get_dma_addr(buf->page);
	} else {
		buf->page = alloc_page(GFP_ATOMIC);
		buf->dma = dma_map_page(r->dev, buf->page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	}
	*desc = cpu_to_le64(buf->dma);
}
static void receive(struct drv_ring *r, struct sk_buff *skb, struct xdp_buff *xdp, struct drv_buf *buf)
{
	if (has_program(r))
		bpf_prog_run_xdp(rcu_dereference(r->prog), xdp);
	else
		skb_add_rx_frag(skb, 0, buf->page, 0, 64, PAGE_SIZE);
}
`;

async function findingsOf(tags: string): Promise<readonly string[]> {
  const { findings, model } = await analyse({ 'driver.c': driver(tags) });
  return [
    ...findings.flatMap((f) =>
      ['RX1', 'RX4'].includes(f.requirement) ? `${f.requirement} ${f.severity} ${f.api}` : [],
    ),
    ...model.pools.map(({ role }) => `pool of ${role}`),
  ];
}

describe('a pool beside pages', () => {
  test('serves XDP alone: the driver has no pool that a provider could feed', async () =>
    expect(await findingsOf('\tr->bufs[i].type = has_program(r) ? OF_XDP : OF_PAGE;')).toEqual([
      'RX1 warning alloc_page',
      'pool of xdp',
    ]));

  test('serves packets of the stack as well', async () => {
    const found = await findingsOf('\tr->bufs[i].type = has_program(r) || i > 4 ? OF_XDP : OF_PAGE;');
    expect(found).toContain('RX1 info alloc_page');
    expect(found).toContain('RX4 warning PP_FLAG_DMA_SYNC_DEV');
    expect(found).not.toContain('pool of xdp');
  });
});
