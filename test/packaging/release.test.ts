/** `npm run release`: version, changelog, and what is refused. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, scratch } from '../cli/netmem.ts';

const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A rule.\n\n## [0.1.0] - 2026-01-02\n';

function release(changelog: string, ...words: string[]) {
  const root = scratch();
  cpSync(join(ROOT, 'package.json'), join(root, 'package.json'));
  writeFileSync(join(root, 'CHANGELOG.md'), changelog);
  const script = join(ROOT, 'extension/packaging/release.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--no-package', ...words], {
    encoding: 'utf8',
    env: { ...process.env, NETMEM_RELEASE_ROOT: root },
  });
  const read = (name: string): string => readFileSync(join(root, name), 'utf8');
  return { status, stderr, changelog: read('CHANGELOG.md'), manifest: read('package.json') };
}

test('a release has its version in the manifest and its date in the changelog', () => {
  const { status, changelog, manifest } = release(CHANGELOG, '0.2.0');
  expect(status).toBe(0);
  expect(manifest).toContain('"version": "0.2.0"');
  const today = new Date().toISOString().slice(0, 10);
  expect(changelog).toContain(`## [Unreleased]\n\n## [0.2.0] - ${today}\n\n### Added\n\n- A rule.`);
});

test.each([
  ['a version of two numbers', CHANGELOG, '0.2', 'MAJOR.MINOR.PATCH'],
  ['a version that is there', CHANGELOG, '0.1.0', '0.1.0 is there already'],
  [
    'nothing to release',
    CHANGELOG.replace('### Added\n\n- A rule.\n\n', ''),
    '0.2.0',
    'nothing is unreleased',
  ],
])('%s is refused, and nothing is changed', (_, before, version, message) => {
  const { status, stderr, changelog, manifest } = release(before, version);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(changelog).toBe(before);
  expect(manifest).not.toContain('"version": "0.2"');
});
