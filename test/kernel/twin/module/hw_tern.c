// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The device behind the tern driver: a descriptor holds a header and a payload buffer; what does not fit spills into
 * one buffer of the overflow ring. Completions lie at the index of their descriptor.
 */
#include "tern.h"

struct hw_queue {
	struct tern_rxq *rxq;	/* while enabled */
	u16 next;
	u16 overflow_next;
	u16 tx_next;
	struct tern_txq *txq;
};

static struct hw_queue hw_queues[TERN_MAX_QUEUES];

static void hw_transmit(struct pci_dev *pdev, u32 queue)
{
	struct tern_priv *priv = pci_get_drvdata(pdev);
	struct tern_txq *txq = queue < TERN_MAX_QUEUES ? priv->queues[queue].txq : NULL;
	struct hw_queue *hw = &hw_queues[queue];
	bool sent = false;

	if (!txq || twin_holds_tx())
		return;
	if (hw->txq != txq) {
		hw->txq = txq;
		hw->tx_next = txq->next_to_clean;
	}
	while (hw->tx_next != txq->next_to_use) {
		struct tern_tx_desc *desc = &txq->descs[hw->tx_next];

		twin_tx_gather(le64_to_cpu(desc->addr), le16_to_cpu(desc->len));
		if (desc->flags & cpu_to_le16(TERN_TX_LAST))
			twin_tx_end();
		desc->flags |= cpu_to_le16(TERN_TX_DONE);
		hw->tx_next = (hw->tx_next + 1) & TERN_RING_MASK;
		sent = true;
	}
	if (sent)
		twin_raise_irq(queue);
}

static void hw_write(struct pci_dev *pdev, u32 reg, u64 value)
{
	struct tern_priv *priv = pci_get_drvdata(pdev);
	u32 queue = (reg - 0x1000) / TERN_Q_STRIDE;

	if (reg < 0x1000 || queue >= TERN_MAX_QUEUES)
		return;
	if (reg == TERN_REG_RX_ENABLE(queue)) {
		struct tern_rxq *rxq = priv->queues[queue].rxq;

		hw_queues[queue].rxq = value ? rxq : NULL;
		hw_queues[queue].next = rxq->next_to_clean;
		hw_queues[queue].overflow_next = rxq->overflow_clean;
	}
	if (reg == TERN_REG_TX_TAIL(queue))
		hw_transmit(pdev, queue);
}

static int hw_receive(struct pci_dev *pdev, u32 queue, const struct twin_wire *wire)
{
	struct tern_priv *priv = pci_get_drvdata(pdev);
	struct hw_queue *hw = &hw_queues[queue];
	u32 headers = priv->hdr_split && wire->headers <= TERN_HDR_MAX ? wire->headers : 0;
	u32 payload = wire->len - headers;
	u32 first = min_t(u32, payload, PAGE_SIZE);
	u32 spilt = payload - first;
	struct tern_rx_cmpl *cmpl;
	struct tern_rx_desc *desc;
	struct tern_rxq *rxq;
	bool ok = true;

	if (queue >= TERN_MAX_QUEUES || !hw->rxq)
		return TWIN_QUEUE_OFF;
	rxq = hw->rxq;
	if (hw->next == rxq->next_to_use || spilt > PAGE_SIZE || (spilt && hw->overflow_next == rxq->overflow_use))
		return TWIN_NO_DESCRIPTOR;
	desc = &rxq->descs[hw->next];
	cmpl = &rxq->cmpls[hw->next];
	if (headers)
		ok = twin_dma_write(le64_to_cpu(desc->hdr_addr), wire->data, headers);
	if (ok && first)
		ok = twin_dma_write(le64_to_cpu(desc->buf_addr), wire->data + headers, first);
	if (ok && spilt)
		ok = twin_dma_write(le64_to_cpu(rxq->overflow_descs[hw->overflow_next]),
				    wire->data + headers + first, spilt);
	if (!ok)
		return TWIN_BAD_ADDRESS;
	if (spilt)
		hw->overflow_next = (hw->overflow_next + 1) & TERN_OVERFLOW_MASK;
	cmpl->hdr_len = cpu_to_le16(headers);
	cmpl->buf_len = cpu_to_le16(first);
	cmpl->overflow_len = cpu_to_le16(spilt);
	dma_wmb();
	cmpl->flags = cpu_to_le16(TERN_CMPL_DONE | (wire->flags & TWIN_RX_BAD_CSUM ? 0 : TERN_CMPL_CSUM_OK));
	hw->next = (hw->next + 1) & TERN_RING_MASK;
	return TWIN_FILLED;
}

const struct twin_hw twin_hw = {
	.write		= hw_write,
	.receive	= hw_receive,
	.transmit	= hw_transmit,
};
