/** A driver without a page pool: a run says so first, at the allocation, and points at no file that is not there. */
import { expect, test } from 'vitest';
import { analyse } from '../analyse.ts';
import { run } from './compliant.ts';

const DRIVER = `
struct drv_buf { struct sk_buff *skb; dma_addr_t dma; };
static int fill(struct device *dev, struct net_device *ndev, struct drv_buf *b)
{
	b->skb = netdev_alloc_skb(ndev, 2048);
	b->dma = dma_map_single(dev, b->skb->data, 2048, DMA_FROM_DEVICE);
	return 0;
}
static void rx(struct napi_struct *napi, struct drv_buf *b)
{
	napi_gro_receive(napi, b->skb);
}
static int drv_set_ringparam(struct net_device *ndev) { return 0; }
static const struct ethtool_ops drv_ethtool_ops = { .set_ringparam = drv_set_ringparam };
static const struct net_device_ops drv_ops = { .ndo_open = NULL };
`;

test('RX1 is the first evidence, at the call that allocates', async () => {
  const { model } = await analyse({ 'driver.c': DRIVER });
  expect(model.buffersFrom).toMatchObject({ value: 'netdev_alloc_skb', at: { line: 5 } });
  for (const explore of [false, true]) {
    const { requirements, executed } = run(model, 'dmabuf-works', { explore });
    const evidence = requirements.find(({ requirement }) => requirement === 'RX1')?.evidence ?? [];
    expect(evidence[0]?.at).toMatchObject({ file: 'driver.c', line: 5 });
    expect(new Set(executed.map(({ file }) => file))).toEqual(new Set(['driver.c']));
  }
});

test('a driver with a pool has no such place', async () => {
  const { model } = await analyse({
    'driver.c':
      'static struct page_pool *make(struct page_pool_params *pp) { return page_pool_create(pp); }\n',
  });
  expect(model.buffersFrom).toBeUndefined();
});
