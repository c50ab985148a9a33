/** Random operations of page pool traces, about buffers that the user of the pool has. */
import fc from 'fast-check';
import type { ReferencePool } from './reference-pool.ts';

/** One operation, or a burst of the same one; `pick` chooses among the buffers in the user's hands. */
export interface Step {
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

/** Creates a pool, with parameters that may be refused. */
export const create = pool.map((words): Step => ({ op: 'create', times: 1, pick: 0, words }));

/** Any operation, the frequent ones of drivers more often. */
export const steps: fc.Arbitrary<Step> = fc.oneof(
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
export function line({ op, pick, words }: Step, reference: ReferencePool): string | null {
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
