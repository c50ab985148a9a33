/**
 * `npm run test:switches [-- WORD]`: switches off one behaviour of the machine at a time (those with WORD in their name)
 * and runs all scenarios. Each switch must break at least one. Prints `switches N of N noticed`; exits with 1 when one was not.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT, switchedOff } from './switched.mjs';
import { SWITCHES } from './switches.mjs';

const FOLDER = join(ROOT, 'dist/test/switches');
const TIMEOUT = 120_000;
mkdirSync(FOLDER, { recursive: true });

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
 * @returns {Promise<readonly string[]>}
 */
async function broken(name, texts) {
  const outfile = join(FOLDER, `${name}.cjs`);
  await build({
    entryPoints: [join(ROOT, 'test/simulator/switches/all-scenarios.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
    logOverride: { 'unsupported-jsx-comment': 'silent' },
    plugins: [
      {
        name: 'switched-off',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = texts.get(path);
            return contents === undefined ? undefined : { contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  return new Promise((done) => {
    const child = spawn(process.execPath, [outfile], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: TIMEOUT,
    });
    let text = '';
    child.stdout.on('data', (/** @type {Buffer} */ data) => (text += data.toString()));
    child.on('close', (code) => {
      if (code !== 0) return done(['(the machine hangs or cannot be built)']);
      /** @type {readonly string[]} */
      const ids = JSON.parse(text);
      done(ids);
    });
  });
}
