/**
 * When a function is reached at all: what all ways to it agree on, in words that hold in the whole driver. Packets and
 * descriptors are left behind at each call; modes and what is known of buffers stay.
 */
import type { AssignExpr, Expr, Span } from '../../syntax/ast.ts';
import type { CallGraph, FunctionRef } from '../call-graph.ts';
import { indirectPrefix } from '../call-arguments.ts';
import type { DriverSymbols, FileModel, PlacedFunction } from '../symbols.ts';
import { type Atom, type Literal, makeAtom, meaningOfAtom, type StatedAt } from './atom.ts';
import { type CallSite, CallSites } from './call-sites.ts';
import type { FunctionGuards, Guarded } from './flow.ts';
import { guardsOf } from './flows.ts';
import { ALWAYS, both, type Conjunction, either, type Guard, NEVER } from './guard.ts';
import type { WordIndex } from './word-index.ts';
import { memberKey, memberUses } from './member-uses.ts';
import { Modes } from './modes.ts';

/** What is asked of the driver besides. */
export interface ReachContext {
  readonly symbols: DriverSymbols;
  readonly calls: CallGraph;
  readonly words: WordIndex;
  /** Names of functions by the field they are stored in. */
  readonly pointers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Told the names of functions and members whose other mentions were looked for. */
  readonly asked: AskedWords;
  /** Name of the kind of buffer that a kernel predicate is asked of; null if nothing is known of it. */
  readonly bufferAt: (stated: StatedAt, file: FileModel) => string | null;
}

/** Which of the calls of a function count. */
export interface Ways {
  /** Tells these ways from others. */
  readonly name: string;
  among(fn: FunctionRef, sites: readonly CallSite[]): readonly CallSite[];
}

const ALL_WAYS: Ways = { name: '', among: (_, sites) => sites };

/** What guards looked for in the whole driver. */
export interface AskedWords {
  /** Functions: who calls or mentions them. */
  readonly functions: Set<string>;
  /** Members, and bits of them: who writes them. */
  readonly members: Set<string>;
}

export class Reach {
  readonly cx: ReachContext;
  private readonly sites: CallSites;
  readonly modes: Modes;
  private readonly found = new Map<string, Map<FunctionRef, Guard>>();
  private readonly refs: ReadonlyMap<PlacedFunction, FunctionRef>;

  constructor(cx: ReachContext) {
    this.cx = cx;
    this.sites = new CallSites(cx.calls);
    this.modes = new Modes(cx.calls, cx.symbols);
    this.refs = new Map(cx.calls.functions.map((f) => [f.placed, f]));
  }

  refOf(placed: PlacedFunction): FunctionRef | null {
    return this.refs.get(placed) ?? null;
  }

  flow(fn: FunctionRef): FunctionGuards {
    return guardsOf(fn.placed, this.cx.symbols);
  }

  /**
   * When the expression at `span` of a function is evaluated, in the words of the driver.
   * @param by the ways that count, if not all do
   */
  at(fn: FunctionRef, span: Span, by: Ways = ALL_WAYS): Guard {
    return both(this.driverWide(this.flow(fn).at(span), fn.placed.file), this.of(fn, by));
  }

  /** When a function mentions a name without calling it, in the words of the driver; null if it does not. */
  mentionOf(name: string, fn: FunctionRef): Guard | null {
    this.cx.asked.functions.add(name);
    if (!this.cx.words.has(fn, name)) return null;
    const guard = this.flow(fn).mentions.get(name);
    return guard === undefined ? null : both(this.driverWide(guard, fn.placed.file), this.of(fn));
  }

  /** Functions whose text has the word. */
  saying(word: string): readonly FunctionRef[] {
    this.cx.asked.functions.add(word);
    return this.cx.words.having(word);
  }

  /** True if functions of a table, or what they call, reach this one. */
  isBelow(fn: FunctionRef, key: string, depth = 0): boolean {
    if (this.cx.pointers.get(key)?.has(fn.placed.item.name) === true) return true;
    return depth < 6 && this.sites.of(fn).some(({ caller }) => this.isBelow(caller, key, depth + 1));
  }

  /** When the function is entered. */
  of(fn: FunctionRef, by: Ways = ALL_WAYS): Guard {
    let found = this.found.get(by.name);
    if (found === undefined) this.found.set(by.name, (found = new Map<FunctionRef, Guard>()));
    const known = found.get(fn);
    if (known !== undefined) return known;
    // What calls itself was entered from elsewhere before.
    found.set(fn, NEVER);
    const made = this.entered(fn, by);
    found.set(fn, made);
    return made;
  }

  private entered(fn: FunctionRef, by: Ways): Guard {
    const ways: Guard[] = [];
    const { name } = fn.placed.item;
    this.cx.asked.functions.add(name);
    for (const site of by.among(fn, this.sites.of(fn))) {
      const here = this.at(site.caller, site.call.at, by);
      const field = fieldCalled(site, this.flow(site.caller));
      ways.push(field === null ? here : both(here, this.stored(field, name)));
      if (ways.at(-1) === ALWAYS) return ALWAYS;
    }
    if (ways.length === 0) ways.push(...this.handedOn(fn));
    if (ways.length === 0) {
      for (const other of this.cx.words.having(name)) {
        if (other === fn) continue;
        const guard = this.mentionOf(name, other);
        if (guard !== null) ways.push(guard);
      }
    }
    return ways.length === 0 ? ALWAYS : either(...ways);
  }

  /** Where the function is taken from a table to be kept elsewhere. */
  private handedOn(fn: FunctionRef): Guard[] {
    const ways: Guard[] = [];
    const { name } = fn.placed.item;
    for (const [field, names] of this.cx.pointers) {
      if (!names.has(name)) continue;
      const last = field.slice(field.lastIndexOf('.') + 1);
      this.cx.asked.functions.add(last);
      for (const by of this.cx.words.having(last)) {
        if (!memberUses(by, this.cx.symbols).stored.has(field)) continue;
        for (const { x, cx, guard } of this.flow(by).stores) {
          const { r } = x;
          if (r.k !== 'member' || r.field !== last || memberKey(r, cx) !== field) continue;
          ways.push(both(this.driverWide(guard, by.placed.file), this.of(by)));
        }
      }
    }
    return ways;
  }

  /** When a field holds the function; always, where it cannot be told. */
  private stored(field: string, name: string, depth = 0): Guard {
    const last = field.slice(field.lastIndexOf('.') + 1);
    this.cx.asked.members.add(last);
    const ways: Guard[] = [];
    for (const fn of this.cx.words.having(last)) {
      if (!memberUses(fn, this.cx.symbols).written.has(field)) continue;
      for (const store of this.flow(fn).stores) {
        if (memberStored(store) !== field) continue;
        for (const [value, under] of alternatives(store.x.r, store.guard)) {
          const here = (): Guard =>
            both(this.driverWide(this.underChoice(fn, value, under), fn.placed.file), this.of(fn));
          if (value.k === 'id' && value.name === name) ways.push(here());
          else if (value.k === 'member') {
            const from = memberKey(value, store.cx);
            const holds = from !== null && (this.cx.pointers.get(from)?.has(name) ?? false);
            if (holds && depth < 2) ways.push(here());
          }
        }
      }
    }
    return ways.length === 0 ? ALWAYS : either(...ways);
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

  private lasting(c: Conjunction, file: FileModel): Conjunction {
    const out: Literal[] = [];
    for (const l of c) {
      const atom = this.lastingAtom(l.atom, file);
      if (atom === null) continue;
      const same = out.findIndex((o) => o.atom.id === atom.id);
      if (same < 0) out.push({ atom, holds: l.holds });
      // Two of a kind, one so and one not: nothing is known of the kind.
      else if (out[same]?.holds !== l.holds) out.splice(same, 1);
    }
    return out;
  }

  private lastingAtom(atom: Atom, file: FileModel): Atom | null {
    // What the function has assigned itself is tested for success, not to choose between modes.
    if (atom.compare.is === 'set' && /\.\d+$/.test(atom.subject.id)) return null;
    const named = (key: string): Atom =>
      makeAtom({ ...atom.subject, key, id: key }, atom.compare, atom.stated);
    const means = meaningOfAtom(atom);
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
        return lasts || this.modes.isMode(atom) ? named(key) : null;
      }
    }
  }
}

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
function fieldCalled({ call }: CallSite, flow: FunctionGuards): string | null {
  if (call.indirect) return call.callee;
  const found = flow.calls.find(({ x }) => x.s === call.at.s && x.e === call.at.e);
  if (found === undefined) return null;
  const [first] = indirectPrefix(found.x) > 0 ? found.x.args : [];
  if (first?.k !== 'member') return null;
  return memberKey(first, found.cx);
}
