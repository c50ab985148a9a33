/**
 * Which pool a pointer leads to, and when: a field may hold one pool in one mode and another in the next, as a header pool
 * that is the payload's unless a provider feeds it. Each store to the field is followed to the calls that create pools.
 */
import type { AssignExpr, Expr, MemberExpr, Span } from '../../syntax/ast.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { Pool } from '../alias/pool-params.ts';
import { typeOfExpression } from '../names/types.ts';
import type { Literal } from './atom.ts';
import type { Guarded } from './function-guards.ts';
import { ALWAYS, both, type Guard, negated, NEVER } from './guard.ts';
import { memberKey, memberUses } from './member-uses.ts';
import { argumentsOf, objectsOf, type PlacedValue } from './objects.ts';
import { ALL_WAYS, type Reach, type Ways } from './reach.ts';
import { inForce, reachingValues, withWritten } from './reaching.ts';
import { constantText, subjectOf } from './subject.ts';

/** How many pointers and calls lie between a use and the creation at most. */
const DEEPEST = 5;

/** A pool that a pointer leads to. */
export interface PoolSource {
  readonly pool: Pool;
  /** What the functions on the way say themselves of memory, in words that hold in the whole driver. */
  readonly here: Guard;
  /** When it does, with when these functions are entered: worked out at each call, which costs the ways to them. */
  readonly when: () => Guard;
  /** The first store on the way, or null if the pool is used where it is created. */
  readonly store: PlacedStore | null;
}

export interface PlacedStore {
  readonly fn: FunctionRef;
  readonly x: Expr;
  readonly field: string;
}

/** A call that takes buffers from a pool, its first argument. */
export interface Allocation extends Span {
  readonly fn: FunctionRef;
  /** The ways to the function that count. */
  readonly by: Ways;
}

/** What is asked of a pointer. */
interface Asked {
  readonly by: Ways;
  readonly isRefuted: (guard: Guard) => boolean;
}

/** A field of one object, as far as objects of its structure are told apart. */
interface Field {
  readonly key: string;
  /** Fields in which the object lies; null if it may be any. */
  readonly objects: ReadonlySet<string> | null;
}

export class PoolHandles {
  private readonly reach: Reach;
  private readonly pools: readonly Pool[];
  private readonly open = new Set<string>();

  constructor(reach: Reach, pools: readonly Pool[]) {
    this.reach = reach;
    this.pools = pools;
  }

  /**
   * The pools that buffers may be taken from.
   * @param isRefuted true for a guard that is out of the question: stores under such a one are not followed
   */
  ofCall(at: Allocation, isRefuted: (guard: Guard) => boolean): readonly PoolSource[] {
    const from = this.poolOf(at);
    if (from === null) return [];
    return this.follow(from, { by: at.by, isRefuted }, 0);
  }

  /** The field that holds the pool, through parameters; null if it is none, or several. */
  fieldOfCall(at: Allocation): string | null {
    const from = this.poolOf(at);
    const names = new Set(from === null ? [] : this.fieldsOf(from, at.by, 0));
    const [only] = names;
    return names.size === 1 ? (only ?? null) : null;
  }

  private poolOf({ fn, s, e }: Allocation): PlacedValue | null {
    const call = this.reach.flow(fn).callAt(s, e);
    const x = call?.x.args[0];
    return call === null || x === undefined ? null : { fn, value: { ...call, x } };
  }

  private fieldsOf(place: PlacedValue, by: Ways, depth: number): string[] {
    if (depth > DEEPEST) return [];
    const { fn, value } = place;
    return reachingValues(value, this.reach.flow(fn)).flatMap((leaf) => {
      const { x } = leaf;
      if (x.k === 'member') {
        const field = this.fieldOf(x, { fn, value: leaf }, by);
        return field === null ? [] : [`${field.key} ${[...(field.objects ?? [])].sort().join(' ')}`];
      }
      if (x.k !== 'id' || !leaf.cx.isParameter(x.name)) return [];
      return argumentsOf(this.reach, fn, x.name, by).flatMap((at) => this.fieldsOf(at, by, depth + 1));
    });
  }

  private follow(place: PlacedValue, asked: Asked, depth: number): PoolSource[] {
    if (depth > DEEPEST) return [];
    const { fn } = place;
    return reachingValues(place.value, this.reach.flow(fn)).flatMap((value): PoolSource[] => {
      const { x, cx } = value;
      switch (x.k) {
        case 'call':
          return this.created({ fn, value }, asked, depth);
        case 'id': {
          if (!cx.isParameter(x.name)) return [];
          const from = argumentsOf(this.reach, fn, x.name, asked.by).flatMap((at) =>
            this.follow(at, asked, depth + 1),
          );
          return from.map((source) => this.within(source, fn, value.guard));
        }
        case 'member':
          return this.stored({ fn, value }, asked, depth);
        default:
          return [];
      }
    });
  }

  /** A guard of a function in words that hold in the whole driver. */
  private wide(fn: FunctionRef, guard: Guard): Guard {
    const known = withWritten(guard, this.reach.flow(fn));
    return both(this.reach.driverWide(known, fn.placed.file), this.reach.of(fn));
  }

  private ofMemory(fn: FunctionRef, guard: Guard): Guard {
    return this.reach.ofMemory(withWritten(guard, this.reach.flow(fn)), fn.placed.file);
  }

  /** A source as it is where a function gets at it under a guard. */
  private within(source: PoolSource, fn: FunctionRef, guard: Guard): PoolSource {
    return {
      ...source,
      here: both(source.here, this.ofMemory(fn, guard)),
      when: () => both(source.when(), this.wide(fn, guard)),
    };
  }

  private created({ fn, value: { x, guard } }: PlacedValue, asked: Asked, depth: number): PoolSource[] {
    const pool = this.pools.find(
      ({ creation: { fn: made, call } }) => made.item === fn.placed.item && call.s === x.s && call.e === x.e,
    );
    if (pool !== undefined)
      return [{ pool, here: this.ofMemory(fn, guard), when: () => this.wide(fn, guard), store: null }];
    if (x.k !== 'call') return [];
    const inner = x.fn.k === 'id' ? this.reach.cx.symbols.functionFor(x.fn.name, fn.placed.file) : null;
    const callee = inner === null ? null : this.reach.refOf(inner);
    if (callee === null) return [];
    return this.reach
      .flow(callee)
      .returns.flatMap((value) => this.follow({ fn: callee, value }, asked, depth + 1))
      .map((source) => this.within(source, fn, guard));
  }

  /** What is stored in the field that a member is. */
  private stored({ fn, value }: PlacedValue, asked: Asked, depth: number): PoolSource[] {
    const { x, guard } = value;
    const field = x.k === 'member' ? this.fieldOf(x, { fn, value }, asked.by) : null;
    if (field === null || this.open.has(field.key)) return [];
    this.open.add(field.key);
    const stores = this.storesTo(field);
    const out: PoolSource[] = [];
    const anyWay = { ...asked, by: ALL_WAYS };
    for (const store of stores) {
      const others = stores.filter((o) => o !== store);
      const [under, otherwise] = this.withDefault(store, field.key, others);
      if (asked.isRefuted(this.ofMemory(store.fn, under.guard))) continue;
      for (const source of this.follow({ fn: store.fn, value: under }, anyWay, depth + 1)) {
        const { here, when } = this.within(source, fn, guard);
        if (here === NEVER) continue;
        const name = field.key.slice(field.key.lastIndexOf('.') + 1);
        out.push({
          ...{ pool: source.pool, here, when: () => both(when(), otherwise()) },
          store: { fn: store.fn, x: store.whole, field: name },
        });
      }
    }
    this.open.delete(field.key);
    return out;
  }

  /** All that is stored in a field but NULL, without what its function stores in its place later on. */
  private storesTo(field: Field): readonly (PlacedValue & { readonly whole: Expr })[] {
    const name = field.key.slice(field.key.lastIndexOf('.') + 1);
    const out: (PlacedValue & { whole: Expr })[] = [];
    this.reach.cx.asked.members.add(field.key);
    for (const fn of this.reach.cx.words.having(name)) {
      if (!memberUses(fn, this.reach.cx.symbols).written.has(field.key)) continue;
      const own = this.reach.flow(fn).stores.filter(({ x, cx, guard }) => {
        if (x.l.k !== 'member' || x.op !== '=' || memberKey(x.l, cx) !== field.key) return false;
        const to = this.fieldOf(x.l, { fn, value: { x: x.l, cx, guard } }, ALL_WAYS);
        return to !== null && meet(to, field);
      });
      for (const list of byObject(own))
        for (const { x, cx, guard } of inForce(list, ALWAYS))
          if (constantText(x.r, cx) === null) out.push({ fn, value: { x: x.r, cx, guard }, whole: x });
    }
    return out;
  }

  /** `if (!h) h = other;`: only where no other store has set it. The latter is in words that hold in the whole driver. */
  private withDefault(
    { value }: PlacedValue,
    key: string,
    others: readonly PlacedValue[],
  ): readonly [Guarded<Expr>, () => Guard] {
    const tests = ({ guard }: Guarded<Expr>): boolean => guard.every((c) => c.some((l) => isUnset(l, key)));
    if (!tests(value)) return [value, () => ALWAYS];
    const rest = value.guard.map((c) => c.filter((l) => !isUnset(l, key)));
    const otherwise = (): Guard => {
      const negations = others.flatMap(({ fn, value: other }) =>
        tests(other) ? [] : [negated(this.wide(fn, other.guard))],
      );
      return negations.reduce(both, ALWAYS);
    };
    return [{ ...value, guard: rest.some((c) => c.length === 0) ? ALWAYS : rest }, otherwise];
  }

  private fieldOf(x: MemberExpr, { fn, value: { cx } }: PlacedValue, by: Ways): Field | null {
    const key = memberKey(x, cx);
    if (key === null) return null;
    const { base } = typeOfExpression(x.obj, cx, cx.names);
    if (!cx.names.isDivided(base)) return { key, objects: null };
    return { key, objects: new Set(objectsOf(this.reach, x.obj, fn, cx, by)) };
  }
}

function meet(a: Field, b: Field): boolean {
  if (a.objects === null || b.objects === null) return true;
  for (const o of a.objects) if (b.objects.has(o)) return true;
  return false;
}

/** True for a test by which the field is NULL. */
function isUnset({ atom, holds }: Literal, key: string): boolean {
  return (
    !holds && atom.subject.member === key && (atom.compare.is === 'set' || atom.compare.is === 'has-pool')
  );
}

/** Stores to the field of one object each, in the order of the text. */
function byObject(stores: readonly Guarded<AssignExpr>[]): Iterable<readonly Guarded<AssignExpr>[]> {
  const out = new Map<string, Guarded<AssignExpr>[]>();
  for (const store of stores) {
    const { l } = store.x;
    const object = (l.k === 'member' ? subjectOf(l.obj, store.cx)?.id : undefined) ?? '';
    const known = out.get(object);
    if (known === undefined) out.set(object, [store]);
    else known.push(store);
  }
  return out.values();
}
