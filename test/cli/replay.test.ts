/** `netmem replay` as a process: answers on standard output only, and a bad line named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { netmem, ROOT } from './netmem.ts';

const TRACES = join(ROOT, 'test/simulator/traces');

test.each(['6.12', '6.18'])('answers as %s does', (kernel) => {
  const trace = join(TRACES, kernel, '019-frag');
  const golden = gunzipSync(readFileSync(`${trace}.jsonl.gz`)).toString();
  const input = readFileSync(`${trace}.txt`, 'utf8');
  expect(netmem(['replay', '--kernel', kernel], { input })).toEqual({ out: golden, err: '', code: 0 });
});

test('a line that cannot be parsed is named, has no answer, and what came before has', () => {
  const run = netmem(['replay'], { input: 'create\r\n\n  # a remark\nalloc 1\nalloc\n' });
  expect(run.code).toBe(2);
  expect(run.err).toBe("netmem: standard input, line 4: alloc: '1' is one word too many\n");
  expect(run.out.split('\n').map((line) => line.slice(0, 18))).toEqual(['{"i":0,"op":"creat', '']);
});

test.each([
  'put',
  'put x',
  'alloc_frag',
  'softirq',
  'softirq 1',
  'create queue=8',
  'create nid',
  'frobnicate',
])('no operation: %s', (line) => {
  const run = netmem(['replay'], { input: `${line}\n` });
  expect(run).toMatchObject({ code: 2, out: '' });
  expect(run.err).toMatch(/^netmem: standard input, line 1: .+\n$/);
});
