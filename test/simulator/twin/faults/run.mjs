/**
 * `npm run test:twin-faults [-- WORD]`: puts one deliberate fault into the simulator at a time (those with WORD in their
 * name) and replays what the kernel did. Each must be noticed. Prints `faults N of N noticed`; exits with 1 otherwise.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runSwitched } from '../../switches/run-switched.mjs';
import { ROOT, switchedOff } from '../../switches/switched.mjs';
import { TWIN_FAULTS } from './faults.mjs';

const HERE = join(ROOT, 'test/simulator/twin/faults');
const FOLDER = join(ROOT, 'dist/test/twin-faults');
const CASES = join(FOLDER, 'cases.json');
mkdirSync(FOLDER, { recursive: true });

const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
const written = spawnSync(process.execPath, [vitest, 'run', '--config', join(HERE, 'vitest.config.ts')], {
  cwd: ROOT,
  encoding: 'utf8',
  env: { ...process.env, TWIN_REPLAY: CASES },
});
if (written.status !== 0) {
  console.error(`the cases cannot be written:\n${written.stdout}${written.stderr}`);
  process.exit(1);
}

const [word = ''] = process.argv.slice(2);
const whole = await failures('none', new Map());
if (whole.length > 0) {
  console.error(`the replay fails without any fault: ${whole.slice(0, 5).join(', ')}`);
  process.exit(1);
}
const chosen = TWIN_FAULTS.filter(({ behaviour }) => behaviour.includes(word));
let noticed = 0;
for (const [index, fault] of chosen.entries()) {
  const source = switchedOff(fault);
  if (!source.ok) {
    console.log(`BROKEN  ${fault.behaviour}: ${source.problem}`);
    continue;
  }
  const by = await failures(String(index), source.texts);
  if (by.length > 0) noticed++;
  const shown = by.slice(0, 3).join(', ') + (by.length > 3 ? `, and ${by.length - 3} more` : '');
  console.log(by.length > 0 ? `noticed ${fault.behaviour}: ${shown}` : `MISSED  ${fault.behaviour}`);
}
console.log(`faults ${noticed} of ${chosen.length} noticed`);
process.exitCode = noticed === chosen.length ? 0 : 1;

/**
 * Cases that do not come out with these texts in place of the files.
 * @param {string} name
 * @param {ReadonlyMap<string, string>} texts
 */
function failures(name, texts) {
  const outfile = join(FOLDER, `${name}.cjs`);
  return runSwitched({ entry: join(HERE, 'replay.ts'), outfile, texts, args: [CASES] });
}
