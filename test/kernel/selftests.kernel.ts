/** The table of the kernel's self-tests (`test/simulator/selftests/table.ts`) has each case that a tree of 7.3 runs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SELFTESTS } from '../simulator/selftests/table.ts';

const folder = join(process.env['KERNEL_TREE'] ?? '', 'tools/testing/selftests');
if (!existsSync(folder)) throw new Error('KERNEL_TREE names no kernel tree with its self-tests');

test.each(Object.keys(SELFTESTS).filter((file) => file.endsWith('.py')))(
  '%s: all cases of the tree, and no other',
  (file) => {
    const known = SELFTESTS[file]?.map((one) => one.case) ?? [];
    expect([...known].sort()).toEqual([...casesOf(readFileSync(join(folder, file), 'utf8'))].sort());
  },
);

/** The functions that the file gives to ksft_run(): a list of names, or all with a prefix. */
function casesOf(text: string): ReadonlySet<string> {
  const run = /ksft_run\(\s*(?:\[([^\]]*)\]|globs=)/.exec(text);
  const listed = run?.[1]?.match(/\w+/g);
  if (listed !== undefined && listed !== null) return new Set(listed);
  return new Set([...text.matchAll(/^def (test_\w+)\(/gm)].map(([, name = '']) => name));
}
