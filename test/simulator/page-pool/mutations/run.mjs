/**
 * Breaks a copy of the page pool in every way of `mutations.mjs` and runs the pool's tests on it: each mutation must be
 * noticed. Prints a table and `N of N noticed`; exit 1 if one was not. Numbers as arguments: only those mutations.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MUTATIONS } from './mutations.mjs';

const ROOT = resolve(import.meta.dirname, '../../../..');
const SUITES = ['test/simulator/page-pool', 'test/simulator/machine/pool-memory.test.ts'];
const wanted = process.argv.slice(2).map(Number);

const copy = mkdtempSync(join(tmpdir(), 'netmem-mutations-'));
try {
  process.exitCode = run();
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function run() {
  for (const path of [
    'simulator',
    'test/simulator',
    'vitest.config.ts',
    'package.json',
    'tsconfig.base.json',
  ])
    cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, 'dist'));
  if (failure() !== null) {
    console.error('the tests fail without any mutation; mend that first');
    return 1;
  }
  let noticed = 0;
  let tried = 0;
  for (const [index, [file, from, to]] of MUTATIONS.entries()) {
    if (wanted.length > 0 && !wanted.includes(index + 1)) continue;
    tried++;
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    const found = text.split(from).length - 1;
    if (found !== 1) {
      console.error(`mutation ${index + 1}: ${file} holds ${JSON.stringify(from)} ${found} times, not once`);
      return 1;
    }
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
    const by = failure();
    writeFileSync(path, text);
    if (by !== null) noticed++;
    const what = `${file.replace('simulator/', '')}: ${oneLine(from)} -> ${oneLine(to) || '(gone)'}`;
    console.log(`${String(index + 1).padStart(2)} ${by === null ? 'MISSED ' : 'noticed'} ${what}`);
    if (by !== null) console.log(`           by ${by}`);
  }
  console.log(`${noticed} of ${tried} noticed`);
  return noticed === tried ? 0 : 1;
}

/** Name of the first test that fails; null if all pass. */
function failure() {
  const report = join(copy, 'dist/report.json');
  rmSync(report, { force: true });
  const reporters = [
    '--reporter=json',
    `--outputFile=${report}`,
    '--bail=1',
    '--no-file-parallelism',
    '--testTimeout=280000',
  ];
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...SUITES, ...reporters], {
    cwd: copy,
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, FUZZ_NO_SHRINK: '1' },
  });
  if (status === 0) return null;
  if (status === null) return 'a run that does not end';
  /** @type {{ testResults: { assertionResults: { status: string, fullName: string }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = testResults.flatMap((file) => file.assertionResults).find((t) => t.status === 'failed');
  if (failed === undefined) throw new Error('the mutated files do not load: that proves nothing');
  return failed.fullName;
}

/** @param {string} text */
function oneLine(text) {
  return text.replace(/\s+/g, ' ').trim();
}
