/**
 * Lengths of a receive buffer that ndo_validate_qcfg refuses. netdev_queue_config_validate() asks it of every request
 * that names a length: a comparison of `rx_page_size` with a constant, whose branch leaves with an errno, is a limit.
 */
import type { RefusedPageSizes } from '../../../../simulator/contract/driver-model.ts';
import { NAME } from '../../kernel/table.ts';
import type { Expr, Stmt } from '../../syntax/ast.ts';
import { evaluate, UNKNOWN } from '../../syntax/preprocessor/condition.ts';
import type { Lookup, MacroState } from '../../syntax/preprocessor/condition.ts';
import { errnoOf } from './closed-queue.ts';
import { sourceRange } from '../names/source-range.ts';
import type { DriverSymbols, PlacedFunction } from '../names/symbols.ts';

/** Macros of the kernel that limits are made of, with pages of 4 KiB as everywhere in the machine. */
const KERNEL_MACROS: ReadonlyMap<string, MacroState> = new Map<string, MacroState>([
  ['PAGE_SHIFT', { kind: 'defined', params: null, body: '12' }],
  ['PAGE_SIZE', { kind: 'defined', params: null, body: '4096' }],
  ['BIT', { kind: 'defined', params: ['n'], body: '(1 << (n))' }],
  ...[1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map(
    (n) => [`SZ_${n}K`, { kind: 'defined', params: null, body: String(1024 * n) }] as const,
  ),
  ...[1, 2, 4].map(
    (n) => [`SZ_${n}M`, { kind: 'defined', params: null, body: String(2 ** 20 * n) }] as const,
  ),
]);

/**
 * In the order of the function. A test that asks something else as well, or compares with what the sources do not give as
 * a number, is left out: nobody knows whether it refuses.
 */
export function refusedPageSizes(fn: PlacedFunction, symbols: DriverSymbols): readonly RefusedPageSizes[] {
  const macros = macrosOf(symbols);
  const asked = askedFor(fn.item.body);
  const found: RefusedPageSizes[] = [];
  for (const s of fn.item.body) {
    if (s.k !== 'if') continue;
    const errno = errnoOf(s.then);
    if (errno === null) continue;
    for (const test of alternatives(s.c)) {
      if (test.k !== 'binary') continue;
      const left = asked(test.l);
      if (left === asked(test.r)) continue;
      const other = left ? test.r : test.l;
      const text = fn.file.text.slice(fn.base + other.s, fn.base + other.e);
      const bytes = evaluate(withoutCasts(text), macros);
      if (bytes === null) continue;
      const at = sourceRange(fn.file, { start: fn.base + test.s, end: fn.base + test.e });
      for (const limit of limits(left ? test.op : mirrored(test.op), bytes))
        found.push({ ...limit, errno, at });
    }
  }
  return found;
}

/** True for the member of the configuration, and for locals that are made of it. */
function askedFor(body: readonly Stmt[]): (x: Expr) => boolean {
  const names = new Set<string>();
  const asked = (x: Expr): boolean => {
    if (x.k === 'cast') return asked(x.x);
    return (x.k === 'member' && x.field === NAME.rx_page_size) || (x.k === 'id' && names.has(x.name));
  };
  for (const s of body) {
    if (s.k !== 'decl') continue;
    for (const { name, init } of s.vars) if (init !== null && asked(init)) names.add(name);
  }
  return asked;
}

function alternatives(c: Expr): readonly Expr[] {
  return c.k === 'binary' && c.op === '||' ? [...alternatives(c.l), ...alternatives(c.r)] : [c];
}

/** What the comparison `rx_page_size OP bytes` keeps out. */
function limits(op: string, bytes: number): readonly Pick<RefusedPageSizes, 'side' | 'bytes'>[] {
  switch (op) {
    case '>':
      return [{ side: 'above', bytes }];
    case '>=':
      return [{ side: 'above', bytes: bytes - 1 }];
    case '<':
      return [{ side: 'below', bytes }];
    case '<=':
      return [{ side: 'below', bytes: bytes + 1 }];
    case '!=':
      return [
        { side: 'above', bytes },
        { side: 'below', bytes },
      ];
    default:
      return [];
  }
}

function mirrored(op: string): string {
  return op.replace(/[<>]/, (sign) => (sign === '<' ? '>' : '<'));
}

function withoutCasts(text: string): string {
  return text.replace(/\(\s*(?:u8|u16|u32|u64|int|unsigned|long|size_t|\s)+\)/g, '');
}

/** Macros of the driver that have one definition, and those of the kernel. */
function macrosOf(symbols: DriverSymbols): Lookup {
  const bodies = new Map<string, MacroState>();
  for (const { items } of symbols.files) {
    for (const { item } of items) {
      if (item.k !== 'define') continue;
      const before = bodies.get(item.name);
      const same = before === undefined || (before.kind === 'defined' && before.body === item.body);
      const { params, body } = item;
      bodies.set(item.name, same ? { kind: 'defined', params, body: withoutCasts(body) } : UNKNOWN);
    }
  }
  return (name) => bodies.get(name) ?? KERNEL_MACROS.get(name) ?? UNKNOWN;
}
