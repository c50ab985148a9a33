/** The table of kernel identifiers, put together from its parts, and what can be asked of it by name. */
import { ALLOCATORS } from './data/allocators.ts';
import { DMA } from './data/dma.ts';
import { LIBETH } from './data/libeth.ts';
import { MEMORY } from './data/memory.ts';
import { NETDEV } from './data/netdev.ts';
import { PAGE_POOL } from './data/page-pool.ts';
import { PLAIN_C } from './data/plain-c.ts';
import { SCATTERLIST } from './data/scatterlist.ts';
import { SKB_FUNCTIONS } from './data/skb.ts';
import { XDP } from './data/xdp.ts';
import type { Effect, PacketEffect } from './entry/effect.ts';
import type { Entry } from './entry/entry.ts';
import { DIRECTION_PARAMETER, POOL_PARAMETER, position, takesNetmem } from './entry/signature.ts';

const PARTS = [
  ['page-pool', PAGE_POOL],
  ['skb', SKB_FUNCTIONS],
  ['memory', MEMORY],
  ['allocators', ALLOCATORS],
  ['dma', DMA],
  ['scatterlist', SCATTERLIST],
  ['xdp', XDP],
  ['libeth', LIBETH],
  ['netdev', NETDEV],
  ['plain-c', PLAIN_C],
] as const;

/** Part of the kernel that an identifier belongs to. */
export type Family = (typeof PARTS)[number][0];

/** Every identifier of the table. */
export type KernelName =
  | keyof typeof PAGE_POOL
  | keyof typeof SKB_FUNCTIONS
  | keyof typeof MEMORY
  | keyof typeof ALLOCATORS
  | keyof typeof DMA
  | keyof typeof SCATTERLIST
  | keyof typeof XDP
  | keyof typeof LIBETH
  | keyof typeof NETDEV
  | keyof typeof PLAIN_C;

export interface NamedEntry<F extends string = Family> extends Entry {
  readonly name: string;
  readonly family: F;
}

/**
 * One map from the parts of a table. Throws if a name stands in two parts (a part cannot hold one twice: that does not
 * compile), or if an entry names a netmem form, an advice or a later name that is not in the table.
 */
export function assemble<F extends string>(
  parts: readonly (readonly [F, Readonly<Record<string, Entry>>])[],
): ReadonlyMap<string, NamedEntry<F>> {
  const table = new Map<string, NamedEntry<F>>();
  for (const [family, part] of parts)
    for (const [name, entry] of Object.entries(part)) {
      const other = table.get(name);
      if (other !== undefined)
        throw new Error(`kernel table: ${name} is in ${other.family} and in ${family}`);
      table.set(name, { ...entry, name, family });
    }
  for (const { name, netmem, advice, renamedTo } of table.values())
    for (const call of [...(netmem ?? []), advice, renamedTo]) {
      const [other] = call?.split('(') ?? [];
      if (other !== undefined && !table.has(other))
        throw new Error(`kernel table: ${name} leads to ${other}, which is not in the table`);
    }
  return table;
}

export const TABLE = assemble(PARTS);

/** The identifiers as values, for code that has to write or look for one of them. */
export const NAME = Object.fromEntries([...TABLE.keys()].map((name) => [name, name])) as {
  readonly [N in KernelName]: N;
};

/** Everything known of a name, or null. */
export function entryOf(name: string): NamedEntry | null {
  return TABLE.get(name) ?? null;
}

/** An effect with what the signature says of the call's other arguments. */
export interface PlacedEffect extends Effect {
  /** Argument that names the pool, or -1. */
  readonly pool: number;
  /** Argument that gives the DMA direction, or -1. */
  readonly direction: number;
}

const EFFECTS: ReadonlyMap<string, readonly PlacedEffect[]> = new Map(
  [...TABLE.values()].flatMap(({ name, signature, effects, direction: stated }) => {
    if (effects === undefined) return [];
    const pool = position(signature, POOL_PARAMETER);
    const direction = stated ?? position(signature, DIRECTION_PARAMETER);
    return [[name, effects.map((effect) => ({ ...effect, pool, direction }))] as const];
  }),
);

/** Effects of a kernel function on buffers, or null if it does nothing to them as far as known. */
export function effectsOf(name: string): readonly PlacedEffect[] | null {
  return EFFECTS.get(name) ?? null;
}

/** What the call does to the packet, the queue or the pool as a whole, or null if it is none of these. */
export function packetEffectOf(name: string): PacketEffect | null {
  return TABLE.get(name)?.packet ?? null;
}

/**
 * C type of the pointer that a function yields, as a base and a depth; null for another result, or if the table does not
 * say. What a function yields by value has no members: its type is that of the variable it goes into.
 */
export function pointerResult(name: string): { readonly base: string; readonly depth: number } | null {
  const returns = TABLE.get(name)?.signature?.returns ?? '';
  const depth = returns.split('*').length - 1;
  return depth === 0 ? null : { base: returns.replace(/[\s*]+$/, ''), depth };
}

/** True for a function or macro on references: it takes or yields a netmem_ref, and of any memory. */
export function isNetmemSide(name: string): boolean {
  const entry = TABLE.get(name);
  return entry?.signature != null && entry.pagesOnly !== true && takesNetmem(entry.signature);
}

/** How the function gets at the memory that it maps or unmaps, or null if it does neither. */
export function mappedBy(name: string): Entry['maps'] | null {
  return TABLE.get(name)?.maps ?? null;
}

/** Which argument is copied, and into which one; null for no copy. */
export function copyOf(name: string): NonNullable<Entry['copies']> | null {
  return TABLE.get(name)?.copies ?? null;
}

/** True for a function that yields NULL for memory that the CPU cannot read. */
export function mayYieldNull(name: string): boolean {
  return TABLE.get(name)?.nullIfUnreadable === true;
}

/** The part of the kernel that the name belongs to, or null if it is not in the table. */
export function familyOf(name: string): Family | null {
  return TABLE.get(name)?.family ?? null;
}

/** True for a flag of page_pool_params, of whatever release. */
export function isPoolFlag(name: string): boolean {
  return name.startsWith('PP_FLAG_');
}

/** Names whose entry satisfies the condition. */
export function namesWhere(condition: (entry: NamedEntry) => boolean): readonly string[] {
  return [...TABLE.values()].filter(condition).map(({ name }) => name);
}

/** What messages advise in place of a page-side function: its first netmem form, or what it is replaced by otherwise. */
export function replacementOf(name: string): string | null {
  const entry = TABLE.get(name);
  return entry?.netmem?.[0]?.split('(')[0] ?? entry?.advice ?? null;
}
