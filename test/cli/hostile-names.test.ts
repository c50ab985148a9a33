/** An untrusted tree: names and lines that are commands to a terminal, to a CI service or to a reader of Markdown. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../extension/analyzer/report/writer.ts';
import { DRIVER, netmem, NETMEM, ROOT, scratch } from './netmem.ts';

const CONVERTIBLE = readFileSync(join(ROOT, 'test/support/convertible.c'), 'utf8');
/** Clears the screen, sets the window's title, rings, and turns the direction of reading; also as one character each. */
const NASTY = '\x1b[2J\x1b]0;mine\x07\u202e\x9b31m';
const hostile = (text: string): string =>
  text.replaceAll('\n', (end) => ` /* ${NASTY} \`]] -->|<img src=x onerror=alert(1)> */${end}`);

/** What does something to whoever prints it. */
const ACTIVE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

const NAMES = [
  `foo\n::error::forged\n.c`,
  `::warning file=x::forged.c`,
  `##[error]forged.c`,
  `esc\x1b[31m\x9b0m\u202e.c`,
  '`](javascript:alert(1)) <script>.c',
  '-rf.c',
  ' blank .c',
  'per%00cent%zz#?.c',
  'quote"back\\slash\'.c',
  'ünïcödé💥.c',
];

function tree(): string {
  const text = hostile(DRIVER);
  return scratch(
    Object.fromEntries(NAMES.map((name, index) => [`d${index}\x1b[7m\n::notice::forged/${name}`, text])),
  );
}

describe.each(FORMATS)('check --format %s', (format) => {
  test('prints nothing that acts, on any line', () => {
    const { out, err, code } = netmem(['check', '--format', format, '.'], { cwd: tree() });
    expect(code).toBe(1);
    expect(out.length).toBeGreaterThan(500);
    expect(out).not.toMatch(ACTIVE);
    expect(err).not.toMatch(ACTIVE);
    const lines = `${out}\n${err}`.split('\n');
    // Workflow commands begin a line, with blanks before them or not; those of old stand anywhere.
    if (format !== 'github') expect(lines.filter((line) => /^\s*::/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.includes('##['))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('forged'))).toEqual([]);
  });
});

test('every annotation for GitHub is one of ours, about a file that is there', () => {
  const cwd = tree();
  const lines = netmem(['check', '--format', 'github', '.'], { cwd }).out.trimEnd().split('\n');
  const decoded = (text: string): string =>
    text.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0A', '\n').replaceAll('%25', '%');
  for (const line of lines) {
    const [, file] = /^::(?:error|warning|notice) file=([^,]*),line=\d+,/.exec(line) ?? [];
    expect(line).toMatch(/,title=[\w-]+::[^\n]+$/);
    // A name that has to be written out cannot be found again, but misleads nobody.
    if (file?.includes('\\') === false)
      expect([file, existsSync(join(cwd, decoded(file)))]).toEqual([file, true]);
  }
});

test.each(['jsonl', 'json', 'sarif'] as const)('%s has the names as they are', (format) => {
  const cwd = tree();
  const { out } = netmem(['check', '--format', format, '.'], { cwd });
  const text = format === 'jsonl' ? `[${out.trimEnd().split('\n').join(',')}]` : out;
  const found: unknown = JSON.parse(text);
  const names = new Set<string>();
  JSON.stringify(found, (key, value: unknown) => {
    if (typeof value === 'string' && key === 'file') names.add(value);
    if (typeof value === 'string' && key === 'uri') names.add(decodeURIComponent(value));
    return value;
  });
  expect([...names].filter((name) => !existsSync(join(cwd, name)))).toEqual([]);
  expect(names.size).toBe(NAMES.length);
});

test.each([
  ['report', '.'],
  ['report', '--format', 'json', '.'],
  ['report', '--format', 'markdown', '.'],
])('%s %s %s prints nothing that acts', (...args) => {
  const { out, err } = netmem(args, { cwd: tree() });
  expect(out.length).toBeGreaterThan(100);
  expect(`${out}${err}`).not.toMatch(ACTIVE);
  expect(`${out}\n${err}`.split('\n').filter((line) => /^\s*(?:::|forged)/.test(line))).toEqual([]);
});

test('Markdown has no untrusted tag, link, heading or code', () => {
  const cwd = tree();
  for (const args of [
    ['check', '--format', 'markdown', '.'],
    ['report', '--format', 'markdown', '.'],
  ]) {
    const { out } = netmem(args, { cwd });
    const bare = out.replace(/\\[\\*_|<>[\]`&~]/g, '');
    expect(bare).not.toMatch(/<\w|\]\(|^#+ forged/m);
  }
});

test.each([['model'], ['simulate'], ['simulate', '--format', 'json'], ['report']])(
  '%s %s of one driver prints nothing that acts',
  (...args) => {
    const cwd = scratch({ 'a\x1b[7m\n::notice::forged/foo\x1b[31m\n.c': hostile(DRIVER) });
    const { out, err } = netmem([...args, '.'], { cwd });
    expect(out.length).toBeGreaterThan(100);
    expect(`${out}${err}`).not.toMatch(ACTIVE);
    expect(`${out}\n${err}`.split('\n').filter((line) => /^\s*(?:::|forged)/.test(line))).toEqual([]);
  },
);

test('a command line to copy keeps a name in one word', () => {
  const cwd = scratch({ '$(touch forged); x/foo.c': CONVERTIBLE });
  const { out } = netmem(['report', '.'], { cwd });
  const command = /netmem fix --diff (.*)$/m.exec(out)?.[1] ?? '';
  const words = spawnSync('sh', ['-c', `printf '%s\\n' ${command}`], { cwd, encoding: 'utf8' }).stdout;
  expect(words).toBe('$(touch forged); x\n');
  expect(existsSync(join(cwd, 'forged'))).toBe(false);
});

describe('a patch of a driver with hostile names and lines', () => {
  const name = 'a\n+++ b/victim.c\n"\\\x1b[31m.c';
  const text = CONVERTIBLE.replaceAll('\n', ` /* ${NASTY} */\n`);

  test('is taken by git, which changes that file and no other', () => {
    const cwd = scratch({ [`foo/${name}`]: text, 'victim.c': 'int x;\n' });
    const { out, code } = netmem(['fix', 'foo'], { cwd });
    expect(code).toBe(0);
    const { stderr, status } = spawnSync('git', ['apply', '-'], { cwd, input: out, encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(readFileSync(join(cwd, 'victim.c'), 'utf8')).toBe('int x;\n');
    expect(readFileSync(join(cwd, 'foo', name), 'utf8')).toContain('netmem_ref');
  });

  test.skipIf(spawnSync('script', ['--version']).status !== 0)('does nothing to a terminal', () => {
    const cwd = scratch({ [`foo/${name}`]: text });
    const { stdout } = spawnSync(
      'script',
      ['-qec', `"${process.execPath}" "${NETMEM}" fix foo`, '/dev/null'],
      {
        ...{ cwd, encoding: 'utf8' },
        env: { ...process.env, NO_COLOR: '1' },
      },
    );
    expect(stdout).toContain('netmem_ref');
    expect(stdout.replaceAll('\r\n', '\n')).not.toMatch(ACTIVE);
  });
});

test('messages about hostile names stay one line each', () => {
  const { err, code } = netmem(['check', 'no\nnetmem: no findings\x1b[2J.c', '.'], { cwd: scratch() });
  expect(err.split('\n').filter((line) => line !== '' && !line.startsWith('netmem: '))).toEqual([]);
  expect(err).toContain('no\\nnetmem: no findings\\x1b[2J.c: no such file or directory');
  expect(err).not.toMatch(/^netmem: no findings/m);
  expect(code).toBe(2);
});
