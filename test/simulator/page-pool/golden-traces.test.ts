/** Replays traces whose answers came from the kernel's own page pool, compiled for user space. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { replayTrace } from '../../../simulator/trace-replay/replay.ts';

const TRACES = join(import.meta.dirname, '../traces');
const cases = (['6.12', '6.18'] as const).flatMap((kernel) =>
  readdirSync(join(TRACES, kernel))
    .filter((name) => name.endsWith('.txt'))
    .map((name) => ({ kernel, name })),
);

test('all traces are there', () => {
  expect(cases).toHaveLength(60);
});

test.each(cases)('$kernel $name', ({ kernel, name }) => {
  const file = join(TRACES, kernel, name);
  const golden = gunzipSync(readFileSync(file.replace(/txt$/, 'jsonl.gz')))
    .toString()
    .trimEnd()
    .split('\n');
  const answers: string[] = [];
  const error = replayTrace(kernel, readFileSync(file, 'utf8'), (line) => answers.push(line));
  expect(error).toBeNull();
  expect(answers).toEqual(golden);
});

test('a line that is no operation is named, and what came before it is answered', () => {
  const answers: string[] = [];
  const error = replayTrace('6.18', 'create\n\n# a remark\nallocate\nalloc\n', (line) => answers.push(line));
  expect(error).toEqual({ line: 4, message: "unknown operation 'allocate'" });
  expect(answers).toHaveLength(1);
});
