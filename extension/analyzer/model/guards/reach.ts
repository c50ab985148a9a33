/**
 * When a function is reached at all: what all ways to it agree on, in words that hold in the whole driver. Packets and
 * descriptors are left behind at each call; modes and what is known of buffers stay.
 */
import { XDP_XMIT } from '../../kernel/structures.ts';
import type { AssignExpr, Expr, Span } from '../../syntax/ast.ts';
import type { CallGraph, FunctionRef } from '../flow/call-graph.ts';
import { indirectPrefix } from '../flow/call-arguments.ts';
import type { DriverSymbols, FileModel, PlacedFunction } from '../names/symbols.ts';
import { type Atom, type Literal, makeAtom, kindOfAtom, type StatedAt } from './atom.ts';
import { type CallSite, CallSites } from './call-sites.ts';
import { conditionOf } from './condition.ts';
import type { ConditionContext } from './condition-context.ts';
import type { FunctionGuards, Guarded } from './flow.ts';
import { guardsOf } from './flows.ts';
import { ALWAYS, both, type Conjunction, either, type Guard, literal, necessary, NEVER } from './guard.ts';
import type { WordIndex } from '../flow/word-index.ts';
import { Markers } from './markers.ts';
import { memberKey, memberUses } from './member-uses.ts';
import { Modes } from './modes.ts';
import { objectsOf, QueueObjects } from './objects.ts';
import { constantText } from './subject.ts';
import { typeOfExpression } from '../names/types.ts';

/** What is asked of the driver besides. */
export interface ReachContext {
  readonly symbols: DriverSymbols;
  readonly calls: CallGraph;
  readonly words: WordIndex;
  /** Names of functions by the field they are stored in. */
  readonly pointers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Told the names of functions and members whose other mentions were looked for. */
  readonly asked: AskedWords;
  /** True if settings count as modes: where the driver has none that matters, less of it is read, and who sets them is unknown. */
  readonly hasModes: () => boolean;
  /** Name of the kind of buffer that a kernel predicate is asked of; null if nothing is known of it. */
  readonly bufferAt: (stated: StatedAt, file: FileModel) => string | null;
}

/** Which of the calls of a function count. */
export interface Ways {
  /** Tells these ways from others. */
  readonly name: string;
  among(fn: FunctionRef, sites: readonly CallSite[]): readonly CallSite[];
  /** The ways to the callers, if other calls count there. */
  readonly above?: Ways;
}

/** How far up callers are followed to a table. */
const MOST_CALLERS = 6;

/**
 * Calls that are looked at for the ways of single kinds of buffers; the largest driver of the kernel has a tenth. Beyond it
 * all ways count, which makes guards weaker and so never hides a finding.
 */
const MOST_LOOKED = 500_000;

interface Entering {
  readonly fn: FunctionRef;
  readonly by: Ways;
}

/** Work that asks when other functions are entered, and goes on with the answers. */
type Steps<T> = Generator<Entering, T, Guard>;

/** A function whose callers are being asked. */
interface Open {
  readonly entering: Entering;
  readonly steps: Steps<Guard>;
  /** Functions that wait for it. */
  readonly depth: number;
  /** The least depth of an open function that its answer rests on; its own if none does. */
  restsOn: number;
  /** True if it was found among its own callers. */
  isRecursive: boolean;
}

function keyOf({ fn, by }: Entering): string {
  return `${fn.id} ${by.name}`;
}

function restOn(open: Open | undefined, depth: number): void {
  if (open !== undefined && depth < open.restsOn) open.restsOn = depth;
}

export const ALL_WAYS: Ways = { name: '', among: (_, sites) => sites };

/** What guards looked for in the whole driver. */
export interface AskedWords {
  /** Functions: who calls or mentions them. */
  readonly functions: Set<string>;
  /** Members as `struct tag.field`: who writes them. */
  readonly members: Set<string>;
}

export class Reach {
  readonly cx: ReachContext;
  private readonly sites: CallSites;
  readonly modes: Modes;
  private readonly queues = new QueueObjects(this);
  private readonly markers = new Markers(this);
  private readonly found = new Map<string, Map<FunctionRef, Guard>>();
  private readonly refs: ReadonlyMap<PlacedFunction, FunctionRef>;
  private readonly fieldsOf = new Map<string, string[]>();
  /** Calls that were looked at for ways of their own. */
  private looked = 0;

  constructor(cx: ReachContext) {
    this.cx = cx;
    this.sites = new CallSites(cx.calls);
    this.modes = new Modes(cx.calls, cx.symbols);
    this.refs = new Map(cx.calls.functions.map((f) => [f.placed, f]));
    for (const [field, names] of cx.pointers)
      for (const name of names) {
        const fields = this.fieldsOf.get(name);
        if (fields === undefined) this.fieldsOf.set(name, [field]);
        else fields.push(field);
      }
  }

  refOf(placed: PlacedFunction): FunctionRef | null {
    return this.refs.get(placed) ?? null;
  }

  /** The calls of a function that count. */
  sitesOf(fn: FunctionRef, by: Ways): readonly CallSite[] {
    this.cx.asked.functions.add(fn.placed.item.name);
    return by.among(fn, this.sites.of(fn));
  }

  /** Functions that call this one by its name. */
  callersByName(fn: FunctionRef): FunctionRef[] {
    return this.sites.of(fn).flatMap(({ caller, call }) => (call.indirect ? [] : caller));
  }

  flow(fn: FunctionRef): FunctionGuards {
    return guardsOf(fn.placed, this.cx.symbols);
  }

  /**
   * When the expression at `span` of a function is evaluated, in the words of the driver.
   * @param by the ways that count, if not all do
   */
  at(fn: FunctionRef, span: Span, by: Ways = ALL_WAYS): Guard {
    const here = this.flow(fn).at(span);
    return both(this.driverWide(here, fn.placed.file), this.of(fn, this.agreeing(fn, here, by)));
  }

  /** The ways to a function without the calls whose arguments contradict what a place in it stands under. */
  private agreeing(fn: FunctionRef, here: Guard, by: Ways): Ways {
    const asked = necessary(here).filter(({ atom }) => atom.subject.root === 'parameter');
    if (asked.length === 0) return by;
    const sites = this.sites.of(fn);
    const left = sites.filter((site) => !asked.some((l) => this.passesOther(fn, site, l)));
    // Where none is left, there are calls that are not known.
    if (left.length === sites.length || left.length === 0) return by;
    const name = `${by.name}|${fn.id}:${left.map((site) => sites.indexOf(site)).join(',')}`;
    const among: Ways['among'] = (of, all) => {
      const some = by.among(of, all);
      return of === fn ? some.filter((site) => left.includes(site)) : some;
    };
    return { name, among, above: by.above ?? by };
  }

  /** True if a call passes something of which the literal does not hold, as a constant shows or what the call stands under. */
  private passesOther(
    { placed: { item } }: FunctionRef,
    { caller, call }: CallSite,
    { atom, holds }: Literal,
  ): boolean {
    const { subject, compare } = atom;
    if (compare.is !== 'set' && compare.is !== 'equal') return false;
    const made = this.flow(caller).callAt(call.at.s, call.at.e);
    const position = item.params.findIndex((p) => p.name === subject.id);
    const arg = made === null || position < 0 ? undefined : made.x.args[position + indirectPrefix(made.x)];
    if (made === null || arg === undefined) return false;
    if (compare.is === 'set')
      return (arg.k === 'addr' && !holds) || both(made.guard, conditionOf(arg, made.cx, holds)) === NEVER;
    const constant = constantText(arg, made.cx);
    if (constant === null || isNumber(constant) !== isNumber(compare.to)) return false;
    return (constant === compare.to) !== holds;
  }

  /** When a function mentions a name without calling it, in the words of the driver; null if it does not. */
  mentionOf(name: string, fn: FunctionRef): Guard | null {
    const here = this.mentionIn(name, fn);
    return here === null ? null : both(here, this.of(fn));
  }

  private mentionIn(name: string, fn: FunctionRef): Guard | null {
    this.cx.asked.functions.add(name);
    if (!this.cx.words.has(fn, name)) return null;
    const guard = this.flow(fn).mentions.get(name);
    return guard === undefined ? null : this.driverWide(guard, fn.placed.file);
  }

  /** Functions whose text has the word. */
  saying(word: string): readonly FunctionRef[] {
    this.cx.asked.functions.add(word);
    return this.cx.words.having(word);
  }

  /** True if functions of a table, or what they call, reach this one. */
  isBelow(fn: FunctionRef, key: string): boolean {
    const names = this.cx.pointers.get(key);
    if (names === undefined) return false;
    const seen = new Set([fn]);
    let level: readonly FunctionRef[] = [fn];
    for (let depth = 0; depth <= MOST_CALLERS && level.length > 0; depth++) {
      const next: FunctionRef[] = [];
      for (const f of level) {
        if (names.has(f.placed.item.name)) return true;
        for (const { caller } of this.sites.of(f)) {
          if (seen.has(caller)) continue;
          seen.add(caller);
          next.push(caller);
        }
      }
      level = next;
    }
    return false;
  }

  /**
   * When the function is entered. Callers of callers are asked one after the other, not by recursion: a driver may have
   * chains of any length.
   */
  of(fn: FunctionRef, by: Ways = ALL_WAYS): Guard {
    const known = this.found.get(by.name)?.get(fn);
    if (known !== undefined) return known;
    const open: Open[] = [];
    const waiting = new Map<string, Open>();
    // Answers that rest on one that is still open: right for the one, but not for those who ask later.
    const unsettled = new Map<string, Open>();
    const ask = (entering: Entering): void => {
      const asked = this.enter(entering, open.length);
      open.push(asked);
      waiting.set(keyOf(entering), asked);
    };
    ask({ fn, by });
    let answer: Guard = NEVER;
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const step = top.steps.next(answer);
      if (step.done === true) {
        answer = this.isFromTable(top, step.value) ? ALWAYS : step.value;
        this.note(top.entering, answer);
        open.pop();
        waiting.delete(keyOf(top.entering));
        if (top.restsOn < top.depth && answer !== ALWAYS) {
          unsettled.set(keyOf(top.entering), top);
          restOn(open.at(-1), top.restsOn);
        }
        continue;
      }
      const before = this.found.get(step.value.by.name)?.get(step.value.fn);
      if (before === undefined) ask(step.value);
      else {
        answer = before;
        const pending = waiting.get(keyOf(step.value));
        if (pending !== undefined) pending.isRecursive = true;
        const rest = pending ?? unsettled.get(keyOf(step.value));
        if (rest !== undefined) restOn(top, rest.restsOn);
      }
    }
    for (const { entering } of unsettled.values()) this.found.get(entering.by.name)?.delete(entering.fn);
    return answer;
  }

  /** True for a function that calls itself, and that nobody else calls but whoever has it from a table. */
  private isFromTable({ entering, isRecursive }: Open, found: Guard): boolean {
    return found === NEVER && isRecursive && this.fieldsOf.has(entering.fn.placed.item.name);
  }

  private enter(entering: Entering, depth: number): Open {
    // What calls itself was entered from elsewhere before.
    this.note(entering, NEVER);
    return { entering, steps: this.entered(entering), depth, restsOn: depth, isRecursive: false };
  }

  private note({ fn, by }: Entering, guard: Guard): void {
    let found = this.found.get(by.name);
    if (found === undefined) this.found.set(by.name, (found = new Map<FunctionRef, Guard>()));
    found.set(fn, guard);
  }

  private *entered({ fn, by: wanted }: Entering): Steps<Guard> {
    const ways: Guard[] = [];
    const { name } = fn.placed.item;
    this.cx.asked.functions.add(name);
    const all = this.sites.of(fn);
    if (wanted !== ALL_WAYS) this.looked += all.length + 1;
    const by = this.looked > MOST_LOOKED ? ALL_WAYS : wanted;
    for (const { caller, call } of by.among(fn, all)) {
      const under = this.flow(caller).at(call.at);
      const here = this.driverWide(under, caller.placed.file);
      const entered = both(here, yield { fn: caller, by: this.agreeing(caller, under, by.above ?? by) });
      const through = fieldCalled(call, this.flow(caller));
      ways.push(through === null ? entered : both(entered, yield* this.stored(through, name)));
      if (ways.at(-1) === ALWAYS) return ALWAYS;
    }
    // Frames of other devices: none of them is memory of a provider.
    if (ways.length === 0 && this.cx.pointers.get(XDP_XMIT)?.has(name) === true) return FOR_XDP;
    if (ways.length === 0) ways.push(...(yield* this.handedOn(fn)));
    if (ways.length === 0) {
      for (const other of this.cx.words.having(name)) {
        if (other === fn) continue;
        const here = this.mentionIn(name, other);
        if (here !== null) ways.push(both(here, yield { fn: other, by: ALL_WAYS }));
      }
    }
    if (ways.length === 0) return ALWAYS;
    const found = either(...ways);
    // Of a function that is not static, all known ways may be its own recursion: other modules call it.
    return found === NEVER && !fn.placed.item.isStatic ? ALWAYS : found;
  }

  /** Where the function is taken from a table to be kept elsewhere. */
  private *handedOn(fn: FunctionRef): Steps<Guard[]> {
    const ways: Guard[] = [];
    const { name } = fn.placed.item;
    for (const field of this.fieldsOf.get(name) ?? []) {
      const last = field.slice(field.lastIndexOf('.') + 1);
      this.cx.asked.functions.add(last);
      for (const by of this.cx.words.having(last)) {
        if (!memberUses(by, this.cx.symbols).stored.has(field)) continue;
        for (const { x, cx, guard } of this.flow(by).stores) {
          const { r } = x;
          if (r.k !== 'member' || r.field !== last || memberKey(r, cx) !== field) continue;
          ways.push(both(this.driverWide(guard, by.placed.file), yield { fn: by, by: ALL_WAYS }));
        }
      }
    }
    return ways;
  }

  /** When a field holds the function; always, where it cannot be told. */
  private *stored(field: string, name: string): Steps<Guard> {
    const last = field.slice(field.lastIndexOf('.') + 1);
    this.cx.asked.members.add(field);
    const ways: Guard[] = [];
    for (const fn of this.cx.words.having(last)) {
      if (!memberUses(fn, this.cx.symbols).written.has(field)) continue;
      for (const store of this.flow(fn).stores) {
        if (memberStored(store) !== field) continue;
        for (const [value, under] of alternatives(store.x.r, store.guard)) {
          if (!this.mayHold(value, name, store.cx)) continue;
          if (this.isApart(store, fn)) {
            ways.push(NEVER);
            continue;
          }
          const here = this.driverWide(this.underChoice(fn, value, under), fn.placed.file);
          ways.push(both(here, yield { fn, by: ALL_WAYS }));
        }
      }
    }
    return ways.length === 0 ? ALWAYS : either(...ways);
  }

  /** True if a value is the function, or a member that the function is stored in. */
  private mayHold(value: Expr, name: string, cx: ConditionContext): boolean {
    if (value.k === 'id') return value.name === name;
    if (value.k !== 'member') return false;
    const from = memberKey(value, cx);
    return from !== null && (this.cx.pointers.get(from)?.has(name) ?? false);
  }

  /** True if a store is to an object that never gets a provider, as that of a queue which the stack does not know. */
  isApart({ x: { l }, cx }: Guarded<AssignExpr>, fn: FunctionRef): boolean {
    if (l.k !== 'member') return false;
    const { base } = typeOfExpression(l.obj, cx, cx.names);
    return this.queues.areApart(base, () => objectsOf(this, l.obj, fn, cx, ALL_WAYS));
  }

  private underChoice(fn: FunctionRef, value: Expr, guard: Guard): Guard {
    // `f = c ? a : b`: the flow knows under what each was chosen.
    return both(guard, this.flow(fn).at(value));
  }

  /** The guard without what belongs to one call of a function, its atoms named as the driver knows them. */
  driverWide(g: Guard, file: FileModel): Guard {
    if (g === ALWAYS || g === NEVER) return g;
    return either(...g.map((c): Guard => [this.lasting(c, file)]));
  }

  /** What a guard says of memory, in the words of the driver: enough to tell that a provider is out of the question. */
  ofMemory(g: Guard, file: FileModel): Guard {
    const says = ({ atom }: Literal): boolean =>
      kindOfAtom(atom) !== null || this.markers.markOf(atom) !== null;
    const rest = g.map((c) => c.filter(says));
    return rest.some((c) => c.length === 0) ? ALWAYS : this.driverWide(rest, file);
  }

  private lasting(c: Conjunction, file: FileModel): Conjunction {
    const out: Literal[] = [];
    for (const l of c) {
      const atom = this.lastingAtom(l.atom, file);
      if (atom === null) continue;
      const same = out.findIndex((o) => o.atom.id === atom.id);
      if (same < 0) out.push({ atom, holds: l.holds });
      else if (out[same]?.holds === l.holds) continue;
      // Asked twice, and there was one in the end.
      else if (excludes(atom)) out[same] = { atom, holds: true };
      // Two of a kind, one so and one not: nothing is known of the kind.
      else out.splice(same, 1);
    }
    return out;
  }

  /** A setting is one, however deep in other structures its own lies: `priv->channels.params.type` is `params->type`. */
  private modeKey({ subject: { key, member } }: Atom): string {
    if (member === null || !key.startsWith('struct ')) return key;
    const tag = member.slice(0, member.lastIndexOf('.'));
    return this.cx.symbols.isDivided(tag) ? key : member;
  }

  private lastingAtom(atom: Atom, file: FileModel): Atom | null {
    // What the function has assigned itself is tested for success, not to choose between modes.
    if (atom.compare.is === 'set' && /\.\d+$/.test(atom.subject.id)) return null;
    const named = (key: string): Atom =>
      makeAtom({ ...atom.subject, key, id: key }, atom.compare, atom.stated);
    const means = kindOfAtom(atom);
    switch (means) {
      case 'net-iov':
      case 'address': {
        const buffer = atom.stated === null ? null : this.cx.bufferAt(atom.stated, file);
        return buffer === null ? null : named(buffer);
      }
      case 'pool-unreadable':
      case 'queue-provider':
      case 'xdp':
      case 'xsk':
      case 'udp':
      case 'skb-readable':
      case 'frag-net-iov':
      case 'split-configured':
        return named('');
      case 'has-pool':
        return atom.subject.root === 'member' ? named(atom.subject.key) : null;
      case null: {
        const { root, key } = atom.subject;
        const lasts = root === 'global' || (root === 'call' && /^(?!IS_ERR)[A-Z][A-Z0-9_]*\(/.test(key));
        const marked = this.markers.markOf(atom);
        if (marked !== null) return marked;
        if (lasts) return named(key);
        return this.cx.hasModes() && this.modes.isMode(atom) ? named(this.modeKey(atom)) : null;
      }
    }
  }
}

const FOR_XDP: Guard = literal({
  atom: makeAtom({ key: '', id: '', root: 'global', member: null }, { is: 'xdp' }),
  holds: true,
});

/** The member that is assigned to, as `struct tag.field`. */
export function memberStored({ x, cx }: Guarded<AssignExpr>): string | null {
  return x.l.k === 'member' ? memberKey(x.l, cx) : null;
}

/** What a value may be, by the branches of a choice. */
export function alternatives(x: Expr, guard: Guard): readonly (readonly [Expr, Guard])[] {
  if (x.k === 'cond' && x.a !== null) return [...alternatives(x.a, guard), ...alternatives(x.b, guard)];
  return x.k === 'cast' ? alternatives(x.x, guard) : [[x, guard]];
}

/** The field through which a call goes, or null for a plain call. */
function fieldCalled(call: CallSite['call'], flow: FunctionGuards): string | null {
  if (call.indirect) return call.callee;
  const found = flow.callAt(call.at.s, call.at.e);
  if (found === null) return null;
  const [first] = indirectPrefix(found.x) > 0 ? found.x.args : [];
  if (first?.k !== 'member') return null;
  return memberKey(first, found.cx);
}

/** True for what keeps providers away while it is there. */
function excludes(atom: Atom): boolean {
  const means = kindOfAtom(atom);
  return means === 'xdp' || means === 'xsk';
}

function isNumber(text: string): boolean {
  return /^-?\d/.test(text);
}
