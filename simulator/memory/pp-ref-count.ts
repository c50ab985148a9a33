/**
 * pp_ref_count: how many users share one buffer of a page pool (include/net/page_pool/helpers.h). While a pool deals
 * out fragments of a page the count is BIAS_MAX less what was dealt; the table keeps the two parts apart.
 */
import type { NetmemRef } from './netmem.ts';
import type { PageMemory } from './page-memory.ts';

/** page_pool_fragment_netmem(): `users` references, only on a buffer that has one. */
export function fragment(memory: PageMemory, ref: NetmemRef, users: number): void {
  memory.ppRef[ref] = users;
  memory.biased[ref] = 0;
}

/** page_pool_fragment_netmem(ref, BIAS_MAX). */
export function fragmentWithBias(memory: PageMemory, ref: NetmemRef): void {
  memory.ppRef[ref] = 0;
  memory.biased[ref] = 1;
}

/** page_pool_ref_netmem(). */
export function addReference(memory: PageMemory, ref: NetmemRef): void {
  memory.ppRef[ref]++;
}

/**
 * page_pool_unref_netmem(): true if these were the last references; the count is then 1 again. `onNegative` is the
 * kernel's WARN_ON.
 */
export function dropReferences(
  memory: PageMemory,
  ref: NetmemRef,
  count: number,
  onNegative: () => void,
): boolean {
  const rest = memory.ppRef[ref] - count;
  if (memory.biased[ref] === 1) {
    memory.ppRef[ref] = rest;
    return false;
  }
  if (rest === 0) {
    memory.ppRef[ref] = 1;
    return true;
  }
  memory.ppRef[ref] = rest;
  if (rest < 0) onNegative();
  return false;
}

/** Drops what the pool did not deal out: BIAS_MAX less `users`. True if nobody holds a fragment any more. */
export function dropBias(memory: PageMemory, ref: NetmemRef, users: number): boolean {
  const rest = memory.ppRef[ref] + users;
  memory.biased[ref] = 0;
  memory.ppRef[ref] = rest === 0 ? 1 : rest;
  return rest === 0;
}
