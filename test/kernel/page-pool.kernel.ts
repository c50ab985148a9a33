/**
 * The simulator's page pool answers random traces as the tree's own `net/core/page_pool.c` does, compiled for user
 * space. KERNEL_TREE names the tree (the release is read from its Makefile); FUZZ_RUNS=N tries more traces than 500,
 * FUZZ_SEED=N others. KEEP=DIRECTORY writes the first 30 traces and the tree's answers there. Needs gcc.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KERNEL_RELEASES, type KernelRelease } from '../../simulator/core/kernel-release.ts';
import { replayTrace } from '../../simulator/trace-replay/replay.ts';
import { GOLDEN_TRACES, readGolden } from '../simulator/page-pool/golden-traces.ts';
import { ReferencePool } from '../simulator/page-pool/reference-pool.ts';
import { create, line, type Step, steps } from '../simulator/page-pool/trace-steps.ts';
import { compilePagePool, hasPagePool, runTrace } from './page-pool/compile.ts';

const tree = process.env['KERNEL_TREE'] ?? '';
if (!hasPagePool(tree)) throw new Error('KERNEL_TREE names no kernel tree with net/core/page_pool.c');
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 500);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const KEEP = process.env['KEEP'];
const release = releaseOf(readFileSync(join(tree, 'Makefile'), 'utf8'));

let directory = '';
let program = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'netmem-page-pool-'));
  program = compilePagePool(tree, directory);
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const golden = GOLDEN_TRACES.filter(({ kernel }) => kernel === release);
if (golden.length > 0)
  test.each(golden)('$name: the tree gives the answers that are kept', (one) => {
    const { trace, answers } = readGolden(one);
    expect(runTrace(program, trace)).toEqual(answers);
  });

test(`${release}: the simulator answers ${RUNS} random traces as the tree does`, () => {
  const operations = new Map<string, number>();
  let kept = 0;
  const property = fc.property(create, fc.array(steps, { minLength: 40, maxLength: 120 }), (first, rest) => {
    const trace = traceOf([first, ...rest]);
    const simulated: string[] = [];
    expect(replayTrace(release, trace, (answer) => simulated.push(answer))).toBeNull();
    for (const [word = ''] of trace.matchAll(/^\w+/gm)) operations.set(word, (operations.get(word) ?? 0) + 1);
    const answers = runTrace(program, trace);
    if (KEEP !== undefined && kept < 30)
      keep(join(KEEP, `${String(kept++).padStart(3, '0')}-random`), trace, answers);
    expect(firstDifference(trace, simulated, answers)).toBeNull();
  });
  fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: process.env['FUZZ_NO_SHRINK'] === '1' });
  console.log(
    `${[...operations.values()].reduce((sum, n) => sum + n, 0)} operations, ${operations.size} kinds`,
  );
});

function keep(name: string, trace: string, answers: readonly string[]): void {
  writeFileSync(`${name}.txt`, trace);
  writeFileSync(`${name}.jsonl.gz`, gzipSync(`${answers.join('\n')}\n`, { level: 9 }));
}

/** The first operation that is answered differently, with both answers and the trace up to it; null if none is. */
function firstDifference(
  trace: string,
  simulated: readonly string[],
  kernel: readonly string[],
): string | null {
  const at = kernel.findIndex((answer, index) => answer !== simulated[index]);
  if (at < 0) return null;
  const lines = trace.split('\n').slice(0, at + 1);
  return `kernel    ${kernel[at] ?? ''}\nsimulator ${simulated[at] ?? ''}\nafter\n${lines.join('\n')}`;
}

/** The steps as a trace about buffers that its user has; the naive pool says which. */
function traceOf(all: readonly Step[]): string {
  const reference = new ReferencePool(release);
  const lines: string[] = [];
  for (const step of all)
    for (let i = 0; i < step.times; i++) {
      const text = line({ ...step, pick: step.pick + i * 7 }, reference);
      if (text === null) continue;
      lines.push(text);
      reference.run(text);
    }
  return `${lines.join('\n')}\n`;
}

/** The modelled release of a tree by the Makefile's VERSION and PATCHLEVEL. */
function releaseOf(makefile: string): KernelRelease {
  const word = (name: string): string => new RegExp(`^${name} = (\\d+)`, 'm').exec(makefile)?.[1] ?? '?';
  const said = `${word('VERSION')}.${word('PATCHLEVEL')}`;
  const known = KERNEL_RELEASES.find((one) => one === said);
  if (known === undefined) throw new Error(`${tree} is release ${said}, which is not modelled`);
  return known;
}
