/** The two packages: what is in them, how large they are, that they are of one version, and that the command works. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLE, netmem, ROOT, scratch } from '../cli/netmem.ts';

const MEGABYTE = 1024 * 1024;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies?: unknown;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

const tarball = `${manifest.name}-${manifest.version}.tgz`;

/** What both have to have. */
const COMMON = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/THIRD-PARTY-NOTICES.txt',
  'dist/netmem.cjs',
  'dist/tree-sitter-c.wasm',
  'dist/web-tree-sitter.wasm',
  'extension/docs/ci.md',
  'extension/docs/rules/README.md',
  'package.json',
];

/** Names that vsce gives to well-known files. */
const RENAMED: Readonly<Record<string, string>> = {
  'LICENSE.txt': 'LICENSE',
  'readme.md': 'README.md',
  'changelog.md': 'CHANGELOG.md',
};

/** Families of files that may grow without anybody looking at this list. */
const FAMILIES = [
  /^extension\/docs\/(rules|walkthrough)\/[\w-]+\.md$/,
  /^extension\/docs\/[\w-]+\.md$/,
  /^extension\/docs\/images\/[\w-]+\.webp$/,
  /^syntaxes\/[\w.-]+\.json$/,
];

function check(files: readonly string[], required: readonly string[]): void {
  expect(files).toEqual(expect.arrayContaining([...required]));
  const others = files.filter(
    (file) => !required.includes(file) && !FAMILIES.some((family) => family.test(file)),
  );
  expect(others).toEqual([]);
}

/** Names in the central directory of a zip file. */
function zipEntries(zip: Buffer): string[] {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const names: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const length = zip.readUInt16LE(at + 28);
    names.push(zip.toString('utf8', at + 46, at + 46 + length));
    at += 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return names;
}

describe('the VSIX', () => {
  const vsix = join(scratch(), 'netmem.vsix');

  beforeAll(() => {
    const vsce = join(ROOT, 'node_modules/@vscode/vsce/vsce');
    const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
    execFileSync(process.execPath, [join(ROOT, 'extension/packaging/vsix-readme.mjs')]);
    const readme = ['--readme-path', 'dist/README.vsix.md'];
    execFileSync(process.execPath, [vsce, 'package', ...flags, ...readme, '--out', vsix], { cwd: ROOT });
  }, 120_000);

  test('holds what the extension needs, and nothing else', () => {
    const entries = zipEntries(readFileSync(vsix));
    const files = entries.flatMap((name) => {
      const file = /^extension\/(.+)$/.exec(name)?.[1];
      return file === undefined ? [] : [RENAMED[file] ?? file];
    });
    check(files, [
      ...COMMON,
      'dist/client-web.cjs',
      'dist/client.cjs',
      'dist/codicon.ttf',
      'dist/panel.css',
      'dist/panel.js',
      'dist/server-worker.js',
      'dist/server.cjs',
      'dist/simulator-worker.js',
      'extension/media/icon.png',
      'syntaxes/netmem.tmLanguage.json',
    ]);
    expect(entries.filter((name) => !name.startsWith('extension/'))).toEqual([
      'extension.vsixmanifest',
      '[Content_Types].xml',
    ]);
  });

  test('has a page without pictures, which VS Code would show as broken, and a walkthrough with them', () => {
    const page = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
    expect(page('dist/README.vsix.md')).not.toContain('![');
    expect(page('dist/README.vsix.md').length).toBeGreaterThan(page('README.md').length - 400);
    expect(page('extension/docs/walkthrough/simulator.md')).toContain('](../images/simulator.webp)');
    expect(page('extension/docs/walkthrough/finding.md')).toContain('](../images/findings.webp)');
  });

  test('is smaller than 2 MB', () => {
    expect(statSync(vsix).size).toBeLessThan(2 * MEGABYTE);
  });
});

describe('the npm package', () => {
  const home = scratch();
  const root = join(home, 'package');

  beforeAll(() => {
    execFileSync(process.execPath, [join(ROOT, 'extension/packaging/npm-package.mjs'), home]);
    execFileSync('tar', ['-xzf', join(home, tarball), '-C', home]);
  }, 120_000);

  test('holds what the command needs, and nothing else', () => {
    const files = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
    check(files.sort(), [...COMMON, 'man/netmem.1']);
  });

  test('is smaller than 1 MB', () => {
    expect(statSync(join(home, tarball)).size).toBeLessThan(MEGABYTE);
  });

  test('has the version of the VSIX, the command, and no dependencies', () => {
    const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
    const { name, version, bin } = manifest;
    expect(own).toMatchObject({ name, version, bin });
    expect(own.dependencies).toBeUndefined();
  });

  test('has a command that works by itself', () => {
    const command = join(root, manifest.bin['netmem'] ?? '');
    expect(netmem(['--version'], { command }).out).toBe(`${manifest.version}\n`);
    expect(netmem(['explain', 'rx4-pool-flags'], { command }).out).toContain(
      'PP_FLAG_ALLOW_UNREADABLE_NETMEM',
    );
    const { out, code } = netmem(['check', '.'], { command, cwd: EXAMPLE });
    expect(out).toContain('[tx1-unmap]');
    expect(code).toBe(1);
    expect(readFileSync(command, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true);
  });
});

describe('software of others', () => {
  const notices = readFileSync(join(ROOT, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
  const listed = [...notices.matchAll(/^={78}\n(\S+) (\S+) \((.+)\)\n/gm)];

  test('is named with version and licence, and its licence allows it', () => {
    expect(listed.map(([, name]) => name)).toEqual(
      expect.arrayContaining(['commander', 'lit-html', 'web-tree-sitter', 'tree-sitter-c']),
    );
    const licences = new Set(listed.map(([, , , licence]) => licence));
    const fine = [
      'MIT',
      'ISC',
      'BSD-2-Clause',
      'BSD-3-Clause',
      'Apache-2.0',
      'BlueOak-1.0.0',
      'CC-BY-4.0',
      '0BSD',
    ];
    expect([...licences].filter((licence) => !fine.includes(licence ?? ''))).toEqual([]);
  });

  test('is all of it in the lock file, in the version named', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version?: string } | undefined>;
    };
    for (const [, name, version] of listed)
      expect(lock.packages[`node_modules/${name ?? ''}`]?.version, name).toBe(version);
  });

  test('of development is under licences that allow it, too', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { license?: string; resolved?: string } | undefined>;
    };
    const strange = Object.entries(lock.packages).flatMap(([path, entry]) => {
      const choices = (entry?.license ?? '').replace(/[()]/g, '').split(' OR ');
      return choices.every((choice) => /GPL|SSPL|BUSL|UNLICENSED/.test(choice))
        ? [`${path}: ${choices.join()}`]
        : [];
    });
    expect(strange).toEqual([]);
    expect(Object.values(lock.packages).filter((entry) => entry?.resolved !== undefined)).toEqual([]);
  });
});
