/** Constants of the kernel's network stack. */

/** CONFIG_MAX_SKB_FRAGS, default. */
export const MAX_SKB_FRAGS = 17;
export const PAGE_SIZE = 4096;
/** Tokens that one SO_DEVMEM_DONTNEED may carry (net/core/sock.c MAX_DONTNEED_TOKENS). */
export const MAX_DONTNEED_TOKENS = 128;
/** Frags that one SO_DEVMEM_DONTNEED frees before it stops (MAX_DONTNEED_FRAGS). */
export const MAX_DONTNEED_FRAGS = 1024;
/**
 * Skbs that one zcrx receive handles before it is queued again: io_zcrx_recv_skb() compares the count before it adds
 * one, so that one more than IO_SKBS_PER_CALL_LIMIT gets through.
 */
export const ZCRX_SKBS_PER_CALL = 21;
/** Truesize charged for an skb's head. */
export const SKB_HEAD_TRUESIZE = 768;
