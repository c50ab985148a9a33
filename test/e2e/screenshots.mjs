/**
 * `npm run screenshots`: the pictures of the README, taken by the tests of the user interface in the real VS Code over
 * the packaged extension.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CACHE } from './vscode/install.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const IMAGES = join(ROOT, 'extension/docs/images');

/** Picture and the test that takes it. */
const PICTURES = [
  { name: 'problems', test: 'test/e2e/ui/example.test.ts' },
  { name: 'panel', test: 'test/e2e/ui/panel.test.ts' },
];

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/e2e/vitest.config.ts'];
const { status } = spawnSync(process.execPath, [...vitest, ...PICTURES.map(({ test }) => test)], {
  cwd: ROOT,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
mkdirSync(IMAGES, { recursive: true });
for (const { name } of PICTURES) {
  copyFileSync(join(CACHE, 'screenshots', `${name}.png`), join(IMAGES, `${name}.png`));
  console.log(`extension/docs/images/${name}.png`);
}
