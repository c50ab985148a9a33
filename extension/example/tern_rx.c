// SPDX-License-Identifier: MIT
/* Tern 25G Ethernet: receive queues. */
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/io.h>
#include <linux/slab.h>
#include <net/page_pool/helpers.h>

#include "tern.h"

static struct page_pool *tern_create_hdr_pool(struct tern_rxq *rxq)
{
	struct page_pool_params pp = {
		.flags		= PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.pool_size	= TERN_RING_SIZE,
		.nid		= NUMA_NO_NODE,
		.dev		= rxq->dev,
		.napi		= &rxq->priv->queues[rxq->index].napi,
		.dma_dir	= DMA_FROM_DEVICE,
		.offset		= TERN_HDR_ROOM,
		.max_len	= TERN_HDR_MAX,
	};

	return page_pool_create(&pp);
}

static struct page_pool *tern_create_buf_pool(struct tern_rxq *rxq)
{
	struct page_pool_params pp = {
		.flags		= PP_FLAG_DMA_MAP | PP_FLAG_ALLOW_UNREADABLE_NETMEM,
		.pool_size	= TERN_RING_SIZE,
		.nid		= NUMA_NO_NODE,
		.dev		= rxq->dev,
		.netdev		= rxq->priv->netdev,
		.queue_idx	= rxq->index,
		.napi		= &rxq->priv->queues[rxq->index].napi,
		.dma_dir	= DMA_FROM_DEVICE,
		.max_len	= PAGE_SIZE,
	};

	return page_pool_create(&pp);
}

/* Give the device a descriptor with both buffers. The slot keeps what it still has. */
static bool tern_rx_refill_one(struct tern_rxq *rxq, u16 slot)
{
	struct tern_rx_buf *buf = &rxq->bufs[slot];
	struct tern_rx_desc *desc = &rxq->descs[slot];

	if (!buf->hdr) {
		buf->hdr = page_pool_dev_alloc_pages(rxq->hdr_pool);
		if (!buf->hdr)
			return false;
	}
	if (!buf->page) {
		buf->page = page_pool_dev_alloc_pages(rxq->buf_pool);
		if (!buf->page)
			return false;
		buf->dma = page_pool_get_dma_addr(buf->page);
	}

	desc->hdr_addr = cpu_to_le64(page_pool_get_dma_addr(buf->hdr) + TERN_HDR_ROOM);
	desc->buf_addr = cpu_to_le64(buf->dma);
	return true;
}

static void tern_rx_refill(struct tern_rxq *rxq)
{
	u16 use = rxq->next_to_use;

	while (((use + 1) & TERN_RING_MASK) != rxq->next_to_clean) {
		if (!tern_rx_refill_one(rxq, use)) {
			rxq->alloc_failed++;
			break;
		}
		use = (use + 1) & TERN_RING_MASK;
	}
	if (use == rxq->next_to_use)
		return;

	rxq->next_to_use = use;
	dma_wmb();
	writel(use, rxq->priv->regs + TERN_REG_RX_TAIL(rxq->index));
}

static void tern_overflow_refill(struct tern_rxq *rxq)
{
	u16 use = rxq->overflow_use;

	while (((use + 1) & TERN_OVERFLOW_MASK) != rxq->overflow_clean) {
		struct tern_overflow_buf *spill = &rxq->overflow[use];

		spill->page = dev_alloc_page();
		if (!spill->page)
			break;
		spill->dma = dma_map_page(rxq->dev, spill->page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
		if (dma_mapping_error(rxq->dev, spill->dma)) {
			__free_page(spill->page);
			spill->page = NULL;
			break;
		}
		rxq->overflow_descs[use] = cpu_to_le64(spill->dma);
		use = (use + 1) & TERN_OVERFLOW_MASK;
	}
	rxq->overflow_use = use;
	writel(use, rxq->priv->regs + TERN_REG_RX_OVERFLOW(rxq->index));
}

/* The headers become the linear part of the skb. */
static struct sk_buff *tern_rx_build_skb(struct tern_rxq *rxq, struct tern_rx_buf *buf, unsigned int len)
{
	dma_addr_t dma = page_pool_get_dma_addr(buf->hdr);
	struct sk_buff *skb;

	dma_sync_single_range_for_cpu(rxq->dev, dma, TERN_HDR_ROOM, len, DMA_FROM_DEVICE);
	skb = napi_build_skb(page_address(buf->hdr), PAGE_SIZE);
	if (!skb)
		return NULL;

	skb_mark_for_recycle(skb);
	skb_reserve(skb, TERN_HDR_ROOM);
	__skb_put(skb, len);
	buf->hdr = NULL;
	return skb;
}

/* The device could not tell headers from payload: a copy of a short frame, and the buffer stays where it is. */
static struct sk_buff *tern_rx_copy_unsplit(struct tern_rxq *rxq, struct napi_struct *napi,
					    struct tern_rx_buf *buf, unsigned int len)
{
	struct sk_buff *skb;

	rxq->unsplit++;
	if (len > TERN_COPY_MAX)
		return NULL;

	skb = napi_alloc_skb(napi, len);
	if (!skb)
		return NULL;

	skb_put_data(skb, page_address(buf->page), len);
	if (page_ref_count(buf->page) != 1) {
		/* Somebody still reads an earlier frame from it: not ours to fill again. */
		page_pool_put_full_page(rxq->buf_pool, buf->page, true);
		buf->page = NULL;
	}
	return skb;
}

static void tern_overflow_free(struct tern_rxq *rxq, struct tern_overflow_buf *spill)
{
	if (!spill->page)
		return;
	dma_unmap_page(rxq->dev, spill->dma, PAGE_SIZE, DMA_FROM_DEVICE);
	__free_page(spill->page);
	spill->page = NULL;
}

/* What did not fit into the payload buffer. The frame is dropped if there is no skb. */
static void tern_rx_add_overflow(struct tern_rxq *rxq, struct sk_buff *skb, unsigned int len)
{
	struct tern_overflow_buf *spill = &rxq->overflow[rxq->overflow_clean];

	rxq->overflow_clean = (rxq->overflow_clean + 1) & TERN_OVERFLOW_MASK;
	if (!skb) {
		tern_overflow_free(rxq, spill);
		return;
	}
	dma_unmap_page(rxq->dev, spill->dma, PAGE_SIZE, DMA_FROM_DEVICE);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, spill->page, 0, len, PAGE_SIZE);
	spill->page = NULL;
}

static struct sk_buff *tern_rx_frame(struct tern_rxq *rxq, struct napi_struct *napi,
				     struct tern_rx_cmpl *cmpl, struct tern_rx_buf *buf)
{
	unsigned int overflow_len = le16_to_cpu(cmpl->overflow_len);
	unsigned int hdr_len = le16_to_cpu(cmpl->hdr_len);
	unsigned int buf_len = le16_to_cpu(cmpl->buf_len);
	struct sk_buff *skb;

	if (buf_len)
		dma_sync_single_range_for_cpu(rxq->dev, buf->dma, 0, buf_len, DMA_FROM_DEVICE);
	if (!hdr_len)
		return tern_rx_copy_unsplit(rxq, napi, buf, buf_len);

	skb = tern_rx_build_skb(rxq, buf, hdr_len);
	if (!skb) {
		if (overflow_len)
			tern_rx_add_overflow(rxq, NULL, overflow_len);
		return NULL;
	}

	if (buf_len) {
		skb_add_rx_frag(skb, 0, buf->page, 0, buf_len, PAGE_SIZE);
		buf->page = NULL;
	}
	if (overflow_len)
		tern_rx_add_overflow(rxq, skb, overflow_len);
	return skb;
}

int tern_rx_poll(struct tern_rxq *rxq, struct napi_struct *napi, int budget)
{
	struct net_device *netdev = rxq->priv->netdev;
	int done = 0;

	while (done < budget) {
		u16 slot = rxq->next_to_clean;
		struct tern_rx_cmpl *cmpl = &rxq->cmpls[slot];
		u16 flags = le16_to_cpu(cmpl->flags);
		struct sk_buff *skb;

		if (!(flags & TERN_CMPL_DONE))
			break;
		dma_rmb();

		skb = tern_rx_frame(rxq, napi, cmpl, &rxq->bufs[slot]);
		cmpl->flags = 0;
		rxq->next_to_clean = (slot + 1) & TERN_RING_MASK;
		done++;
		if (!skb) {
			netdev->stats.rx_dropped++;
			continue;
		}

		if (flags & TERN_CMPL_CSUM_OK)
			skb->ip_summed = CHECKSUM_UNNECESSARY;
		skb_set_hash(skb, le32_to_cpu(cmpl->rss_hash), PKT_HASH_TYPE_L4);
		skb_record_rx_queue(skb, rxq->index);
		rxq->packets++;
		rxq->bytes += skb->len;
		skb->protocol = eth_type_trans(skb, netdev);
		napi_gro_receive(napi, skb);
	}

	tern_rx_refill(rxq);
	tern_overflow_refill(rxq);
	return done;
}

void tern_rxq_start(struct tern_rxq *rxq)
{
	tern_rx_refill(rxq);
	tern_overflow_refill(rxq);
	writel(1, rxq->priv->regs + TERN_REG_RX_ENABLE(rxq->index));
}

void tern_rxq_stop(struct tern_rxq *rxq)
{
	writel(0, rxq->priv->regs + TERN_REG_RX_ENABLE(rxq->index));
}

static void tern_rx_free_bufs(struct tern_rxq *rxq)
{
	u16 i;

	for (i = 0; i < TERN_RING_SIZE; i++) {
		struct tern_rx_buf *buf = &rxq->bufs[i];

		if (buf->hdr)
			page_pool_put_full_page(rxq->hdr_pool, buf->hdr, false);
		if (buf->page)
			page_pool_put_full_page(rxq->buf_pool, buf->page, false);
	}
	for (i = 0; i < TERN_OVERFLOW_SIZE; i++)
		tern_overflow_free(rxq, &rxq->overflow[i]);
}

void tern_rxq_destroy(struct tern_rxq *rxq)
{
	tern_rx_free_bufs(rxq);
	page_pool_destroy(rxq->hdr_pool);
	page_pool_destroy(rxq->buf_pool);
	dma_free_coherent(rxq->dev, TERN_RING_SIZE * sizeof(*rxq->descs), rxq->descs, rxq->descs_dma);
	dma_free_coherent(rxq->dev, TERN_RING_SIZE * sizeof(*rxq->cmpls), rxq->cmpls, rxq->cmpls_dma);
	dma_free_coherent(rxq->dev, TERN_OVERFLOW_SIZE * sizeof(*rxq->overflow_descs), rxq->overflow_descs,
			  rxq->overflow_dma);
	kvfree(rxq->bufs);
	kfree(rxq);
}

static int tern_rxq_alloc_rings(struct tern_rxq *rxq)
{
	rxq->bufs = kvcalloc(TERN_RING_SIZE, sizeof(*rxq->bufs), GFP_KERNEL);
	rxq->descs = dma_alloc_coherent(rxq->dev, TERN_RING_SIZE * sizeof(*rxq->descs), &rxq->descs_dma,
					GFP_KERNEL);
	rxq->cmpls = dma_alloc_coherent(rxq->dev, TERN_RING_SIZE * sizeof(*rxq->cmpls), &rxq->cmpls_dma,
					GFP_KERNEL);
	rxq->overflow_descs = dma_alloc_coherent(rxq->dev, TERN_OVERFLOW_SIZE * sizeof(*rxq->overflow_descs),
						 &rxq->overflow_dma, GFP_KERNEL);
	if (!rxq->bufs || !rxq->descs || !rxq->cmpls || !rxq->overflow_descs)
		return -ENOMEM;
	return 0;
}

struct tern_rxq *tern_rxq_create(struct tern_priv *priv, u16 index)
{
	struct tern_rxq *rxq;
	int err;

	rxq = kzalloc(sizeof(*rxq), GFP_KERNEL);
	if (!rxq)
		return ERR_PTR(-ENOMEM);
	rxq->priv = priv;
	rxq->dev = &priv->pdev->dev;
	rxq->index = index;

	rxq->hdr_pool = tern_create_hdr_pool(rxq);
	if (IS_ERR(rxq->hdr_pool)) {
		err = PTR_ERR(rxq->hdr_pool);
		goto free_rxq;
	}
	rxq->buf_pool = tern_create_buf_pool(rxq);
	if (IS_ERR(rxq->buf_pool)) {
		err = PTR_ERR(rxq->buf_pool);
		goto destroy_hdr_pool;
	}
	err = tern_rxq_alloc_rings(rxq);
	if (err)
		goto destroy_buf_pool;
	return rxq;

destroy_buf_pool:
	page_pool_destroy(rxq->buf_pool);
destroy_hdr_pool:
	page_pool_destroy(rxq->hdr_pool);
free_rxq:
	kfree(rxq);
	return ERR_PTR(err);
}
