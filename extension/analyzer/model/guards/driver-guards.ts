/** Guards of a whole driver, as rules ask for them. Worked out when asked for: most of a driver never is. */
import { TYPE } from '../../kernel/structures.ts';
import { NAME } from '../../kernel/table.ts';
import type { Expr, FunctionItem, MemberExpr, Span } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';
import type { BufferClass, BufferFact, Holder } from '../buffer-class.ts';
import type { FunctionRef } from '../call-graph.ts';
import type { HelperCall } from '../driver-facts.ts';
import type { Pool } from '../pools.ts';
import type { FileModel } from '../symbols.ts';
import type { StatedAt } from './atom.ts';
import { ALWAYS, both, either, type Guard, necessary, NEVER } from './guard.ts';
import type { FactKind } from '../facts.ts';
import { bindingGuard, ProviderQuestion, splitIsOn } from './provider.ts';
import { wholeFunction } from './condition-context.ts';
import { ownerOfMember } from '../types.ts';
import type { CallSite } from './call-sites.ts';
import { storesNoLength } from './no-length.ts';
import { constantText, subjectOf } from './subject.ts';
import { type AskedWords, Reach, type ReachContext, type Ways } from './reach.ts';

export interface DriverGuardsInput extends Omit<ReachContext, 'bufferAt' | 'asked'> {
  readonly classes: readonly BufferClass[];
  readonly pools: readonly Pool[];
  /** Calls of helpers by which buffers go in or out. */
  readonly helperCalls: () => readonly HelperCall[];
}

export class DriverGuards {
  readonly reach: Reach;
  /** What was looked for in the whole driver so far. */
  readonly asked: AskedWords = { functions: new Set(), members: new Set() };
  private readonly input: DriverGuardsInput;
  private readonly question: ProviderQuestion;
  private readonly uses = new Map<string, Map<BufferFact, Guard>>();
  private readonly ways = new Map<string, Ways>();
  private readonly providers = new Map<BufferClass, Guard>();
  private kinds: Map<string, string> | null = null;
  private readonly tags = new Map<
    string,
    readonly { readonly fn: FunctionRef; readonly tag: string | null }[]
  >();
  private handed: Map<string, Set<string>> | null = null;
  private bindingFound: Guard | null = null;
  private modesFound: boolean | null = null;
  private splitFound: Guard | null = null;
  private transmitFound: Guard | null = null;

  constructor(input: DriverGuardsInput) {
    this.input = input;
    this.reach = new Reach({
      ...input,
      asked: this.asked,
      bufferAt: (stated, file) => this.kindAt(stated, file),
    });
    this.question = new ProviderQuestion(this.reach);
  }

  private functionOf(f: BufferFact): FunctionRef | null {
    const placed = this.input.symbols.functions.get(f.fn)?.find((p) => p.file.path === f.location.file);
    return placed === undefined ? null : this.reach.refOf(placed);
  }

  /** True if the driver says somewhere that unreadable memory is welcome. */
  get declares(): boolean {
    return this.input.pools.some((p) => p.allows.length > 0);
  }

  /** True if the driver knows of memory providers or of a split, so that it matters in which mode it is. */
  get hasModes(): boolean {
    return (this.modesFound ??= this.declares || this.input.words.having(NAME.tcp_data_split).length > 0);
  }

  /** When binding a provider is accepted, as far as the driver says. */
  get binding(): Guard {
    return (this.bindingFound ??= bindingGuard(this.reach, this.input.symbols));
  }

  /** When the driver splits headers and data, as far as it says. */
  private get split(): Guard {
    return (this.splitFound ??= splitIsOn(this.reach));
  }

  /** Under what a provider can feed buffers of the class; never, if none of its pools takes one. */
  providerOf(c: BufferClass): Guard {
    let found = this.providers.get(c);
    if (found === undefined) this.providers.set(c, (found = this.findProvider(c)));
    return found;
  }

  private findProvider(c: BufferClass): Guard {
    if (!this.hasModes) return ALWAYS;
    const pools = this.input.pools.filter((p) => c.pools.includes(p.model.name));
    const ways = pools
      .filter((p) => !this.declares || p.allows.length > 0)
      .map((p): Guard => both(this.created(p), this.binding));
    if (pools.length > 0) return ways.length === 0 ? NEVER : either(...ways);
    return this.binding;
  }

  /** When a pool is made that takes unreadable memory. */
  private created(pool: Pool): Guard {
    const { fn, call } = pool.creation;
    const ref = this.reach.refOf(fn);
    if (ref === null) return ALWAYS;
    const flow = this.reach.flow(ref);
    const made = flow.at(call);
    if (pool.allows.length === 0) return both(this.reach.driverWide(made, fn.file), this.reach.of(ref));
    const ways = pool.allows.map((w): Guard => {
      if (w.fn.item === fn.item)
        return both(this.reach.driverWide(both(made, flow.at(w.at)), fn.file), this.reach.of(ref));
      const writer = this.reach.refOf(w.fn);
      return writer === null
        ? this.reach.at(ref, call)
        : both(this.reach.at(ref, call), this.reach.at(writer, w.at));
    });
    return either(...ways);
  }

  /** When something happens to a buffer of the class, in words that hold in the whole driver. */
  of(f: BufferFact, c: BufferClass): Guard {
    let uses = this.uses.get(c.id);
    if (uses === undefined) this.uses.set(c.id, (uses = new Map<BufferFact, Guard>()));
    let found = uses.get(f);
    if (found === undefined) {
      const fn = this.functionOf(f);
      found = fn === null ? ALWAYS : this.reach.at(fn, spanOf(f, fn), this.waysOf(c));
      uses.set(f, found);
    }
    return found;
  }

  /** Calls of helpers by which buffers of the class go in or out, by their places. */
  private handedTo(c: BufferClass): ReadonlySet<string> {
    if (this.handed === null) {
      this.handed = new Map<string, Set<string>>();
      for (const { classId, location } of this.input.helperCalls()) {
        const place = `${location.file}:${location.range.start}`;
        const known = this.handed.get(classId);
        if (known === undefined) this.handed.set(classId, new Set([place]));
        else known.add(place);
      }
    }
    return this.handed.get(c.id) ?? new Set();
  }

  /** A helper that serves several kinds of buffers is entered for one of them only where it is handed one. */
  private waysOf(c: BufferClass): Ways {
    let found = this.ways.get(c.id);
    if (found === undefined) {
      const calls = this.handedTo(c);
      const hands = ({ caller: { placed }, call }: CallSite): boolean =>
        calls.has(`${placed.file.path}:${placed.base + call.at.s}`);
      const among = (_: FunctionRef, sites: readonly CallSite[]): readonly CallSite[] => {
        const handing = sites.filter(hands);
        return handing.length > 0 ? handing : sites;
      };
      this.ways.set(c.id, (found = { name: c.id, among }));
    }
    return found;
  }

  /** False if what the fact says never happens to memory of a provider, in a mode in which binding is accepted. */
  meetsProvider(f: BufferFact, c: BufferClass): boolean {
    const isThis = (kind: string): boolean => kind.split(' ').includes(c.id);
    const used = USES.has(f.kind);
    const provider = used
      ? both(this.providerOf(c), this.hasModes ? this.split : ALWAYS)
      : this.providerOf(c);
    const refusalsCount = used || this.declares;
    return this.question.isPossible({ guard: this.of(f, c), provider, isThis, refusalsCount });
  }

  /** False if a declaration holds buffers of the class only where no provider can be: in the modes that use pages. */
  holderMeetsProvider(h: Holder, c: BufferClass): boolean {
    if (!this.hasModes) return true;
    const isThis = (kind: string): boolean => kind.split(' ').includes(c.id);
    const provider = this.providerOf(c);
    const possible = (guard: Guard): boolean =>
      this.question.isPossible({ guard, provider, isThis, refusalsCount: this.declares });
    switch (h.kind) {
      case 'global':
        return true;
      case 'field':
        return this.accesses(h).some(possible);
      case 'local':
      case 'parameter':
      case 'return':
      case 'prototype-parameter':
      case 'prototype-return': {
        const name = h.kind === 'return' || h.kind === 'prototype-return' ? h.name : h.owner;
        const own = this.input.calls.functions.filter(({ placed: { item } }) => item.name === name);
        return own.length === 0 || own.some((fn) => possible(this.reach.of(fn, this.waysOf(c))));
      }
    }
  }

  /** When a field is accessed, place by place. */
  private accesses(h: Holder): readonly Guard[] {
    const out: Guard[] = [];
    for (const fn of this.reach.saying(h.name)) {
      const cx = wholeFunction(fn.placed.item, this.input.symbols, () => null);
      for (const x of membersIn(fn.placed.item).get(h.name) ?? [])
        if (ownerOfMember(x.obj, x.field, cx, cx.names) === h.owner) out.push(this.reach.at(fn, x));
    }
    return out.length === 0 ? [ALWAYS] : out;
  }

  /** True if a test decides what is run: it is not only looked at. */
  isTest(f: BufferFact): boolean {
    const fn = this.functionOf(f);
    if (fn === null) return false;
    return this.reach.flow(fn).isTested(spanOf(f, fn).s);
  }

  /** True if the address that the fact stores gets the length 0 along with it: there is nothing to unmap. */
  storesNoLength(f: BufferFact): boolean {
    const fn = this.functionOf(f);
    if (fn === null) return false;
    return storesNoLength(this.reach.flow(fn), spanOf(f, fn).s);
  }

  /** False if what the fact says never happens to a fragment of device memory that is sent. */
  meetsSentNetmem(f: BufferFact, c: BufferClass): boolean {
    const { transmits: provider } = this;
    const isThis = (): boolean => true;
    return this.question.isPossible({ guard: this.of(f, c), provider, isThis, refusalsCount: false });
  }

  /**
   * True if the fact happens only to records with a tag (`buf->type == XDP`) that is given where XDP frames are sent, and
   * nowhere else. A tag that is given by a variable may be any.
   */
  isTaggedForFrames(f: BufferFact): boolean {
    const fn = this.input.pointers.has(XDP_SENDS) ? this.functionOf(f) : null;
    if (fn === null) return false;
    return necessary(this.reach.flow(fn).at(spanOf(f, fn))).some(({ atom, holds }) => {
      const { member } = atom.subject;
      if (!holds || atom.compare.is !== 'equal' || member === null) return false;
      const { to } = atom.compare;
      const tags = this.tagsOf(member);
      const givers = tags.filter(({ tag }) => tag === to);
      return (
        givers.length > 0 &&
        tags.every(({ tag }) => tag !== null) &&
        givers.every((g) => this.reach.isBelow(g.fn, XDP_SENDS) && !this.reach.isBelow(g.fn, SENDS))
      );
    });
  }

  /** What is put into a member, by function; null for what is no constant. */
  private tagsOf(member: string): readonly { readonly fn: FunctionRef; readonly tag: string | null }[] {
    let found = this.tags.get(member);
    if (found === undefined) {
      const field = member.slice(member.lastIndexOf('.') + 1);
      found = this.input.words.having(field).flatMap((fn) =>
        this.reach.flow(fn).stores.flatMap(({ x, cx }) => {
          if (x.l.k !== 'member' || x.l.field !== field || subjectOf(x.l, cx)?.member !== member) return [];
          return [{ fn, tag: x.op === '=' ? constantText(x.r, cx) : null }];
        }),
      );
      this.tags.set(member, found);
    }
    return found;
  }

  /** Where the driver declares that it sends netmem. */
  private get transmits(): Guard {
    return (this.transmitFound ??= this.findTransmits());
  }

  private findTransmits(): Guard {
    const ways: Guard[] = [];
    for (const fn of this.reach.saying(NAME.netmem_tx)) {
      for (const { x, guard } of this.reach.flow(fn).stores) {
        if (x.l.k !== 'member' || x.l.field !== NAME.netmem_tx) continue;
        if (x.r.k === 'id' && (x.r.name === 'false' || x.r.name === NAME.NETMEM_TX_NONE)) continue;
        ways.push(both(this.reach.driverWide(guard, fn.placed.file), this.reach.of(fn)));
      }
    }
    return ways.length === 0 ? ALWAYS : either(...ways);
  }

  /** Names of the classes that a kernel predicate is asked of, in one word each. */
  private kindAt({ fn, at }: StatedAt, file: FileModel): string | null {
    if (this.kinds === null) {
      this.kinds = new Map<string, string>();
      for (const c of this.input.classes) {
        for (const f of c.facts) {
          if (f.kind !== 'type-check' && f.kind !== 'address') continue;
          const key = `${f.fn}:${f.location.range.start}`;
          const known = this.kinds.get(key);
          this.kinds.set(key, known === undefined ? c.id : `${known} ${c.id}`);
        }
      }
    }
    for (const placed of this.input.symbols.functions.get(fn) ?? []) {
      if (placed.file !== file && placed.item.isStatic && placed.file.path.endsWith('.c')) continue;
      const found = this.kinds.get(`${fn}:${placed.base + at.s}`);
      if (found !== undefined) return found;
    }
    return null;
  }
}

const SENDS = `${TYPE.net_device_ops}.ndo_start_xmit`;
const XDP_SENDS = `${TYPE.net_device_ops}.ndo_xdp_xmit`;

/**
 * What is done to the bytes of a buffer, and is harmless wherever they are a page's. The rest keeps or frees it: a record
 * that one mode fills with pages and another with netmem has to be converted for both.
 */
const USES: ReadonlySet<FactKind> = new Set([
  ...(['sync-cpu', 'sync-device', 'copy-from', 'read', 'prefetch'] as const),
  ...(['build-skb', 'xdp-prepare', 'kmap', 'type-check'] as const),
]);

const members = new WeakMap<FunctionItem, ReadonlyMap<string, readonly MemberExpr[]>>();

/** NULL, or 0. */
function isNothing(x: Expr): boolean {
  return x.k === 'id' ? x.name === 'NULL' : x.k === 'num' && Number(x.text) === 0;
}

/** Accesses to members in a function, by the name of the member. To clear one is none: it says that nothing is there. */
function membersIn(item: FunctionItem): ReadonlyMap<string, readonly MemberExpr[]> {
  let found = members.get(item);
  if (found === undefined) {
    const out = new Map<string, MemberExpr[]>();
    visitExpressions(item.body, (x, parent) => {
      if (x.k !== 'member' || (parent?.k === 'assign' && parent.l === x && isNothing(parent.r))) return;
      const list = out.get(x.field);
      if (list === undefined) out.set(x.field, [x]);
      else list.push(x);
    });
    members.set(item, (found = out));
  }
  return found;
}

function spanOf(f: BufferFact, { placed: { base } }: FunctionRef): Span {
  return { s: f.location.range.start - base, e: f.location.range.end - base };
}
