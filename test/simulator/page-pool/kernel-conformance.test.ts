/**
 * With KERNEL_TREE=<source tree> (KERNEL_RELEASE names the modelled release it is compared with, 6.12 if unset) and gcc:
 * what the page pool takes from the kernel's headers is what stands there.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { KERNEL_RELEASES } from '../../../simulator/core/kernel-release.ts';
import { differences, hasCompiler } from './kernel-conformance.ts';
import { CODE_FACTS, STRUCT_FACTS, valueFacts } from './kernel-facts.ts';

const tree = process.env['KERNEL_TREE'] ?? '';
const release = KERNEL_RELEASES.find((known) => known === process.env['KERNEL_RELEASE']) ?? '6.12';

test('a tree without the files differs in everything', () => {
  const found = differences('/nonexistent', release);
  expect(found).toHaveLength(valueFacts(release).length + CODE_FACTS.length + STRUCT_FACTS.length);
});

if (tree !== '' && hasCompiler()) {
  test(`${release}: the tree says what the simulator's tables say`, () => {
    expect(differences(tree, release)).toEqual([]);
  });

  test('a difference names file, line and value', () => {
    const copy = mkdtempSync(join(tmpdir(), 'netmem-tree-'));
    try {
      const files = new Set([...valueFacts(release), ...CODE_FACTS, ...STRUCT_FACTS].map(({ file }) => file));
      for (const file of files) {
        mkdirSync(dirname(join(copy, file)), { recursive: true });
        cpSync(join(tree, file), join(copy, file));
      }
      const change = (file: string, from: RegExp, to: string): void => {
        const text = readFileSync(join(copy, file), 'utf8');
        expect(text).toMatch(from);
        writeFileSync(join(copy, file), text.replace(from, to));
      };
      const types = 'include/net/page_pool/types.h';
      change(types, /(#define PP_ALLOC_CACHE_REFILL\s+)\d+/, '$132');
      change(types, /\bmax_len;/, 'max_length;');
      change(types, /u64 refill;/, 'u64 refill, spare;');
      change('net/core/page_pool.c', /(ring_qsize = )\d+/, '$12048');
      const found = differences(copy, release);
      expect(found).toHaveLength(4);
      expect(found[0]).toMatch(/types\.h:\d+: PP_ALLOC_CACHE_REFILL is 32; the simulator has 64$/);
      expect(found[1]).toMatch(/page_pool\.c:\d+: the default ring size is 2048; the simulator has 1024$/);
      expect(found[2]).toMatch(/types\.h:\d+: struct page_pool_params has no member max_len$/);
      expect(found[3]).toMatch(/struct page_pool_alloc_stats has 7 counters; the simulator has 6$/);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
}
