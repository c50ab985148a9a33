/** What is looked at: a patch that git wrote, or a list of files. */
import { spawnSync } from 'node:child_process';
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DRIVER, netmem, scratch, write } from './netmem.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;

function git(cwd: string, ...args: string[]): string {
  const identity = [
    '-c',
    'user.name=test',
    '-c',
    'user.email=test@example.org',
    '-c',
    'commit.gpgsign=false',
  ];
  const { stdout, stderr, status } = spawnSync('git', [...identity, ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** A repository with the driver in `net/foo` and a clean file beside it, committed. */
function repository(): string {
  const cwd = scratch({ 'net/foo/foo.c': DRIVER, 'net/foo/other.c': 'int foo_other;\n' });
  git(cwd, 'init', '-q');
  git(cwd, 'add', '.');
  git(cwd, 'commit', '-qm', 'first');
  return cwd;
}

function edit(cwd: string, change: (text: string) => string): void {
  const file = join(cwd, 'net/foo/foo.c');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

/** Where the driver synchronises, from 1. */
const SYNC_LINE = DRIVER.split('\n').findIndex((line) => line.includes('dma_sync_')) + 1;

function rules(out: string): string[] {
  return [...out.matchAll(/\[([a-z0-9-]+)\]$/gm)].map(([, rule]) => rule ?? '');
}

describe.skipIf(!hasGit)('git diff | netmem check --diff -', () => {
  test('reports only findings on lines that the patch changes', () => {
    const cwd = repository();
    expect(rules(netmem(['check', '.'], { cwd }).out).length).toBeGreaterThan(3);
    // A comment above shifts every line below; only the synchronisation is touched.
    edit(cwd, (text) =>
      text
        .replace('struct foo_rx_buf {', '/* A slot. */\nstruct foo_rx_buf {')
        .replace('buf->dma, len, DMA', 'buf->dma, len + 2, DMA'),
    );
    const { out, err, code } = netmem(['check', '--diff', '-'], { cwd, input: git(cwd, 'diff') });
    expect(rules(out)).toEqual(['rx6-dma-sync']);
    expect(out).toContain(`net/foo/foo.c:${SYNC_LINE + 1}:2: warning: `);
    expect(err).toContain('1 warning');
    expect(code).toBe(1);
  });

  test('works from a directory below, and without context lines', () => {
    const cwd = repository();
    edit(cwd, (text) => text.replace('buf->dma, len, DMA', 'buf->dma, len + 2, DMA'));
    const below = join(cwd, 'net/foo');
    const { out } = netmem(['check', '--diff', '-'], { cwd: below, input: git(below, 'diff', '-U0') });
    expect(rules(out)).toEqual(['rx6-dma-sync']);
    expect(out).toContain(`foo.c:${SYNC_LINE}:2: warning: `);
  });

  test('takes the whole of a new file, and the new name of a moved one', () => {
    const cwd = repository();
    git(cwd, 'mv', 'net/foo/foo.c', 'net/foo/moved.c');
    const moved = join(cwd, 'net/foo/moved.c');
    writeFileSync(moved, readFileSync(moved, 'utf8').replace('buf->dma, len, DMA', 'buf->dma, len + 2, DMA'));
    write(cwd, { 'net/bar/bar.c': DRIVER.replaceAll('foo', 'bar') });
    git(cwd, 'add', '.');
    const { out } = netmem(['check', '--diff', '-'], { cwd, input: git(cwd, 'diff', '--cached', '-M') });
    expect(
      rules(
        out
          .split('\n')
          .filter((line) => line.startsWith('net/foo/moved.c'))
          .join('\n'),
      ),
    ).toEqual(['rx6-dma-sync']);
    expect(out).toContain('net/bar/bar.c:4:');
  });

  test.each([
    ['--no-prefix'],
    ['--src-prefix=old/', '--dst-prefix=b/'],
    ['-c', 'diff.mnemonicPrefix=true'],
    ['--relative'],
    ['--word-diff=none', '--function-context'],
  ])('takes what git writes with %s', (...options) => {
    const cwd = repository();
    edit(cwd, (text) => text.replace('buf->dma, len, DMA', 'buf->dma, len + 2, DMA'));
    const below = join(cwd, 'net');
    const args = options[0] === '-c' ? [...options, 'diff'] : ['diff', ...options];
    const { out } = netmem(['check', '--diff', '-'], { cwd: below, input: git(below, ...args) });
    expect(rules(out)).toEqual(['rx6-dma-sync']);
  });

  test('takes a patch with the line ends of a mail program, of a file with such line ends', () => {
    const cwd = scratch({ 'foo.c': DRIVER.replaceAll('\n', '\r\n') });
    git(cwd, 'init', '-q');
    git(cwd, 'add', '.');
    const patch = git(cwd, 'diff', '--cached').replaceAll(/\r?\n/g, '\r\n');
    const { out } = netmem(['check', '--diff', '-'], { cwd, input: patch });
    expect(rules(out)).toEqual(rules(netmem(['check', '.'], { cwd }).out));
  });

  test('takes the lines of a merge that none of its parents has', () => {
    const cwd = repository();
    git(cwd, 'checkout', '-qb', 'side');
    edit(cwd, (text) => text.replace('buf->dma, len, DMA', 'buf->dma, len + 2, DMA'));
    git(cwd, 'commit', '-qam', 'side');
    git(cwd, 'checkout', '-q', '-');
    edit(cwd, (text) => text.replace('buf->dma, len, DMA', 'buf->dma, len + 4, DMA'));
    git(cwd, 'commit', '-qam', 'main');
    expect(() => git(cwd, 'merge', 'side')).toThrow();
    edit(cwd, (text) =>
      text.replace(
        /<<<<<<<[^]*>>>>>>> side\n/,
        (both) => (both.split('\n')[1] ?? '').replace('+ 4', '+ 6') + '\n',
      ),
    );
    const patch = git(cwd, 'diff');
    expect(patch).toContain('@@@');
    const { out } = netmem(['check', '--diff', '-'], { cwd, input: patch });
    expect(rules(out)).toEqual(['rx6-dma-sync']);
    expect(out).toContain(`net/foo/foo.c:${SYNC_LINE}:2: `);
  });

  test('a patch of a binary or of a mere new name is nothing to check', () => {
    const cwd = repository();
    write(cwd, { 'firmware.bin': new Uint8Array([0, 1, 2, 255]) });
    git(cwd, 'mv', 'net/foo/foo.c', 'net/foo/moved.c');
    git(cwd, 'add', '.');
    for (const option of ['--binary', '--text', '-M']) {
      const patch = git(cwd, 'diff', '--cached', '-M', option, '--', 'firmware.bin', 'net/foo');
      const run = netmem(['check', '--diff', '-'], { cwd, input: patch });
      expect({ option, ...run }).toMatchObject({ option, out: '', code: 0 });
    }
  });

  test('is clean where the patch touches nothing of interest', () => {
    const cwd = repository();
    edit(cwd, (text) => `${text}\n/* The end. */\n`);
    const { out, code } = netmem(['check', '--diff', '-'], { cwd, input: git(cwd, 'diff') });
    expect({ out, code }).toEqual({ out: '', code: 0 });
  });

  test('a patch that only deletes, or touches no C, is nothing to check', () => {
    const cwd = repository();
    unlinkSync(join(cwd, 'net/foo/other.c'));
    write(cwd, { 'README.txt': 'hello\n' });
    git(cwd, 'add', '.');
    const run = netmem(['check', '--diff', '-'], { cwd, input: git(cwd, 'diff', '--cached') });
    expect(run.err).toBe('netmem: the patch touches no C file; nothing to check\n');
    expect(run.code).toBe(0);
  });

  test('an empty patch is clean, text that is none is refused', () => {
    const cwd = repository();
    expect(netmem(['check', '--diff', '-'], { cwd, input: '' }).code).toBe(0);
    const { err, code } = netmem(['check', '--diff', '-'], { cwd, input: 'hello\n' });
    expect(err).toBe('netmem: --diff: no unified diff in the input; feed it what git diff prints\n');
    expect(code).toBe(2);
  });

  test('names with blanks and umlauts are found', () => {
    const cwd = repository();
    write(cwd, { 'net/a b/ü.c': DRIVER });
    git(cwd, 'add', '.');
    const { out, code } = netmem(['check', '--diff', '-'], { cwd, input: git(cwd, 'diff', '--cached') });
    expect(out).toContain('net/a b/ü.c:');
    expect(code).toBe(1);
  });
});

test('a list of files on standard input is the path -', () => {
  const cwd = scratch({ 'a/a.c': DRIVER, 'b/b.c': DRIVER });
  const { out } = netmem(['check', '-'], { cwd, input: 'a/a.c\n' });
  expect(out).toContain('a/a.c:');
  expect(out).not.toContain('b/b.c:');
});

describe('--files-from', () => {
  const cwd = scratch({ 'a/a.c': DRIVER, 'b/b.c': 'int b;\n', list: 'a/a.c\nb/b.c\n' });

  test.each([
    ['a file', 'list', ''],
    ['standard input', '-', 'a/a.c\nb/b.c\n'],
    ['names ended by NUL, as git ls-files -z writes them', '-', 'a/a.c\0b/b.c\0'],
    ['lines ended by CR LF', '-', 'a/a.c\r\nb/b.c\r\n'],
  ])('takes %s', (_, name, input) => {
    const { out, err, code } = netmem(['check', '--files-from', name], { cwd, input });
    expect(out).toContain('a/a.c:');
    expect(err).toContain('in 2 files of ');
    expect(code).toBe(1);
  });
});

test.each(['../victim.c', '../../../../victim.c', 'sub/../../victim.c', '/victim.c'])(
  'a patch of %s, outside of the work tree, makes nobody read it',
  (name) => {
    const home = scratch({ 'victim.c': DRIVER, 'work/foo.c': DRIVER, 'work/.git/HEAD': '' });
    const cwd = join(home, 'work');
    const named = name.startsWith('/') ? `${home}${name}` : name;
    const hunk =
      '@@ -0,0 +1,40 @@\n' +
      DRIVER.split('\n')
        .slice(0, 40)
        .map((line) => `+${line}\n`)
        .join('');
    for (const prefix of ['b/', '']) {
      const patch = `diff --git a/x b/x\n--- /dev/null\n+++ ${prefix}${named}\n${hunk}`;
      const { out, err, code } = netmem(['check', '--diff', '-'], { cwd, input: patch });
      expect(out).toBe('');
      expect(err).toContain('outside of the work tree; left out');
      expect(code).toBe(0);
    }
  },
);
