/**
 * Random traces: the simulator's pool and the naive one must give the same answers, and after every operation the books
 * must balance. FUZZ_RUNS=N tries more traces, FUZZ_SEED=N others.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseOperation } from '../../../simulator/trace-replay/operation.ts';
import { Replay } from '../../../simulator/trace-replay/replay.ts';
import { type Kernel, ReferencePool } from './reference-pool.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 80);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

/** One operation, or a burst of the same one; `pick` chooses among the buffers in the user's hands. */
interface Step {
  readonly op: string;
  readonly times: number;
  readonly pick: number;
  readonly words: readonly (string | number)[];
}

const sync = fc.constantFrom(-1, 0, 1, 64, 1500, 4096, 100_000);
const direct = fc.constantFrom(0, 0, 1);
const size = fc.oneof(fc.constantFrom(0, 1, 7, 64, 1000, 1536, 2048, 2049, 4096, 4097, -1), fc.nat(70_000));
const onOff = fc.constantFrom('on', 'off');
const small = fc.nat(3);

function step(op: string, words: readonly fc.Arbitrary<string | number>[], times: fc.Arbitrary<number>) {
  return fc.record({ op: fc.constant(op), times, pick: fc.nat(1_000_000), words: fc.tuple(...words) });
}

const once = fc.constant(1);
const burst = fc.oneof(fc.constant(1), fc.nat(20), fc.constant(70), fc.constant(140));

const pool = fc
  .record({
    order: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2, 9, 11),
    pool_size: fc.constantFrom(0, 1, 2, 8, 31, 32, 33, 64, 100, 16_385, -1),
    nid: fc.constantFrom(-1, -1, 0, 1),
    napi: fc.nat(1),
    dma_dir: fc.constantFrom(0, 2, 2, 2, 2, 2, 2, 1, 3),
    max_len: fc.constantFrom(60, 1500, 4096, 4096, 4096, 4096, 0),
    offset: fc.constantFrom(0, 64),
    flags: fc.constantFrom(...[0, 1, 3, 3, 3, 3, 3, 7, 11, 11, 11, 11, 11, 2, 8, 9, 16, -2_147_483_645]),
    netdev: fc.nat(1),
    init_cb: fc.nat(1),
    cpuid: fc.constantFrom(-1, 0, 1),
    provider: fc.constantFrom('page', 'page', 'devmem:0', 'devmem:3', 'devmem:200'),
  })
  .map((parameters) => Object.entries(parameters).map(([name, value]) => `${name}=${value}`));

const create = pool.map((words): Step => ({ op: 'create', times: 1, pick: 0, words }));

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: step('alloc', [], burst) },
  { weight: 20, arbitrary: step('put', [sync, direct], burst) },
  { weight: 5, arbitrary: step('put_full', [direct], burst) },
  { weight: 4, arbitrary: step('put_direct', [], burst) },
  { weight: 4, arbitrary: step('put_unrefed', [sync, direct], once) },
  { weight: 6, arbitrary: step('bulk_put', [], once) },
  { weight: 10, arbitrary: step('alloc_frag', [size], fc.integer({ min: 1, max: 5 })) },
  { weight: 5, arbitrary: step('alloc_any', [size], fc.integer({ min: 1, max: 5 })) },
  { weight: 3, arbitrary: step('ref', [fc.nat(4)], once) },
  { weight: 3, arbitrary: step('unref', [fc.nat(4)], once) },
  { weight: 3, arbitrary: step('fragment', [fc.nat(5)], once) },
  { weight: 3, arbitrary: step('page_get', [], once) },
  { weight: 3, arbitrary: step('page_put', [], once) },
  { weight: 2, arbitrary: step('sync_cpu', [fc.nat(64), fc.nat(1500)], once) },
  { weight: 2, arbitrary: step('nid', [small], once) },
  { weight: 4, arbitrary: step('softirq', [onOff], once) },
  { weight: 3, arbitrary: step('napi_owner', [fc.constantFrom(-1, 0, 1)], once) },
  { weight: 2, arbitrary: step('cpu', [fc.nat(1)], once) },
  { weight: 2, arbitrary: step('memnode', [fc.nat(1)], once) },
  { weight: 2, arbitrary: step('need_sync', [onOff], once) },
  { weight: 1, arbitrary: step('rodata', [onOff], once) },
  { weight: 2, arbitrary: step('page_budget', [fc.constantFrom(-1, -1, 0, 1, 30, 100)], once) },
  { weight: 2, arbitrary: step('pfmemalloc', [fc.nat(70)], once) },
  { weight: 2, arbitrary: step('dma_fail', [fc.nat(70), fc.nat(70)], once) },
  { weight: 1, arbitrary: step('kmalloc_fail', [small, fc.nat(1)], once) },
  { weight: 2, arbitrary: step('pool_nid', [fc.constantFrom(-1, 0, 1)], once) },
  { weight: 1, arbitrary: step('nid_changed', [fc.nat(1)], once) },
  { weight: 1, arbitrary: step('use_xdp_mem', [], once) },
  { weight: 1, arbitrary: step('disable_direct', [], once) },
  { weight: 3, arbitrary: step('destroy', [], once) },
  { weight: 4, arbitrary: step('tick', [fc.constantFrom(1, 500, 1000, 61_000)], once) },
  { weight: 4, arbitrary: create },
);

const WITHOUT_ID = new Set(
  ['create', 'destroy', 'tick', 'pool_nid', 'nid_changed', 'use_xdp_mem', 'disable_direct', 'alloc'].concat(
    ['alloc_frag', 'alloc_any', 'softirq', 'cpu', 'napi_owner', 'memnode', 'need_sync', 'rodata'],
    ['page_budget', 'pfmemalloc', 'dma_fail', 'kmalloc_fail'],
  ),
);

/** The step as a line of a trace, about buffers that the user has; null if there is nothing it could be about. */
function line({ op, pick, words }: Step, reference: ReferencePool): string | null {
  if (WITHOUT_ID.has(op)) return [op, ...words].join(' ');
  const reachable = reference.reachable();
  if (reachable.length === 0) return null;
  if (op === 'bulk_put') {
    const held = reachable.flatMap((buffer) => Array<number>(buffer.held).fill(buffer.id));
    const from = pick % Math.max(1, held.length);
    return [op, ...held.slice(from, from + (pick % 18))].join(' ');
  }
  const id = reachable[pick % reachable.length]?.id ?? 0;
  // A direct put into a dying pool is a mistake of the driver's that the pool never recovers from.
  const dying = reference.pool?.state === 'dying';
  if (dying && op === 'put_direct') return null;
  if (op.startsWith('put') && dying) return [op, id].join(' ');
  return [op, id, ...words].join(' ');
}

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

test.each<Kernel>(['6.12', '6.18', '7.1'])('%s: random traces get the naive answers', (kernel) => {
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
