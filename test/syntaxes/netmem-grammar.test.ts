/** The injection grammar: what it colours, and what it must leave to C. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Pattern {
  readonly name: string;
  readonly match: string;
}

const FILE = new URL('../../syntaxes/netmem.tmLanguage.json', import.meta.url);

function patterns(): Pattern[] {
  const grammar: unknown = JSON.parse(readFileSync(FILE, 'utf8'));
  const list: unknown = typeof grammar === 'object' && grammar !== null && Reflect.get(grammar, 'patterns');
  if (!Array.isArray(list)) throw new Error('the grammar has no patterns');
  return list.filter(isPattern);
}

function isPattern(value: unknown): value is Pattern {
  return typeof value === 'object' && value !== null && 'name' in value && 'match' in value;
}

/** Words of the line with the scope they get; the first pattern that matches at a place wins, as in the editor. */
function coloured(line: string): Record<string, string> {
  const scopes = new Map<string, string>();
  for (const { name, match } of patterns().reverse())
    for (const hit of line.matchAll(new RegExp(match, 'g')))
      scopes.set(hit[0].trim(), name.replace(/^support\.|\.c$/g, ''));
  return Object.fromEntries(scopes);
}

test.each([
  [
    'netmem_ref ref = page_pool_dev_alloc_netmems(pool);',
    { netmem_ref: 'type.netmem', page_pool_dev_alloc_netmems: 'function.netmem' },
  ],
  [
    'struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP };',
    { page_pool_params: 'type.netmem', PP_FLAG_DMA_MAP: 'constant.netmem' },
  ],
  ['page_pool_put_full_page(pool, page, true);', { page_pool_put_full_page: 'function.page-pool' }],
  ['page_pool_put_full_netmem (pool, ref, true);', { page_pool_put_full_netmem: 'function.netmem' }],
  ['skb_add_rx_frag_netmem(skb, 0, ref, 0, n, n);', { skb_add_rx_frag_netmem: 'function.netmem' }],
  ['netmem_dma_unmap_addr_set(ref, e, addr, a);', { netmem_dma_unmap_addr_set: 'function.netmem' }],
  ['dev->netmem_tx = NETMEM_TX_DMA;', { netmem_tx: 'variable.netmem', NETMEM_TX_DMA: 'constant.netmem' }],
  ['if (netif_rxq_has_unreadable_mp(dev, i))', { netif_rxq_has_unreadable_mp: 'function.netmem' }],
])('%s', (line, expected) => {
  expect(coloured(line)).toEqual(expected);
});

test.each([
  'struct page *page = rxq->page_pool;',
  'int page_pool = 0;',
  'my_page_pool_alloc(x);',
  'u32 netmem_tx;',
  'skb_add_rx_frag(skb, 0, page, 0, n, n);',
  '#include <net/netmem.h>',
])('leaves alone: %s', (line) => {
  expect(coloured(line)).toEqual({});
});
