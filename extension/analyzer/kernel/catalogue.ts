/** The catalogue: one look-up for rules, fixes and hovers. */
import type { NetmemApi, PageApi } from './api.ts';
import { DMA_API } from './api-dma.ts';
import { MEMORY_API } from './api-memory.ts';
import { NETMEM_API } from './api-netmem.ts';
import { PAGE_POOL_API } from './api-page-pool.ts';
import { SKB_API } from './api-skb.ts';

export const PAGE_APIS: readonly PageApi[] = [...PAGE_POOL_API, ...SKB_API, ...MEMORY_API, ...DMA_API];
export const NETMEM_APIS: readonly NetmemApi[] = NETMEM_API;

const PAGE_BY_NAME = new Map(PAGE_APIS.map((entry) => [entry.name, entry]));
const NETMEM_BY_NAME = new Map(NETMEM_APIS.map((entry) => [entry.name, entry]));

/** The page-side entry of this name, or null. */
export function pageApi(name: string): PageApi | null {
  return PAGE_BY_NAME.get(name) ?? null;
}

/** The netmem-side entry of this name, or null. */
export function netmemApi(name: string): NetmemApi | null {
  return NETMEM_BY_NAME.get(name) ?? null;
}
