/** pp_ref_count: how many users share one buffer of a page pool (include/net/page_pool/helpers.h). */
import type { NetmemRef } from './netmem.ts';
import type { PageMemory } from './page-memory.ts';

/** References that a pool holds on the page it cuts pieces from: more than there can ever be users of it. */
export const BIAS_MAX = 2 ** 30;

/** page_pool_fragment_netmem(): `users` references, only on a buffer that has one. */
export function fragment(memory: PageMemory, ref: NetmemRef, users: number): void {
  memory.ppRef[ref] = users;
}

/** page_pool_ref_netmem(). */
export function addReference(memory: PageMemory, ref: NetmemRef): void {
  memory.ppRef[ref]++;
}

/**
 * page_pool_unref_netmem().
 * @returns references left; 0: these were the last ones and the buffer, with one reference again, is the caller's;
 * negative: nobody held as many, for which the kernel warns
 */
export function dropReferences(memory: PageMemory, ref: NetmemRef, references: number): number {
  const rest = memory.ppRef[ref] - references;
  memory.ppRef[ref] = rest === 0 ? 1 : rest;
  return rest;
}
