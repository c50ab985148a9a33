/** A requirement is met only where what fulfils it was seen. */
import { expect, test } from 'vitest';
import { standings } from '../../../extension/analyzer/report/readiness.ts';
import { analyse } from '../analyse.ts';

/** RX4 of a driver whose payload pool has these parameters besides the usual. */
async function rx4(parameters: string): Promise<string> {
  const { findings, model } = await analyse({
    'driver.c': `struct drv_ring { struct page_pool *pool; netmem_ref netmem; };
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
  });
  const facts = { model, findings: findings.map((f) => ({ ...f, suppressed: null })), incomplete: [] };
  const standing = standings(facts).find(({ requirement }) => requirement === 'RX4');
  return `${standing?.state}: ${standing?.why}`;
}

test('RX4 of a pool of whole packets is met by its flags and its queue, not by having nothing against it', async () => {
  expect(await rx4('.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV')).toBe(
    'unknown: nothing is wrong, but the pool made at driver.c:6 was not seen to get PP_FLAG_ALLOW_UNREADABLE_NETMEM, queue_idx',
  );
  expect(
    await rx4(
      '.netdev = r->dev, .queue_idx = 1, .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM',
    ),
  ).toBe('met: nothing found against it');
});
