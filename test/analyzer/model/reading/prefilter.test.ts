/** The prefilter may only save work: what it leaves out must not change a single finding. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filePath } from '../../../../extension/analyzer/text/range.ts';
import { analyserForTests, NEWEST } from '../../analyse.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../../../extension/example');

/** Longer than what is kept for being short. */
const LONG = '\tring->stats.polls++;\n'.repeat(60);

async function readings(files: Record<string, string>) {
  const analyzer = await analyserForTests();
  return (['whole', 'relevant'] as const).map((reading) => {
    const sources = Object.entries(files).map(([path, text]) => ({ path: filePath(path), text }));
    const driver = analyzer.openDriver(sources, NEWEST, { reading });
    const { findings, facts, conversions } = driver.analysis();
    driver.dispose();
    return {
      conversions: conversions?.(null).map(({ title, edits }) => `${title}: ${edits.length}`),
      messages: findings.map(({ message }) => message),
      places: findings.map((f) => `${f.location.file}:${f.location.range.start} ${f.rule} ${f.api}`),
      items: facts?.files.reduce((sum, file) => sum + file.items.length, 0) ?? 0,
    };
  });
}

test('the example driver reads the same, whole or only what is relevant', async () => {
  const names = readdirSync(EXAMPLE).filter((name) => /\.[ch]$/.test(name));
  const [whole, relevant] = await readings(
    Object.fromEntries(names.map((name) => [name, readFileSync(join(EXAMPLE, name), 'utf8')])),
  );
  expect(whole?.places.length).toBeGreaterThan(5);
  expect(relevant?.places).toEqual(whole?.places);
  expect(relevant?.conversions).toEqual(whole?.conversions);
  expect(relevant?.items).toBeLessThan(whole?.items ?? 0);
});

test('a driver that was looked at first and edited meanwhile ends as one read whole', async () => {
  const analyzer = await analyserForTests();
  const names = readdirSync(EXAMPLE).filter((name) => /\.[ch]$/.test(name));
  const sources = names.map((name) => ({
    path: filePath(name),
    text: readFileSync(join(EXAMPLE, name), 'utf8'),
  }));
  const edited = sources.map((file) =>
    file.path.endsWith('tern_rx.c')
      ? { ...file, text: file.text.replace('dev_alloc_page()', 'spare()') }
      : file,
  );
  const looked = analyzer.openDriver(sources, NEWEST, { reading: 'relevant' });
  looked.analysis();
  for (const file of edited) looked.setFile(file);
  looked.analysis();
  looked.readWhole();
  const fresh = analyzer.openDriver(edited, NEWEST);
  const shape = (driver: typeof fresh): unknown => {
    const { findings, model, conversions } = driver.analysis();
    return [findings.map(({ fixes, ...rest }) => [rest, fixes]), model, conversions?.(null)];
  };
  expect(shape(looked)).toEqual(shape(fresh));
  expect(fresh.analysis().findings.length).toBeGreaterThan(5);
  looked.dispose();
  fresh.dispose();
});

describe('what no word gives away', () => {
  test('a helper that is called by a pointer, stored where nothing else is said of buffers', async () => {
    const [whole, relevant] = await readings({
      'tx.c': `
struct slot { dma_addr_t dma; int len; };
struct ring { struct device *dev; struct slot *slots; struct { int polls; } stats; };
struct lane_ops { void (*fill)(struct ring *ring, dma_addr_t dma, int i); };
struct lane { struct lane_ops ops; struct ring *ring; };
static void fill_new(struct ring *ring, dma_addr_t dma, int i)
{
${LONG}	ring->slots[i].dma = dma;
}
static void pick(struct lane *lane)
{
	lane->ops.fill = fill_new;
}
static void send(struct lane *lane, skb_frag_t *frag)
{
	dma_addr_t dma = skb_frag_dma_map(lane->ring->dev, frag, 0, 64, DMA_TO_DEVICE);

	lane->ops.fill(lane->ring, dma, 0);
}
static void sent(struct ring *ring)
{
	dma_unmap_page(ring->dev, ring->slots[0].dma, ring->slots[0].len, DMA_TO_DEVICE);
}`,
    });
    expect(whole?.places).toEqual([
      expect.stringContaining('tx1-unmap ='),
      expect.stringContaining('tx1-unmap dma_unmap_page'),
    ]);
    expect(relevant?.places).toEqual(whole?.places);
  });

  test('the ring operation behind which a helper reports the split', async () => {
    const [whole, relevant] = await readings({
      'rings.c': `
struct priv { u32 polls; };
static void fill_rings(struct priv *priv, struct kernel_ethtool_ringparam *ring)
{
	ring->tcp_data_split = ETHTOOL_TCP_DATA_SPLIT_ENABLED;
}
static void get_rings(struct net_device *dev, struct ethtool_ringparam *p, struct kernel_ethtool_ringparam *ring)
{
	fill_rings(netdev_priv(dev), ring);
}
static const struct ethtool_ops ops = { .get_ringparam = get_rings };
static void receive(struct page_pool *pool, struct sk_buff *skb)
{
	skb_add_rx_frag(skb, 0, page_pool_dev_alloc_pages(pool), 0, 64, 64);
}`,
    });
    expect(whole?.messages).toContainEqual(
      expect.stringContaining('the split is reported, but cannot be set'),
    );
    expect(relevant?.messages).toEqual(whole?.messages);
  });

  test('a packet that is queued in one function and sent in another', async () => {
    const [whole, relevant] = await readings({
      '/d/drv.c': `struct drv { struct device *dev; struct sk_buff_head waiting; dma_addr_t dma[8]; };
static void queue(struct drv *d, struct sk_buff *skb)
{
${LONG}	skb_queue_tail(&d->waiting, skb);
}
static void push(struct drv *d)
{
	struct sk_buff *skb = skb_dequeue(&d->waiting);
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];

	d->dma[0] = dma_map_single(d->dev, skb_frag_address(frag), skb_frag_size(frag), DMA_TO_DEVICE);
}
static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *ndev)
{
${LONG}	queue(netdev_priv(ndev), skb);
	return NETDEV_TX_OK;
}
static const struct net_device_ops nops = { .ndo_start_xmit = xmit };
`,
    });
    expect(whole?.messages).toContainEqual(expect.stringContaining('use skb_frag_dma_map()'));
    expect(relevant?.places).toEqual(whole?.places);
  });

  test('a long function between the buffer and who reads it', async () => {
    const [whole, relevant] = await readings({
      'rx.c': `
struct ring { struct page_pool *pool; struct page *page; struct { int polls; } stats; };
static u32 sum(struct ring *ring, void *va)
{
${LONG}	return csum_add(0, *(u32 *)va);
}
static u32 check(struct ring *ring, void *va)
{
${LONG}	return sum(ring, va);
}
static void refill(struct ring *ring)
{
	ring->page = page_pool_dev_alloc_pages(ring->pool);
}
static void receive(struct ring *ring, struct sk_buff *skb)
{
	skb_add_rx_frag(skb, 0, ring->page, 0, 64, 64);
	skb->csum = check(ring, page_address(ring->page));
}`,
    });
    expect(whole?.places).toContainEqual(expect.stringContaining('rx5-cpu-access *'));
    expect(relevant?.places).toEqual(whole?.places);
  });
});

test('who sets a member may not be read: without a split or a provider it says nothing of when buffers are touched', async () => {
  const text = `struct drv_buf { struct page *page; u32 kind; };
static void mark(struct drv_buf *b) { b->kind = 2; }
static void keep(struct drv_buf *b)
{
	if (b->kind == 2)
		get_page(b->page);
}
static int rx(struct page_pool *pool, struct sk_buff *skb, struct drv_buf *b)
{
	b->page = page_pool_dev_alloc_pages(pool);
	skb_add_rx_frag(skb, 0, b->page, 0, 64, PAGE_SIZE);
	if (b->kind == 1) {
		mark(b);
		keep(b);
	}
	return 0;
}
`;
  const analyzer = await analyserForTests();
  for (const reading of ['whole', 'relevant'] as const) {
    const opened = analyzer.openDriver([{ path: filePath('driver.c'), text }], NEWEST, { reading });
    expect(opened.analysis().findings.map(({ rule }) => rule)).toContain('rx7-recycling');
    opened.dispose();
  }
});

test('who tests for an XDP program is read, with the other callers of what it calls', async () => {
  const driver = (other: string): string => `struct coot_buf { struct page *page; };
struct coot_ring { struct page_pool *pool; struct coot_buf *bufs; struct bpf_prog __rcu *prog; int polls; };
static int rx(struct coot_ring *ring)
{
	struct coot_buf *b = &ring->bufs[0];

	b->page = page_pool_dev_alloc_pages(ring->pool);
	return build(page_address(b->page));
}
static void poll(struct coot_ring *ring)
{
${LONG}	if (rcu_access_pointer(ring->prog))
		rx(ring);
}
static void give(struct coot_ring *ring, struct sk_buff *skb)
{
	skb_add_rx_frag(skb, 0, ring->bufs[0].page, 0, 64, PAGE_SIZE);
}
static void drain(struct coot_ring *ring)
{
${LONG}${other}
}
`;
  const placesOf = async (other: string) =>
    (await readings({ 'coot.c': driver(other) })).map((r) => r.places);
  const [alone, aloneScanned] = await placesOf('');
  const [both, bothScanned] = await placesOf('\trx(ring);');
  expect(aloneScanned).toEqual(alone);
  expect(bothScanned).toEqual(both);
  expect(both?.length).toBeGreaterThan(alone?.length ?? 0);
});
