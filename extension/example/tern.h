/* SPDX-License-Identifier: MIT */
/*
 * Tern 25G Ethernet. There is no such hardware: this is the driver that Netmem Workbench opens to show its work.
 *
 * The device writes headers of a received frame into one buffer and the payload into another. Each receive queue
 * has a ring of descriptors, each with the address of both; what does not fit into the payload buffer spills into
 * buffers of an overflow ring.
 */
#ifndef _TERN_H
#define _TERN_H

#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/skbuff.h>
#include <net/page_pool/types.h>

#define TERN_MAX_QUEUES		8
#define TERN_RING_SIZE		512
#define TERN_RING_MASK		(TERN_RING_SIZE - 1)
#define TERN_OVERFLOW_SIZE	64
#define TERN_OVERFLOW_MASK	(TERN_OVERFLOW_SIZE - 1)
#define TERN_HDR_ROOM		NET_SKB_PAD
#define TERN_HDR_MAX		256
#define TERN_COPY_MAX		1024
#define TERN_TX_WAKE		(MAX_SKB_FRAGS + 2)

/* Registers; queue registers repeat every TERN_Q_STRIDE bytes. */
#define TERN_REG_CTRL		0x0000
#define   TERN_CTRL_HDR_SPLIT	BIT(0)
#define TERN_REG_STATS		0x0010
#define TERN_Q_STRIDE		0x0100
#define TERN_REG_RX_TAIL(q)	(0x1000 + (q) * TERN_Q_STRIDE)
#define TERN_REG_RX_OVERFLOW(q)	(0x1004 + (q) * TERN_Q_STRIDE)
#define TERN_REG_RX_ENABLE(q)	(0x1008 + (q) * TERN_Q_STRIDE)
#define TERN_REG_TX_TAIL(q)	(0x1010 + (q) * TERN_Q_STRIDE)
#define TERN_REG_INT_ENABLE(q)	(0x1014 + (q) * TERN_Q_STRIDE)

struct tern_rx_desc {
	__le64 hdr_addr;
	__le64 buf_addr;
};

struct tern_rx_cmpl {
	__le32 rss_hash;
	__le16 hdr_len;		/* 0: the device could not split the frame */
	__le16 buf_len;
	__le16 overflow_len;
	__le16 flags;
#define TERN_CMPL_DONE		BIT(0)
#define TERN_CMPL_CSUM_OK	BIT(1)
	__le32 reserved;
};

struct tern_tx_desc {
	__le64 addr;
	__le16 len;
	__le16 flags;
#define TERN_TX_LAST		BIT(0)
#define TERN_TX_DONE		BIT(1)
	__le32 reserved;
};

/* One slot of a receive ring: where the headers go and where the payload goes. */
struct tern_rx_buf {
	struct page *hdr;
	struct page *page;
	dma_addr_t dma;
};

struct tern_overflow_buf {
	struct page *page;
	dma_addr_t dma;
};

struct tern_rxq {
	struct tern_priv *priv;
	struct device *dev;
	u16 index;
	u16 next_to_clean;
	u16 next_to_use;
	struct page_pool *hdr_pool;
	struct page_pool *buf_pool;
	struct tern_rx_buf *bufs;
	struct tern_rx_desc *descs;
	struct tern_rx_cmpl *cmpls;
	dma_addr_t descs_dma;
	dma_addr_t cmpls_dma;
	u16 overflow_clean;
	u16 overflow_use;
	struct tern_overflow_buf overflow[TERN_OVERFLOW_SIZE];
	__le64 *overflow_descs;
	dma_addr_t overflow_dma;
	u64 packets;
	u64 bytes;
	u64 unsplit;
	u64 alloc_failed;
};

struct tern_tx_buf {
	struct sk_buff *skb;	/* in the slot of the last descriptor of a frame */
	bool linear;
	DEFINE_DMA_UNMAP_ADDR(dma);
	DEFINE_DMA_UNMAP_LEN(len);
};

struct tern_txq {
	struct tern_priv *priv;
	struct device *dev;
	u16 index;
	u16 next_to_clean;
	u16 next_to_use;
	struct tern_tx_buf *bufs;
	struct tern_tx_desc *descs;
	dma_addr_t descs_dma;
};

struct tern_queue {
	struct napi_struct napi;
	struct tern_rxq *rxq;
	struct tern_txq *txq;
};

/* What the device keeps writing while it runs. */
struct tern_hw_stats {
	__le64 rx_missed;
	__le64 rx_crc_errors;
};

struct tern_priv {
	struct net_device *netdev;
	struct pci_dev *pdev;
	void __iomem *regs;
	u16 num_queues;
	bool hdr_split;
	struct page *stats_page;
	dma_addr_t stats_dma;
	struct tern_queue queues[TERN_MAX_QUEUES];
};

extern const struct ethtool_ops tern_ethtool_ops;
extern const struct netdev_queue_mgmt_ops tern_queue_mgmt_ops;

struct tern_rxq *tern_rxq_create(struct tern_priv *priv, u16 index);
void tern_rxq_destroy(struct tern_rxq *rxq);
void tern_rxq_start(struct tern_rxq *rxq);
void tern_rxq_stop(struct tern_rxq *rxq);
int tern_rx_poll(struct tern_rxq *rxq, struct napi_struct *napi, int budget);

struct tern_txq *tern_txq_create(struct tern_priv *priv, u16 index);
void tern_txq_destroy(struct tern_txq *txq);
void tern_tx_clean(struct tern_txq *txq);
netdev_tx_t tern_xmit(struct sk_buff *skb, struct net_device *netdev);

void tern_set_hdr_split(struct tern_priv *priv, bool on);
void tern_read_hw_stats(struct tern_priv *priv, u64 *missed, u64 *crc_errors);

#endif /* _TERN_H */
