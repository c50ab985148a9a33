/**
 * `npm run test:twin-faults [-- WORD]`: puts one deliberate fault into the simulator at a time (those with WORD in their
 * name) and replays what the kernel did. Each must be noticed. Prints `faults N of N noticed`; exits with 1 otherwise.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../switches/switched.mjs';
import { TWIN_FAULTS } from './faults.mjs';

const [word = ''] = process.argv.slice(2);
const folder = join(ROOT, 'dist/test/twin-faults');
mkdirSync(folder, { recursive: true });

const whole = failures('none');
if (whole.length > 0) {
  console.error(`the replay fails without any fault: ${whole.slice(0, 5).join(', ')}`);
  process.exit(1);
}
let noticed = 0;
let tried = 0;
TWIN_FAULTS.forEach(({ behaviour }, index) => {
  if (!behaviour.includes(word)) return;
  tried++;
  const by = failures(String(index));
  if (by.length > 0) noticed++;
  const shown = by.slice(0, 3).join(', ') + (by.length > 3 ? `, and ${by.length - 3} more` : '');
  console.log(by.length > 0 ? `noticed ${behaviour}: ${shown}` : `MISSED  ${behaviour}`);
});
console.log(`faults ${noticed} of ${tried} noticed`);
process.exitCode = noticed === tried ? 0 : 1;

/**
 * Cases that do not come out with a fault in place.
 * @param {string} fault
 * @returns {readonly string[]}
 */
function failures(fault) {
  const report = join(folder, `${fault}.json`);
  const config = join(ROOT, 'test/simulator/twin/faults/vitest.config.ts');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  spawnSync(process.execPath, [vitest, 'run', '--config', config, '--reporter=json', `--outputFile=${report}`], {
    cwd: ROOT,
    stdio: 'ignore',
    env: { ...process.env, TWIN_FAULT: fault },
  });
  /** @type {{ testResults: readonly { assertionResults: readonly { status: string, fullName: string }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName }) => fullName);
}
