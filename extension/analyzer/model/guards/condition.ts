/** Conditions of C as guards: short circuits, negations and the driver's own predicates come down to literals. */
import { BIT_TESTS } from '../../kernel/c-words.ts';
import { TYPE } from '../../kernel/structures.ts';
import { NAME } from '../../kernel/table.ts';
import type { CallExpr, Expr, FunctionItem, Stmt } from '../../syntax/ast.ts';
import { typeOfExpression } from '../names/types.ts';
import { type AtomKind, type Comparison, makeAtom, type StatedAt } from './atom.ts';
import { type ConditionContext, type Stated, wholeFunction } from './condition-context.ts';
import { ALWAYS, both, either, type Guard, literal, NEVER } from './guard.ts';
import { constantText, subjectOf } from './subject.ts';

/** How deep predicates and names are looked through. */
const DEEPEST = 6;

/** Kernel predicates that mean something to unreadable memory; `arg` is the argument it is said of. */
const PREDICATES: ReadonlyMap<string, { readonly means: AtomKind; readonly arg: number }> = new Map<
  string,
  { readonly means: AtomKind; readonly arg: number }
>([
  [NAME.netmem_is_net_iov, { means: 'net-iov', arg: 0 }],
  [NAME.netmem_address, { means: 'address', arg: 0 }],
  [NAME.page_pool_is_unreadable, { means: 'pool-unreadable', arg: 0 }],
  [NAME.netif_rxq_has_unreadable_mp, { means: 'queue-provider', arg: 0 }],
  [NAME.skb_frag_is_net_iov, { means: 'frag-net-iov', arg: 0 }],
  [NAME.skb_frags_readable, { means: 'skb-readable', arg: 0 }],
  [NAME.skb_frag_address_safe, { means: 'skb-readable', arg: 0 }],
  [NAME.skb_frag_page, { means: 'skb-readable', arg: 0 }],
]);

/** The user's wish for a split of headers and data. */
const SPLIT_ON = 'ETHTOOL_TCP_DATA_SPLIT_ENABLED';

/** The kind of a large packet that is UDP. */
const UDP = 'SKB_GSO_UDP_L4';

const ORDERED: ReadonlyMap<string, { readonly is: 'below' | 'above'; readonly holds: boolean }> = new Map([
  ['<', { is: 'below', holds: true }],
  ['>=', { is: 'below', holds: false }],
  ['>', { is: 'above', holds: true }],
  ['<=', { is: 'above', holds: false }],
]);
const MIRRORED: ReadonlyMap<string, string> = new Map([
  ['<', '>'],
  ['>', '<'],
  ['<=', '>='],
  ['>=', '<='],
]);

/** When `x` is true, or false. Says "always" where it cannot tell. */
export function conditionOf(x: Expr, cx: ConditionContext, holds: boolean, depth = 0): Guard {
  if (depth > DEEPEST * 4) return ALWAYS;
  const go = (y: Expr, sense: boolean): Guard => conditionOf(y, cx, sense, depth + 1);
  switch (x.k) {
    case 'cast':
      return go(x.x, holds);
    case 'comma':
      return go(x.r, holds);
    case 'unary':
      if (x.op === '!') return go(x.x, !holds);
      break;
    case 'cond': {
      const first = x.a === null ? go(x.c, holds) : both(go(x.c, true), go(x.a, holds));
      if (x.a === null && holds) return either(first, go(x.b, true));
      return x.a === null ? both(first, go(x.b, false)) : either(first, both(go(x.c, false), go(x.b, holds)));
    }
    case 'binary':
      if (x.op === '&&' || x.op === '||') {
        const all = (x.op === '&&') === holds;
        return all ? both(go(x.l, holds), go(x.r, holds)) : either(go(x.l, holds), go(x.r, holds));
      }
      break;
    case 'id': {
      const stated = cx.isLocal(x.name) ? cx.standsFor(x.name) : null;
      if (stated !== null) return ofStated(stated, holds, depth + 1);
      if (holds && cx.isLocal(x.name)) return both(leaf(x, cx, holds, depth), cx.setWhen(x.name));
      break;
    }
    case 'call': {
      const seen = throughPredicate(x, cx, holds, depth);
      if (seen !== null) return seen;
      break;
    }
    default:
      break;
  }
  return leaf(x, cx, holds, depth);
}

/** Conditions by what was stated, for each depth: names made of names, each twice, are read once each. */
const statedConditions = new WeakMap<Stated, Map<number, Guard>>();

function ofStated(stated: Stated, holds: boolean, depth: number): Guard {
  let known = statedConditions.get(stated);
  if (known === undefined) statedConditions.set(stated, (known = new Map<number, Guard>()));
  const key = depth * 2 + (holds ? 1 : 0);
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = conditionOf(stated.x, stated.cx, holds, depth)));
  return found;
}

function leaf(x: Expr, cx: ConditionContext, holds: boolean, depth: number): Guard {
  const constant = constantText(x, cx);
  if (constant !== null && /^-?\d/.test(constant)) return (Number(constant) !== 0) === holds ? ALWAYS : NEVER;
  if (x.k === 'binary') return comparison(x.l, x.op, x.r, cx, holds, depth);
  if (x.k === 'assign' && x.op === '=') return conditionOf(x.r, cx, holds, depth + 1);
  if (x.k === 'call') {
    const known = kernelPredicate(x, cx, holds);
    if (known !== null) return known;
  }
  const type = typeOfExpression(x, cx, cx.names);
  const means = type.depth === 1 ? POINTERS.get(type.base) : undefined;
  return about(x, cx, { is: means ?? 'set' }, holds);
}

/** Pointers that mean something by not being NULL. */
const POINTERS: ReadonlyMap<string, AtomKind> = new Map<string, AtomKind>([
  [TYPE.bpf_prog, 'xdp'],
  [TYPE.xsk_buff_pool, 'xsk'],
  [TYPE.page_pool, 'has-pool'],
]);

function about(
  x: Expr,
  cx: ConditionContext,
  compare: Comparison,
  holds: boolean,
  stated: StatedAt | null = null,
): Guard {
  const subject = subjectOf(x, cx);
  return subject === null ? ALWAYS : literal({ atom: makeAtom(subject, compare, stated), holds });
}

function comparison(
  l: Expr,
  op: string,
  r: Expr,
  cx: ConditionContext,
  holds: boolean,
  depth: number,
): Guard {
  const right = constantText(r, cx);
  const left = constantText(l, cx);
  if (right === null && left !== null && op !== '&')
    return comparison(r, MIRRORED.get(op) ?? op, l, cx, holds, depth);
  if (op === '==' || op === '!=') {
    const sense = (op === '==') === holds;
    if (right === '0') return conditionOf(l, cx, !sense, depth + 1);
    if (right === '1' && isTruth(l, cx)) return conditionOf(l, cx, sense, depth + 1);
    if (right === null)
      return about({ k: 'binary', op: '==', l, r, s: l.s, e: r.e }, cx, { is: 'set' }, sense);
    const mask = l.k === 'binary' && l.op === '&' ? (constantText(l.r, cx) ?? constantText(l.l, cx)) : null;
    // `(x & F) == F` for a single bit F.
    if (mask === right) return conditionOf(l, cx, sense, depth + 1);
    return about(l, cx, right === SPLIT_ON ? { is: 'split-configured' } : { is: 'equal', to: right }, sense);
  }
  if (op === '&') {
    const mask = right ?? left;
    if (mask === null) return about({ k: 'binary', op, l, r, s: l.s, e: r.e }, cx, { is: 'set' }, holds);
    const bit = /^BIT(?:_ULL)?\((.+)\)$|^\(1 << (.+)\)$/.exec(mask);
    const number = bit?.[1] ?? bit?.[2];
    if (mask.includes(UDP)) return about(l, cx, { is: 'udp' }, holds);
    const compare: Comparison = number === undefined ? { is: 'mask', of: mask } : { is: 'bit', number };
    return about(right === null ? r : l, cx, compare, holds);
  }
  const order = ORDERED.get(op);
  if (order !== undefined && right !== null)
    return about(l, cx, { is: order.is, to: right }, order.holds === holds);
  if (order !== undefined) {
    const flat: Expr = { k: 'binary', op: order.is === 'below' ? '<' : '>', l, r, s: l.s, e: r.e };
    return about(flat, cx, { is: 'set' }, order.holds === holds);
  }
  return about({ k: 'binary', op, l, r, s: l.s, e: r.e }, cx, { is: 'set' }, holds);
}

/** True if a value is nothing but a truth value, so that `x == true` asks the same as `x`. */
function isTruth(x: Expr, cx: ConditionContext): boolean {
  return typeOfExpression(x, cx, cx.names).base === 'bool' || (x.k === 'unary' && x.op === '!');
}

function kernelPredicate(x: CallExpr, cx: ConditionContext, holds: boolean): Guard | null {
  if (x.fn.k !== 'id') return null;
  const [first, second] = x.args;
  if (BIT_TESTS.has(x.fn.name) && first !== undefined && second !== undefined) {
    const number = constantText(first, cx);
    return number === null ? null : about(second, cx, { is: 'bit', number }, holds);
  }
  const known = PREDICATES.get(x.fn.name);
  const of = known === undefined ? undefined : x.args[known.arg];
  return known === undefined || of === undefined
    ? null
    : about(of, cx, { is: known.means }, holds, { fn: cx.fn, at: { s: x.s, e: x.e } });
}

/** A function of the driver that only gives a condition says what the condition says, of its arguments. */
function throughPredicate(x: CallExpr, cx: ConditionContext, holds: boolean, depth: number): Guard | null {
  if (x.fn.k !== 'id' || depth > DEEPEST) return null;
  const item = cx.functionNamed(x.fn.name);
  if (item === null || !isPredicate(item)) return null;
  const args = new Map<string, Stated>();
  item.params.forEach((p, i) => {
    const arg = x.args[i];
    if (arg !== undefined) args.set(p.name, { x: arg, cx });
  });
  const inner = wholeFunction(
    item,
    cx.names,
    (name) => cx.functionNamed(name),
    args,
    (field) => cx.moment(field),
  );
  return result(item.body, inner, holds, depth + 1);
}

/** When a body of declarations, tests and returns gives true (or false). */
function result(body: readonly Stmt[], cx: ConditionContext, holds: boolean, depth: number): Guard {
  const [s, ...rest] = body;
  if (s === undefined) return NEVER;
  switch (s.k) {
    case 'return':
      return s.x === null ? ALWAYS : conditionOf(s.x, cx, holds, depth + 1);
    case 'if': {
      const then = both(conditionOf(s.c, cx, true, depth + 1), result(flat(s.then), cx, holds, depth));
      const other = s.otherwise === null ? rest : [...flat(s.otherwise), ...rest];
      return either(then, both(conditionOf(s.c, cx, false, depth + 1), result(other, cx, holds, depth)));
    }
    default:
      return result(rest, cx, holds, depth);
  }
}

function flat(s: Stmt): readonly Stmt[] {
  return s.k === 'block' ? s.body : [s];
}

const predicates = new WeakMap<FunctionItem, boolean>();

/** True for a body of nothing but declarations, `if (…) return …;` and returns. */
function isPredicate(item: FunctionItem): boolean {
  let known = predicates.get(item);
  if (known === undefined)
    predicates.set(item, (known = endsInReturn(item.body) && item.returns.base !== 'void'));
  return known;
}

function endsInReturn(body: readonly Stmt[]): boolean {
  return body.every((s, i) => {
    const last = i === body.length - 1;
    switch (s.k) {
      case 'decl':
        return !last;
      case 'return':
        return last && s.x !== null;
      case 'if':
        if (!endsInReturn(flat(s.then))) return false;
        return s.otherwise === null ? !last : endsInReturn(flat(s.otherwise));
      default:
        return false;
    }
  });
}
