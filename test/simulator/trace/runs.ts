/** Runs for the tests of what they leave behind. */
import { startRun, type ParameterValue } from '../../../simulator/run/configure.ts';
import type { Simulation } from '../../../simulator/run/simulation.ts';

export function finishedRun(scenario: string, parameters: Record<string, ParameterValue> = {}): Simulation {
  const made = startRun({ model: null, scenario, parameters, seed: 1 });
  if (!made.ok) throw new Error(made.error.message);
  made.value.runToEnd();
  return made.value;
}
