/**
 * The example driver holds one planted violation of every requirement, and beside each a look-alike that is right.
 * Both sets are exact: a finding too many fails like one too few.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REQUIREMENTS } from '../../extension/analyzer/finding.ts';
import { analyse } from './analyse.ts';

const FOLDER = join(import.meta.dirname, '../../extension/example');
const FILES = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
);

/** Findings as requirement, severity and the source line they stand on. */
async function found(): Promise<string[]> {
  const { findings } = await analyse(FILES);
  return findings.map(({ requirement, severity, location: { file, range } }) => {
    const text = FILES[file] ?? '';
    const start = text.lastIndexOf('\n', range.start - 1) + 1;
    const line = text.slice(start).split('\n', 1)[0] ?? '';
    return `${requirement} ${severity} ${file}: ${line.trim().replace(/\s+/g, ' ')}`;
  });
}

test('every planted violation is found, and nothing else', async () => {
  expect(await found()).toEqual([
    'RX3 warning tern.h: struct page *page;',
    'RX2 warning tern_ethtool.c: .supported_ring_params = ETHTOOL_RING_USE_CQE_SIZE,',
    'TX2 error tern_main.c: netdev->netmem_tx = true;',
    'RX4 warning tern_rx.c: .flags = PP_FLAG_DMA_MAP | PP_FLAG_ALLOW_UNREADABLE_NETMEM,',
    'RX3 warning tern_rx.c: buf->page = page_pool_dev_alloc_pages(rxq->buf_pool);',
    'RX3 warning tern_rx.c: buf->dma = page_pool_get_dma_addr(buf->page);',
    'RX1 info tern_rx.c: spill->page = dev_alloc_page();',
    'RX5 warning tern_rx.c: skb_put_data(skb, page_address(buf->page), len);',
    'RX7 warning tern_rx.c: if (page_ref_count(buf->page) != 1) {',
    'RX3 warning tern_rx.c: page_pool_put_full_page(rxq->buf_pool, buf->page, true);',
    'RX6 warning tern_rx.c: dma_sync_single_range_for_cpu(rxq->dev, buf->dma, 0, buf_len, DMA_FROM_DEVICE);',
    'RX3 warning tern_rx.c: skb_add_rx_frag(skb, 0, buf->page, 0, buf_len, PAGE_SIZE);',
    'RX3 warning tern_rx.c: page_pool_put_full_page(rxq->buf_pool, buf->page, false);',
    'TX1 warning tern_tx.c: dma_unmap_page(txq->dev, dma_unmap_addr(buf, dma), dma_unmap_len(buf, len), DMA_TO_DEVICE);',
    'TX1 warning tern_tx.c: dma_unmap_addr_set(buf, dma, mapping);',
  ]);
});

test('every requirement has its violation', async () => {
  const requirements = new Set((await found()).map((line) => line.split(' ', 1)[0] ?? ''));
  expect([...requirements].sort()).toEqual([...REQUIREMENTS].sort());
});

describe('look-alikes', () => {
  test.each([
    ['RX1', 'tern_main.c', 'priv->stats_page = alloc_page('],
    ['RX3', 'tern.h', 'struct page *hdr;'],
    ['RX3', 'tern.h', 'struct page *stats_page;'],
    ['RX3', 'tern_rx.c', 'buf->hdr = page_pool_dev_alloc_pages(rxq->hdr_pool);'],
    ['RX4', 'tern_rx.c', '.flags\t\t= PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,'],
    ['RX5', 'tern_rx.c', 'skb = napi_build_skb(page_address(buf->hdr), PAGE_SIZE);'],
    [
      'RX6',
      'tern_rx.c',
      'dma_sync_single_range_for_cpu(rxq->dev, dma, TERN_HDR_ROOM, len, DMA_FROM_DEVICE);',
    ],
    ['RX7', 'tern_rx.c', 'page_pool_put_full_page(rxq->hdr_pool, buf->hdr, false);'],
    ['TX1', 'tern_tx.c', 'dma_unmap_single(txq->dev, dma_unmap_addr(buf, dma)'],
    ['TX2', 'tern_ethtool.c', 'data[2] = netdev->netmem_tx;'],
  ])('%s is silent about %s: %s', async (_, file, line) => {
    const text = FILES[file] ?? '';
    const start = text.indexOf(line);
    expect(start, 'the line is gone from the example').toBeGreaterThanOrEqual(0);
    const { findings } = await analyse(FILES);
    const there = findings.filter(
      ({ location }) =>
        location.file === file &&
        location.range.start >= start &&
        location.range.start <= start + line.length,
    );
    expect(there.map((f) => f.message)).toEqual([]);
  });
});
