/** Guards of a whole driver, as rules ask for them. Worked out when asked for: most of a driver never is. */
import { XDP_XMIT, XMIT } from '../../kernel/structures.ts';
import { NAME } from '../../kernel/table.ts';
import type { CallExpr, Span } from '../../syntax/ast.ts';
import type { AliasClass, BufferFact, HelperCall, Holder } from '../alias/alias-class.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { Pool } from '../alias/pool-params.ts';
import type { FileModel } from '../names/symbols.ts';
import { kindOfAtom, type StatedAt } from './atom.ts';
import { push } from './flow-syntax.ts';
import { ALWAYS, both, either, type Guard, necessary, NEVER, subjectText } from './guard.ts';
import { type Allocation, type PlacedStore, PoolHandles } from './pool-handles.ts';
import { bindingGuard, isForXdp, ProviderQuestion, splitIsOn, type Use } from './provider.ts';
import { wholeFunction } from './condition-context.ts';
import { ownerOfMember } from '../names/types.ts';
import type { CallSite } from './call-sites.ts';
import { storesNoAddress } from './no-length.ts';
import { keepsFrames, takesFrame } from './frame-records.ts';
import { computedFrom } from './null-address.ts';
import { guardsUnder } from './flows.ts';
import { withoutHead } from './unsplit.ts';
import { spanOf, USES } from './uses.ts';
import { XdpVerdicts } from './xdp-verdicts.ts';
import { XdpPools } from './xdp-pools.ts';
import { membersIn } from './member-accesses.ts';
import { memberUses } from './member-uses.ts';
import { constantText } from './subject.ts';
import { type AskedWords, memberStored, Reach, type ReachContext, type Ways } from './reach.ts';

export interface DriverGuardsInput extends Omit<ReachContext, 'bufferAt' | 'asked' | 'hasModes'> {
  readonly classes: readonly AliasClass[];
  readonly pools: readonly Pool[];
  /** Calls of helpers by which buffers go in or out. */
  readonly helperCalls: () => readonly HelperCall[];
}

export class DriverGuards {
  readonly reach: Reach;
  /** Whether XDP alone takes buffers from pools, in a driver that knows of no provider. */
  readonly xdpPools: XdpPools;
  /** What was looked for in the whole driver so far. */
  readonly asked: AskedWords = { functions: new Set(), members: new Set() };
  private readonly input: DriverGuardsInput;
  private readonly question: ProviderQuestion;
  private readonly uses = new Map<string, Map<BufferFact, Guard>>();
  private readonly ways = new Map<string, Ways>();
  private readonly providers = new Map<AliasClass, Guard>();
  private kinds: Map<string, string> | null = null;
  private handed: Map<string, HelperCall[]> | null = null;
  private readonly tags = new Map<
    string,
    readonly { readonly fn: FunctionRef; readonly tag: string | null }[]
  >();
  private bindingFound: Guard | null = null;
  private modesFound: boolean | null = null;
  private splitFound: Guard | null = null;
  private transmitFound: Guard | null = null;
  private handles: PoolHandles | null = null;
  private verdicts: XdpVerdicts | null = null;

  constructor(input: DriverGuardsInput) {
    this.input = input;
    this.reach = new Reach({
      ...input,
      asked: this.asked,
      hasModes: () => this.hasModes,
      bufferAt: (stated, file) => this.kindAt(stated, file),
    });
    this.question = new ProviderQuestion(this.reach);
    this.xdpPools = new XdpPools(this.reach, () =>
      this.hasModes ? [] : input.classes.flatMap((c) => this.allocations(c)),
    );
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
  providerOf(c: AliasClass): Guard {
    let found = this.providers.get(c);
    if (found === undefined) this.providers.set(c, (found = this.findProvider(c)));
    return found;
  }

  private findProvider(c: AliasClass): Guard {
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
  of(f: BufferFact, c: AliasClass): Guard {
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

  /** What calls of helpers hand in or out, by their places. */
  private handedAt({ caller: { placed }, call }: CallSite): readonly HelperCall[] {
    if (this.handed === null) {
      this.handed = new Map<string, HelperCall[]>();
      for (const made of this.input.helperCalls()) {
        const { file, range } = made.location;
        push(this.handed, `${file}:${range.start}`, made);
      }
    }
    return this.handed.get(`${placed.file.path}:${placed.base + call.at.s}`) ?? [];
  }

  /**
   * A helper that serves several kinds of buffers is entered for one of them only where it is handed one. Callers that got it
   * from theirs hand what is not known here; those that hand another kind for the same uses are none of this one's.
   */
  private waysOf(c: AliasClass): Ways {
    let found = this.ways.get(c.id);
    if (found === undefined) {
      const own = new Set(c.facts);
      const hands = (site: CallSite): boolean => this.handedAt(site).some((h) => h.classId === c.id);
      const handsAnother = (site: CallSite): boolean =>
        this.handedAt(site).some((h) => h.facts.some((f) => own.has(f)));
      const among = (_: FunctionRef, sites: readonly CallSite[]): readonly CallSite[] => {
        const handing = sites.filter(hands);
        if (handing.length > 0) return handing;
        const others = sites.filter((site) => !handsAnother(site));
        return others.length > 0 ? others : sites;
      };
      this.ways.set(c.id, (found = { name: c.id, among }));
    }
    return found;
  }

  /**
   * False if what the fact says never happens to memory of a provider, in a mode in which binding is accepted: what XDP
   * alone does, it does to pages.
   */
  meetsProvider(f: BufferFact, c: AliasClass): boolean {
    if (this.xdpPools.areAll && this.placesOf([f], c).some((at) => this.xdpPools.isOnlyAt(at))) return false;
    const isThis = (kind: string): boolean => kind.split(' ').includes(c.id);
    const used = USES.has(f.kind);
    if (this.isRefutedAt(f, { isThis, refusalsCount: true })) return false;
    const provider = used
      ? both(this.providerOf(c), this.hasModes ? this.split : ALWAYS)
      : this.providerOf(c);
    return this.question.isPossible({ guard: this.of(f, c), provider, isThis, refusalsCount: true });
  }

  /** True if the function itself says enough: the ways to it need not be known, which are most of the work. */
  private isRefutedAt(f: BufferFact, by: Pick<Use, 'isThis' | 'refusalsCount'>): boolean {
    const fn = this.functionOf(f);
    if (fn === null) return false;
    const own = this.reach.ofMemory(this.reach.flow(fn).at(spanOf(f, fn)), fn.placed.file);
    return own !== ALWAYS && this.question.isRefuted(own, by);
  }

  /** True if the driver computes with the address that the fact asks for where it may be NULL. */
  computesWithNull(f: BufferFact, c: AliasClass): boolean {
    const fn = this.functionOf(f);
    if (fn === null) return false;
    const isThis = (kind: string): boolean => kind.split(' ').includes(c.id);
    const provider = this.providerOf(c);
    return computedFrom(fn.placed.item, spanOf(f, fn)).some((at) => {
      const guard = this.reach.at(fn, at, this.waysOf(c));
      return this.question.isPossible({ guard, provider, isThis, refusalsCount: true });
    });
  }

  /**
   * Stores by which buffers of the class come from a pool that a provider feeds, where they must not: what they are stored in
   * serves no buffers of the others, so that it need not be that pool.
   */
  storesOfUnreadable(c: AliasClass, others: readonly AliasClass[]): readonly PlacedStore[] {
    if (!this.declares) return [];
    const unreadable = (name: string): boolean =>
      this.input.pools.some((p) => p.model.name === name && p.allows.length > 0);
    if (!c.pools.some(unreadable)) return [];
    const handles = (this.handles ??= new PoolHandles(this.reach, this.input.pools));
    const shared = new Set(others.flatMap((o) => this.allocations(o).map((at) => handles.fieldOfCall(at))));
    const isThis = (kind: string): boolean => kind.split(' ').includes(c.id);
    const isRefuted = (guard: Guard): boolean =>
      this.question.isRefuted(guard, { isThis, refusalsCount: true });
    const out = new Set<PlacedStore>();
    for (const at of this.allocations(c)) {
      const field = handles.fieldOfCall(at);
      if (field === null || shared.has(field)) continue;
      for (const { pool, here, when, store } of handles.ofCall(at, isRefuted)) {
        // In drivers that are ready the stores themselves say no. The ways to them took a third of a keystroke in bnxt.
        if (store === null || pool.allows.length === 0 || isRefuted(here)) continue;
        const guard = both(when(), this.reach.at(at.fn, at, at.by));
        const provider = both(this.created(pool), this.binding);
        if (this.question.isPossible({ guard, provider, isThis, refusalsCount: true })) out.add(store);
      }
    }
    return [...out];
  }

  /** Calls that give packets without a head, into which buffers of the class are put that may be unreadable and hold headers. */
  headlessWithProvider(c: AliasClass): readonly { readonly fn: FunctionRef; readonly call: CallExpr }[] {
    const callers = this.declares ? this.reach.saying(NAME.napi_get_frags) : [];
    if (callers.length === 0 || this.providerOf(c) === NEVER) return [];
    const isThis = (kind: string): boolean => kind.split(' ').includes(c.id);
    const provider = both(this.providerOf(c), this.split);
    return callers.flatMap((fn) => {
      const flow = this.reach.flow(fn);
      const frags = this.fragsIn(fn, c);
      return flow.calls.flatMap((call) => {
        if (call.x.fn.k !== 'id' || call.x.fn.name !== NAME.napi_get_frags) return [];
        const frag = frags.find((at) => at.s > call.x.s);
        if (frag === undefined) return [];
        const here = this.reach.driverWide(
          withoutHead(flow, call, frag, (a) => guardsUnder(fn.placed, this.input.symbols, a)),
          fn.placed.file,
        );
        const guard = both(here, this.reach.of(fn, this.waysOf(c)));
        const possible = this.question.isPossible({ guard, provider, isThis, refusalsCount: true });
        return possible ? [{ fn, call: call.x }] : [];
      });
    });
  }

  /** Where a function puts buffers of the class into fragments, itself or by the functions it calls, in the order of the text. */
  private fragsIn(fn: FunctionRef, c: AliasClass): readonly Span[] {
    const frags = c.facts.filter((f) => f.kind === 'frag');
    const inside = new Set(frags.map((f) => f.fn));
    const own = frags.filter((f) => this.functionOf(f) === fn).map((f) => spanOf(f, fn));
    const called = this.reach
      .flow(fn)
      .calls.flatMap(({ x }) => (x.fn.k === 'id' && inside.has(x.fn.name) ? [x] : []));
    return [...own, ...called].sort((a, b) => a.s - b.s);
  }

  /** The calls by which buffers of the class are taken from a pool. */
  private allocations(c: AliasClass): Allocation[] {
    const taken = c.facts.filter((f) => f.kind === 'allocate' && f.source?.startsWith('pool') === true);
    return this.placesOf(taken, c);
  }

  private placesOf(facts: readonly BufferFact[], c: AliasClass): Allocation[] {
    return facts.flatMap((f) => {
      const fn = this.functionOf(f);
      return fn === null ? [] : [{ fn, ...spanOf(f, fn), by: this.waysOf(c) }];
    });
  }

  /** False if a declaration holds buffers of the class only where no provider can be: in the modes that use pages. */
  holderMeetsProvider(h: Holder, c: AliasClass): boolean {
    const isRecord = h.kind === 'field' || h.kind === 'global';
    // What XDP alone keeps or hands on stays a page.
    if (!this.hasModes) return !(isRecord ? this.isKeptForXdp(h) : this.isForXdpOnly(this.functionsOf(h)));
    const isThis = (kind: string): boolean => kind.split(' ').includes(c.id);
    const provider = this.providerOf(c);
    const possible = (guard: Guard): boolean =>
      this.question.isPossible({ guard, provider, isThis, refusalsCount: true });
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
        const own = this.functionsOf(h);
        return own.length === 0 || own.some((fn) => possible(this.reach.of(fn, this.waysOf(c))));
      }
    }
  }

  /** True if a field is accessed only while an XDP program or an AF_XDP socket is there. */
  private isKeptForXdp(h: Holder): boolean {
    if (keepsFrames(h, this.reach)) return true;
    const mayBe = h.kind === 'field' && this.reach.saying(BPF_PROGRAM).length > 0;
    return mayBe && this.accesses(h).every(isForXdp);
  }

  private isForXdpOnly(functions: readonly FunctionRef[]): boolean {
    return functions.length > 0 && functions.every((fn) => takesFrame(fn) || isForXdp(this.reach.of(fn)));
  }

  /** The functions that a local, a parameter or a result belongs to. */
  private functionsOf({ kind, name, owner }: Holder): readonly FunctionRef[] {
    const wanted = kind === 'return' || kind === 'prototype-return' ? name : owner;
    return (this.input.symbols.functions.get(wanted) ?? []).flatMap(
      (placed) => this.reach.refOf(placed) ?? [],
    );
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

  /** True if it happens only where there is no pool: what is handled there came from elsewhere. */
  isWithoutPool(f: BufferFact): boolean {
    return this.missingPool(f) !== null;
  }

  /** What holds no pool where the fact happens: a member (`struct foo_ring.pool`), or a name; null if there may be one. */
  missingPool(f: BufferFact): string | null {
    const fn = this.functionOf(f);
    if (fn === null) return null;
    const missing = this.reach
      .flow(fn)
      .at(spanOf(f, fn))
      .map((c) => c.find(({ atom, holds }) => !holds && kindOfAtom(atom) === 'has-pool'));
    const [first] = missing;
    if (first === undefined || missing.includes(undefined)) return null;
    return first.atom.subject.member ?? subjectText(first.atom);
  }

  /** Names of the functions that reach the field of a structure. */
  accessors(h: Holder): readonly string[] {
    return this.input.words.having(h.name).flatMap(({ placed: { item } }) => {
      const cx = wholeFunction(item, this.input.symbols, () => null);
      const uses = membersIn(item).get(h.name) ?? [];
      return uses.some((x) => ownerOfMember(x.obj, x.field, cx, cx.names) === h.owner) ? item.name : [];
    });
  }

  /** True if it happens only once an XDP program has said what becomes of a packet. */
  isAfterVerdict(f: BufferFact): boolean {
    const fn = this.functionOf(f);
    if (fn === null) return false;
    const { calls, words } = this.input;
    this.verdicts ??= new XdpVerdicts(calls, words, (of) => this.reach.flow(of));
    return this.verdicts.isAfter(fn, spanOf(f, fn));
  }

  /** True if a test decides what is run: it is not only looked at. */
  isTest(f: BufferFact): boolean {
    const fn = this.functionOf(f);
    if (fn === null) return false;
    return this.reach.flow(fn).isTested(spanOf(f, fn).s);
  }

  /** True if the fact stores a constant, or an address that gets the length 0 along with it: there is nothing to unmap. */
  storesNoAddress(f: BufferFact): boolean {
    const fn = this.functionOf(f);
    if (fn === null) return false;
    return storesNoAddress(this.reach.flow(fn), spanOf(f, fn).s);
  }

  /** False if what the fact says never happens to a fragment of device memory that is sent. */
  meetsSentNetmem(f: BufferFact, c: AliasClass): boolean {
    const isThis = (): boolean => true;
    if (this.isRefutedAt(f, { isThis, refusalsCount: false })) return false;
    const { transmits: provider } = this;
    return this.question.isPossible({ guard: this.of(f, c), provider, isThis, refusalsCount: false });
  }

  /**
   * True if the fact happens only to records with a tag (`buf->type == XDP`) that is given where XDP frames are sent, and
   * nowhere else. A tag that is given by a variable may be any.
   */
  isTaggedForFrames(f: BufferFact): boolean {
    const fn = this.input.pointers.has(XDP_XMIT) ? this.functionOf(f) : null;
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
        givers.every((g) => this.reach.isBelow(g.fn, XDP_XMIT) && !this.reach.isBelow(g.fn, XMIT))
      );
    });
  }

  /** What is put into a member, by function; null for what is no constant. */
  private tagsOf(member: string): readonly { readonly fn: FunctionRef; readonly tag: string | null }[] {
    let found = this.tags.get(member);
    if (found === undefined) {
      const field = member.slice(member.lastIndexOf('.') + 1);
      const writers = this.input.words
        .having(field)
        .filter((fn) => memberUses(fn, this.input.symbols).written.has(member));
      found = writers.flatMap((fn) =>
        this.reach.flow(fn).stores.flatMap((store) => {
          if (memberStored(store) !== member) return [];
          return [{ fn, tag: store.x.op === '=' ? constantText(store.x.r, store.cx) : null }];
        }),
      );
      this.tags.set(member, found);
    }
    return found;
  }

  /** Where the driver declares that it sends netmem; of one that does not yet, the modes in which it takes a provider. */
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
    return ways.length === 0 ? this.binding : either(...ways);
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

/** In the head or the body of whatever asks for a program. */
const BPF_PROGRAM = 'bpf_prog';
