/** Replays the golden traces, in the simulator's pool and in the naive one that random traces are compared with. */
import { expect, test } from 'vitest';
import { replayTrace } from '../../../simulator/trace-replay/replay.ts';
import { GOLDEN_TRACES, readGolden } from './golden-traces.ts';
import { ReferencePool } from './reference-pool.ts';

test('all traces are there', () => {
  expect(GOLDEN_TRACES).toHaveLength(90);
});

test.each(GOLDEN_TRACES)('$kernel $name', (golden) => {
  const { trace, answers } = readGolden(golden);
  const got: string[] = [];
  expect(replayTrace(golden.kernel, trace, (line) => got.push(line))).toBeNull();
  expect(got).toEqual(answers);
});

test.each(GOLDEN_TRACES)('$kernel $name in the naive pool', (golden) => {
  const { trace, answers } = readGolden(golden);
  const reference = new ReferencePool(golden.kernel);
  const lines = trace.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.map((line) => reference.run(line))).toEqual(answers);
});

test('a line that is no operation is named, and what came before it is answered', () => {
  const answers: string[] = [];
  const error = replayTrace('6.18', 'create\n\n# a remark\nallocate\nalloc\n', (line) => answers.push(line));
  expect(error).toEqual({ line: 4, message: "unknown operation 'allocate'" });
  expect(answers).toHaveLength(1);
});
