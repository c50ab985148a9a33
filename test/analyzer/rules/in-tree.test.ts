/** Findings never send anybody to look for a name that the tree does not have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { probeTree } from '../../../extension/analyzer/kernel/probe.ts';
import type { KernelTree } from '../../../extension/analyzer/kernel/tree.ts';
import { analyse, NEWEST } from '../analyse.ts';

const FILES = { 'foo.c': readFileSync(join(import.meta.dirname, '../../support/convertible.c'), 'utf8') };
const lacking = (...names: string[]): KernelTree => ({
  ...NEWEST,
  origin: { kind: 'probed', root: '/tree' },
  has: (name) => !names.includes(name),
});

async function onCall(tree: KernelTree, api: string) {
  const { findings } = await analyse(FILES, tree);
  const [found] = findings.filter((finding) => finding.api === api);
  if (found === undefined) throw new Error(`nothing is said of ${api}`);
  return found;
}

test('a tree that has everything is not talked about', async () => {
  const { findings } = await analyse(FILES);
  expect(findings.length).toBeGreaterThan(4);
  for (const { evidence } of findings)
    for (const { message } of evidence) expect(message).not.toContain('lacks netmem');
  expect(await onCall(NEWEST, 'page_pool_dev_alloc_pages')).toMatchObject({
    replacement: 'page_pool_dev_alloc_netmems',
    message: expect.stringMatching(
      /^use page_pool_dev_alloc_netmems\(\), not page_pool_dev_alloc_pages\(\)\.$/,
    ) as string,
  });
});

test('a helper that it lacks gives way to the form that it can compile', async () => {
  const found = await onCall(lacking('page_pool_dev_alloc_netmems'), 'page_pool_dev_alloc_pages');
  expect(found.replacement).toBe('page_pool_alloc_netmems');
  expect(found.message).toContain('use page_pool_alloc_netmems(), not page_pool_dev_alloc_pages()');
  expect(found.message).not.toContain('page_pool_dev_alloc_netmems');
});

test('where it has no form, that is said with the release that brought one', async () => {
  const tree = lacking('page_pool_put_full_netmem');
  const found = await onCall(tree, 'page_pool_put_full_page');
  expect(found.replacement).toBeNull();
  expect(found.evidence[0]).toEqual({
    location: found.location,
    message: 'this tree lacks page_pool_put_full_netmem (mainline has it from 6.12 on)',
  });
});

test('of an assumed release the same is said in other words', async () => {
  const tree: KernelTree = {
    ...lacking('page_pool_put_full_netmem'),
    ...{ origin: { kind: 'assumed' }, release: '6.12' },
  };
  expect((await onCall(tree, 'page_pool_put_full_page')).evidence[0]?.message).toContain(
    '6.12, which is assumed, lacks page_pool_put_full_netmem',
  );
});

/** As before 6.6: one header for the page pool, and no netmem anywhere. */
test('a tree from before netmem: whatever a finding names, it has or is said to lack, and nothing is converted', async () => {
  const header = `#define PP_FLAG_DMA_MAP		BIT(0)
#define PP_FLAG_DMA_SYNC_DEV	BIT(1)
struct page_pool *page_pool_create(const struct page_pool_params *params);
struct page *page_pool_dev_alloc_pages(struct page_pool *pool);
void page_pool_put_full_page(struct page_pool *pool, struct page *page, bool allow_direct);
`;
  const tree = probeTree('/tree', [header]);
  expect(tree.has('PP_FLAG_DMA_SYNC_DEV')).toBe(true);
  const { findings, conversions } = await analyse(FILES, tree);
  expect(findings.length).toBeGreaterThan(4);
  for (const { message, replacement, api, evidence } of findings) {
    if (replacement !== null) expect([api, tree.has(replacement)]).toEqual([api, true]);
    const lacks = evidence.find((reason) => reason.message.startsWith('this tree lacks'))?.message ?? '';
    if (api === 'netmem_tx') continue;
    for (const name of message.match(/\b\w+_netmems?\b|\bnetmem_\w+/g) ?? [])
      expect([message, lacks.includes(name)]).toEqual([message, true]);
  }
  expect((conversions?.(null) ?? []).flatMap(({ edits }) => edits)).toEqual([]);
});
