/** `npm run fuzz -- sim --runs 10000 [--seed 1]`: random machines with every invariant on. */
import { parseArgs } from 'node:util';
import { checkRun } from '../simulator/fuzz/invariants.ts';
import { randomRun } from '../simulator/fuzz/random-run.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const runs = Number(values.runs);
const first = Number(values.seed);
let refused = 0;
let steps = 0;
let failed = 0;
for (let seed = first; seed < first + runs; seed++) {
  const outcome = checkRun(randomRun(seed));
  if (outcome.refused) refused++;
  steps += outcome.steps;
  if (outcome.broken.length === 0) continue;
  failed++;
  console.log(`seed ${seed}:`);
  for (const text of outcome.broken) console.log(`  ${text}`);
}
console.log(`${runs} runs, ${refused} refused, ${steps} steps, ${failed} with a broken invariant`);
process.exitCode = failed === 0 ? 0 : 1;
