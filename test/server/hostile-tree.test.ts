/** An untrusted tree in the editor: the server reads nothing outside of it, and no baseline leads out. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { URI } from 'vscode-uri';
import { describe, expect, test } from 'vitest';
import { loadPolicy } from '../../extension/server/driver-policy.ts';
import { normalised } from '../../extension/server/drivers.ts';
import { nodeFiles } from '../../extension/server/node-files.ts';
import { readSettings } from '../../extension/server/settings.ts';
import { scratch } from '../cli/netmem.ts';

const files = nodeFiles({
  readFile: () => Promise.resolve(null),
  readDirectory: () => Promise.resolve(null),
  staysIn: () => Promise.resolve(false),
});
const uri = (...parts: string[]): string => URI.file(join(...parts)).toString();

test('a header of the tree is read for a driver, one outside of it is not', async () => {
  const home = scratch({
    'work/.git/HEAD': '',
    'work/foo/a.c': '',
    'work/common/in.h': 'in',
    'out/x.h': 'out',
  });
  symlinkSync('../../out/x.h', join(home, 'work/foo/link.h'));
  const scope = { directory: uri(home, 'work/foo'), kernel: null };
  expect(await files.readFile(uri(home, 'work/common/in.h'), scope)).toBe('in');
  expect(await files.readFile(uri(home, 'out/x.h'), scope)).toBeNull();
  expect(await files.readFile(uri(home, 'work/foo/link.h'), scope)).toBeNull();
  expect(await files.readFile(uri(home, 'work/foo/link.h'))).toBeNull();
});

describe('the baseline that the settings of a project name', () => {
  async function policy(home: string) {
    const problems: string[] = [];
    const loaded = await loadPolicy(uri(home, 'work'), {
      files,
      editor: readSettings({}, () => undefined),
      workspaceFolder: uri(home, 'work'),
      onProblem: (problem) => problems.push(problem),
    });
    return { loaded, problems };
  }

  test('is not used where a link leads it out', async () => {
    const home = scratch({
      'work/foo.c': '',
      'work/.netmemrc.json': '{ "baseline": "link/x.json" }',
      'out/x.json': JSON.stringify({ version: 1, entries: [{ rule: 'r', file: 'f', scope: 'file' }] }),
    });
    symlinkSync('../out', join(home, 'work/link'));
    const { loaded, problems } = await policy(home);
    expect(loaded).toMatchObject({ baselineLeadsOut: true, baseline: { entries: [] } });
    expect(problems).toEqual([
      expect.stringMatching(/link\/x\.json: "baseline" leads out of .*symbolic link$/),
    ]);
  });

  test('is used where it stays', async () => {
    const home = scratch({ 'work/foo.c': '', 'work/.netmemrc.json': '{ "baseline": "sub/x.json" }' });
    const { loaded, problems } = await policy(home);
    expect(loaded.baselineLeadsOut).toBe(false);
    expect(problems).toEqual([]);
  });
});

test('a file whose name is no UTF-8 is listed and read', async () => {
  const home = scratch();
  const directory = Buffer.concat([Buffer.from(`${home}/d`), Buffer.from([0xe9])]);
  mkdirSync(directory);
  writeFileSync(
    Buffer.concat([directory, Buffer.from('/m'), Buffer.from([0xfc, 0xff]), Buffer.from('.c')]),
    'text',
  );
  expect(readdirSync(home)).toHaveLength(1);
  const [below] = (await files.readDirectory(uri(home))) ?? [];
  expect(below?.kind).toBe('directory');
  const [entry] = (await files.readDirectory(below?.uri ?? '')) ?? [];
  expect(entry).toMatchObject({ kind: 'file', size: 4 });
  expect(normalised(entry?.uri ?? '')).toBe(entry?.uri);
  expect(await files.readFile(entry?.uri ?? '')).toBe('text');
  // As an editor would escape it.
  expect(await files.readFile(`${uri(home)}/d%E9/m%FC%FF.c`)).toBe('text');
});
