// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The device behind the plover driver: a ring for headers, one for payload, completions in the order of the payload
 * ring. A frame that does not fit one payload buffer takes more of them.
 */
#include "plover.h"

#define PLOVER_BUF_BYTES	PAGE_SIZE

struct hw_queue {
	struct plover_rxq *rxq;	/* while enabled */
	u16 next;		/* payload descriptor the device fills next */
	u16 hdr_next;
	u16 tx_next;
	struct plover_txq *txq;
};

static struct hw_queue hw_queues[PLOVER_MAX_QUEUES];

static void hw_transmit(struct pci_dev *pdev, u32 queue)
{
	struct plover_priv *priv = pci_get_drvdata(pdev);
	struct plover_txq *txq = queue < PLOVER_MAX_QUEUES ? priv->queues[queue].txq : NULL;
	struct hw_queue *hw = &hw_queues[queue];
	bool sent = false;

	if (!txq || twin_holds_tx())
		return;
	if (hw->txq != txq) {
		hw->txq = txq;
		hw->tx_next = txq->next_to_clean;
	}
	while (hw->tx_next != txq->next_to_use) {
		struct plover_tx_desc *desc = &txq->descs[hw->tx_next];

		twin_tx_gather(le64_to_cpu(desc->addr), le16_to_cpu(desc->len));
		if (desc->flags & cpu_to_le16(PLOVER_TX_LAST))
			twin_tx_end();
		desc->flags |= cpu_to_le16(PLOVER_TX_DONE);
		hw->tx_next = (hw->tx_next + 1) & PLOVER_RING_MASK;
		sent = true;
	}
	if (sent)
		twin_raise_irq(queue);
}

static void hw_write(struct pci_dev *pdev, u32 reg, u64 value)
{
	struct plover_priv *priv = pci_get_drvdata(pdev);
	u32 queue = (reg - 0x1000) / 0x100;

	if (reg < 0x1000 || queue >= PLOVER_MAX_QUEUES)
		return;
	if (reg == PLOVER_REG_RX_ENABLE(queue)) {
		struct plover_rxq *rxq = priv->queues[queue].rxq;

		hw_queues[queue].rxq = value ? rxq : NULL;
		hw_queues[queue].next = rxq->next_to_clean;
		hw_queues[queue].hdr_next = rxq->hdr_clean;
	}
	if (reg == PLOVER_REG_TX_TAIL(queue))
		hw_transmit(pdev, queue);
}

static void hw_complete(struct hw_queue *hw, u32 headers, u32 bytes, u16 flags)
{
	struct plover_rx_cmpl *cmpl = &hw->rxq->cmpls[hw->next];

	cmpl->hdr_bytes = cpu_to_le16(headers);
	cmpl->bytes = cpu_to_le16(bytes);
	dma_wmb();
	cmpl->flags = cpu_to_le16(flags | PLOVER_CMPL_DONE);
	hw->next = (hw->next + 1) & PLOVER_RING_MASK;
}

static int hw_receive(struct pci_dev *pdev, u32 queue, const struct twin_wire *wire)
{
	struct plover_priv *priv = pci_get_drvdata(pdev);
	struct hw_queue *hw = &hw_queues[queue];
	u32 headers = priv->split && wire->headers <= PLOVER_HDR_MAX ? wire->headers : 0;
	u32 left = wire->len - headers;
	u32 buffers = max(DIV_ROUND_UP(left, PLOVER_BUF_BYTES), 1);
	struct plover_rxq *rxq;
	const u8 *from = wire->data;

	if (queue >= PLOVER_MAX_QUEUES || !hw->rxq)
		return TWIN_QUEUE_OFF;
	rxq = hw->rxq;
	if (((rxq->next_to_use - hw->next) & PLOVER_RING_MASK) < buffers)
		return TWIN_NO_DESCRIPTOR;
	if (headers) {
		if (rxq->hdr_use == hw->hdr_next)
			return TWIN_NO_DESCRIPTOR;
		if (!twin_dma_write(le64_to_cpu(rxq->hdr_descs[hw->hdr_next].addr), from, headers))
			return TWIN_BAD_ADDRESS;
		hw->hdr_next = (hw->hdr_next + 1) & PLOVER_RING_MASK;
		from += headers;
	}
	do {
		u32 bytes = min_t(u32, left, PLOVER_BUF_BYTES);
		u16 flags = bytes == left ? PLOVER_CMPL_LAST : 0;

		if (bytes && !twin_dma_write(le64_to_cpu(rxq->descs[hw->next].addr), from, bytes))
			return TWIN_BAD_ADDRESS;
		if (!(wire->flags & TWIN_RX_BAD_CSUM))
			flags |= PLOVER_CMPL_CSUM_OK;
		hw_complete(hw, headers, bytes, flags);
		from += bytes;
		left -= bytes;
	} while (left);
	return TWIN_FILLED;
}

const struct twin_hw twin_hw = {
	.write		= hw_write,
	.receive	= hw_receive,
	.transmit	= hw_transmit,
};
