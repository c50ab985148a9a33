/** libeth, the library under Intel's drivers: it creates and feeds the pools (include/net/libeth/rx.h). */
import { type Entry, fn } from '../entry.ts';

const L = 'net/libeth/rx.h';

export const LIBETH = {
  libeth_rx_fq_create: fn('int', 'struct libeth_fq *fq, void *napi_dev', { header: L, driverFact: true }),
} satisfies Record<string, Entry>;
