/** The table of the kernel's self-tests: each scenario it names is there and expects the kernel's result. */
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
