/**
 * Random traces: the simulator's pool and the naive one must give the same answers, and after every operation the books
 * must balance. FUZZ_RUNS=N tries more traces, FUZZ_SEED=N others.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseOperation } from '../../../simulator/trace-replay/operation.ts';
import { Replay } from '../../../simulator/trace-replay/replay.ts';
import { type Kernel, ReferencePool } from './reference-pool.ts';
import { create, line, type Step, steps } from './trace-steps.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 80);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

function run(text: string, replay: Replay): string {
  const parsed = parseOperation(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return replay.run(parsed.operation);
}

/** What is wrong with the books between two operations; nothing should be. */
function imbalance({ memory, pool }: Replay, reference: ReferencePool): string | null {
  if (memory.underflows > 0) return 'a reference too many was put';
  const { refcount, owner, mapped, ppRef } = memory;
  if (refcount.some((references) => references < 0)) return 'a page reference count is negative';
  let pages = 0;
  for (let slot = 2; slot < refcount.length; slot += 2) if (refcount[slot] !== 0) pages++;
  if (pages !== memory.allocated) return `${memory.allocated} pages allocated, ${pages} in the table`;
  if (pool === null) return null;
  const kept = new Set<number>([...pool.cache.slice(0, pool.cacheCount), ...pool.ring.items()]);
  if (kept.size !== pool.cacheCount + pool.ring.count) return 'a buffer is kept twice';
  const used = new Set<number>([pool.fragments.page]);
  for (const buffer of reference.reachable()) if (buffer.held > 0) used.add(memory.find(buffer.id));
  let owned = 0;
  for (let slot = 1; slot < owner.length; slot++) {
    const mine = owner[slot] === pool.number;
    if (mine) owned++;
    if (mine && (ppRef[slot] ?? 0) < 1) return `buffer ${slot} has no reference left`;
    if (mine && slot % 2 === 0 && refcount[slot] === 0) return `page ${slot} of the pool is free`;
    if (mine !== (kept.has(slot) || used.has(slot))) return `buffer ${slot} is lost, or is not the pool's`;
    if (kept.has(slot) && used.has(slot)) return `buffer ${slot} is kept while it is used`;
    if (mapped[slot] === 1 && (!mine || pool.state !== 'live')) return `page ${slot} is still mapped`;
  }
  if (owned !== ((pool.hold - pool.released) | 0)) return `${owned} buffers, not what hold and release say`;
  if (pool.state === 'gone' && pool.provider?.free !== pool.provider?.total) return 'a chunk is lost';
  return null;
}

/** Runs the steps in both pools; the trace and what went wrong, or null. */
function compare(
  kernel: Kernel,
  steps: readonly Step[],
): { readonly end: string; readonly wrong: string | null } {
  const replay = new Replay(kernel);
  const reference = new ReferencePool(kernel);
  const trace: string[] = [];
  for (const step of steps) {
    let wrong: string | null = null;
    for (let i = 0; i < step.times && wrong === null; i++) {
      const text = line({ ...step, pick: step.pick + i * 7 }, reference);
      if (text === null) continue;
      trace.push(text);
      const [got, wanted] = [run(text, replay), reference.run(text)];
      if (got !== wanted) wrong = `  ${got}\nis not\n  ${wanted}`;
    }
    wrong ??= imbalance(replay, reference);
    if (wrong !== null) return { end: '', wrong: `${wrong}\nafter\n${trace.join('\n')}` };
  }
  return { end: replay.pool?.state ?? 'none', wrong: null };
}

test.each<Kernel>(['6.12', '6.18', '7.1', '7.3'])('%s: random traces get the naive answers', (kernel) => {
  const ends = new Set<string>();
  const property = fc.property(create, fc.array(steps, { minLength: 20, maxLength: 60 }), (first, rest) => {
    const { end, wrong } = compare(kernel, [first, ...rest]);
    ends.add(end);
    expect(wrong).toBeNull();
  });
  fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: process.env['FUZZ_NO_SHRINK'] === '1' });
  // The traces get to all ends, or they would prove little.
  expect([...ends].sort()).toEqual(['dying', 'gone', 'live', 'none']);
});
