/** The table of kernel identifiers: each name once, every reference kept, and what a release has where no tree says it. */
import { describe, expect, test } from 'vitest';
import { NETMEM_APIS, PAGE_APIS } from '../../../extension/analyzer/kernel/api.ts';
import { does } from '../../../extension/analyzer/kernel/entry/effect.ts';
import { fn, word } from '../../../extension/analyzer/kernel/entry/entry.ts';
import { arityIn, isIn, signatureIn } from '../../../extension/analyzer/kernel/presence.ts';
import { assumedTree, probeTree } from '../../../extension/analyzer/kernel/probe.ts';
import { compareVersions, signature } from '../../../extension/analyzer/kernel/entry/signature.ts';
import {
  assemble,
  effectsOf,
  isNetmemSide,
  NAME,
  pointerResult,
  replacementOf,
  TABLE,
} from '../../../extension/analyzer/kernel/table.ts';
import { RELEASES } from '../../../extension/analyzer/kernel/tree.ts';
import { minikernel } from '../../support/minikernel.ts';

describe('putting the table together', () => {
  test('a name in two parts is an error that names both', () => {
    const get = fn('void', 'struct page *page', { effects: [does('refcount')] });
    expect(() =>
      assemble([
        ['pages', { get_page: get }],
        ['references', { get_page: get }],
      ]),
    ).toThrow('get_page is in pages and in references');
    expect(assemble([['pages', { get_page: get }]]).get('get_page')?.family).toBe('pages');
  });

  test('a netmem form, an advice or a later name has to be in the table', () => {
    const to = (facets: Parameters<typeof fn>[2]) => () =>
      assemble([
        ['pages', { old: fn('void', 'struct page *page', facets), there: fn('void', 'netmem_ref n') }],
      ]);
    expect(to({ netmem: ['gone($0)'] })).toThrow('old leads to gone');
    expect(to({ advice: 'gone' })).toThrow('old leads to gone');
    expect(to({ renamedTo: 'gone' })).toThrow('old leads to gone');
    expect(to({ netmem: ['there'], advice: 'there', renamedTo: 'there' })).not.toThrow();
  });
});

describe('what follows from a signature', () => {
  test('pool and direction of an effect', () => {
    expect(effectsOf(NAME.page_pool_put_full_netmem)).toMatchObject([{ fact: 'release', arg: 1, pool: 0 }]);
    expect(effectsOf(NAME.page_pool_put_netmem_bulk)).toMatchObject([{ fact: 'release', arg: 0, pool: -1 }]);
    expect(effectsOf(NAME.dma_sync_single_range_for_cpu)).toMatchObject([{ arg: 1, direction: 4 }]);
  });

  test('the side of the API', () => {
    expect(isNetmemSide(NAME.page_pool_dma_sync_netmem_for_cpu)).toBe(true);
    expect(isNetmemSide(NAME.page_pool_dma_sync_for_cpu)).toBe(false);
    expect(isNetmemSide(NAME.__netmem_address)).toBe(false);
    expect(isNetmemSide('foo_netmem')).toBe(false);
  });

  test('pointers that are yielded, and nothing else', () => {
    expect(pointerResult(NAME.skb_frag_page)).toEqual({ base: 'struct page', depth: 1 });
    expect(pointerResult(NAME.dma_map_page)).toBeNull();
    expect(pointerResult(NAME.put_page)).toBeNull();
  });

  test('page arguments, and forms with the arguments in order', () => {
    const find = (name: string) => PAGE_APIS.find((api) => api.name === name);
    expect(find('skb_add_rx_frag')).toMatchObject({
      pageArguments: [2],
      returnsPage: false,
      forms: [{ call: 'skb_add_rx_frag_netmem($0, $1, $2, $3, $4, $5)', header: 'linux/skbuff.h' }],
    });
    expect(find('page_pool_alloc_pages')).toMatchObject({
      returnsPage: true,
      forms: [
        { header: 'net/page_pool/types.h' },
        { name: 'page_pool_alloc_netmem', header: 'net/page_pool/types.h' },
      ],
    });
  });

  test('what messages advise', () => {
    expect(replacementOf(NAME.page_pool_recycle_direct)).toBe('page_pool_recycle_direct_netmem');
    expect(replacementOf(NAME.put_page)).toBe('page_pool_put_full_netmem');
    expect(replacementOf(NAME.kmap)).toBeNull();
  });
});

describe('releases', () => {
  test('6.9 is older than 6.10', () => {
    expect(compareVersions('6.9', '6.10')).toBe(-1);
    expect(compareVersions('7.0', '6.19')).toBe(1);
    expect(compareVersions('6.12', '6.12')).toBe(0);
  });

  test('from the first release on, until the last, and where it was backported', () => {
    expect(RELEASES.filter((release) => isIn({ since: '7.0' }, release))).toEqual(['7.1', '7.2', '7.3']);
    expect(RELEASES.filter((release) => isIn({ until: '6.18' }, release))).toEqual(['6.12']);
    expect(RELEASES.filter((release) => isIn({ since: '7.2', backported: ['6.18'] }, release))).toEqual([
      '6.18',
      '7.2',
      '7.3',
    ]);
  });

  test('a former signature holds until the next one', () => {
    const entry = fn('int', 'int a, int b, int c', {
      formerly: [
        { until: '6.14', signature: signature('int', 'int a') },
        { until: '7.2', signature: signature('int', 'int a, int b') },
      ],
    });
    expect(RELEASES.map((release) => arityIn(entry, release))).toEqual([1, 2, 2, 3, 3]);
    expect(arityIn(fn('int', 'int a, ...'), '6.12')).toBeNull();
    expect(signatureIn(word(), '6.12')).toBeNull();
  });

  test('a release without a tree has what a tree of it has', () => {
    const has = (name: string) => RELEASES.filter((release) => assumedTree(release).has(name));
    expect(has(NAME.NETMEM_TX_DMA)).toEqual(['7.2', '7.3']);
    expect(has(NAME.netmem_tx)).toEqual(['6.18', '7.1', '7.2', '7.3']);
    expect(has(NAME.page_pool_alloc_netmems)).toEqual(RELEASES);
    expect(has(NAME.page_pool_alloc_netmem)).not.toContain('6.12');
    expect(has('netmem_ref')).toEqual(RELEASES);
    expect(has('foo_netmem')).toEqual([]);
    expect(assumedTree('6.12').arity(NAME.page_pool_put_netmem)).toBe(4);
    expect(assumedTree('6.12').arity(NAME.page_pool_alloc_netmem)).toBeNull();
  });

  test.each(RELEASES)('%s: the headers of the minikernel declare what the table says', (release) => {
    const declared = RELEASES.map((of) => probeTree('/m', minikernel(of).values()));
    const [probed, assumed] = [probeTree('/m', minikernel(release).values()), assumedTree(release)];
    // 6.18.y has the first two from 7.0; the minikernel stands for 6.18.0. The others it declares for the example of any release.
    const ofQueues = [NAME.netdev_queue_config, NAME.rx_page_size];
    const apart: readonly string[] = [...ofQueues, 'napi_enable_locked', 'napi_disable_locked'];
    const names = [...TABLE.keys()].filter(
      (name) => !apart.includes(name) && declared.some((tree) => tree.has(name)),
    );
    expect(names).toContain(NAME.netmem_dma_unmap_page_attrs);
    for (const name of names) {
      expect([name, assumed.has(name)]).toEqual([name, probed.has(name)]);
      const [found, known] = [probed.arity(name), assumed.arity(name)];
      if (found !== null && known !== null) expect([name, known]).toEqual([name, found]);
    }
  });
});

test('whatever a hover explains has a header and a sentence', () => {
  for (const { name, header, does: text } of NETMEM_APIS) {
    expect(header, name).toMatch(/\.h$/);
    expect(text, name).toMatch(/^[A-Zp].*\.$/);
  }
});
