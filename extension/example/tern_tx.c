// SPDX-License-Identifier: MIT
/* Tern 25G Ethernet: transmit queues. */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/slab.h>

#include "tern.h"

static u16 tern_tx_free(const struct tern_txq *txq)
{
	return (txq->next_to_clean - txq->next_to_use - 1) & TERN_RING_MASK;
}

static void tern_tx_post(struct tern_txq *txq, dma_addr_t dma, unsigned int len)
{
	struct tern_tx_desc *desc = &txq->descs[txq->next_to_use];

	desc->addr = cpu_to_le64(dma);
	desc->len = cpu_to_le16(len);
	desc->flags = 0;
	txq->next_to_use = (txq->next_to_use + 1) & TERN_RING_MASK;
}

static void tern_tx_unmap(struct tern_txq *txq, struct tern_tx_buf *buf)
{
	if (!dma_unmap_len(buf, len))
		return;
	if (buf->linear)
		dma_unmap_single(txq->dev, dma_unmap_addr(buf, dma), dma_unmap_len(buf, len), DMA_TO_DEVICE);
	else
		dma_unmap_page(txq->dev, dma_unmap_addr(buf, dma), dma_unmap_len(buf, len), DMA_TO_DEVICE);
	dma_unmap_len_set(buf, len, 0);
}

static int tern_tx_map_head(struct tern_txq *txq, struct sk_buff *skb)
{
	struct tern_tx_buf *buf = &txq->bufs[txq->next_to_use];
	dma_addr_t mapping;

	mapping = dma_map_single(txq->dev, skb->data, skb_headlen(skb), DMA_TO_DEVICE);
	if (dma_mapping_error(txq->dev, mapping))
		return -ENOMEM;
	buf->linear = true;
	dma_unmap_addr_set(buf, dma, mapping);
	dma_unmap_len_set(buf, len, skb_headlen(skb));
	tern_tx_post(txq, mapping, skb_headlen(skb));
	return 0;
}

static int tern_tx_map_frag(struct tern_txq *txq, const skb_frag_t *frag)
{
	struct tern_tx_buf *buf = &txq->bufs[txq->next_to_use];
	dma_addr_t mapping;

	mapping = skb_frag_dma_map(txq->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
	if (dma_mapping_error(txq->dev, mapping))
		return -ENOMEM;
	buf->linear = false;
	dma_unmap_addr_set(buf, dma, mapping);
	dma_unmap_len_set(buf, len, skb_frag_size(frag));
	tern_tx_post(txq, mapping, skb_frag_size(frag));
	return 0;
}

netdev_tx_t tern_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct tern_priv *priv = netdev_priv(netdev);
	u16 index = skb_get_queue_mapping(skb);
	struct tern_txq *txq = priv->queues[index].txq;
	u16 first = txq->next_to_use;
	u16 last;
	int i;

	if (tern_tx_free(txq) < skb_shinfo(skb)->nr_frags + 1) {
		netif_stop_subqueue(netdev, index);
		return NETDEV_TX_BUSY;
	}

	if (tern_tx_map_head(txq, skb))
		goto drop;
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		if (tern_tx_map_frag(txq, &skb_shinfo(skb)->frags[i]))
			goto unmap;
	}

	last = (txq->next_to_use - 1) & TERN_RING_MASK;
	txq->bufs[last].skb = skb;
	txq->descs[last].flags = cpu_to_le16(TERN_TX_LAST);
	dma_wmb();
	writel(txq->next_to_use, priv->regs + TERN_REG_TX_TAIL(index));
	return NETDEV_TX_OK;

unmap:
	while (txq->next_to_use != first) {
		txq->next_to_use = (txq->next_to_use - 1) & TERN_RING_MASK;
		tern_tx_unmap(txq, &txq->bufs[txq->next_to_use]);
	}
drop:
	netdev->stats.tx_dropped++;
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

/* Frames the device has sent. */
void tern_tx_clean(struct tern_txq *txq)
{
	struct net_device *netdev = txq->priv->netdev;

	while (txq->next_to_clean != txq->next_to_use) {
		struct tern_tx_buf *buf = &txq->bufs[txq->next_to_clean];
		struct tern_tx_desc *desc = &txq->descs[txq->next_to_clean];

		if (!(le16_to_cpu(desc->flags) & TERN_TX_DONE))
			break;
		tern_tx_unmap(txq, buf);
		if (buf->skb) {
			napi_consume_skb(buf->skb, 1);
			buf->skb = NULL;
		}
		txq->next_to_clean = (txq->next_to_clean + 1) & TERN_RING_MASK;
	}
	if (__netif_subqueue_stopped(netdev, txq->index) && tern_tx_free(txq) >= TERN_TX_WAKE)
		netif_wake_subqueue(netdev, txq->index);
}

struct tern_txq *tern_txq_create(struct tern_priv *priv, u16 index)
{
	struct tern_txq *txq;

	txq = kzalloc(sizeof(*txq), GFP_KERNEL);
	if (!txq)
		return NULL;
	txq->priv = priv;
	txq->dev = &priv->pdev->dev;
	txq->index = index;
	txq->bufs = kvcalloc(TERN_RING_SIZE, sizeof(*txq->bufs), GFP_KERNEL);
	txq->descs = dma_alloc_coherent(txq->dev, TERN_RING_SIZE * sizeof(*txq->descs), &txq->descs_dma,
					GFP_KERNEL);
	if (!txq->bufs || !txq->descs) {
		tern_txq_destroy(txq);
		return NULL;
	}
	return txq;
}

void tern_txq_destroy(struct tern_txq *txq)
{
	u16 i;

	for (i = 0; txq->bufs && i < TERN_RING_SIZE; i++) {
		tern_tx_unmap(txq, &txq->bufs[i]);
		dev_kfree_skb_any(txq->bufs[i].skb);
	}
	if (txq->descs)
		dma_free_coherent(txq->dev, TERN_RING_SIZE * sizeof(*txq->descs), txq->descs, txq->descs_dma);
	kvfree(txq->bufs);
	kfree(txq);
}
