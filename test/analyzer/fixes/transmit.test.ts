/** The transmit path: store and unmap together or not at all, and the result compiles. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '../../support/compile.ts';
import { writeMinikernel } from '../../support/minikernel.ts';
import { convert } from './convert.ts';

const DRIVER = `#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/dma-mapping.h>
#include <net/netmem.h>

struct drv_tx_buf {
	DEFINE_DMA_UNMAP_ADDR(mapping);
	DEFINE_DMA_UNMAP_LEN(len);
};

struct drv_tx {
	struct device *dev;
	struct drv_tx_buf *bufs;
};

netdev_tx_t drv_xmit(struct sk_buff *skb, struct net_device *netdev);
void drv_clean(struct drv_tx *tx, int i);

static int drv_map(struct drv_tx *tx, struct sk_buff *skb, int i)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[i];
	struct drv_tx_buf *tx_buf = &tx->bufs[i];
	dma_addr_t dma;

	dma = skb_frag_dma_map(tx->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
	if (dma_mapping_error(tx->dev, dma))
		return -ENOMEM;
	dma_unmap_addr_set(tx_buf, mapping, dma);
	dma_unmap_len_set(tx_buf, len, skb_frag_size(frag));
	return 0;
}

netdev_tx_t drv_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct drv_tx *tx = netdev_priv(netdev);

	drv_map(tx, skb, 0);
	return NETDEV_TX_OK;
}

void drv_clean(struct drv_tx *tx, int i)
{
	struct drv_tx_buf *tx_buf = &tx->bufs[i];

	dma_unmap_page(tx->dev, dma_unmap_addr(tx_buf, mapping), dma_unmap_len(tx_buf, len), DMA_TO_DEVICE);
}
`;

let kernel = '';

beforeAll(() => {
  kernel = mkdtempSync(join(tmpdir(), 'netmem-tx-'));
  writeMinikernel(kernel, '6.18');
});

afterAll(() => rmSync(kernel, { recursive: true }));

function compiled(text: string): string {
  const file = join(kernel, 'drv.c');
  writeFileSync(file, text);
  return compile(file, kernel);
}

test('store and unmap are converted together, and compile as before', async () => {
  const { texts, applied } = await convert({ 'drv.c': DRIVER }, '6.18');
  const text = texts['drv.c'] ?? '';
  const flat = text.replace(/\s+/g, ' ');
  expect(applied).toHaveLength(1);
  expect(flat).toContain('netmem_dma_unmap_addr_set(skb_frag_netmem(frag), tx_buf, mapping, dma);');
  expect(flat).toContain(
    'netmem_dma_unmap_page_attrs(tx->dev, dma_unmap_addr(tx_buf, mapping), dma_unmap_len(tx_buf, len), DMA_TO_DEVICE, 0);',
  );
  expect(compiled(DRIVER)).toBe('');
  expect(compiled(text)).toBe('');
  expect((await convert(texts, '6.18')).files).toEqual([]);
});

test('a tree without the helpers gets no edit, and is told from when on there are some', async () => {
  const { files, reasons } = await convert({ 'drv.c': DRIVER }, '6.12');
  expect(files).toEqual([]);
  expect(reasons.join('\n')).toMatch(
    /netmem_dma_unmap_addr_set\(\) is not in this tree; mainline has it from 6\.16 on/,
  );
});

test('a store that also serves the head converts nothing, not even the unmap side', async () => {
  const shared = DRIVER.replace(
    '\tdma = skb_frag_dma_map(tx->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);',
    '\tif (i == 0)\n\t\tdma = dma_map_single(tx->dev, skb->data, 64, DMA_TO_DEVICE);\n\telse\n\t\tdma = skb_frag_dma_map(tx->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);',
  );
  const { files, reasons } = await convert({ 'drv.c': shared }, '6.18');
  expect(files).toEqual([]);
  expect(reasons.join('\n')).toContain('also serves the head');
});

test('where one side is converted, the action is the other', async () => {
  const whole = (await convert({ 'drv.c': DRIVER }, '6.18')).texts['drv.c'] ?? '';
  const [plainStore, plainUnmap] = [
    whole.replace(/netmem_dma_unmap_addr_set\(skb_frag_netmem\(frag\), /, 'dma_unmap_addr_set('),
    whole
      .replace('netmem_dma_unmap_page_attrs', 'dma_unmap_page')
      .replace(/DMA_TO_DEVICE,\s+0\);/, 'DMA_TO_DEVICE);'),
  ];
  for (const half of [plainStore, plainUnmap]) {
    expect(half).not.toBe(whole);
    const { texts, applied } = await convert({ 'drv.c': half }, '6.18');
    expect(applied).toHaveLength(1);
    expect(texts['drv.c']?.replace(/\s+/g, ' ')).toBe(whole.replace(/\s+/g, ' '));
  }
});
