/**
 * `npm test`: the unit suite, then the packaged extension in the real VS Code. Adds the counts up; the last line is
 * `N passed, N failed, N skipped`. What cannot run is skipped loudly, or fails if NETMEM_NO_SKIP is set.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { chromium, neovim, program } from './e2e/vscode/debian.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const RESULTS = join(ROOT, 'dist/test');

/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Counts */

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {'vitest' | 'mocha'} kind how its result file is written
 * @property {readonly string[]} command
 * @property {boolean} editor part of `--editor-only`
 * @property {() => { ok: true, path: string } | { ok: false, error: string }} [needs] a program it cannot do without
 */

/** @type {readonly Suite[]} */
const SUITES = [
  { name: 'unit', kind: 'vitest', command: vitest('unit', 'vitest.config.ts'), editor: false },
  {
    name: 'neovim',
    kind: 'vitest',
    command: vitest('neovim', 'test/e2e/neovim/vitest.config.ts'),
    editor: true,
    needs: neovim,
  },
  {
    name: 'host',
    kind: 'mocha',
    command: ['test/e2e/run-host.mjs', resultOf('host')],
    editor: true,
    needs: chromium,
  },
  {
    name: 'ui',
    kind: 'vitest',
    command: vitest('ui', 'test/e2e/vitest.config.ts'),
    editor: true,
    needs: chromium,
  },
];

/** Programs beyond npm that unit tests run, with the Debian package of each. */
const PROGRAMS = [
  { names: ['git'], pack: 'git' },
  { names: ['gcc'], pack: 'gcc' },
  { names: ['groff'], pack: 'groff-base' },
  { names: ['tshark'], pack: 'tshark' },
];

const editorOnly = process.argv.includes('--editor-only');
const noSkip = process.env['NETMEM_NO_SKIP'] === '1';
/** @type {string[]} */
const notes = [];
const total = { passed: 0, failed: 0, skipped: 0 };
rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });

if (!run('build', ['run', 'package'], 'npm')) {
  notes.push('FAILED: the extension could not be built and packaged (see above)');
  total.failed += 1;
} else {
  for (const { names, pack } of editorOnly ? [] : PROGRAMS) {
    const found = program(names, pack);
    if (!found.ok) notes.push(`Tests that run ${names.join(' or ')} are skipped. ${found.error}`);
  }
  for (const suite of SUITES) {
    if (editorOnly && !suite.editor) continue;
    const needed = suite.needs?.();
    if (needed?.ok === false) skip(suite, needed.error);
    else add(suite, run(suite.name, suite.command));
  }
}
if (total.skipped > 0 && noSkip) {
  notes.push(`FAILED: ${total.skipped} skipped, and NETMEM_NO_SKIP is set`);
  total.failed += total.skipped;
}
if (notes.length > 0) console.log(`\n${notes.join('\n')}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

/**
 * @param {string} name
 * @param {readonly string[]} args
 * @param {string} [program]
 */
function run(name, args, program = process.execPath) {
  console.log(`\n=== ${name}`);
  const shell = process.platform === 'win32';
  return spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', shell }).status === 0;
}

/**
 * @param {Suite} suite
 * @param {string} why
 */
function skip(suite, why) {
  notes.push(`SKIPPED: the whole ${suite.name} suite. ${why}`);
  total.skipped += 1;
}

/**
 * @param {Suite} suite
 * @param {boolean} exitedWell
 */
function add(suite, exitedWell) {
  const counts = read(suite);
  if (counts === null) {
    notes.push(`FAILED: the ${suite.name} suite ended without a result`);
    total.failed += 1;
    return;
  }
  for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) total[key] += counts[key];
  // Named again at the end, where they are seen: a suite's own list stands far above the output of those after it.
  notes.push(...counts.failures.map((failure) => `FAILED: ${suite.name}: ${failure}`));
  if (counts.skipped > 0) notes.push(`SKIPPED: ${counts.skipped} in the ${suite.name} suite`);
  if (!exitedWell && counts.failed === 0) {
    notes.push(`FAILED: the ${suite.name} suite exited with an error although no test failed`);
    total.failed += 1;
  }
}

/**
 * @param {Suite} suite
 * @returns {Counts | null}
 */
function read({ name, kind }) {
  let data;
  try {
    data = JSON.parse(readFileSync(resultOf(name), 'utf8'));
  } catch {
    return null;
  }
  if (kind === 'mocha') return data;
  return {
    passed: data.numPassedTests,
    failed: data.numFailedTests,
    skipped: data.numPendingTests + data.numTodoTests,
    failures: failures(data),
  };
}

/**
 * @param {import('vitest/reporters').JsonTestResults} data
 * @returns {string[]} a line a failed test: file, title and the first line of the reason
 */
function failures({ testResults }) {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = relative(ROOT, name);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    // A file that could not be loaded has no tests, and a message of its own.
    if (failed.length === 0 && message) return [`${file}: ${firstLine(message)}`];
    return failed.map(
      ({ fullName, failureMessages }) => `${file}: ${fullName}: ${firstLine(failureMessages?.[0])}`,
    );
  });
}

/** @param {string | undefined} text */
function firstLine(text) {
  return text?.split('\n', 1)[0] ?? 'no reason given';
}

/**
 * @param {string} name
 * @param {string} config
 */
function vitest(name, config) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultOf(name)}`];
  return ['node_modules/vitest/vitest.mjs', 'run', '--config', config, ...reporters];
}

/** @param {string} name */
function resultOf(name) {
  return join(RESULTS, `${name}.json`);
}
