/* SPDX-License-Identifier: MIT */
/*
 * Plover 100G Ethernet. There is no such hardware: this driver supports netmem in every point of the kernel's netmem
 * document, on a 6.18 tree. Tests break it in one place at a time.
 */
#ifndef _PLOVER_H
#define _PLOVER_H

#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/skbuff.h>
#include <net/page_pool/types.h>

#define PLOVER_MAX_QUEUES	4
#define PLOVER_RING_SIZE	256
#define PLOVER_RING_MASK	(PLOVER_RING_SIZE - 1)
#define PLOVER_HDR_ROOM		NET_SKB_PAD
#define PLOVER_HDR_MAX		512

#define PLOVER_REG_CTRL		0x0000
#define   PLOVER_CTRL_SPLIT	BIT(0)
#define PLOVER_REG_RX_TAIL(q)	(0x1000 + (q) * 0x100)
#define PLOVER_REG_RX_ENABLE(q)	(0x1008 + (q) * 0x100)
#define PLOVER_REG_TX_TAIL(q)	(0x1010 + (q) * 0x100)
#define PLOVER_REG_INT(q)	(0x1014 + (q) * 0x100)

struct plover_rx_desc {
	__le64 addr;
};

struct plover_rx_cmpl {
	__le16 hdr_bytes;	/* 0: headers and payload could not be told apart */
	__le16 bytes;
	__le16 flags;
#define PLOVER_CMPL_DONE	BIT(0)
#define PLOVER_CMPL_LAST	BIT(1)
#define PLOVER_CMPL_ERROR	BIT(2)
#define PLOVER_CMPL_CSUM_OK	BIT(3)
	__le16 reserved;
};

struct plover_tx_desc {
	__le64 addr;
	__le16 len;
	__le16 flags;
#define PLOVER_TX_LAST		BIT(0)
#define PLOVER_TX_DONE		BIT(1)
	__le32 reserved;
};

struct plover_rxq {
	struct plover_priv *priv;
	struct device *dev;
	u16 index;
	struct page_pool *pool;
	struct page_pool *hdr_pool;
	struct plover_rx_slot *slots;
	struct plover_hdr_slot *hdrs;
	struct plover_rx_desc *descs;
	struct plover_rx_desc *hdr_descs;
	struct plover_rx_cmpl *cmpls;
	dma_addr_t descs_dma;
	dma_addr_t hdr_descs_dma;
	dma_addr_t cmpls_dma;
	u16 next_to_use;
	u16 next_to_clean;
	u16 hdr_use;
	u16 hdr_clean;
	struct sk_buff *skb;	/* frame at work: its descriptors may come in several polls */
	u64 dropped;
};

struct plover_tx_slot {
	struct sk_buff *skb;
	bool linear;
	DEFINE_DMA_UNMAP_ADDR(dma);
	DEFINE_DMA_UNMAP_LEN(len);
};

struct plover_txq {
	struct plover_priv *priv;
	struct device *dev;
	u16 index;
	u16 next_to_use;
	u16 next_to_clean;
	struct plover_tx_slot *slots;
	struct plover_tx_desc *descs;
	dma_addr_t descs_dma;
};

struct plover_queue {
	struct napi_struct napi;
	struct plover_rxq *rxq;
	struct plover_txq *txq;
};

struct plover_priv {
	struct net_device *netdev;
	struct pci_dev *pdev;
	void __iomem *regs;
	bool split;
	struct plover_queue queues[PLOVER_MAX_QUEUES];
};

extern const struct ethtool_ops plover_ethtool_ops;

struct plover_rxq *plover_rxq_create(struct plover_priv *priv, u16 index);
void plover_rxq_destroy(struct plover_rxq *rxq);
void plover_rxq_start(struct plover_rxq *rxq);
void plover_rxq_stop(struct plover_rxq *rxq);
int plover_rx_poll(struct plover_rxq *rxq, struct napi_struct *napi, int budget);

struct plover_txq *plover_txq_create(struct plover_priv *priv, u16 index);
void plover_txq_destroy(struct plover_txq *txq);
void plover_tx_clean(struct plover_txq *txq, int budget);
netdev_tx_t plover_xmit(struct sk_buff *skb, struct net_device *netdev);

#endif /* _PLOVER_H */
