/** A requirement is met only where what fulfils it was seen. */
import { expect, test } from 'vitest';
import { standings } from '../../../extension/analyzer/report/readiness.ts';
import { analyse } from '../analyse.ts';

/** How one requirement stands for a driver of one file, with the fragments that it sends and the pool of others followed. */
async function stateOf(requirement: string, source: string): Promise<string> {
  const { findings, model, traces } = await analyse({ 'driver.c': source });
  const found = standings({
    model,
    findings: findings.map((f) => ({ ...f, suppressed: null })),
    incomplete: [],
    traces: traces && {
      isMapped: traces.isMapped,
      untraced: traces.untraced.map(({ reason }) => ({ where: 'driver.c', reason })),
      foreignPool: traces.foreignPool && 'driver.c',
      syncedAt: traces.syncedAt && 'driver.c',
    },
  }).find((standing) => standing.requirement === requirement);
  return `${found?.state}: ${found?.why}`;
}

/** RX4 of a driver whose payload pool has these parameters besides the usual. */
async function rx4(parameters: string): Promise<string> {
  return stateOf(
    'RX4',
    `struct drv_ring { struct page_pool *pool; netmem_ref netmem; };
static void create(struct drv_ring *r)
{
	struct page_pool_params pp = { .dma_dir = DMA_FROM_DEVICE, .max_len = PAGE_SIZE, ${parameters} };

	r->pool = page_pool_create(&pp);
}
static struct sk_buff *rx(struct drv_ring *r)
{
	r->netmem = page_pool_dev_alloc_netmems(r->pool);
	return napi_build_skb(netmem_address(r->netmem), 2048);
}
`,
  );
}

test('RX4 of a pool of whole packets is met by its flags and its queue, not by having nothing against it', async () => {
  expect(await rx4('.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV')).toBe('open: null');
  expect(
    await rx4(
      '.netdev = r->dev, .queue_idx = 1, .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM',
    ),
  ).toBe('met: nothing found against it');
});

/** A module that receives from a pool it is handed. */
const HANDED = `static void rx(struct page_pool *pool, struct page *page, struct napi_struct *napi, int len)
{
	struct page *fresh = page_pool_dev_alloc_pages(pool);
	struct sk_buff *skb;

	if (!fresh)
		return page_pool_recycle_direct(pool, page);
	skb = build_skb(page_address(fresh), PAGE_SIZE);
	napi_gro_receive(napi, skb);
}
`;

test('a pool that another module creates: RX1 is met, of its parameters and its syncs nothing is known', async () => {
  const states = await Promise.all(
    ['RX1', 'RX3', 'RX4', 'RX5', 'RX6', 'RX7'].map(
      async (name) => (await stateOf(name, HANDED)).split(':')[0],
    ),
  );
  expect(states).toEqual(['met', 'open', 'unknown', 'open', 'unknown', 'met']);
});

/** A driver that takes payload as netmem from a pool of its own, and does this before it hands it on. */
const before = (sync: string): string => `static void create(struct drv_ring *r, struct device *dev)
{
	struct page_pool_params pp = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .dev = dev, .dma_dir = DMA_FROM_DEVICE, .max_len = PAGE_SIZE,
	};

	r->pool = page_pool_create(&pp);
}
static void fill(struct drv_ring *r)
{
	r->netmem = page_pool_dev_alloc_netmems(r->pool);
}
static void rx(struct drv_ring *r, struct sk_buff *skb, int len)
{
	${sync}
	skb_add_rx_frag_netmem(skb, 0, r->netmem, 0, len, PAGE_SIZE);
}
`;

test('RX6 is met where payload is synchronised through its pool, and unknown where nothing was found', async () => {
  const sync = 'page_pool_dma_sync_netmem_for_cpu(r->pool, r->netmem, 0, len);';
  expect(await stateOf('RX6', before(sync))).toBe(
    'met: payload is synchronised through its pool at driver.c',
  );
  expect(await stateOf('RX6', before(''))).toMatch(/^unknown: nothing was found/);
});

test('a device made of software has no pool of others', async () =>
  expect(await stateOf('RX1', 'static int nothing(struct net_device *dev)\n{\n\treturn 0;\n}\n')).toMatch(
    /^not applicable: /,
  ));

const sends = (
  body: string,
): string => `static netdev_tx_t drv_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct drv_txq *q = netdev_priv(dev);

	${body}
	return NETDEV_TX_OK;
}
static const struct net_device_ops drv_ops = { .ndo_start_xmit = drv_xmit };
`;

test('TX2 of a device that sends no fragments: there is nothing to declare', async () =>
  expect(
    await stateOf('TX2', sends('q->head = dma_map_single(q->dev, skb->data, skb->len, DMA_TO_DEVICE);')),
  ).toBe('not applicable: no fragments are sent: there is nothing to declare'));

test('TX2 of a library that sends fragments and registers no device: unknown', async () =>
  expect(
    await stateOf(
      'TX2',
      sends(`q->dma = skb_frag_dma_map(q->dev, &skb_shinfo(skb)->frags[0], 0, 64, DMA_TO_DEVICE);
	dma_unmap_page(q->dev, q->dma, 64, DMA_TO_DEVICE);`),
    ),
  ).toBe('unknown: netmem_tx is not set, and the device is not registered here'));
