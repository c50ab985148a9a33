/** The traces whose answers came from the kernel's own page pool, compiled for user space. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const TRACES = join(import.meta.dirname, '../traces');

export const GOLDEN_TRACES = (['6.12', '6.18', '7.3'] as const).flatMap((kernel) =>
  readdirSync(join(TRACES, kernel))
    .filter((name) => name.endsWith('.txt'))
    .map((name) => ({ kernel, name })),
);

/** Text of a trace and its answers, a line each. */
export function readGolden({ kernel, name }: (typeof GOLDEN_TRACES)[number]): {
  readonly trace: string;
  readonly answers: readonly string[];
} {
  const file = join(TRACES, kernel, name);
  const answers = gunzipSync(readFileSync(file.replace(/txt$/, 'jsonl.gz')))
    .toString()
    .trimEnd()
    .split('\n');
  return { trace: readFileSync(file, 'utf8'), answers };
}
