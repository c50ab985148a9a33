/**
 * The memory a driver sees: `netmem_ref`, a tagged number over pages and net_iovs, and the table of both.
 *
 * Data layout, the only one in the simulator: every state of a buffer is one entry of a typed array indexed by the
 * reference itself. Even references are pages, odd ones net_iovs (the kernel's NET_IOV bit), 0 is "no memory".
 * So the hot path neither allocates nor asks what kind of memory it holds.
 */

/** `netmem_ref` (include/net/netmem.h): bit 0 set means net_iov; 0 means none. */
export type NetmemRef = number & { readonly __brand: 'NetmemRef' };

export const NO_NETMEM = 0 as NetmemRef;
/** The bit that makes a reference a net_iov's. */
export const NET_IOV = 1;
export const PAGE_SIZE = 4096;
/** Id of provider chunk 0 in traces. */
export const CHUNK_ID_BASE = 1_000_000_000;

/** netmem_is_net_iov(). */
export function isNetIov(ref: NetmemRef): boolean {
  return (ref & NET_IOV) !== 0;
}
