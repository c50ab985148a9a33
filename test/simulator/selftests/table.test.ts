/**
 * The table of the kernel's self-tests: each scenario it names is there and expects the kernel's result. With KERNEL_TREE
 * (7.3) it has each case that the tree runs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectation } from '../../../simulator/scenarios/scenario.ts';
import { findScenario } from '../../../simulator/scenarios/catalogue.ts';
import { SELFTESTS } from './table.ts';
import type { Shown } from './table.ts';

const CASES = Object.entries(SELFTESTS).flatMap(([file, cases]) => cases.map((one) => ({ file, one })));

test('no case stands there twice, and each one that is left out says why', () => {
  const names = CASES.map(({ file, one }) => `${file} ${one.case}`);
  expect(new Set(names).size).toBe(names.length);
  expect(CASES.filter(({ one }) => 'why' in one && one.why === '')).toEqual([]);
});

test('scenarios are there, and expect what the kernel says', () => {
  const wrong = CASES.flatMap(({ file, one }) =>
    'why' in one ? [] : results(one).map((problem) => `${file} ${one.case}: ${problem}`),
  );
  expect(wrong).toEqual([]);
});

const tree = process.env['KERNEL_TREE'] ?? '';
const folder = join(tree, 'tools/testing/selftests');

test.skipIf(tree === '' || !existsSync(folder)).each(Object.keys(SELFTESTS).filter((f) => f.endsWith('.py')))(
  '%s: all cases of the tree, and no other',
  (file) => {
    const known = SELFTESTS[file]?.map((one) => one.case) ?? [];
    expect([...known].sort()).toEqual([...casesOf(readFileSync(join(folder, file), 'utf8'))].sort());
  },
);

function results({ scenarios }: Shown): readonly string[] {
  return Object.entries(scenarios).flatMap(([id, result]) => {
    const scenario = findScenario(id);
    if (scenario === undefined) return [`no scenario ${id}`];
    const wanted = expectation(result);
    const has = scenario.expectations.some(
      ({ metric, is, value }) => metric === wanted.metric && is === wanted.is && value === wanted.value,
    );
    return has ? [] : [`${id} does not expect ${result}`];
  });
}

/** The functions that the file gives to ksft_run(): a list of names, or all with a prefix. */
function casesOf(text: string): ReadonlySet<string> {
  const run = /ksft_run\(\s*(?:\[([^\]]*)\]|globs=)/.exec(text);
  const listed = run?.[1]?.match(/\w+/g);
  if (listed !== undefined && listed !== null) return new Set(listed);
  return new Set([...text.matchAll(/^def (test_\w+)\(/gm)].map(([, name = '']) => name));
}
