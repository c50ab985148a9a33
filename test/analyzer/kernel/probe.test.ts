/** What a tree offers, read from headers written for the purpose, and from a real tree where one is given. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callText, formArity, formFor, PAGE_APIS, pageApi } from '../../../extension/analyzer/kernel/api.ts';
import { assumedTree, PROBED_HEADERS, probeTree } from '../../../extension/analyzer/kernel/probe.ts';
import type { PageApi } from '../../../extension/analyzer/kernel/api.ts';

function entry(name: string): PageApi {
  const found = pageApi(name);
  if (found === null) throw new Error(`${name} is not in the catalogue`);
  return found;
}

describe('probe', () => {
  test('declarations, prototypes over lines, macros and fields count', () => {
    const tree = probeTree('/tree', [
      `
/* page_pool_gone(pool) is only talked about */
netmem_ref page_pool_alloc_netmems(struct page_pool *pool, gfp_t gfp);
static inline void
page_pool_put_netmem(struct page_pool *pool, netmem_ref netmem,
		     unsigned int size, bool direct)
{
	nested_call(pool, netmem);
}
int no_arguments(void);
#define unmap_set(NETMEM, PTR, FIELD, VAL) \\
	do { real_set(PTR, FIELD, VAL); } while (0)
struct device { unsigned long netmem_tx:1; void (*op)(int a, int b); };
`,
    ]);
    expect(tree.arity('page_pool_alloc_netmems')).toBe(2);
    expect(tree.arity('page_pool_put_netmem')).toBe(4);
    expect(tree.arity('no_arguments')).toBe(0);
    expect(tree.arity('unmap_set')).toBe(4);
    expect(tree.arity('nested_call')).toBeNull();
    expect(tree.has('netmem_tx')).toBe(true);
    expect(tree.has('page_pool_gone')).toBe(false);
  });

  test('the nearest release follows from what is there', () => {
    expect(probeTree('/t', ['int x;']).release).toBe('6.12');
    expect(probeTree('/t', ['void netmem_dma_unmap_page_attrs(int a);']).release).toBe('6.18');
    expect(probeTree('/t', ['void *netmem_to_nmdesc(netmem_ref netmem);']).release).toBe('7.1');
    expect(probeTree('/t', ['enum m { NETMEM_TX_DMA };']).release).toBe('7.2');
    expect(probeTree('/t', ['enum { NETDEV_A_DMABUF_RX_PAGE_SIZE };']).release).toBe('7.3');
    // 6.18.y has it from 7.0.
    expect(
      probeTree('/t', ['void netmem_dma_unmap_page_attrs(int a); struct netdev_queue_config;']).release,
    ).toBe('6.18');
  });
});

describe('forms', () => {
  test('a tree gets only what it has, with its number of arguments', () => {
    const alloc = entry('page_pool_dev_alloc_pages');
    expect(formFor(alloc, assumedTree('6.18'))?.name).toBe('page_pool_dev_alloc_netmems');
    const old = formFor(alloc, assumedTree('6.12'));
    expect(old && callText(old, ['rxq->pool'])).toBe(
      'page_pool_alloc_netmems(rxq->pool, GFP_ATOMIC | __GFP_NOWARN)',
    );
    const singular = probeTree('/t', ['netmem_ref page_pool_alloc_netmem(struct page_pool *p, gfp_t g);']);
    expect(formFor(alloc, singular)?.name).toBe('page_pool_alloc_netmem');
    expect(formFor(entry('page_pool_alloc'), singular)).toBeNull();
  });

  test('every form uses each argument of the page call at most once and names its own function', () => {
    for (const api of PAGE_APIS)
      for (const form of api.forms) {
        expect(form.call.startsWith(`${form.name}(`)).toBe(true);
        const used = form.call.match(/\$\d/g) ?? [];
        expect(new Set(used).size).toBe(used.length);
      }
  });

  test('names are unique', () => {
    expect(new Set(PAGE_APIS.map((api) => api.name)).size).toBe(PAGE_APIS.length);
  });
});

const KERNEL_TREE = process.env['KERNEL_TREE'] ?? '';
if (KERNEL_TREE !== '')
  describe('a real tree', () => {
    const headers = PROBED_HEADERS.map((path) => join(KERNEL_TREE, path)).filter((path) => existsSync(path));
    const tree = probeTree(
      KERNEL_TREE,
      headers.map((path) => readFileSync(path, 'utf8')),
    );
    test('has page_pool_put_netmem() with four arguments', () => {
      expect(tree.arity('page_pool_put_netmem')).toBe(4);
      expect(tree.arity('skb_add_rx_frag_netmem')).toBe(6);
    });
    test('declares the forms it has with the arguments the catalogue gives', () => {
      for (const form of PAGE_APIS.flatMap((api) => api.forms)) {
        const arity = tree.arity(form.name);
        if (arity !== null && form.name !== 'page_pool_alloc_netmem')
          expect([form.name, arity]).toEqual([form.name, formArity(form)]);
      }
    });
  });
