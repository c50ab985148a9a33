/** Names of files that are no UTF-8, and names that do not show. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { visible } from '../../extension/analyzer/report/visible.ts';
import { bytesOfName, textOfLines, textOfName } from '../../extension/files/names.ts';
import { netmem, NETMEM, ROOT, scratch } from './netmem.ts';

const CONVERTIBLE = readFileSync(join(ROOT, 'test/support/convertible.c'), 'utf8');
const LATIN = Buffer.from('m\xfc\xff.c', 'latin1');
const beside = (directory: string, ...names: (string | Buffer)[]): Buffer =>
  Buffer.concat([Buffer.from(directory), ...names.flatMap((name) => [Buffer.from('/'), Buffer.from(name)])]);

/** A driver in a directory, and a file, whose names are in Latin-1. */
function latinTree(): string {
  const cwd = scratch({ 'other/foo.c': 'int x;\n' });
  const directory = beside(cwd, Buffer.from('d\xe9', 'latin1'));
  mkdirSync(directory);
  writeFileSync(beside(cwd, Buffer.from('d\xe9', 'latin1'), LATIN), CONVERTIBLE);
  return cwd;
}

test('every name becomes text and the same bytes again', () => {
  for (const bytes of [
    LATIN,
    Buffer.from('ü\xf0', 'latin1'),
    Buffer.from('ü💥'),
    Buffer.from([0xed, 0xb2, 0x80]),
  ])
    expect(bytesOfName(textOfName(bytes))).toEqual(bytes);
  expect(bytesOfName(textOfLines(Buffer.concat([LATIN, Buffer.from('\nü.c\n')])))).toEqual(
    Buffer.concat([LATIN, Buffer.from('\nü.c\n')]),
  );
});

describe('a name that is no UTF-8', () => {
  test('is found in a directory, read, and shown byte by byte', () => {
    const { out, err, code } = netmem(['check', '.'], { cwd: latinTree() });
    expect(err).not.toContain('no such file');
    expect(out).toMatch(/^d\\xe9\/m\\xfc\\xff\.c:\d+:\d+: warning: /m);
    expect(code).toBe(1);
  });

  test('is taken from the command line, and from a list of paths', () => {
    const cwd = latinTree();
    const path = Buffer.concat([Buffer.from('d\xe9/', 'latin1'), LATIN]);
    const script = `"${process.execPath}" "${NETMEM}" check "$(cat list)"`;
    writeFileSync(join(cwd, 'list'), path);
    const direct = spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8' });
    const listed = netmem(['check', '--files-from', 'list'], { cwd });
    expect(listed.out).toMatch(/^d\\xe9\/m\\xfc\\xff\.c:/m);
    expect(direct.stdout).toBe(listed.out);
  });

  test('is an address with its bytes in SARIF, and text in JSON', () => {
    const cwd = latinTree();
    expect(netmem(['check', '--format', 'sarif', '.'], { cwd }).out).toContain('"uri": "d%E9/m%FC%FF.c"');
    const [first = ''] = netmem(['check', '--format', 'jsonl', '.'], { cwd }).out.split('\n');
    expect(JSON.parse(first)).toMatchObject({ file: 'd\udce9/m\udcfc\udcff.c' });
  });

  test('is fixed, and its patch is taken by git', () => {
    const cwd = latinTree();
    const { out } = netmem(['fix', '--diff', '.'], { cwd });
    expect(out).toContain('+++ "b/d\\351/m\\374\\377.c"');
    expect(spawnSync('git', ['apply', '--check', '-'], { cwd, input: out, encoding: 'utf8' }).stderr).toBe(
      '',
    );
    expect(netmem(['fix', '--write', '.'], { cwd }).code).toBe(0);
    const path = beside(cwd, Buffer.from('d\xe9', 'latin1'), LATIN);
    expect(readFileSync(path, 'utf8')).toContain('netmem_ref');
  });
});

test.each([
  ['a tag', 'a\u{e0041}b', 'a\\U000e0041b'],
  ['a joiner', 'a\u200db', 'a\\u200db'],
  ['a joiner that is none', 'a\u200cb', 'a\\u200cb'],
  ['a selector of a variant', 'a\ufe0fb', 'a\\ufe0fb'],
  ['a filler', 'a\u3164b', 'a\\u3164b'],
  ['a byte', 'a\udcffb', 'a\\xffb'],
  ['what does show', 'aü💥b', 'aü💥b'],
])('%s is shown', (_, text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('a source of both ends of lines keeps each line’s own when it is fixed', () => {
  const lines = CONVERTIBLE.split('\n');
  const mixed = lines.map((line, at) =>
    at === lines.length - 1
      ? line
      : `${line}${at % 3 === 0 || line.includes('skb_add_rx_frag') ? '\r\n' : '\n'}`,
  );
  const cwd = scratch({ 'foo/foo.c': mixed.join('') });
  expect(netmem(['fix', '--write', 'foo'], { cwd }).code).toBe(0);
  const after = readFileSync(join(cwd, 'foo/foo.c'), 'utf8').split('\n');
  const left = mixed.map((line) => line.replace(/\n$/, '')).filter((line) => after.includes(line));
  const kept = left.filter((line) => line.endsWith('\r'));
  expect(kept.length).toBeGreaterThan(lines.length / 5);
  const changed = after.filter((line) => line.includes('netmem'));
  expect(changed.length).toBeGreaterThan(2);
  // A line that is broken in two ends twice as it did.
  expect(after.find((line) => line.includes('skb_add_rx_frag_netmem'))).toMatch(/,\r$/);
  // A third of the lines has the ends of DOS, before and after.
  const dos = after.filter((line) => line.endsWith('\r')).length;
  expect(Math.abs(dos / after.length - 1 / 3)).toBeLessThan(0.05);
});

test('where a thread runs out of memory, what to do is said, and the other drivers are checked', () => {
  const functions = Array.from(
    { length: 12_000 },
    (_, at) => `static void foo_f${at}(struct foo_rxq *rxq, int i)
{
	struct page *page = rxq->bufs[i].page;

	page_pool_put_full_page(rxq->pool, page, false);
}
`,
  );
  const small = Object.fromEntries(['a', 'b', 'd', 'e'].map((name) => [`${name}/foo.c`, CONVERTIBLE]));
  const cwd = scratch({ ...small, 'c/foo.c': CONVERTIBLE + functions.join('\n') });
  const { out, err, code } = netmem(['check', '.'], {
    cwd,
    env: { NODE_OPTIONS: '--max-old-space-size=32' },
  });
  expect(err).toMatch(
    /^netmem: c: not enough memory, so this was left out; name fewer .*--max-old-space-size/m,
  );
  expect(err).toContain('in 4 files of 4 drivers');
  expect(out).toContain('e/foo.c:');
  expect(code).toBe(1);
});
