/** Every scenario keeps its promises on the reference driver, and twice the same run is twice the same bytes. */
import { expect, test } from 'vitest';
import { startRun } from '../../../simulator/run/configure.ts';
import type { Simulation } from '../../../simulator/run/simulation.ts';
import { SCENARIOS } from '../../../simulator/scenarios/catalogue.ts';

function run(scenario: string, seed: number): Simulation {
  const result = startRun({ model: null, scenario, parameters: {}, seed });
  if (!result.ok) throw new Error(result.error.message);
  result.value.runToEnd(1_000_000);
  return result.value;
}

test('there are enough scenarios, each with its own name and at least one expectation', () => {
  expect(SCENARIOS.length).toBeGreaterThanOrEqual(30);
  expect(new Set(SCENARIOS.map(({ id }) => id)).size).toBe(SCENARIOS.length);
  expect(SCENARIOS.filter(({ expectations }) => expectations.length === 0)).toEqual([]);
});

test.each(SCENARIOS.map(({ id }) => id))('%s comes out as it says', (id) => {
  const simulation = run(id, 1);
  const verdict = simulation.verdict();
  expect(verdict.state).not.toBe('pending');
  const broken = verdict.expectations.filter(({ holds }) => !holds);
  expect(broken, verdict.cause).toEqual([]);
  expect(run(id, 1).digest()).toBe(simulation.digest());
});
