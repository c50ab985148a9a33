/**
 * `npm run test:switches [-- WORD]`: switches off one behaviour of the machine at a time (those with WORD in their name)
 * and runs all scenarios. Each switch must break at least one. Prints `switches N of N noticed`; exits with 1 when one was not.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { runSwitched } from './run-switched.mjs';
import { ROOT, switchedOff } from './switched.mjs';
import { SWITCHES } from './switches.mjs';

const FOLDER = join(ROOT, 'dist/test/switches');

const [word = ''] = process.argv.slice(2);
const chosen = SWITCHES.filter(({ behaviour }) => behaviour.includes(word));
const whole = await broken('none', new Map());
if (whole.length > 0) {
  console.error(`scenarios fail with nothing switched off: ${whole.join(', ')}`);
  process.exit(1);
}
let noticed = 0;
let next = 0;
await Promise.all(Array.from({ length: Math.max(1, cpus().length) }, work));
console.log(`switches ${noticed} of ${chosen.length} noticed`);
process.exitCode = noticed === chosen.length ? 0 : 1;

async function work() {
  for (let index = next++; index < chosen.length; index = next++) {
    const turned = chosen[index];
    if (turned === undefined) return;
    const source = switchedOff(turned);
    if (!source.ok) {
      console.log(`BROKEN  ${turned.behaviour}: ${source.problem}`);
      continue;
    }
    const by = await broken(String(index), source.texts);
    if (by.length > 0) noticed++;
    const shown = by.slice(0, 3).join(', ') + (by.length > 3 ? `, and ${by.length - 3} more` : '');
    console.log(by.length > 0 ? `noticed ${turned.behaviour}: ${shown}` : `MISSED  ${turned.behaviour}`);
  }
}

/**
 * Scenarios that do not come out with these texts in place of the files.
 * @param {string} name
 * @param {ReadonlyMap<string, string>} texts
 */
function broken(name, texts) {
  const entry = join(ROOT, 'test/simulator/switches/all-scenarios.ts');
  return runSwitched({ entry, outfile: join(FOLDER, `${name}.cjs`), texts });
}
