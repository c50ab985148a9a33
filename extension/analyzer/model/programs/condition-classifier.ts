/** Condition classifier: tells what kind of test a condition is to the machine, where types and facts say. */
import type { ConditionKind, VariableTest } from '../../../../simulator/contract/driver-ir.ts';
import { nullTestOf, TYPE } from '../../kernel/structures.ts';
import { entryOf } from '../../kernel/table.ts';
import type { CallExpr, Expr } from '../../syntax/ast.ts';
import { integerValue } from '../names/constants.ts';
import type { DriverIndex } from './driver-index.ts';
import type { Instance } from './instance.ts';
import { nameOfValue } from './instance.ts';
import type { Lengths } from './lengths.ts';
import { bare } from './values.ts';

/** A test in its positive sense; `negated` where the source's truth is the opposite. */
export interface ClassifiedCondition {
  readonly means: ConditionKind;
  readonly negated: boolean;
  readonly buffer: number | null;
  readonly bytes: number | null;
  readonly variable: VariableTest | null;
  /** The variable that holds the pool that is asked about. */
  readonly pool?: number | null;
  /** How the source's condition usually comes out, where the kernel says. */
  readonly expected?: boolean;
}

/** What the classifier asks: operands and variables belong to the path at work. */
export interface ClassifierContext {
  readonly index: DriverIndex;
  readonly lengths: Lengths;
  readonly transmit: boolean;
  /** Operand of the buffer that an expression denotes, or null. */
  operandOf(x: Expr, inst: Instance): number | null;
  /** Operand of the classes with these numbers that the path is about, or null. */
  operandAmong(classes: readonly number[], inst: Instance): number | null;
  /** True if all of the classes hold headers only. */
  headersOnly(classes: ReadonlySet<number>): boolean;
  /** True if one of the classes is payload beside headers. */
  payloadBesideHeaders(classes: ReadonlySet<number>): boolean;
  /** Number of the variable that stands for a local, a parameter or a call's result; null where there is none. */
  variableOf(x: Expr, inst: Instance): number | null;
}

function classified(
  means: ConditionKind,
  negated: boolean,
  more: Partial<ClassifiedCondition> = {},
): ClassifiedCondition {
  return { means, negated, buffer: null, bytes: null, variable: null, ...more };
}

/** True for a predicate of the kernel whose answer means something here. */
export function isPredicate(name: string): boolean {
  return entryOf(name)?.condition !== undefined;
}

/** What it tells that `x` is true (not zero). */
export function classifyCondition(x: Expr, inst: Instance, cx: ClassifierContext): ClassifiedCondition {
  const at = bare(x);
  if (at.k === 'binary') return comparison(at, inst, cx);
  if (at.k === 'call') return predicate(at, inst, cx);
  const variable = cx.variableOf(at, inst);
  const zero: VariableTest | null = variable === null ? null : { variable, compare: '==', value: 0 };
  if (at.k === 'assign') return { ...classifyCondition(at.l, inst, cx) };
  const type = cx.index.type(inst.view, at);
  if (cx.transmit) {
    if (at.k === 'member' && at.field === 'nr_frags') return classified('always', false);
    return classified('unknown', true, { variable: zero });
  }
  const known = type.depth === 1 ? nullTestOf(type.base) : null;
  if (known !== null)
    return classified(known.means, !known.negated, {
      variable: known.means === 'skb-null' || known.means === 'no-pool' ? zero : null,
    });
  // A structure that keeps an xdp_buff has it from AF_XDP, which excludes a provider; its pools are none here either.
  if (at.k === 'member' && type.depth === 1 && type.base === TYPE.xdp_buff) return classified('always', true);
  if (
    at.k === 'member' &&
    at.field === 'order' &&
    cx.index.type(inst.view, at.obj).base === TYPE.page_pool_params
  )
    return classified('large-buffers', false);
  const length = classifyLength(at, inst, cx);
  if (length !== null) return length;
  const buffer = type.base === TYPE.netmem_ref || type.depth > 0 ? cx.operandOf(at, inst) : null;
  const name = nameOfValue(at);
  const origin = name === null ? undefined : inst.origins.get(name);
  if (buffer === null) {
    const allocated = origin === 'alloc' && (type.base === TYPE.netmem_ref || type.depth > 0);
    return classified(allocated ? 'alloc-failed' : 'unknown', true, { variable: zero });
  }
  if (origin === 'alloc') return classified('alloc-failed', true, { buffer, variable: zero });
  if (origin === 'address') return classified('address-null', true, { buffer });
  if (cx.index.isSetAside(inst.view, at)) return classified('unknown', true, { variable: zero });
  return classified('slot-empty', true, { buffer, variable: zero });
}

/** A length in itself: of headers (the device split the frame) or of payload beside headers. */
function classifyLength(x: Expr, inst: Instance, cx: ClassifierContext): ClassifiedCondition | null {
  const classes = cx.lengths.of(inst.view.ref, x);
  if (classes === null) return null;
  if (cx.headersOnly(classes)) return classified('split-happened', false);
  return cx.payloadBesideHeaders(classes) ? classified('payload-empty', true) : null;
}

function comparison(
  x: Extract<Expr, { k: 'binary' }>,
  inst: Instance,
  cx: ClassifierContext,
): ClassifiedCondition {
  const { symbols } = cx.index.facts;
  const value = cx.index.constant(x.r, inst);
  if (x.op === '==' || x.op === '!=') {
    if (value === 0) {
      const zero = classifyCondition(x.l, inst, cx);
      return x.op === '==' ? { ...zero, negated: !zero.negated } : zero;
    }
    const counted = classifyRefcount(x.l, inst, cx);
    if (counted !== null) return { ...counted, negated: x.op === '!=' };
    const variable = value === null ? null : cx.variableOf(bare(x.l), inst);
    return classified('unknown', x.op === '!=', {
      variable: variable === null || value === null ? null : { variable, compare: '==', value },
    });
  }
  if (!['<', '>', '<=', '>='].includes(x.op)) return classified('unknown', true);
  const lengthBytes = integerValue(bare(x.r), symbols);
  if (lengthBytes !== null && lengthBytes > 0 && !cx.transmit) {
    const classes = cx.lengths.of(inst.view.ref, bare(x.l));
    if (classes !== null && !cx.headersOnly(classes)) {
      const bytes = x.op === '<' || x.op === '>=' ? lengthBytes - 1 : lengthBytes;
      return classified('length-at-most', x.op === '>' || x.op === '>=', { bytes });
    }
  }
  const variable = value === null ? null : cx.variableOf(bare(x.l), inst);
  if (variable === null || value === null) return classified('unknown', false);
  const negated = x.op === '<=' || x.op === '>=';
  const compare = x.op === '<' || x.op === '>=' ? '<' : '>';
  return classified('unknown', negated, { variable: { variable, compare, value } });
}

/** `page_ref_count(page) == 1`, `dev_page_is_reusable(page)`: may the driver use the buffer again? */
function classifyRefcount(x: Expr, inst: Instance, cx: ClassifierContext): ClassifiedCondition | null {
  const at = bare(x);
  if (at.k !== 'call') return null;
  for (const { fact, classes } of cx.index.factsAt(inst.view, at)) {
    if (fact.kind !== 'refcount' && fact.kind !== 'reusable') continue;
    const buffer = cx.operandAmong(classes, inst);
    if (buffer !== null) return classified('page-reusable', false, { buffer });
  }
  return null;
}

function predicate(x: CallExpr, inst: Instance, cx: ClassifierContext): ClassifiedCondition {
  const name = x.fn.k === 'id' ? x.fn.name : '';
  const known = entryOf(name)?.condition;
  if (known !== undefined) {
    const arg = known.arg >= 0 ? x.args[known.arg] : undefined;
    const buffer = arg === undefined ? null : cx.operandOf(bare(arg), inst);
    const [pool] = x.args;
    if (known.means === 'pool-unreadable' && pool !== undefined)
      return classified(known.means, known.negated, { pool: cx.variableOf(bare(pool), inst) });
    if (known.arg < 0 || buffer !== null) return classified(known.means, known.negated, { buffer });
    return classified('unknown', true);
  }
  const [first] = x.args;
  if ((name === 'IS_ERR' || name === 'IS_ERR_OR_NULL') && first !== undefined) {
    const of = bare(first);
    const variable = cx.variableOf(of, inst);
    const type = cx.index.type(inst.view, of);
    const test: VariableTest | null = variable === null ? null : { variable, compare: '<', value: 0 };
    const skb = name === 'IS_ERR_OR_NULL' && type.base === TYPE.sk_buff && type.depth === 1;
    return classified(skb ? 'skb-null' : 'unknown', false, {
      variable: test,
      ...(skb ? {} : { expected: false }),
    });
  }
  const reuse = classifyRefcount(x, inst, cx);
  if (reuse !== null) return reuse;
  const variable = cx.variableOf(x, inst);
  const zero: VariableTest | null = variable === null ? null : { variable, compare: '==', value: 0 };
  const allocated = cx.index
    .factsAt(inst.view, x)
    .filter(({ fact }) => fact.kind === 'allocate' && fact.source !== 'skb')
    .flatMap(({ classes }) => cx.operandAmong(classes, inst) ?? []);
  const [buffer] = allocated;
  if (buffer !== undefined) return classified('alloc-failed', true, { buffer });
  const type = cx.index.type(inst.view, x);
  if (type.base === TYPE.sk_buff && type.depth === 1) return classified('skb-null', true, { variable: zero });
  return classified('unknown', true, { variable: zero });
}
