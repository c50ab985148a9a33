/** Constants and origins: what is known of a C value without running the driver. */
import type { Expr } from '../../syntax/ast.ts';
import { integerValue } from '../names/constants.ts';
import type { DriverSymbols } from '../names/symbols.ts';

/** Error numbers by name; other names get values past the last errno, so that they stay different. */
const ERRNO: ReadonlyMap<string, number> = new Map([
  ['EPERM', 1],
  ['ENOENT', 2],
  ['EIO', 5],
  ['EAGAIN', 11],
  ['ENOMEM', 12],
  ['EFAULT', 14],
  ['EBUSY', 16],
  ['EEXIST', 17],
  ['ENODEV', 19],
  ['EINVAL', 22],
  ['ENOSPC', 28],
  ['ERANGE', 34],
  ['ENODATA', 61],
  ['EBADMSG', 74],
  ['EOPNOTSUPP', 95],
  ['ENETDOWN', 100],
  ['ENOBUFS', 105],
  ['ETIMEDOUT', 110],
]);

/** Constants of the kernel that drivers return and test. */
const KERNEL: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
  ['NULL', 0],
  ['NETDEV_TX_OK', 0],
  ['NETDEV_TX_BUSY', 16],
  ['XDP_ABORTED', 0],
  ['XDP_DROP', 1],
  ['XDP_PASS', 2],
  ['XDP_TX', 3],
  ['XDP_REDIRECT', 4],
]);

/** Wrappers whose value is their first argument. */
const TRANSPARENT = new Set([
  'READ_ONCE',
  'rcu_dereference',
  'rcu_dereference_bh',
  'rcu_dereference_protected',
  'rcu_access_pointer',
  'rtnl_dereference',
  'ERR_PTR',
  'PTR_ERR',
  'ERR_CAST',
  'WARN_ON',
  'WARN_ON_ONCE',
  'smp_load_acquire',
]);

/** The expression behind casts and wrappers that hand their argument through. */
export function bare(x: Expr): Expr {
  let at = x;
  for (;;) {
    if (at.k === 'cast') at = at.x;
    else if (at.k === 'call' && at.fn.k === 'id' && TRANSPARENT.has(at.fn.name) && at.args[0] !== undefined)
      at = at.args[0];
    else return at;
  }
}

/** Value of a constant expression; `locals` are names with known values, `hidden` are names that are no constants. */
export function constantOf(
  x: Expr,
  symbols: DriverSymbols,
  locals: ReadonlyMap<string, number>,
  hidden: (name: string) => boolean,
): number | null {
  const at = bare(x);
  if (at.k === 'id') {
    const local = locals.get(at.name);
    if (local !== undefined) return local;
    if (hidden(at.name)) return null;
    return KERNEL.get(at.name) ?? errno(at.name) ?? integerValue(at, symbols);
  }
  if (at.k === 'unary') {
    const inner = constantOf(at.x, symbols, locals, hidden);
    if (inner === null) return null;
    if (at.op === '-') return -inner;
    return at.op === '!' ? (inner === 0 ? 1 : 0) : null;
  }
  return integerValue(at, symbols);
}

function errno(name: string): number | null {
  const known = ERRNO.get(name);
  if (known !== undefined) return known;
  if (!/^E[A-Z0-9]{3,}$/.test(name)) return null;
  let hash = 0;
  for (const c of name) hash = (hash * 31 + c.charCodeAt(0)) % 100_000;
  return 4096 + hash;
}

/** Where a buffer pointer's value comes from: the null test of each means something else. */
export type Origin = 'alloc' | 'address' | 'slot';
