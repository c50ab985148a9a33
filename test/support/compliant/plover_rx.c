// SPDX-License-Identifier: MIT
/* Plover 100G Ethernet: receive queues. */
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/io.h>
#include <linux/slab.h>
#include <net/page_pool/helpers.h>

#include "plover.h"

/* Payload: only ever put into fragments, so that it may be memory that nobody can read. */
struct plover_rx_slot {
	netmem_ref netmem;
};

/* Headers: always pages. */
struct plover_hdr_slot {
	struct page *page;
};

static struct page_pool *plover_create_pool(struct plover_rxq *rxq)
{
	struct page_pool_params pp = {
		.flags		= PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.pool_size	= PLOVER_RING_SIZE,
		.nid		= NUMA_NO_NODE,
		.dev		= rxq->dev,
		.netdev		= rxq->priv->netdev,
		.queue_idx	= rxq->index,
		.napi		= &rxq->priv->queues[rxq->index].napi,
		.dma_dir	= DMA_FROM_DEVICE,
		.max_len	= PAGE_SIZE,
	};

	if (rxq->priv->split)
		pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	return page_pool_create(&pp);
}

static struct page_pool *plover_create_hdr_pool(struct plover_rxq *rxq)
{
	struct page_pool_params pp = {
		.flags		= PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.pool_size	= PLOVER_RING_SIZE,
		.nid		= NUMA_NO_NODE,
		.dev		= rxq->dev,
		.napi		= &rxq->priv->queues[rxq->index].napi,
		.dma_dir	= DMA_FROM_DEVICE,
		.offset		= PLOVER_HDR_ROOM,
		.max_len	= PLOVER_HDR_MAX,
	};

	return page_pool_create(&pp);
}

static int plover_fill_slot(struct plover_rxq *rxq, u16 at)
{
	struct plover_rx_slot *slot = &rxq->slots[at];

	if (!slot->netmem) {
		slot->netmem = page_pool_dev_alloc_netmems(rxq->pool);
		if (!slot->netmem)
			return -ENOMEM;
	}
	rxq->descs[at].addr = cpu_to_le64(page_pool_get_dma_addr_netmem(slot->netmem));
	return 0;
}

static int plover_fill_hdr(struct plover_rxq *rxq, u16 at)
{
	struct plover_hdr_slot *slot = &rxq->hdrs[at];

	if (!slot->page) {
		slot->page = page_pool_dev_alloc_pages(rxq->hdr_pool);
		if (!slot->page)
			return -ENOMEM;
	}
	rxq->hdr_descs[at].addr = cpu_to_le64(page_pool_get_dma_addr(slot->page) + PLOVER_HDR_ROOM);
	return 0;
}

static void plover_refill(struct plover_rxq *rxq)
{
	while (((rxq->next_to_use + 1) & PLOVER_RING_MASK) != rxq->next_to_clean) {
		if (plover_fill_slot(rxq, rxq->next_to_use))
			break;
		rxq->next_to_use = (rxq->next_to_use + 1) & PLOVER_RING_MASK;
	}
	while (((rxq->hdr_use + 1) & PLOVER_RING_MASK) != rxq->hdr_clean) {
		if (plover_fill_hdr(rxq, rxq->hdr_use))
			break;
		rxq->hdr_use = (rxq->hdr_use + 1) & PLOVER_RING_MASK;
	}
	dma_wmb();
	writel(rxq->next_to_use, rxq->priv->regs + PLOVER_REG_RX_TAIL(rxq->index));
}

/* The device put the headers into a buffer of their own. */
static struct sk_buff *plover_split_skb(struct plover_rxq *rxq, struct napi_struct *napi, unsigned int len)
{
	struct plover_hdr_slot *slot = &rxq->hdrs[rxq->hdr_clean];
	struct sk_buff *skb = napi_alloc_skb(napi, PLOVER_HDR_MAX);

	rxq->hdr_clean = (rxq->hdr_clean + 1) & PLOVER_RING_MASK;
	if (!skb)
		return NULL;
	page_pool_dma_sync_for_cpu(rxq->hdr_pool, slot->page, 0, len);
	skb_put_data(skb, page_address(slot->page) + PLOVER_HDR_ROOM, len);
	skb_mark_for_recycle(skb);
	return skb;
}

/* It did not: the headers are in the payload, if anybody can read that. */
static struct sk_buff *plover_unsplit_skb(struct plover_rxq *rxq, struct napi_struct *napi,
					  struct plover_rx_slot *slot, unsigned int *offset, unsigned int *len)
{
	void *va = netmem_address(slot->netmem);
	struct sk_buff *skb;
	unsigned int hlen;

	if (!va)
		return NULL;
	skb = napi_alloc_skb(napi, PLOVER_HDR_MAX);
	if (!skb)
		return NULL;
	hlen = eth_get_headlen(rxq->priv->netdev, va, PLOVER_HDR_MAX);
	skb_put_data(skb, va, hlen);
	skb_mark_for_recycle(skb);
	*offset = hlen;
	*len -= hlen;
	return skb;
}

static void plover_add_payload(struct plover_rxq *rxq, struct sk_buff *skb, struct plover_rx_slot *slot,
			       unsigned int offset, unsigned int len)
{
	page_pool_dma_sync_netmem_for_cpu(rxq->pool, slot->netmem, offset, len);
	skb_add_rx_frag_netmem(skb, skb_shinfo(skb)->nr_frags, slot->netmem, offset, len, PAGE_SIZE);
	slot->netmem = 0;
}

static void plover_drop(struct plover_rxq *rxq, struct plover_rx_slot *slot)
{
	page_pool_put_full_netmem(rxq->pool, slot->netmem, true);
	slot->netmem = 0;
	rxq->dropped++;
}

static struct sk_buff *plover_begin_frame(struct plover_rxq *rxq, struct napi_struct *napi,
					  struct plover_rx_cmpl *cmpl, struct plover_rx_slot *slot,
					  unsigned int *offset, unsigned int *len)
{
	unsigned int hdr_len = le16_to_cpu(cmpl->hdr_bytes);

	if (hdr_len)
		return plover_split_skb(rxq, napi, hdr_len);
	return plover_unsplit_skb(rxq, napi, slot, offset, len);
}

int plover_rx_poll(struct plover_rxq *rxq, struct napi_struct *napi, int budget)
{
	int done = 0;

	while (done < budget) {
		struct plover_rx_cmpl *cmpl = &rxq->cmpls[rxq->next_to_clean];
		struct plover_rx_slot *slot = &rxq->slots[rxq->next_to_clean];
		unsigned int len = le16_to_cpu(cmpl->bytes);
		unsigned int offset = 0;
		u16 flags = le16_to_cpu(cmpl->flags);

		if (!(flags & PLOVER_CMPL_DONE))
			break;
		dma_rmb();
		rxq->next_to_clean = (rxq->next_to_clean + 1) & PLOVER_RING_MASK;

		if (unlikely(flags & PLOVER_CMPL_ERROR)) {
			plover_drop(rxq, slot);
			continue;
		}
		if (!rxq->skb) {
			rxq->skb = plover_begin_frame(rxq, napi, cmpl, slot, &offset, &len);
			if (!rxq->skb) {
				plover_drop(rxq, slot);
				continue;
			}
		}
		if (len)
			plover_add_payload(rxq, rxq->skb, slot, offset, len);
		cmpl->flags = 0;
		if (!(flags & PLOVER_CMPL_LAST))
			continue;

		done++;
		if (flags & PLOVER_CMPL_CSUM_OK)
			rxq->skb->ip_summed = CHECKSUM_UNNECESSARY;
		skb_record_rx_queue(rxq->skb, rxq->index);
		rxq->skb->protocol = eth_type_trans(rxq->skb, rxq->priv->netdev);
		napi_gro_receive(napi, rxq->skb);
		rxq->skb = NULL;
	}

	plover_refill(rxq);
	return done;
}

void plover_rxq_start(struct plover_rxq *rxq)
{
	plover_refill(rxq);
	writel(1, rxq->priv->regs + PLOVER_REG_RX_ENABLE(rxq->index));
}

void plover_rxq_stop(struct plover_rxq *rxq)
{
	writel(0, rxq->priv->regs + PLOVER_REG_RX_ENABLE(rxq->index));
}

static void plover_empty(struct plover_rxq *rxq)
{
	u16 i;

	for (i = 0; i < PLOVER_RING_SIZE; i++) {
		if (rxq->slots[i].netmem)
			page_pool_put_full_netmem(rxq->pool, rxq->slots[i].netmem, false);
		if (rxq->hdrs[i].page)
			page_pool_put_full_page(rxq->hdr_pool, rxq->hdrs[i].page, false);
	}
}

void plover_rxq_destroy(struct plover_rxq *rxq)
{
	plover_empty(rxq);
	page_pool_destroy(rxq->pool);
	page_pool_destroy(rxq->hdr_pool);
	kvfree(rxq->slots);
	kvfree(rxq->hdrs);
	kfree(rxq);
}

static int plover_alloc_rings(struct plover_rxq *rxq)
{
	size_t bytes = PLOVER_RING_SIZE * sizeof(*rxq->descs);

	rxq->slots = kvcalloc(PLOVER_RING_SIZE, sizeof(*rxq->slots), GFP_KERNEL);
	rxq->hdrs = kvcalloc(PLOVER_RING_SIZE, sizeof(*rxq->hdrs), GFP_KERNEL);
	rxq->descs = dma_alloc_coherent(rxq->dev, bytes, &rxq->descs_dma, GFP_KERNEL);
	rxq->hdr_descs = dma_alloc_coherent(rxq->dev, bytes, &rxq->hdr_descs_dma, GFP_KERNEL);
	rxq->cmpls = dma_alloc_coherent(rxq->dev, PLOVER_RING_SIZE * sizeof(*rxq->cmpls), &rxq->cmpls_dma,
					GFP_KERNEL);
	if (!rxq->slots || !rxq->hdrs || !rxq->descs || !rxq->hdr_descs || !rxq->cmpls)
		return -ENOMEM;
	return 0;
}

struct plover_rxq *plover_rxq_create(struct plover_priv *priv, u16 index)
{
	struct plover_rxq *rxq = kzalloc(sizeof(*rxq), GFP_KERNEL);
	int err;

	if (!rxq)
		return ERR_PTR(-ENOMEM);
	rxq->priv = priv;
	rxq->dev = &priv->pdev->dev;
	rxq->index = index;
	rxq->pool = plover_create_pool(rxq);
	err = PTR_ERR_OR_ZERO(rxq->pool);
	if (err)
		goto free;
	rxq->hdr_pool = plover_create_hdr_pool(rxq);
	err = PTR_ERR_OR_ZERO(rxq->hdr_pool);
	if (err)
		goto destroy_pool;
	err = plover_alloc_rings(rxq);
	if (err)
		goto destroy_hdr_pool;
	return rxq;

destroy_hdr_pool:
	page_pool_destroy(rxq->hdr_pool);
destroy_pool:
	page_pool_destroy(rxq->pool);
free:
	kfree(rxq);
	return ERR_PTR(err);
}
