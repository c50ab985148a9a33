/**
 * `npm run package:npm`, after the build: a tarball with the `netmem` command for `npm install --global`. Same version
 * and same bundle as the VSIX; everything is in it, so that it has no dependencies.
 *
 * Usage: node extension/packaging/npm-package.mjs [directory for the tarball]
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const STAGE = join(ROOT, 'dist/npm');

const FILES = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist/netmem.cjs',
  'dist/web-tree-sitter.wasm',
  'dist/tree-sitter-c.wasm',
  'dist/THIRD-PARTY-NOTICES.txt',
  'extension/docs/ci.md',
  'extension/docs/rules',
];

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
rmSync(STAGE, { recursive: true, force: true });
for (const file of FILES) {
  mkdirSync(dirname(join(STAGE, file)), { recursive: true });
  cpSync(join(ROOT, file), join(STAGE, file), { recursive: true });
}
mkdirSync(join(STAGE, 'man'));
writeFileSync(
  join(STAGE, 'man/netmem.1'),
  execFileSync(process.execPath, [join(ROOT, 'dist/netmem.cjs'), 'manual']),
);
const { name, version, description, license, keywords, bin } = manifest;
const engines = { node: manifest.engines.node };
writeFileSync(
  join(STAGE, 'package.json'),
  `${JSON.stringify({ name, version, description, license, keywords, bin, man: 'man/netmem.1', engines }, null, 2)}\n`,
);
const target = resolve(process.argv[2] ?? ROOT);
execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', target], {
  cwd: STAGE,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
