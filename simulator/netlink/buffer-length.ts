/** rx_buf_len of a zcrx registration and rx-page-size of a bind: the length of one receive buffer. */
import { PAGE_SIZE } from '../memory/netmem.ts';
import type { RunConfig } from '../contract/config.ts';

/** Whether a request may carry this length: nothing, or a power of two of a page at least. */
export function isBufferLength(bytes: number): boolean {
  return bytes === 0 || (bytes >= PAGE_SIZE && Number.isInteger(Math.log2(bytes)));
}

/** Bytes of a buffer; a page where the request names no length that could be had. */
export function bufferLength({ rxBufLen }: RunConfig): number {
  return rxBufLen !== 0 && isBufferLength(rxBufLen) ? rxBufLen : PAGE_SIZE;
}
