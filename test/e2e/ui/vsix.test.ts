/** What ships: the content and the size of the VSIX that the other suites run. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './workbench.ts';

const MEGABYTE = 1024 * 1024;

test('the VSIX is under 2 MB', () => {
  expect(statSync(join(ROOT, 'netmem-workbench.vsix')).size).toBeLessThan(2 * MEGABYTE);
});

test('the VSIX holds what is named here and nothing else', () => {
  const vsce = join(ROOT, 'node_modules/@vscode/vsce/vsce');
  const list = execFileSync(process.execPath, [vsce, 'ls', '--no-dependencies'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const files = list.trim().split('\n');
  const unexpected = files.filter(
    (file) =>
      !/^(package\.json|README\.md|CHANGELOG\.md|LICENSE|syntaxes\/[\w.]+\.json|dist\/[\w-]+\.(cjs|js|css|ttf|wasm)|extension\/docs\/.*\.(md|svg|png))$/.test(
        file,
      ),
  );
  expect(unexpected).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining([
      'dist/client.cjs',
      'dist/client-web.cjs',
      'dist/codicon.ttf',
      'dist/panel.css',
      'dist/panel.js',
      'dist/server.cjs',
      'dist/server-worker.js',
      'dist/simulator-worker.js',
      'dist/tree-sitter-c.wasm',
      'dist/web-tree-sitter.wasm',
    ]),
  );
});
