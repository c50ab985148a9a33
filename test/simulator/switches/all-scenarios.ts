/** Runs every scenario; prints the ids of those that do not come out, as JSON. Bundled with one behaviour switched off. */
import { startRun } from '../../../simulator/run/configure.ts';
import { SCENARIOS } from '../../../simulator/scenarios/catalogue.ts';

/** A machine without one of its rules may run for ever. */
const MAX_STEPS = 300_000;

function comesOut(scenario: string): boolean {
  try {
    const made = startRun({ model: null, scenario, parameters: {}, seed: 1 });
    if (!made.ok) return false;
    made.value.runToEnd(MAX_STEPS);
    const { state, expectations } = made.value.verdict();
    return state !== 'pending' && expectations.every(({ holds }) => holds);
  } catch {
    return false;
  }
}

process.stdout.write(JSON.stringify(SCENARIOS.map(({ id }) => id).filter((id) => !comesOut(id))));
