/** Conversion of one buffer with everything that holds it. */
import { expect, test } from 'vitest';
import { commitMessage } from '../../../extension/analyzer/fixes/commit-message.ts';
import { applyEdits, invertEdits } from '../../../extension/analyzer/text/edits.ts';
import { convert } from './convert.ts';

const HEADER = `#ifndef DRV_H
#define DRV_H

#include <linux/netdevice.h>

struct drv_buf {
	struct page *page;
	dma_addr_t dma;
};

struct drv_ring {
	struct page_pool *pool;
	struct drv_buf *bufs;
};

struct page *drv_take(struct drv_ring *r, int i);

#endif
`;

const SOURCE = `#include "drv.h"

static int drv_create(struct drv_ring *r, struct device *dev)
{
	struct page_pool_params pp = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.dma_dir = DMA_FROM_DEVICE,
		.max_len = PAGE_SIZE,
		.dev = dev,
	};

	r->pool = page_pool_create(&pp);
	return 0;
}

static int drv_fill(struct drv_ring *r, int i)
{
	struct page *page;

	page = page_pool_dev_alloc_pages(r->pool);
	if (page == NULL)
		return -ENOMEM;
	r->bufs[i].page = page;
	r->bufs[i].dma = page_pool_get_dma_addr(page);
	return 0;
}

struct page *drv_take(struct drv_ring *r, int i)
{
	struct page *page = r->bufs[i].page;

	r->bufs[i].page = NULL;
	return page != NULL ? page : NULL;
}

static struct sk_buff *drv_rx(struct drv_ring *r, int i, int len)
{
	struct sk_buff *skb;
	struct page *page;

	page = drv_take(r, i);
	if (!page)
		return NULL;
	skb = napi_build_skb(page_address(page), PAGE_SIZE);
	if (!skb) {
		page_pool_recycle_direct(r->pool, page);
		return NULL;
	}
	skb_put(skb, len);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, 0, len, PAGE_SIZE);
	return skb;
}
`;

const FILES = { 'drv.h': HEADER, 'drv.c': SOURCE };

test('a buffer is converted with field, variables, prototype, tests and calls over both files', async () => {
  const { texts, reasons } = await convert(FILES);
  // The buffer is converted whole; the pool's flags wait for what only the author knows.
  expect(reasons).toEqual([
    'drv.c:6: .queue_idx is not set: write the number of the receive queue there first',
  ]);
  expect(texts['drv.h']).toContain('\tnetmem_ref page;\n');
  expect(texts['drv.h']).toContain('netmem_ref drv_take(struct drv_ring *r, int i);');
  const source = texts['drv.c'] ?? '';
  expect(source).toContain('\tif (!page)\n\t\treturn -ENOMEM;');
  expect(source).toContain('r->bufs[i].page = 0;');
  expect(source).toContain('return page ? page : 0;');
  expect(source).toContain('page_pool_get_dma_addr_netmem(page)');
  expect(source).toContain('napi_build_skb(netmem_address(page), PAGE_SIZE)');
  expect(source).not.toContain('struct page *');
  expect(source).not.toContain('ALLOW_UNREADABLE');
});

test('what a tree lacks is spelled out in what it has', async () => {
  const old = (await convert(FILES, '6.12')).texts['drv.c'] ?? '';
  expect(old).toContain('page_pool_alloc_netmems(r->pool, GFP_ATOMIC | __GFP_NOWARN)');
  expect(old).toContain('page_pool_put_full_netmem(r->pool, page, true)');
  const recent = (await convert(FILES, '6.18')).texts['drv.c'] ?? '';
  expect(recent).toContain('page_pool_dev_alloc_netmems(r->pool)');
  expect(recent).toContain('page_pool_recycle_direct_netmem(r->pool, page)');
});

test('a second conversion changes nothing', async () => {
  const first = await convert(FILES);
  expect((await convert(first.texts)).files).toEqual([]);
});

test('lines stay within eighty columns and continuation lines stay aligned', async () => {
  const source = (await convert(FILES)).texts['drv.c'] ?? '';
  expect(source).toContain(
    '\tskb_add_rx_frag_netmem(skb, skb_shinfo(skb)->nr_frags, page, 0, len,\n\t\t\t       PAGE_SIZE);',
  );
});

test('declarations stay in reverse christmas tree', async () => {
  const text = SOURCE.replace(
    '\tstruct sk_buff *skb;\n\tstruct page *page;\n\n\tpage = drv_take',
    '\tstruct sk_buff *skb;\n\tstruct page *page;\n\tint budget = 128;\n\n\tpage = drv_take',
  );
  const source = (await convert({ ...FILES, 'drv.c': text })).texts['drv.c'] ?? '';
  expect(source).toContain('\tstruct sk_buff *skb;\n\tint budget = 128;\n\tnetmem_ref page;\n');
});

test('a header that names netmem_ref gets its include', async () => {
  const header = HEADER.replace('#include <linux/netdevice.h>', '#include <linux/types.h>');
  const converted = (await convert({ ...FILES, 'drv.h': header })).texts['drv.h'] ?? '';
  expect(converted).toContain('#include <linux/types.h>\n#include <net/netmem.h>\n');
});

test('memory taken beside the pool keeps the buffer a page, and says where', async () => {
  const source = SOURCE.replace(
    'page = page_pool_dev_alloc_pages(r->pool);',
    'page = r->pool ? page_pool_dev_alloc_pages(r->pool) : alloc_page(GFP_ATOMIC);',
  );
  const { files, obstacles } = await convert({ ...FILES, 'drv.c': source });
  expect(files).toEqual([]);
  expect(obstacles.map((o) => o.cause).join()).toContain('alloc_page()');
});

test('a signature that other modules use is left alone', async () => {
  const { files, reasons } = await convert({ ...FILES, 'drv.c': `${SOURCE}EXPORT_SYMBOL(drv_take);\n` });
  expect(files).toEqual([]);
  expect(reasons.join('\n')).toContain('drv_take() is exported');
});

test('a field that a macro reaches into is left alone', async () => {
  const { files, reasons } = await convert({
    ...FILES,
    'drv.c': SOURCE.replace('#include "drv.h"\n', '#include "drv.h"\n#define BUSY(b) ((b)->page != NULL)\n'),
  });
  expect(files).toEqual([]);
  expect(reasons.join('\n')).toContain('the macro BUSY');
});

test('a page put into a void pointer and taken out again is left alone', async () => {
  const { files, obstacles } = await convert({
    ...FILES,
    'drv.h': HEADER.replace('struct page *page;', 'void *cookie;'),
    'drv.c': SOURCE.replaceAll('bufs[i].page', 'bufs[i].cookie'),
  });
  expect(files).toEqual([]);
  expect(obstacles.length).toBeGreaterThan(0);
});

test('page-backed memory goes to a function that needs a page by netmem_to_page()', async () => {
  const source = SOURCE.replace('\tskb_put(skb, len);', '\tget_page(page);\n\tskb_put(skb, len);');
  const converted = (await convert({ ...FILES, 'drv.c': source })).texts['drv.c'] ?? '';
  expect(converted).toContain('get_page(netmem_to_page(page));');
  expect(converted).not.toContain('page_to_netmem');
});

test('names are kept, unless asked for: then page becomes netmem where it can be followed', async () => {
  const { texts } = await convert(FILES, '6.12', { rename: true });
  expect(texts['drv.h']).toContain('\tnetmem_ref netmem;\n');
  expect(texts['drv.c']).toContain('r->bufs[i].netmem = 0;');
  expect(texts['drv.c']).toContain('\tnetmem_ref netmem;\n');
  expect(texts['drv.c']).not.toMatch(/\bpage\b/);
});

test('the commit message says what was converted', async () => {
  const message = commitMessage('net/ethernet/drv', await convert(FILES));
  expect(message.split('\n')[0]).toBe('net: drv: track receive buffers as netmem_ref');
  expect(message).toContain('struct drv_buf.page');
  expect(message.split('\n').every((line) => line.length <= 75)).toBe(true);
});

test('every edit has a reason, and undoing them gives the text back', async () => {
  const { files, edits } = await convert(FILES);
  expect(edits.every((e) => e.reason !== '')).toBe(true);
  for (const { path, before, after } of files) {
    const own = edits.filter((e) => e.file === path);
    const back = applyEdits(after, invertEdits(before, own));
    expect(back.ok && back.text).toBe(before);
  }
});
