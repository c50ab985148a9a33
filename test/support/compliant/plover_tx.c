// SPDX-License-Identifier: MIT
/* Plover 100G Ethernet: transmit queues. */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/slab.h>

#include "plover.h"

static u16 plover_tx_room(const struct plover_txq *txq)
{
	return (txq->next_to_clean - txq->next_to_use - 1) & PLOVER_RING_MASK;
}

static void plover_tx_post(struct plover_txq *txq, dma_addr_t dma, unsigned int len)
{
	struct plover_tx_desc *desc = &txq->descs[txq->next_to_use];

	desc->addr = cpu_to_le64(dma);
	desc->len = cpu_to_le16(len);
	desc->flags = 0;
	txq->next_to_use = (txq->next_to_use + 1) & PLOVER_RING_MASK;
}

static void plover_tx_unmap(struct plover_txq *txq, struct plover_tx_slot *slot)
{
	if (!dma_unmap_len(slot, len))
		return;
	if (slot->linear)
		dma_unmap_single(txq->dev, dma_unmap_addr(slot, dma), dma_unmap_len(slot, len), DMA_TO_DEVICE);
	else
		netmem_dma_unmap_page_attrs(txq->dev, dma_unmap_addr(slot, dma), dma_unmap_len(slot, len),
					    DMA_TO_DEVICE, 0);
	dma_unmap_len_set(slot, len, 0);
}

static int plover_map_head(struct plover_txq *txq, struct sk_buff *skb)
{
	struct plover_tx_slot *slot = &txq->slots[txq->next_to_use];
	dma_addr_t mapping = dma_map_single(txq->dev, skb->data, skb_headlen(skb), DMA_TO_DEVICE);

	if (dma_mapping_error(txq->dev, mapping))
		return -ENOMEM;
	slot->linear = true;
	dma_unmap_addr_set(slot, dma, mapping);
	dma_unmap_len_set(slot, len, skb_headlen(skb));
	plover_tx_post(txq, mapping, skb_headlen(skb));
	return 0;
}

static int plover_map_frag(struct plover_txq *txq, const skb_frag_t *frag)
{
	struct plover_tx_slot *slot = &txq->slots[txq->next_to_use];
	dma_addr_t mapping = skb_frag_dma_map(txq->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);

	if (dma_mapping_error(txq->dev, mapping))
		return -ENOMEM;
	slot->linear = false;
	netmem_dma_unmap_addr_set(skb_frag_netmem(frag), slot, dma, mapping);
	dma_unmap_len_set(slot, len, skb_frag_size(frag));
	plover_tx_post(txq, mapping, skb_frag_size(frag));
	return 0;
}

netdev_tx_t plover_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct plover_priv *priv = netdev_priv(netdev);
	u16 index = skb_get_queue_mapping(skb);
	struct plover_txq *txq = priv->queues[index].txq;
	u16 first = txq->next_to_use;
	u16 last;
	int i;

	if (unlikely(plover_tx_room(txq) < skb_shinfo(skb)->nr_frags + 1)) {
		netif_stop_subqueue(netdev, index);
		return NETDEV_TX_BUSY;
	}
	if (plover_map_head(txq, skb))
		goto drop;
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		if (plover_map_frag(txq, &skb_shinfo(skb)->frags[i]))
			goto unmap;
	}
	last = (txq->next_to_use - 1) & PLOVER_RING_MASK;
	txq->slots[last].skb = skb;
	txq->descs[last].flags = cpu_to_le16(PLOVER_TX_LAST);
	dma_wmb();
	writel(txq->next_to_use, priv->regs + PLOVER_REG_TX_TAIL(index));
	return NETDEV_TX_OK;

unmap:
	while (txq->next_to_use != first) {
		txq->next_to_use = (txq->next_to_use - 1) & PLOVER_RING_MASK;
		plover_tx_unmap(txq, &txq->slots[txq->next_to_use]);
	}
drop:
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

/* Frames that the device has sent. */
void plover_tx_clean(struct plover_txq *txq, int budget)
{
	while (txq->next_to_clean != txq->next_to_use) {
		struct plover_tx_slot *slot = &txq->slots[txq->next_to_clean];

		if (!(le16_to_cpu(txq->descs[txq->next_to_clean].flags) & PLOVER_TX_DONE))
			break;
		plover_tx_unmap(txq, slot);
		if (slot->skb)
			napi_consume_skb(slot->skb, budget);
		slot->skb = NULL;
		txq->next_to_clean = (txq->next_to_clean + 1) & PLOVER_RING_MASK;
	}
}

struct plover_txq *plover_txq_create(struct plover_priv *priv, u16 index)
{
	struct plover_txq *txq = kzalloc(sizeof(*txq), GFP_KERNEL);

	if (!txq)
		return NULL;
	txq->priv = priv;
	txq->dev = &priv->pdev->dev;
	txq->index = index;
	txq->slots = kvcalloc(PLOVER_RING_SIZE, sizeof(*txq->slots), GFP_KERNEL);
	txq->descs = dma_alloc_coherent(txq->dev, PLOVER_RING_SIZE * sizeof(*txq->descs), &txq->descs_dma,
					GFP_KERNEL);
	if (!txq->slots || !txq->descs) {
		plover_txq_destroy(txq);
		return NULL;
	}
	return txq;
}

void plover_txq_destroy(struct plover_txq *txq)
{
	u16 i;

	for (i = 0; txq->slots && i < PLOVER_RING_SIZE; i++) {
		plover_tx_unmap(txq, &txq->slots[i]);
		dev_kfree_skb_any(txq->slots[i].skb);
	}
	kvfree(txq->slots);
	kfree(txq);
}
