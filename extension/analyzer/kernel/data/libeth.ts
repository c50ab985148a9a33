/** libeth, the library under Intel's drivers: it creates and feeds the pools (include/net/libeth/rx.h). */
import { does } from '../entry/effect.ts';
import { type Entry, fn } from '../entry/entry.ts';
import { signature } from '../entry/signature.ts';

const L = 'net/libeth/rx.h';

export const LIBETH = {
  // In 7.3 it sets PP_FLAG_DMA_MAP and PP_FLAG_DMA_SYNC_DEV, and its callers cannot name a queue.
  libeth_rx_fq_create: fn('int', 'struct libeth_fq *fq, void *napi_dev', {
    header: L,
    driverFact: true,
    closedPool: {
      lacks: ['PP_FLAG_ALLOW_UNREADABLE_NETMEM', '.queue_idx'],
      unless: [
        { tag: 'struct libeth_fq', field: 'idx' },
        { tag: 'struct libeth_fq', field: 'queue_idx' },
      ],
      headers: 'LIBETH_FQE_HDR',
    },
  }),
  libeth_rx_fq_destroy: fn('void', 'struct libeth_fq *fq', { header: L }),
  // The buffer goes into the element of the queue; what comes back is its DMA address.
  libeth_rx_alloc: fn('dma_addr_t', 'const struct libeth_fq_fp *fq, u32 i', { header: L }),
  libeth_rx_recycle_slow: fn('void', 'netmem_ref netmem', {
    header: L,
    formerly: [{ until: '6.17', signature: signature('void', 'struct page *page'), header: L }],
    effects: [does('release')],
  }),
  // The buffer lies in the element that is handed over.
  libeth_rx_sync_for_cpu: fn('bool', 'const struct libeth_fqe *fqe, u32 len', { header: L }),
} satisfies Record<string, Entry>;
