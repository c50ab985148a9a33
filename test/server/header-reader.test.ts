/** Headers of a family of drivers in the kernel tree, reached from a source by way of others. */
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import type { IncludeDirectory } from '../../extension/analyzer/kernel/makefile-flags.ts';
import { HeaderReader } from '../../extension/server/header-reader.ts';

const TREE: Readonly<Record<string, string>> = {
  '/k/include/linux/net/acme/rx.h': '#include <net/libacme/rx.h>\n#define ACME_MAX 9728\n',
  '/k/include/net/libacme/rx.h': 'struct libacme_fqe { netmem_ref netmem; };\n',
  '/k/include/linux/acme/bus.h': '#include <linux/acme/deep.h>\n',
  '/k/include/linux/acme/deep.h': '#include <linux/acme/deeper.h>\n',
  '/k/include/linux/acme/deeper.h': 'struct acme_buf { struct page *page; };\n',
  '/k/include/linux/skbuff.h': 'struct sk_buff;\n',
  '/core/acme.h': 'struct acme_desc { u64 addr; };\n',
  '/k/drivers/net/acme/af/acme.h': 'struct acme_queue { int n; };\n',
};

async function reached(source: string, includes: readonly IncludeDirectory[] = []): Promise<string[]> {
  const driver = {
    name: 'foo',
    directory: '/d',
    oneOfSeveral: false,
    sources: ['/d/foo.c'],
    headers: [],
    includes,
  };
  const reader = new HeaderReader(posix, driver, '/k', (path) => Promise.resolve(TREE[path] ?? null));
  return [...(await reader.follow([{ path: '/d/foo.c', text: source }])).keys()];
}

test('a header that shows nothing of buffers leads to one that does, and is not read itself', async () =>
  expect(await reached('#include <linux/net/acme/rx.h>\n#include <linux/skbuff.h>\n')).toEqual([
    '/k/include/net/libacme/rx.h',
  ]));

test('two of them in a row lead nowhere: the kernel includes everything in the end', async () =>
  expect(await reached('#include <linux/acme/bus.h>\n')).toEqual([]));

test.each<[string, IncludeDirectory[], string[]]>([
  ['nobody names its directory', [], []],
  ['the Makefile names a directory beside it', [{ from: 'makefile', path: '../core' }], ['/core/acme.h']],
  [
    'the Makefile names one of the tree first',
    [
      { from: 'tree', path: 'drivers/net/acme/af' },
      { from: 'makefile', path: '../core' },
    ],
    ['/k/drivers/net/acme/af/acme.h'],
  ],
])('a header of a sister directory, where %s', async (_, includes, found) =>
  expect(await reached('#include "acme.h"\n', includes)).toEqual(found),
);
