/**
 * Objects by where they lie: the members through which a function, or the callers that hand one to it, reach a structure. The
 * same queue structure may lie in a channel, whose queue the stack knows, and in a trap, whose queue it does not.
 */
import { TYPE } from '../../kernel/structures.ts';
import type { Expr } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import { type ConditionContext, wholeFunction } from './condition-context.ts';
import type { Guarded } from './function-guards.ts';
import { push } from './flow-syntax.ts';
import { memberKey } from './member-uses.ts';
import type { Reach, Ways } from './reach.ts';

/** How many names and calls lie between a use and the member at most. */
const DEEPEST = 5;

/** A value in a function. */
export interface PlacedValue {
  readonly fn: FunctionRef;
  readonly value: Guarded<Expr>;
}

/** What a parameter is given by the calls that count. */
export function argumentsOf(reach: Reach, fn: FunctionRef, parameter: string, by: Ways): PlacedValue[] {
  const index = fn.placed.item.params.findIndex((p) => p.name === parameter);
  return reach.sitesOf(fn, by).flatMap(({ caller, call: { at } }): PlacedValue[] => {
    const call = reach.flow(caller).callAt(at.s, at.e);
    const x = call?.x.args[index];
    return call === null || x === undefined ? [] : [{ fn: caller, value: { ...call, x } }];
  });
}

/** The members in which the object lies that `x` is or points to, as `struct tag.field`. Ways that lead nowhere are left out. */
export function objectsOf(
  reach: Reach,
  x: Expr,
  fn: FunctionRef,
  cx: ConditionContext,
  by: Ways,
  depth = 0,
): string[] {
  if (depth > DEEPEST) return [];
  switch (x.k) {
    case 'member': {
      const key = memberKey(x, cx);
      return key === null ? [] : [key];
    }
    case 'addr':
    case 'deref':
    case 'cast':
      return objectsOf(reach, x.x, fn, cx, by, depth);
    case 'index':
      return objectsOf(reach, x.obj, fn, cx, by, depth);
    case 'id': {
      const stated = cx.standsFor(x.name);
      if (stated !== null) return objectsOf(reach, stated.x, fn, stated.cx, by, depth + 1);
      if (!cx.isParameter(x.name)) return [];
      return argumentsOf(reach, fn, x.name, by).flatMap((at) =>
        objectsOf(reach, at.value.x, at.fn, at.value.cx, by, depth + 1),
      );
    }
    default:
      return [];
  }
}

/** Tells the objects that can get a provider from others of the same type: those that a queue is made of for a provider. */
export class QueueObjects {
  private readonly reach: Reach;
  private touching: ReadonlySet<FunctionRef> | null = null;
  private members: Map<string, string[]> | null = null;
  private readonly known = new Map<string, ReadonlySet<string>>();

  constructor(reach: Reach) {
    this.reach = reach;
  }

  /**
   * True if a queue of the type `tag` that lies in one of these members never gets a provider, while one that lies elsewhere
   * does.
   * @param objects the members; asked for only where objects of the type differ in this
   */
  areApart(tag: string, objects: () => readonly string[]): boolean {
    const apart = this.apart(tag);
    if (apart.size === 0) return false;
    const keys = objects();
    return keys.length > 0 && keys.every((key) => apart.has(key));
  }

  /** Members of the type that no queue for a provider is made of, if others are touched where it is. */
  private apart(tag: string): ReadonlySet<string> {
    let found = this.known.get(tag);
    if (found === undefined) {
      const members = this.making().size === 0 ? [] : this.membersOf(tag);
      const apart = members.length < 2 ? [] : members.filter((key) => !this.isTouched(key));
      this.known.set(tag, (found = new Set(apart.length < members.length ? apart : [])));
    }
    return found;
  }

  /** Members of the type by value. */
  private membersOf(tag: string): readonly string[] {
    if (this.members === null) {
      this.members = new Map<string, string[]>();
      for (const { item } of this.reach.cx.symbols.names.structs.values())
        for (const { type, name } of item.fields)
          if (type.stars === 0) push(this.members, type.base, `${item.tag}.${name}`);
    }
    return this.members.get(tag) ?? [];
  }

  private isTouched(key: string): boolean {
    const field = key.slice(key.lastIndexOf('.') + 1);
    const { words, symbols } = this.reach.cx;
    const within = this.making();
    return words.having(field).some((fn) => {
      if (!within.has(fn)) return false;
      const cx = wholeFunction(fn.placed.item, symbols, () => null);
      let found = false;
      visitExpressions(fn.placed.item.body, (x) => {
        found ||= x.k === 'member' && x.field === field && memberKey(x, cx) === key;
      });
      return found;
    });
  }

  /** The functions that make a queue for a provider. */
  private making(): ReadonlySet<FunctionRef> {
    if (this.touching !== null) return this.touching;
    const { calls, pointers } = this.reach.cx;
    const names = new Set<string>();
    for (const [key, targets] of pointers)
      if (key === `${TYPE.netdev_queue_mgmt_ops}.ndo_queue_mem_alloc`)
        for (const name of targets) names.add(name);
    const seen = new Set<FunctionRef>(calls.functions.filter(({ placed }) => names.has(placed.item.name)));
    for (const fn of seen) for (const targets of calls.callees(fn)) for (const t of targets) seen.add(t);
    return (this.touching = seen);
  }
}
