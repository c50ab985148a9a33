/**
 * Synchronisation through the page_pool in place of the DMA API. The pool's helper works from the buffer's own address,
 * so it is only used where the address in the call is visibly that of the buffer, and the pool maps what it gives out.
 */
import { OFFSET_PARAMETER, position } from '../kernel/entry/signature.ts';
import { TYPE } from '../kernel/structures.ts';
import { entryOf, familyOf, NAME } from '../kernel/table.ts';
import type { KernelTree } from '../kernel/tree.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { Pool } from '../model/alias/pool-params.ts';
import type { Expr } from '../syntax/ast.ts';
import { callAt, callsOf, type PlacedCall, textOf } from './calls.ts';
import { type DriverPlan, type FileEdit, refusal } from './driver-plan.ts';
import { isPayload } from './group-decision.ts';
import { wrap } from './layout.ts';

const SYNC = NAME.page_pool_dma_sync_netmem_for_cpu;
const ADDRESS = NAME.page_pool_get_dma_addr_netmem;

/** A call as it is to be: the pool, the reference, the offset behind the pool's own, the length. */
interface Parts {
  readonly netmem: string;
  readonly offset: string;
  readonly length: string;
  /** Expressions that go away. */
  readonly dropped: readonly Expr[];
}

export function planSync(
  facts: DriverFacts,
  tree: KernelTree,
  finish: (edits: readonly FileEdit[]) => DriverPlan['plan']['edits'],
): DriverPlan[] {
  const done = new Set<BufferFact>();
  return facts.classes.filter(isPayload).flatMap((c) =>
    c.facts.flatMap((f): DriverPlan[] => {
      if (f.kind !== 'sync-cpu' || familyOf(f.api) !== 'dma' || f.direction === 'to-device' || done.has(f))
        return [];
      done.add(f);
      return [planOne(facts, tree, c, f, finish)];
    }),
  );
}

function planOne(
  facts: DriverFacts,
  tree: KernelTree,
  c: AliasClass,
  f: BufferFact,
  finish: (edits: readonly FileEdit[]) => DriverPlan['plan']['edits'],
): DriverPlan {
  const id = `sync:${f.location.file}:${f.location.range.start}`;
  const common = { kind: 'sync' as const, names: new Set([c.id, f.fn]), places: [f.apiAt] };
  const made = new SyncCall(facts, tree, c, f).edit();
  if (typeof made === 'string') {
    const obstacles = [{ location: f.apiAt, reason: made, cause: 'synchronised by the DMA API' }];
    return { ...common, obstacles, plan: refusal(id, `${f.api}() stays: ${made}`, obstacles) };
  }
  return {
    ...common,
    obstacles: [],
    plan: {
      id,
      title: 'Synchronise through the page_pool',
      applicability: 'safe',
      edits: finish([made]),
      refusals: [],
    },
  };
}

const named = new WeakMap<DriverFacts, ReadonlyMap<string, Pool>>();

/** The first pool of each name. */
function poolsByName(facts: DriverFacts): ReadonlyMap<string, Pool> {
  let known = named.get(facts);
  if (known === undefined)
    named.set(facts, (known = new Map(facts.pools.toReversed().map((p) => [p.model.name, p]))));
  return known;
}

class SyncCall {
  private readonly facts: DriverFacts;
  private readonly tree: KernelTree;
  private readonly c: AliasClass;
  private readonly f: BufferFact;

  constructor(facts: DriverFacts, tree: KernelTree, c: AliasClass, f: BufferFact) {
    this.facts = facts;
    this.tree = tree;
    this.c = c;
    this.f = f;
  }

  /** The edit, or why there is none. */
  edit(): FileEdit | string {
    if (!this.tree.has(SYNC)) return `${SYNC}() is not in this tree`;
    const place = callAt(this.facts, this.f.location);
    if (place === null) return 'the call could not be read';
    const start = this.poolOffset();
    if (start === null) return 'the parameters of its page_pool are not all known, or it does not map';
    const parts = this.parts(place, start);
    if (typeof parts === 'string') return parts;
    const pool = this.pool(place);
    if (pool === null) return 'no expression for its page_pool is in scope';
    const lonely = this.unused(place, parts.dropped);
    if (lonely !== null) return `${lonely} would be left without a use`;
    const begin = place.base + place.call.s;
    const indent = place.file.text.slice(place.file.text.lastIndexOf('\n', begin) + 1, begin);
    const call = `${SYNC}(${pool}, ${parts.netmem}, ${parts.offset}, ${parts.length})`;
    const laid = wrap(`${indent}${call};`).join('\n');
    return {
      file: place.file.path,
      range: { start: begin, end: place.base + place.call.e },
      newText: laid.slice(indent.length, -1),
      reason: 'the pool knows the direction, and whether there is anything to synchronise',
    };
  }

  /** Text of the pool's own offset (`0` if it has none), or null if a pool is not known well enough. */
  private poolOffset(): string | null {
    const byName = poolsByName(this.facts);
    const offsets = new Set<string>();
    for (const name of this.c.pools) {
      const pool = byName.get(name);
      if (pool === undefined || pool.partial || !pool.model.flags.value.includes(NAME.PP_FLAG_DMA_MAP))
        return null;
      const write = pool.creation.params.get('offset')?.at(-1);
      offsets.add(
        write === undefined
          ? '0'
          : write.file.text.slice(write.base + write.value.s, write.base + write.value.e),
      );
    }
    const [only] = offsets;
    return offsets.size === 1 && only !== undefined ? only : null;
  }

  private parts(place: PlacedCall, start: string): Parts | string {
    const { call } = place;
    const ranged = position(entryOf(this.f.api)?.signature ?? null, OFFSET_PARAMETER) >= 0;
    const [device, address, ...rest] = call.args;
    const length = rest[ranged ? 1 : 0];
    if (device === undefined || address === undefined || length === undefined)
      return 'the call has an unusual shape';
    const base = this.buffer(place, address);
    if (base === null) return 'its address is not visibly that of the buffer';
    const given = [base.offset, ranged && rest[0] !== undefined ? textOf(place, rest[0]) : '0'].filter(
      (t) => t !== '0',
    );
    const direction = rest[ranged ? 2 : 1];
    const dropped = [device, address, ...(direction === undefined ? [] : [direction])];
    const offset = behind(given, start);
    return offset === null
      ? 'it does not start where the pool says that packets do'
      : { netmem: base.netmem, offset, length: textOf(place, length), dropped };
  }

  /** The reference and the offset behind an address expression. */
  private buffer(place: PlacedCall, x: Expr): { readonly netmem: string; readonly offset: string } | null {
    if (x.k === 'call' && x.fn.k === 'id' && x.fn.name === ADDRESS && x.args[0] !== undefined)
      return { netmem: textOf(place, x.args[0]), offset: '0' };
    if (x.k === 'binary' && x.op === '+') {
      const inner = this.buffer(place, x.l);
      return inner?.offset === '0' ? { netmem: inner.netmem, offset: textOf(place, x.r) } : null;
    }
    const wanted = textOf(place, x);
    const before = callsOf(place.fn, ADDRESS).filter(
      ({ call, parent }) => call.e < place.call.s && parent?.k !== 'call',
    );
    if (x.k === 'id') {
      const all = assignments(place, wanted);
      const [only] = before.filter(
        (b) => all.length === 1 && b.call.s === all[0]?.valueAt && b.call.e === all[0].valueEnd,
      );
      const arg = only?.call.args[0];
      return arg === undefined || assignedBetween(place, textOf(place, arg), only?.call.e ?? 0)
        ? null
        : { netmem: textOf(place, arg), offset: '0' };
    }
    return x.k === 'member' ? this.sibling(place, x) : null;
  }

  /** `buf->dma` is the address of `buf->page` if every store into the one is the address of the other. */
  private sibling(
    place: PlacedCall,
    x: Extract<Expr, { k: 'member' }>,
  ): { netmem: string; offset: string } | null {
    const holder = this.c.holders.find(
      (h) => h.kind === 'field' && h.name === x.field && h.type.base === TYPE.dma_addr_t,
    );
    const brothers = this.c.holders.filter(
      (h) =>
        h.kind === 'field' &&
        h.type.base === TYPE.netmem_ref &&
        h.type.depth === 0 &&
        sameRecord(h.owner, holder?.owner ?? ''),
    );
    const [brother] = brothers;
    if (holder === undefined || brother === undefined || brothers.length > 1) return null;
    const stores = this.facts.files.flatMap((file) => [
      ...file.text.matchAll(new RegExp(`([\\w>.\\[\\]-]+(?:->|\\.))${x.field}\\s*=(?!=)\\s*([^;]*);`, 'g')),
    ]);
    const right = new RegExp(`^${ADDRESS}\\(\\s*(.+?)\\s*\\)$`);
    if (stores.length === 0) return null;
    for (const [, record = '', value = ''] of stores)
      if (right.exec(value.replace(/\s+/g, ' '))?.[1] !== `${record}${brother.name}`) return null;
    const netmem = `${textOf(place, x).slice(0, -x.field.length)}${brother.name}`;
    return assignedBetween(place, netmem, place.fn.bodyAt.s) ? null : { netmem, offset: '0' };
  }

  /** The pool as an expression that is in scope at the call. */
  private pool(place: PlacedCall): string | null {
    for (const f of this.c.facts) {
      if (f.kind !== 'allocate' && f.kind !== 'release') continue;
      const other = callAt(this.facts, f.location);
      const arg = other?.call.args[0];
      if (other === null || arg === undefined) continue;
      const text = textOf(other, arg);
      const root = /^\w+/.exec(text)?.[0];
      if (root === undefined || !/^\w+(?:(?:->|\.)\w+)+$/.test(text)) continue;
      const there = declaration(other, root);
      const here = declaration(place, root);
      if (there !== null && there === here) return text;
    }
    return null;
  }

  /** A local that only the dropped text uses, which the compiler would complain about. */
  private unused(place: PlacedCall, dropped: readonly Expr[]): string | null {
    const head = place.file.text.slice(place.base + place.fn.s, place.base + place.call.s);
    const tail = place.file.text.slice(place.base + place.call.e, place.base + place.fn.e);
    for (const x of dropped) {
      for (const [name] of textOf(place, x).matchAll(/(?<![>.\w])[a-z_]\w*/g)) {
        if (declaration(place, name) === null || place.fn.params.some((p) => p.name === name)) continue;
        const uses = [...`${head};${tail}`.matchAll(new RegExp(`(?<![>.\\w])${name}\\b(?!\\s*=[^=])`, 'g'))]
          .length;
        // The declaration is one; with an initialiser it does not count as a use either.
        const declared = new RegExp(`[\\w*]\\s+\\**${name}\\s*[;,]`).test(head) ? 1 : 0;
        if (uses <= declared) return name;
      }
    }
    return null;
  }
}

/** What is left of the offsets behind the pool's own, or null if that is not among them. */
function behind(given: readonly string[], start: string): string | null {
  if (start === '0') return given.length === 0 ? '0' : given.join(' + ');
  if (!given.includes(start)) return null;
  const rest = given.filter((_, i) => i !== given.indexOf(start));
  return rest.length === 0 ? '0' : rest.join(' + ');
}

function sameRecord(a: string, b: string): boolean {
  const plain = (tag: string): string => tag.replace(/^\w+ /, '').replace(/\/\d+$/, '');
  return plain(a) === plain(b);
}

/** Type of a local or parameter as written, or null if the function has none of that name. */
function declaration({ fn, file, base }: PlacedCall, name: string): string | null {
  const param = fn.params.find((p) => p.name === name);
  if (param !== undefined) return `${param.type.base}${'*'.repeat(param.type.stars)}`;
  const body = file.text.slice(base + fn.bodyAt.s, base + fn.bodyAt.e);
  const found = new RegExp(
    `(?:^|[;{]|,)\\s*(?:const\\s+)?((?:struct\\s+)?\\w+)\\s+(\\**)${name}\\s*(?:=|;|,)`,
    'm',
  ).exec(body);
  return found === null ? null : `${found[1] ?? ''}${found[2] ?? ''}`;
}

function assignments(
  { fn, file, base }: PlacedCall,
  name: string,
): { readonly valueAt: number; readonly valueEnd: number }[] {
  const start = base + fn.bodyAt.s;
  const body = file.text.slice(start, base + fn.bodyAt.e);
  return [...body.matchAll(new RegExp(`(?<![>.\\w])${name}\\s*=(?!=)\\s*([^;]*);`, 'g'))].map((m) => {
    const value = m[1] ?? '';
    const at = start + m.index + m[0].length - 1 - value.length - base;
    return { valueAt: at, valueEnd: at + value.trimEnd().length };
  });
}

/** True if `text` is assigned to between `from` and the call. */
function assignedBetween({ file, base, call }: PlacedCall, text: string, from: number): boolean {
  const between = file.text.slice(base + from, base + call.s);
  const at = between.indexOf(text);
  if (at < 0) return false;
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`${escaped}\\s*=(?!=)`).test(between);
}
