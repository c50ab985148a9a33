/**
 * What a literal brings with it: a flag is only set where something sets it. `ring->raw` holds only under the conditions
 * of the assignments that make it so, whatever function they are in.
 */
import type { Expr } from '../../syntax/ast.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { Comparison, Literal } from './atom.ts';
import { conditionOf } from './condition.ts';
import type { ConditionContext } from './condition-context.ts';
import type { Guarded } from './function-guards.ts';
import { ALWAYS, both, either, type Guard, NEVER } from './guard.ts';
import { alternatives, memberStored, type Reach } from './reach.ts';
import { constantText } from './subject.ts';
import { memberUses, writtenPlace } from './member-uses.ts';

/** Comparisons of what the driver itself sets. */
const LASTING: ReadonlySet<Comparison['is']> = new Set(['set', 'equal', 'mask', 'bit', 'has-pool']);

export class Implications {
  private readonly reach: Reach;
  private readonly known = new Map<string, Guard>();

  constructor(reach: Reach) {
    this.reach = reach;
  }

  /** Without what the literal cannot hold; always, where that is not known. */
  of({ atom, holds }: Literal): Guard {
    const { member } = atom.subject;
    if (member === null || atom.subject.root !== 'member' || !LASTING.has(atom.compare.is)) return ALWAYS;
    const key = `${holds ? '' : '!'}${atom.key} ${member}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    // What a flag depends on may depend on the flag.
    this.known.set(key, ALWAYS);
    const made = this.find(member, atom.compare, holds).map((c) =>
      // As it was when it was set: of the member itself it says nothing now.
      c.filter((l) => l.atom.subject.member !== member),
    );
    this.known.set(key, made);
    return made;
  }

  private find(member: string, compare: Comparison, holds: boolean): Guard {
    if (member === 'struct net_device.features' && compare.is === 'mask')
      return holds ? this.allowed(compare.of) : ALWAYS;
    const field = member.slice(member.lastIndexOf('.') + 1);
    const ways: Guard[] = [];
    const { asked, symbols, words } = this.reach.cx;
    if (compare.is === 'bit') asked.functions.add(compare.number);
    else asked.members.add(member);
    const place = compare.is === 'bit' ? `${member} & BIT(${compare.number})` : member;
    const writers: FunctionRef[] = [];
    for (const fn of words.having(field)) {
      const { handed, initialised, written } = memberUses(fn, symbols);
      // Written in a way that is not looked into.
      if (handed.has(member) || initialised.has(member)) return ALWAYS;
      if (written.has(member) || written.has(place)) writers.push(fn);
    }
    for (const fn of writers) {
      const flow = this.reach.flow(fn);
      for (const store of flow.stores) {
        if (memberStored(store) !== member || this.reach.isApart(store, fn)) continue;
        for (const [value, guard] of alternatives(store.x.r, store.guard)) {
          // Memory is zero until it is written: not to be set says something only of what is always written.
          const always = store.guard === ALWAYS && store.x.op === '=';
          if (!holds && (!always || (store.x.r.k !== 'cond' && constantText(value, store.cx) !== null)))
            return ALWAYS;
          const when = holds
            ? makesSo(value, store.x.op, compare, store.cx)
            : makesOther(value, compare, store.cx);
          if (when !== NEVER) ways.push(this.inDriver(fn, both(both(guard, flow.at(value)), when)));
        }
      }
      if (compare.is !== 'bit' || !holds) continue;
      for (const call of flow.calls)
        if (setsBit(call, member, compare.number)) ways.push(this.inDriver(fn, call.guard));
    }
    return ways.length === 0 ? ALWAYS : either(...ways);
  }

  /** A feature is on only where ndo_fix_features() leaves it. */
  private allowed(feature: string): Guard {
    let out: Guard = ALWAYS;
    for (const fn of this.reach.saying(feature)) {
      if (!this.reach.isBelow(fn, FIX_FEATURES)) continue;
      for (const { x, guard, cx } of this.reach.flow(fn).stores) {
        if (x.op !== '&=' || constantText(x.r, cx) !== `~${feature}`) continue;
        const taken = this.reach.driverWide(guard, fn.placed.file);
        // Not taken away: not all of this at once.
        for (const c of taken)
          if (c.length > 0) out = both(out, either(...c.map((l): Guard => [[{ ...l, holds: !l.holds }]])));
      }
    }
    return out;
  }

  private inDriver(fn: FunctionRef, guard: Guard): Guard {
    return both(this.reach.driverWide(guard, fn.placed.file), this.reach.of(fn));
  }
}

function setsBit({ x, cx }: Guarded<Extract<Expr, { k: 'call' }>>, member: string, number: string): boolean {
  return (
    x.fn.k === 'id' && !x.fn.name.includes('clear') && writtenPlace(x, cx) === `${member} & BIT(${number})`
  );
}

/** When the value assigned makes the comparison hold. */
function makesSo(value: Expr, op: string, compare: Comparison, cx: ConditionContext): Guard {
  const constant = constantText(value, cx);
  switch (compare.is) {
    case 'set':
    case 'has-pool':
      if (op === '=') return constant === '0' ? NEVER : truth(value, cx);
      return op === '&=' ? NEVER : ALWAYS;
    case 'equal':
      if (op !== '=') return ALWAYS;
      if (constant === null) return conditionOf(asked(value, compare.to), cx, true);
      return constant === compare.to || isNumber(constant) !== isNumber(compare.to) ? ALWAYS : NEVER;
    case 'mask':
    case 'bit':
      if (op === '&=') return NEVER;
      if (constant === '0') return NEVER;
      if (op !== '|=' || constant === null) return ALWAYS;
      return constant.includes(compare.is === 'mask' ? compare.of : compare.number) ? ALWAYS : NEVER;
    default:
      return ALWAYS;
  }
}

/** When the value assigned makes the comparison fail. */
function makesOther(value: Expr, compare: Comparison, cx: ConditionContext): Guard {
  const constant = constantText(value, cx);
  if (compare.is === 'set')
    return constant === null ? conditionOf(value, cx, false) : constant === '0' ? ALWAYS : NEVER;
  if (compare.is === 'equal' && constant === null) return conditionOf(asked(value, compare.to), cx, false);
  if (compare.is === 'equal') return constant === compare.to ? NEVER : ALWAYS;
  return ALWAYS;
}

const FIX_FEATURES = 'struct net_device_ops.ndo_fix_features';

/** The comparison asked of the value that is assigned. */
function asked(value: Expr, to: string): Expr {
  const { s, e } = value;
  return { k: 'binary', op: '==', l: value, r: { k: 'id', name: to, s, e }, s, e };
}

/** A value that is computed is no condition: nothing is known of when it is not zero. */
function truth(value: Expr, cx: ConditionContext): Guard {
  return conditionOf(value, cx, true);
}

function isNumber(text: string): boolean {
  return /^-?\d/.test(text);
}
