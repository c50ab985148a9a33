/** Sources that were saved elsewhere: they are converted like any other, and stay what they are. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { netmem, ROOT, scratch } from './netmem.ts';

const PLAIN = readFileSync(join(ROOT, 'test/support/convertible.c'), 'utf8');
const MARK = '\uFEFF';

function fixed(text: string): string {
  const cwd = scratch({ 'foo/foo.c': text });
  expect(netmem(['fix', '--write', 'foo'], { cwd }).code).toBe(0);
  return readFileSync(join(cwd, 'foo/foo.c'), 'utf8');
}

describe.each<[string, (text: string) => string]>([
  ['a byte order mark', (text) => MARK + text],
  ['the ends of lines of DOS', (text) => text.replaceAll('\n', '\r\n')],
  ['both', (text) => MARK + text.replaceAll('\n', '\r\n')],
  ['no end of its last line', (text) => text.trimEnd()],
  ['characters beyond the first plane', (text) => text.replace('/*', '/* 💥 ünï')],
])('with %s', (_, form) => {
  test('the result is that of a plain file in the same form', () => {
    const result = fixed(form(PLAIN));
    expect(result).not.toBe(form(PLAIN));
    expect(result).toBe(form(fixed(PLAIN)));
  });

  test('the patch is taken by git and comes to the same', () => {
    const cwd = scratch({ 'foo/foo.c': form(PLAIN) });
    const { out } = netmem(['fix', 'foo'], { cwd });
    const { status, stderr } = spawnSync('git', ['apply', '-'], { cwd, input: out, encoding: 'utf8' });
    expect({
      status,
      stderr: stderr.replace(/^.*(?:trailing whitespace|whitespace errors?).*\n|^.*\r\n/gm, ''),
    }).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(join(cwd, 'foo/foo.c'), 'utf8')).toBe(fixed(form(PLAIN)));
  });

  test('the findings are on the same lines', () => {
    const places = (text: string): string[] =>
      netmem(['check', 'foo'], { cwd: scratch({ 'foo/foo.c': text }) })
        .out.split('\n')
        .flatMap(
          (line) =>
            /^foo\/foo\.c:\d+:.*\[[\w-]+\]$/
              .exec(line)?.[0]
              .replace(/:\d+:\d+:/, (at) => at.replace(/:\d+:$/, '')) ?? [],
        );
    expect(places(form(PLAIN))).toEqual(places(PLAIN));
    expect(places(PLAIN).length).toBeGreaterThan(3);
  });
});
