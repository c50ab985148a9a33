import type { ReadyDriver } from './change.ts';

const RX = 'en_rx.c';
const MAIN = 'en_main.c';

export const mlx5: ReadyDriver = {
  name: 'mlx5',
  directory: 'drivers/net/ethernet/mellanox/mlx5/core',
  changes: [
    {
      what: 'the pool does not allow unreadable memory',
      file: MAIN,
      find: /\n\t\tif \(test_bit\(MLX5E_RQ_STATE_SHAMPO, &rq->state\)\)\s*pp_params\.flags \|= PP_FLAG_ALLOW_UNREADABLE_NETMEM;/,
      put: '',
      requirement: 'RX4',
    },
    {
      what: 'the pool has no queue',
      file: MAIN,
      find: /\n\t\tpp_params\.queue_idx = [^\n]*/,
      put: '',
      requirement: 'RX4',
    },
    {
      what: 'the pool lacks PP_FLAG_DMA_SYNC_DEV',
      file: MAIN,
      find: /(pp_params\.flags\s+= PP_FLAG_DMA_MAP) \| PP_FLAG_DMA_SYNC_DEV/,
      put: '$1',
      requirement: 'RX4',
    },
    {
      what: 'a buffer is allocated as a page',
      file: RX,
      find: /page_pool_dev_alloc_netmems\(pp\)/,
      put: 'page_to_netmem(page_pool_dev_alloc_pages(pp))',
      requirement: 'RX3',
    },
    {
      what: 'references are dropped on a page',
      file: RX,
      find: /page_pool_put_unrefed_netmem\(pp, netmem,/,
      put: 'page_pool_put_unrefed_page(pp, netmem_to_page(netmem),',
      requirement: 'RX3',
    },
    {
      what: 'a fragment is added as a page',
      file: RX,
      find: /skb_add_rx_frag_netmem\(skb, next_frag, netmem,/,
      put: 'skb_add_rx_frag(skb, next_frag, netmem_to_page(netmem),',
      requirement: 'RX3',
    },
    {
      what: 'the DMA address is that of a page',
      file: RX,
      find: /addr = page_pool_get_dma_addr_netmem\(frag_page->netmem\);\n\tu8/,
      put: 'addr = page_pool_get_dma_addr(netmem_to_page(frag_page->netmem));\n\tu8',
      requirement: 'RX3',
    },
    {
      what: 'packets with headers in unreadable memory are not dropped',
      file: RX,
      find: /\n\t\t\tif \(unlikely\(netmem_is_net_iov\(frag_page->netmem\)\)\)\s*goto mpwrq_cqe_out;/,
      put: '',
      requirement: 'RX5',
    },
    {
      what: 'a fragment is prefetched',
      file: RX,
      find: /(\n\tframe_page->frags\+\+;|\n\tfrag_page->frags\+\+;\n\tskb_add_rx_frag_netmem)/,
      put: '\n\tprefetch(page_address(netmem_to_page(netmem)));$1',
      requirement: 'RX5',
    },
    {
      what: 'the address of a fragment is stored as that of a page',
      file: 'en/txrx.h',
      find: /netmem_dma_unmap_addr_set\(netmem, dma, addr, addr\)/,
      put: 'dma->addr = addr',
      requirement: 'TX1',
    },
    {
      what: 'fragments are unmapped as pages',
      file: 'en/txrx.h',
      find: /netmem_dma_unmap_page_attrs\(pdev, dma->addr, dma->size,\s*DMA_TO_DEVICE, 0\)/,
      put: 'dma_unmap_page(pdev, dma->addr, dma->size, DMA_TO_DEVICE)',
      requirement: 'TX1',
    },
    {
      what: 'netmem_tx is not declared',
      file: MAIN,
      find: /\n\tnetdev->netmem_tx = [^\n]*/,
      put: '',
      requirement: 'TX2',
    },
    {
      what: 'queues cannot be restarted',
      file: MAIN,
      find: /\n\tnetdev->queue_mgmt_ops = [^\n]*/,
      put: '',
      requirement: 'RX2',
    },
    {
      what: 'the split of headers cannot be set',
      file: 'en_ethtool.c',
      find: /ETHTOOL_RING_USE_TCP_DATA_SPLIT \|/,
      put: '',
      requirement: 'RX2',
    },
  ],
};
