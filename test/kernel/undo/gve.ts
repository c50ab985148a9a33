import type { ReadyDriver } from './change.ts';

const BUFFERS = 'gve_buffer_mgmt_dqo.c';
const RX = 'gve_rx_dqo.c';

export const gve: ReadyDriver = {
  name: 'gve',
  directory: 'drivers/net/ethernet/google/gve',
  changes: [
    {
      what: 'the pool does not allow unreadable memory',
      file: BUFFERS,
      find: /\n\t\tpp\.flags \|= PP_FLAG_ALLOW_UNREADABLE_NETMEM;/,
      put: '',
      requirement: 'RX4',
    },
    {
      what: 'the pool has no queue',
      file: BUFFERS,
      find: /\n\t\tpp\.queue_idx = [^\n]*/,
      put: '',
      requirement: 'RX4',
    },
    {
      what: 'the pool lacks PP_FLAG_DMA_SYNC_DEV',
      file: BUFFERS,
      find: /PP_FLAG_DMA_MAP \| PP_FLAG_DMA_SYNC_DEV/,
      put: 'PP_FLAG_DMA_MAP',
      requirement: 'RX4',
    },
    {
      what: 'a buffer is prefetched, whatever memory it is',
      file: RX,
      find: /if \(!netmem_is_net_iov\(buf_state->page_info\.netmem\)\)\s*prefetch/,
      put: 'prefetch',
      requirement: 'RX5',
    },
    {
      what: 'headers in unreadable memory are no error',
      file: RX,
      find: / && rx->dqo\.page_pool &&\s*netmem_is_net_iov\(buf_state->page_info\.netmem\)\) \{/,
      put: ' && rx->dqo.page_pool && buf_len > 65535) {',
      requirement: 'RX5',
    },
    {
      what: 'small packets are copied, whatever memory they are in',
      file: RX,
      find: / &&\s*!\(rx->dqo\.page_pool &&\s*netmem_is_net_iov\(buf_state->page_info\.netmem\)\)\) \{/,
      put: ') {',
      requirement: 'RX5',
    },
    {
      what: 'a fragment is added as a page',
      file: RX,
      find: /skb_add_rx_frag_netmem\(rx->ctx\.skb_tail, num_frags,\s*buf_state->page_info\.netmem,/,
      put: 'skb_add_rx_frag(rx->ctx.skb_tail, num_frags, netmem_to_page(buf_state->page_info.netmem),',
      requirement: 'RX3',
    },
    {
      what: 'payload is synced by the DMA API',
      file: RX,
      find: /page_pool_dma_sync_netmem_for_cpu\(rx->dqo\.page_pool,\s*page_info->netmem,\s*page_info->page_offset,\s*buf_len\)/,
      put: 'dma_sync_single_range_for_cpu(&priv->pdev->dev, buf_state->addr, page_info->page_offset, buf_len, DMA_FROM_DEVICE)',
      requirement: 'RX6',
    },
    {
      what: 'a buffer is given back as a page',
      file: BUFFERS,
      find: /page_pool_put_full_netmem\(netmem_get_pp\(netmem\), netmem, allow_direct\)/,
      put: 'page_pool_put_full_page(rx->dqo.page_pool, netmem_to_page(netmem), allow_direct)',
      requirement: 'RX3',
    },
    {
      what: 'the DMA address is that of a page',
      file: BUFFERS,
      find: /page_pool_get_dma_addr_netmem\(netmem\)/,
      put: 'page_pool_get_dma_addr(netmem_to_page(netmem))',
      requirement: 'RX3',
    },
    {
      what: 'the address of a fragment is stored as that of a page',
      file: 'gve_tx_dqo.c',
      find: /netmem_dma_unmap_addr_set\(skb_frag_netmem\(frag\), pkt,\s*dma\[pkt->num_bufs\], addr\)/,
      put: 'dma_unmap_addr_set(pkt, dma[pkt->num_bufs], addr)',
      requirement: 'TX1',
    },
    {
      what: 'fragments are unmapped as pages',
      file: 'gve_tx_dqo.c',
      find: /netmem_dma_unmap_page_attrs\(dev, dma_unmap_addr\(pkt, dma\[i\]\),\s*dma_unmap_len\(pkt, len\[i\]\),\s*DMA_TO_DEVICE, 0\)/,
      put: 'dma_unmap_page(dev, dma_unmap_addr(pkt, dma[i]), dma_unmap_len(pkt, len[i]), DMA_TO_DEVICE)',
      requirement: 'TX1',
    },
    {
      what: 'netmem_tx is declared in every mode',
      file: 'gve_main.c',
      find: /\n\tif \(!gve_is_gqi\(priv\) && !gve_is_qpl\(priv\)\)(?=\n\t\tdev->netmem_tx)/,
      put: '',
      requirement: 'TX2',
    },
    {
      what: 'netmem_tx is not declared',
      file: 'gve_main.c',
      find: /\n\tif \(!gve_is_gqi\(priv\) && !gve_is_qpl\(priv\)\)\n\t\tdev->netmem_tx = [^\n]*/,
      put: '',
      requirement: 'TX2',
    },
    {
      what: 'queues cannot be restarted',
      file: 'gve_main.c',
      find: /\n\tdev->queue_mgmt_ops = [^\n]*/,
      put: '',
      requirement: 'RX2',
    },
    {
      what: 'the split of headers cannot be set',
      file: 'gve_ethtool.c',
      find: /ETHTOOL_RING_USE_TCP_DATA_SPLIT \|/,
      put: '',
      requirement: 'RX2',
    },
  ],
};
