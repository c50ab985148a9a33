/** Every scenario keeps its promises on the reference driver, and twice the same run is twice the same bytes. */
import { expect, test } from 'vitest';
import { KERNEL_RELEASES, NEWEST_RELEASE } from '../../../simulator/core/kernel-release.ts';
import type { KernelRelease } from '../../../simulator/core/kernel-release.ts';
import { startRun } from '../../../simulator/run/configure.ts';
import type { Simulation } from '../../../simulator/run/simulation.ts';
import { SCENARIOS } from '../../../simulator/scenarios/catalogue.ts';

function run(scenario: string, seed: number, kernel?: KernelRelease): Simulation {
  const result = startRun({
    model: null,
    scenario,
    parameters: {},
    seed,
    ...(kernel === undefined ? {} : { kernel }),
  });
  if (!result.ok) throw new Error(result.error.message);
  result.value.runToEnd(1_000_000);
  return result.value;
}

test('each scenario has a name of its own and an expectation', () => {
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

/** The oldest release on which a scenario that is not about one comes out; the newest one is run above. */
const OLDEST = SCENARIOS.flatMap(({ id, since, kernel }) =>
  kernel === undefined ? [[id, since ?? KERNEL_RELEASES[0]] as const] : [],
);

test.each(OLDEST.filter(([, release]) => release !== NEWEST_RELEASE))(
  '%s comes out so on %s',
  (id, release) => {
    const verdict = run(id, 1, release).verdict();
    expect(verdict.expectations.filter(({ holds }) => !holds)).toEqual([]);
  },
);

test('every release has a scenario of its own, or that came with it', () => {
  const named = new Set(SCENARIOS.map(({ since, kernel }) => kernel ?? since ?? KERNEL_RELEASES[0]));
  expect([...named].sort()).toEqual([...KERNEL_RELEASES].sort());
});
