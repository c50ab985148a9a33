/** Payload that is found again by other ways than a page: cookies, addresses, descriptors, packets, the pool of another. */
import { describe, test } from 'vitest';
import { expectMarks } from './subject.ts';

describe('RX3', () => {
  test('an array of cookies that become pages again', () =>
    expectMarks(
      'RX3',
      `struct drv_ring { struct page_pool *pool; void **cookies; };
//< rx3-page-holder: not as void *
static void fill(struct drv_ring *r, int i)
{
	r->cookies[i] = page_pool_dev_alloc_pages(r->pool);
//< rx3-page-api
}
static void rx(struct drv_ring *r, struct sk_buff *skb, int i, int len)
{
	struct page *page;
//< rx3-page-holder

	page = (struct page *)r->cookies[i];
//< rx3-page-api: cookie
	skb_add_rx_frag(skb, 0, page, 0, len, PAGE_SIZE);
//< rx3-page-api
}
`,
    ));

  test('arrays of pages with two dimensions, and their copies, beside a field that keeps one page', () =>
    expectMarks(
      'RX3',
      `struct drv_entry { struct page *page; };
//< rx3-page-holder: field page
struct drv_ring { struct page_pool *pool; struct page *pages[8][2]; struct page *spare[4]; struct drv_entry *tx; };
//< rx3-page-holder: field pages
static void fill(struct drv_ring *r, int i, int j)
{
	r->pages[i][j] = page_pool_dev_alloc_pages(r->pool);
//< rx3-page-api
	r->spare[i] = alloc_page(GFP_KERNEL);
}
static void bounce(struct drv_ring *r, int i, int j)
{
	r->tx[i].page = r->pages[i][j];
}
static void drop(struct drv_ring *r)
{
	put_page(r->spare[0]);
}
static void reload(struct drv_ring *r, int i, int j)
{
	struct page *(*old)[2] = kmemdup(r->pages, sizeof(r->pages), GFP_KERNEL);
//< rx3-page-holder: variable old

	page_pool_put_full_page(r->pool, old[i][j], false);
//< rx3-page-api
}
static void rx(struct drv_ring *r, struct sk_buff *skb, int i, int j, int len)
{
	skb_add_rx_frag(skb, 0, r->pages[i][j], 0, len, PAGE_SIZE);
//< rx3-page-api
}
`,
    ));

  test('addresses are the only handle, of a ring that sends a bounce buffer by the same entry', () =>
    expectMarks(
      'RX3',
      `struct drv_entry { void *buf; dma_addr_t dma; };
//< rx3-page-holder: not as void *
struct drv_bounce { void *mem; dma_addr_t dma; };
struct drv_ring { struct page_pool *pool; struct drv_entry *entries; struct drv_bounce *bounce; };
static void init(struct device *dev, struct drv_ring *r)
{
	r->bounce->mem = page_address(alloc_page(GFP_KERNEL));
	r->bounce->dma = dma_map_single(dev, r->bounce->mem, PAGE_SIZE, DMA_TO_DEVICE);
}
static void send(struct drv_ring *r, int i)
{
	r->entries[i].buf = r->bounce->mem;
}
static void fill(struct drv_ring *r, int i)
{
	r->entries[i].buf = page_pool_alloc_va(r->pool, NULL, GFP_ATOMIC);
//< rx3-page-api
}
static void fill_page(struct drv_ring *r, int i)
{
	struct page *page = page_pool_dev_alloc_pages(r->pool);
//< rx3-page-holder
//< rx3-page-api

	r->entries[i].buf = page_address(page);
}
static struct sk_buff *rx(struct drv_ring *r, int i)
{
	struct sk_buff *skb = napi_build_skb(r->entries[i].buf, 2048);

	if (!skb)
		page_pool_free_va(r->pool, r->entries[i].buf, true);
//< rx3-page-api
	return skb;
}
`,
    ));

  test('headers of a pool that serves payload, if they carry payload too; plain ones need a pool of their own', async () => {
    const source = (
      more: string,
      ...marks: string[]
    ) => `struct drv_buf { struct page *head; struct page *body; };
${marks[0] ?? ''}//< rx3-page-holder: payload
struct drv_ring { struct page_pool *pool; struct drv_buf *bufs; };
static void create(struct drv_ring *r)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .max_len = PAGE_SIZE };

	r->pool = page_pool_create(&pp);
}
static void fill(struct drv_ring *r, int i)
{
	r->bufs[i].head = page_pool_dev_alloc_pages(r->pool);
${marks[1] ?? ''}	r->bufs[i].body = page_pool_dev_alloc_pages(r->pool);
//< rx3-page-api
}
static struct sk_buff *rx(struct drv_ring *r, int i, int len)
{
	struct sk_buff *skb = napi_build_skb(page_address(r->bufs[i].head), 2048);

	skb_add_rx_frag(skb, 0, r->bufs[i].body, 0, len, PAGE_SIZE);
//< rx3-page-api
${more}	return skb;
}
`;
    await expectMarks('RX3', source(''));
    await expectMarks(
      'RX3',
      source(
        '\tskb_add_rx_frag(skb, 1, r->bufs[i + 1].head, 0, len, PAGE_SIZE);\n//< rx3-page-api\n',
        '//< rx3-page-holder: header buffer\n',
        '//< rx3-page-api: pool of their own\n',
      ),
    );
  });

  test('parts of an XDP buffer that go back to the pool; not what the verdict of a program asks for', () =>
    expectMarks(
      'RX3',
      `struct drv_ring { struct page_pool *pool; struct page *page; struct bpf_prog *prog; };
//< rx3-page-holder
static void create(struct drv_ring *r)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .max_len = PAGE_SIZE };

	r->pool = page_pool_create(&pp);
}
static void fill(struct drv_ring *r)
{
	r->page = page_pool_dev_alloc_pages(r->pool);
//< rx3-page-api
}
static void put(struct drv_ring *r, struct xdp_buff *xdp)
{
	struct skb_shared_info *sinfo = xdp_get_shared_info_from_buff(xdp);

	page_pool_put_full_page(r->pool, skb_frag_page(&sinfo->frags[0]), true);
//< rx3-page-api
}
static int run(struct drv_ring *r, struct xdp_buff *xdp)
{
	u32 act = bpf_prog_run_xdp(r->prog, xdp);

	return act == XDP_PASS ? 0 : 1;
}
static struct sk_buff *rx(struct drv_ring *r, struct xdp_buff *xdp, int len)
{
	struct sk_buff *skb;
	int verdict;

	xdp_prepare_buff(xdp, page_address(r->page), 0, len, true);
	verdict = run(r, xdp);
	if (verdict) {
		page_pool_put_page(r->pool, virt_to_head_page(xdp->data), len, true);
		return NULL;
	}
	skb = napi_build_skb(xdp->data_hard_start, PAGE_SIZE);
	if (!skb) {
		put(r, xdp);
		page_pool_put_page(r->pool, virt_to_head_page(xdp->data), -1, true);
//< rx3-page-api
//< rx3-page-api
	}
	return skb;
}
`,
    ));
});

test('RX5: payload found by a physical address from the device; not slab memory', () =>
  expectMarks(
    'RX5',
    `struct drv_desc { u64 cookie; };
struct drv_ring { struct page_pool *pool; };
static void create(struct drv_ring *r)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .max_len = PAGE_SIZE };

	r->pool = page_pool_create(&pp);
}
static phys_addr_t fill(struct drv_ring *r)
{
	return virt_to_phys(page_address(page_pool_dev_alloc_pages(r->pool)));
//< rx5-cpu-access: virt_to_phys
//< rx5-cpu-access: page_address
}
static struct sk_buff *rx(struct drv_ring *r, struct drv_desc *d, int frag_size)
{
	void *data = phys_to_virt(d->cookie);
	struct page *page = virt_to_page(data);
	struct sk_buff *skb;

	prefetch(page);
//< rx5-cpu-access: of the struct page of a
	skb = frag_size ? build_skb(data, frag_size) : slab_build_skb(data);
//< rx5-cpu-access: build_skb() builds
	if (!skb)
		page_pool_put_page(r->pool, virt_to_head_page(data), 0, true);
	return skb;
}
`,
  ));

describe('what runs below a condition of the driver, asked by an inline function', () => {
  const source = (condition: string, of: 'RX3' | 'RX5', always: boolean): string =>
    `struct drv_port { struct bpf_prog *prog; u32 on; };
struct drv_ring { struct page_pool *pool; struct page *page; struct drv_port *port; };
${of === 'RX3' ? '//< rx3-page-holder: field page\n' : ''}static inline bool drv_runs(struct drv_port *port)
{
	return ${condition};
}
static void fill(struct drv_ring *r)
{
	r->page = page_pool_dev_alloc_pages(r->pool);
${of === 'RX3' ? '//< rx3-page-api\n' : ''}}
static int run(struct drv_port *port, struct page *page)
${always && of === 'RX3' ? '//< rx3-page-holder: parameter page\n' : ''}{
	struct xdp_buff xdp;

	xdp_prepare_buff(&xdp, page_address(page), 256, 64, false);
${always && of === 'RX5' ? '//< rx5-cpu-access: xdp_prepare_buff\n//< rx5-cpu-access: page_address\n' : ''}	return bpf_prog_run_xdp(port->prog, &xdp);
}
static int check(struct drv_ring *r)
{
	if (!drv_runs(r->port))
		return 0;
	return run(r->port, r->page);
}
static struct sk_buff *rx(struct drv_ring *r)
{
	return check(r) ? NULL : build_skb(page_address(r->page), 2048);
${of === 'RX5' ? '//< rx5-cpu-access: build_skb\n//< rx5-cpu-access: page_address\n' : ''}}
`;

  test('an XDP program: pages are right', async () => {
    await expectMarks('RX3', source('!!port->prog', 'RX3', false));
    await expectMarks('RX5', source('!!port->prog', 'RX5', false));
  });

  test('anything else', async () => {
    await expectMarks('RX3', source('port->on == 1', 'RX3', true));
    await expectMarks('RX5', source('port->on == 1', 'RX5', true));
  });
});

test('RX1: a library fills the buffer manager of the device', () =>
  expectMarks(
    'RX1',
    `struct drv_pool { struct hwbm_pool hwbm; };
static int fill(struct drv_pool *p, int n)
{
	return hwbm_pool_add(&p->hwbm, n);
//< rx1-page-pool: hardware buffer managers
}
`,
  ));

test('RX6: payload synchronised by the address in its descriptor, which is too narrow to be followed; not headers', () =>
  expectMarks(
    'RX6',
    `struct drv_desc { u32 addr; u32 hdr_addr; };
struct drv_ring { struct page_pool *pool; struct page_pool *hdr_pool; struct page *page; struct page *hdr; };
static void post(struct drv_desc *d, u32 addr)
{
	d->addr = addr;
}
static void fill(struct drv_ring *r, struct drv_desc *d)
{
	dma_addr_t dma;

	r->page = page_pool_dev_alloc_pages(r->pool);
	dma = page_pool_get_dma_addr(r->page);
	post(d, dma);
	r->hdr = page_pool_dev_alloc_pages(r->hdr_pool);
	d->hdr_addr = page_pool_get_dma_addr(r->hdr);
}
static struct sk_buff *rx(struct device *dev, struct drv_ring *r, struct drv_desc *d, int len)
{
	struct sk_buff *skb;

	dma_sync_single_for_cpu(dev, d->hdr_addr, 256, DMA_FROM_DEVICE);
	skb = napi_build_skb(page_address(r->hdr), 512);
	dma_sync_single_for_cpu(dev, d->addr, len, DMA_FROM_DEVICE);
//< rx6-dma-sync
	skb_add_rx_frag(skb, 0, r->page, 0, len, PAGE_SIZE);
	return skb;
}
`,
  ));

const READ_UNSYNCED = `struct drv_desc { __le64 addr; };
struct drv_ring { struct page_pool *pool; struct page *page; };
static void fill(struct drv_ring *r, struct drv_desc *d)
{
	r->page = page_pool_dev_alloc_pages(r->pool);
	d->addr = cpu_to_le64(page_pool_get_dma_addr(r->page));
}
static struct sk_buff *build(void *va)
{
	return napi_build_skb(va, 2048);
}
`;

describe('RX6', () => {
  test('owed: nothing synchronises what the CPU reads', () =>
    expectMarks(
      'RX6',
      `${READ_UNSYNCED}static struct sk_buff *rx(struct drv_ring *r)
{
	return build(page_address(r->page));
//< rx6-dma-sync: nothing has synchronised it
}
`,
    ));

  test('not owed to memory that another module tells the device', () =>
    expectMarks(
      'RX6',
      `${READ_UNSYNCED.replace('d->addr = cpu_to_le64(', 'other_module_submit(d, ')}static struct sk_buff *rx(struct drv_ring *r)
{
	return build(page_address(r->page));
}
`,
    ));

  test('not owed where anything is synchronised for the CPU', () =>
    expectMarks(
      'RX6',
      `${READ_UNSYNCED}static struct sk_buff *rx(struct drv_ring *r)
{
	page_pool_dma_sync_for_cpu(r->pool, r->page, 0, 2048);
	return build(page_address(r->page));
}
`,
    ));
});

describe('RX4', () => {
  test('pool memory that the driver maps and unmaps itself; not what it takes elsewhere where there is no pool', () =>
    expectMarks(
      'RX4',
      `struct drv_desc { u64 addr; };
struct drv_ring { struct page_pool *pool; void *va; };
static void *take(struct drv_ring *r)
{
	struct page *page = r->pool ? page_pool_dev_alloc_pages(r->pool) : dev_alloc_page();

	return page_address(page);
}
static void fill(struct device *dev, struct drv_ring *r, struct drv_desc *d, struct page_pool *pool)
{
	void *va = take(r);
	dma_addr_t dma;

	r->va = va;
	if (pool)
		dma = dma_map_single(dev, va, 2048, DMA_FROM_DEVICE);
//< rx4-pool-flags: maps
	else
		dma = dma_map_single(dev, va, 2048, DMA_FROM_DEVICE);
	d->addr = dma;
}
static struct sk_buff *rx(struct device *dev, struct drv_ring *r, struct drv_desc *d)
{
	dma_unmap_single(dev, d->addr, 2048, DMA_FROM_DEVICE);
//< rx4-pool-flags: unmaps
	return build_skb(r->va, 2048);
}
`,
    ));

  test.each([
    [
      'flags that a pool has on a condition, where the driver maps otherwise; not those in each arm of a choice',
      '//< rx4-pool-flags: set PP_FLAG_DMA_MAP always\n//< rx4-pool-flags: set PP_FLAG_DMA_SYNC_DEV always',
      '\tif (r->frags == 1)\n\t\tdma_map_page(r->dev, r->page, 0, PAGE_SIZE, DMA_FROM_DEVICE);\n//< rx4-pool-flags: maps',
    ],
    ['not the condition under which there is DMA at all: nobody maps otherwise', '', ''],
  ])('%s', (_, conditional, mapping) =>
    expectMarks(
      'RX4',
      `struct drv_ring { struct page_pool *pool; struct page_pool *two; struct page *page; struct page *other; int frags; struct device *dev; };
static void create(struct drv_ring *r)
{
	struct page_pool_params pp = { .dma_dir = DMA_FROM_DEVICE, .max_len = PAGE_SIZE };

	if (r->frags > 1)
		pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
${conditional}
	r->pool = page_pool_create(&pp);
//< rx4-pool-flags: these buffers hold headers and payload
}
static void create_two(struct drv_ring *r)
{
	struct page_pool_params pp = {
		.dma_dir = DMA_FROM_DEVICE,
		.max_len = PAGE_SIZE,
		.flags = PP_FLAG_DMA_SYNC_DEV | (r->frags ? PP_FLAG_DMA_MAP : PP_FLAG_DMA_MAP | PP_FLAG_SYSTEM_POOL),
	};

	r->two = page_pool_create(&pp);
//< rx4-pool-flags: these buffers hold headers and payload
}
static void rx(struct drv_ring *r)
{
	r->page = page_pool_dev_alloc_pages(r->pool);
${mapping}
	r->other = page_pool_dev_alloc_pages(r->two);
	napi_build_skb(page_address(r->page), 2048);
	napi_build_skb(page_address(r->other), 2048);
}
`,
    ),
  );
});
