/**
 * `npm run release -- VERSION`: sets the version, dates the changelog, and packages the VSIX and the npm tarball. Nothing
 * is committed, tagged or published. `--no-package` stops before the packages.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { released } from './changelog.mjs';

const ROOT = resolve(process.env.NETMEM_RELEASE_ROOT ?? join(import.meta.dirname, '../..'));
const CHANGELOG = join(ROOT, 'CHANGELOG.md');

const words = process.argv.slice(2);
const version = words.find((word) => !word.startsWith('--')) ?? '';
if (!/^\d+\.\d+\.\d+$/.test(version)) stop('usage: npm run release -- MAJOR.MINOR.PATCH [--no-package]');
const changelog = released(readFileSync(CHANGELOG, 'utf8'), version, new Date().toISOString().slice(0, 10));
if (!changelog.ok) stop(`CHANGELOG.md: ${changelog.problem}`);
npm('version', version, '--no-git-tag-version', '--allow-same-version');
writeFileSync(CHANGELOG, changelog.text);
if (!words.includes('--no-package')) for (const script of ['package', 'package:npm']) npm('run', script);
console.log(`${version}: look at the changes, commit them and tag the commit v${version}`);

/** @param {string[]} args */
function npm(...args) {
  execFileSync('npm', args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
}

/**
 * @param {string} problem
 * @returns {never}
 */
function stop(problem) {
  console.error(problem);
  process.exit(2);
}
