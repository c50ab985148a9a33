/** The compliant driver with one line changed, for each requirement: what no driver that supports netmem may do. */
import type { RequirementId } from '../../../simulator/contract/verdict.ts';
import type { Mutation } from './compliant.ts';

export interface RequirementMutation extends Mutation {
  readonly requirement: RequirementId;
  readonly what: string;
  /** Where the simulator runs into it, if not in `dmabuf-works`. */
  readonly scenario?: string;
}

export const MUTATIONS: readonly RequirementMutation[] = [
  {
    requirement: 'RX1',
    what: 'payload from the page allocator',
    file: 'plover_rx.c',
    from: 'slot->netmem = page_pool_dev_alloc_netmems(rxq->pool);',
    to: 'slot->netmem = page_to_netmem(alloc_page(GFP_ATOMIC));',
  },
  {
    requirement: 'RX2',
    what: 'no tcp-data-split',
    file: 'plover_main.c',
    from: '.supported_ring_params	= ETHTOOL_RING_USE_TCP_DATA_SPLIT,',
    to: '.supported_ring_params	= ETHTOOL_RING_USE_CQE_SIZE,',
  },
  {
    requirement: 'RX3',
    what: 'payload through the page interface',
    file: 'plover_rx.c',
    from: 'slot->netmem = page_pool_dev_alloc_netmems(rxq->pool);',
    to: 'slot->netmem = page_to_netmem(page_pool_dev_alloc_pages(rxq->pool));',
  },
  {
    requirement: 'RX3',
    what: 'a fragment of a page',
    file: 'plover_rx.c',
    from: 'skb_add_rx_frag_netmem(skb, skb_shinfo(skb)->nr_frags, slot->netmem, offset, len, PAGE_SIZE);',
    to: 'skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, netmem_to_page(slot->netmem), offset, len, PAGE_SIZE);',
  },
  {
    requirement: 'RX4',
    what: 'the pool does not sync',
    file: 'plover_rx.c',
    from: `.flags		= PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.pool_size	= PLOVER_RING_SIZE,
		.nid		= NUMA_NO_NODE,
		.dev		= rxq->dev,
		.netdev`,
    to: `.flags		= PP_FLAG_DMA_MAP,
		.pool_size	= PLOVER_RING_SIZE,
		.nid		= NUMA_NO_NODE,
		.dev		= rxq->dev,
		.netdev`,
  },
  {
    requirement: 'RX5',
    what: 'the payload is copied',
    file: 'plover_rx.c',
    from: 'page_pool_dma_sync_netmem_for_cpu(rxq->pool, slot->netmem, offset, len);',
    to: 'skb_put_data(skb, page_address(netmem_to_page(slot->netmem)), len);',
  },
  {
    requirement: 'RX5',
    what: 'headers are read out of payload that may have no address',
    file: 'plover_rx.c',
    from: `	if (!va)
		return NULL;
	skb = napi_alloc_skb(napi, PLOVER_HDR_MAX);
	if (!skb)
		return NULL;
	hlen = eth_get_headlen(rxq->priv->netdev, va, PLOVER_HDR_MAX);`,
    to: `	skb = napi_alloc_skb(napi, PLOVER_HDR_MAX);
	if (!skb)
		return NULL;
	hlen = eth_get_headlen(rxq->priv->netdev, va, PLOVER_HDR_MAX);`,
    scenario: 'split-failures',
  },
  {
    requirement: 'RX6',
    what: 'the DMA interface syncs',
    file: 'plover_rx.c',
    from: 'page_pool_dma_sync_netmem_for_cpu(rxq->pool, slot->netmem, offset, len);',
    to: 'dma_sync_single_for_cpu(rxq->dev, page_pool_get_dma_addr_netmem(slot->netmem), len, DMA_FROM_DEVICE);',
  },
  {
    requirement: 'RX7',
    what: 'the reference count decides',
    file: 'plover_rx.c',
    from: 'page_pool_dma_sync_netmem_for_cpu(rxq->pool, slot->netmem, offset, len);',
    to: `page_pool_dma_sync_netmem_for_cpu(rxq->pool, slot->netmem, offset, len);
	if (page_ref_count(netmem_to_page(slot->netmem)) != 1)
		return;`,
  },
  {
    requirement: 'TX1',
    what: 'the DMA interface unmaps a fragment',
    file: 'plover_tx.c',
    from: `netmem_dma_unmap_page_attrs(txq->dev, dma_unmap_addr(slot, dma), dma_unmap_len(slot, len),
					    DMA_TO_DEVICE, 0);`,
    to: `dma_unmap_page(txq->dev, dma_unmap_addr(slot, dma), dma_unmap_len(slot, len),
			       DMA_TO_DEVICE);`,
    scenario: 'tx-works',
  },
  {
    requirement: 'TX1',
    what: 'a fragment is mapped by its page',
    file: 'plover_tx.c',
    from: 'skb_frag_dma_map(txq->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);',
    to: 'dma_map_page(txq->dev, skb_frag_page(frag), 0, skb_frag_size(frag), DMA_TO_DEVICE);',
    scenario: 'tx-works',
  },
  {
    requirement: 'TX2',
    what: 'not declared',
    file: 'plover_main.c',
    from: 'netdev->netmem_tx = true;',
    to: 'netdev->netmem_tx = false;',
    scenario: 'tx-works',
  },
];
