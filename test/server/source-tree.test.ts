import { expect, test } from 'vitest';
import { within } from '../../extension/server/locations.ts';
import { sourceTree } from '../../extension/server/source-tree.ts';

const tree = sourceTree({
  readFile: () => Promise.resolve(null),
  readDirectory: () => Promise.resolve(null),
  staysIn: () => Promise.resolve(false),
});

test.each([
  ['file:///tree/foo', 'bar.h'],
  ['file:///tree/foo', 'rx/bar-1.h'],
  ['file:///tree/foo', '../bar.h'],
  ['file:///tree/foo', '../../bar.h'],
  ['file:///tree/foo', '../../../bar.h'],
  ['file:///tree/foo', '..'],
  ['file:///tree', '..'],
  ['file:///tree/foo', 'a/../b.h'],
  ['file:///tree/foo', './b.h'],
  ['file:///tree/foo', 'a b+c.h'],
  ['vscode-vfs://github/tree/foo', '../../bar.h'],
  ['vscode-vfs://github/foo', '../../../bar.h'],
])('%s and %s are joined as URIs are', (directory, path) => {
  expect(tree.join(directory, path)).toBe(within(directory, path).replace(/\/$/, ''));
});
