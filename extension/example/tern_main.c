// SPDX-License-Identifier: MIT
/* Tern 25G Ethernet: probe, open and stop, queue management. */
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <net/netdev_queues.h>

#include "tern.h"

void tern_set_hdr_split(struct tern_priv *priv, bool on)
{
	priv->hdr_split = on;
	writel(on ? TERN_CTRL_HDR_SPLIT : 0, priv->regs + TERN_REG_CTRL);
}

/* The device writes its counters into one page of ordinary memory, which lives as long as the driver. */
static int tern_map_stats(struct tern_priv *priv)
{
	struct device *dev = &priv->pdev->dev;

	priv->stats_page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!priv->stats_page)
		return -ENOMEM;
	priv->stats_dma = dma_map_page(dev, priv->stats_page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	if (dma_mapping_error(dev, priv->stats_dma)) {
		__free_page(priv->stats_page);
		return -ENOMEM;
	}
	writeq(priv->stats_dma, priv->regs + TERN_REG_STATS);
	return 0;
}

static void tern_unmap_stats(struct tern_priv *priv)
{
	WARN_ON_ONCE(page_ref_count(priv->stats_page) != 1);
	dma_unmap_page(&priv->pdev->dev, priv->stats_dma, PAGE_SIZE, DMA_FROM_DEVICE);
	__free_page(priv->stats_page);
}

void tern_read_hw_stats(struct tern_priv *priv, u64 *missed, u64 *crc_errors)
{
	struct tern_hw_stats *hw = page_address(priv->stats_page);

	dma_sync_single_for_cpu(&priv->pdev->dev, priv->stats_dma, sizeof(*hw), DMA_FROM_DEVICE);
	*missed = le64_to_cpu(hw->rx_missed);
	*crc_errors = le64_to_cpu(hw->rx_crc_errors);
}

static int tern_poll(struct napi_struct *napi, int budget)
{
	struct tern_queue *queue = container_of(napi, struct tern_queue, napi);
	int done;

	tern_tx_clean(queue->txq);
	done = tern_rx_poll(queue->rxq, napi, budget);
	if (done < budget && napi_complete_done(napi, done))
		writel(1, queue->rxq->priv->regs + TERN_REG_INT_ENABLE(queue->rxq->index));
	return done;
}

static irqreturn_t tern_interrupt(int irq, void *data)
{
	struct tern_queue *queue = data;

	napi_schedule(&queue->napi);
	return IRQ_HANDLED;
}

static void tern_free_queues(struct tern_priv *priv)
{
	u16 i;

	for (i = 0; i < priv->num_queues; i++) {
		struct tern_queue *queue = &priv->queues[i];

		if (queue->rxq)
			tern_rxq_destroy(queue->rxq);
		if (queue->txq)
			tern_txq_destroy(queue->txq);
		queue->rxq = NULL;
		queue->txq = NULL;
	}
}

static int tern_alloc_queues(struct tern_priv *priv)
{
	u16 i;

	for (i = 0; i < priv->num_queues; i++) {
		struct tern_rxq *rxq = tern_rxq_create(priv, i);

		if (IS_ERR(rxq)) {
			tern_free_queues(priv);
			return PTR_ERR(rxq);
		}
		priv->queues[i].rxq = rxq;
		priv->queues[i].txq = tern_txq_create(priv, i);
		if (!priv->queues[i].txq) {
			tern_free_queues(priv);
			return -ENOMEM;
		}
	}
	return 0;
}

static int tern_open(struct net_device *netdev)
{
	struct tern_priv *priv = netdev_priv(netdev);
	int err;
	u16 i;

	err = tern_alloc_queues(priv);
	if (err)
		return err;
	for (i = 0; i < priv->num_queues; i++) {
		napi_enable_locked(&priv->queues[i].napi);
		tern_rxq_start(priv->queues[i].rxq);
	}
	netif_tx_start_all_queues(netdev);
	return 0;
}

static int tern_stop(struct net_device *netdev)
{
	struct tern_priv *priv = netdev_priv(netdev);
	u16 i;

	netif_tx_disable(netdev);
	for (i = 0; i < priv->num_queues; i++) {
		tern_rxq_stop(priv->queues[i].rxq);
		napi_disable_locked(&priv->queues[i].napi);
	}
	tern_free_queues(priv);
	return 0;
}

static const struct net_device_ops tern_netdev_ops = {
	.ndo_open	= tern_open,
	.ndo_stop	= tern_stop,
	.ndo_start_xmit	= tern_xmit,
};

/* Queue management: one receive queue is taken down and comes back with other memory, the others keep running. */

struct tern_queue_mem {
	struct tern_rxq *rxq;
};

static int tern_queue_mem_alloc(struct net_device *netdev, void *per_queue_mem, int index)
{
	struct tern_queue_mem *mem = per_queue_mem;
	struct tern_rxq *rxq = tern_rxq_create(netdev_priv(netdev), index);

	if (IS_ERR(rxq))
		return PTR_ERR(rxq);
	mem->rxq = rxq;
	return 0;
}

static void tern_queue_mem_free(struct net_device *netdev, void *per_queue_mem)
{
	struct tern_queue_mem *mem = per_queue_mem;

	tern_rxq_destroy(mem->rxq);
}

static int tern_queue_start(struct net_device *netdev, void *per_queue_mem, int index)
{
	struct tern_priv *priv = netdev_priv(netdev);
	struct tern_queue_mem *mem = per_queue_mem;

	priv->queues[index].rxq = mem->rxq;
	napi_enable_locked(&priv->queues[index].napi);
	tern_rxq_start(mem->rxq);
	return 0;
}

static int tern_queue_stop(struct net_device *netdev, void *per_queue_mem, int index)
{
	struct tern_priv *priv = netdev_priv(netdev);
	struct tern_queue_mem *mem = per_queue_mem;

	tern_rxq_stop(priv->queues[index].rxq);
	napi_disable_locked(&priv->queues[index].napi);
	page_pool_disable_direct_recycling(priv->queues[index].rxq->hdr_pool);
	page_pool_disable_direct_recycling(priv->queues[index].rxq->buf_pool);
	mem->rxq = priv->queues[index].rxq;
	return 0;
}

const struct netdev_queue_mgmt_ops tern_queue_mgmt_ops = {
	.ndo_queue_mem_size	= sizeof(struct tern_queue_mem),
	.ndo_queue_mem_alloc	= tern_queue_mem_alloc,
	.ndo_queue_mem_free	= tern_queue_mem_free,
	.ndo_queue_start	= tern_queue_start,
	.ndo_queue_stop		= tern_queue_stop,
};

static int tern_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct net_device *netdev;
	struct tern_priv *priv;
	int err;
	u16 i;

	netdev = devm_alloc_etherdev_mqs(&pdev->dev, sizeof(*priv), TERN_MAX_QUEUES, TERN_MAX_QUEUES);
	if (!netdev)
		return -ENOMEM;
	SET_NETDEV_DEV(netdev, &pdev->dev);
	priv = netdev_priv(netdev);
	priv->netdev = netdev;
	priv->pdev = pdev;
	priv->num_queues = TERN_MAX_QUEUES;
	pci_set_drvdata(pdev, priv);

	err = pcim_enable_device(pdev);
	if (err)
		return err;
	priv->regs = pcim_iomap(pdev, 0, 0);
	if (!priv->regs)
		return -ENOMEM;
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		return err;
	err = tern_map_stats(priv);
	if (err)
		return err;

	netdev->netdev_ops = &tern_netdev_ops;
	netdev->ethtool_ops = &tern_ethtool_ops;
	netdev->queue_mgmt_ops = &tern_queue_mgmt_ops;
	netdev->hw_features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_RXCSUM;
	netdev->features = netdev->hw_features;
	netdev->netmem_tx = true;
	tern_set_hdr_split(priv, true);

	for (i = 0; i < priv->num_queues; i++) {
		netif_napi_add(netdev, &priv->queues[i].napi, tern_poll);
		err = devm_request_irq(&pdev->dev, pci_irq_vector(pdev, i), tern_interrupt, 0, "tern",
				       &priv->queues[i]);
		if (err)
			goto unmap_stats;
	}
	err = register_netdev(netdev);
	if (err)
		goto unmap_stats;
	return 0;

unmap_stats:
	tern_unmap_stats(priv);
	return err;
}

static void tern_remove(struct pci_dev *pdev)
{
	struct tern_priv *priv = pci_get_drvdata(pdev);

	unregister_netdev(priv->netdev);
	tern_unmap_stats(priv);
}

static const struct pci_device_id tern_ids[] = {
	{ PCI_DEVICE(0xfffe, 0x7e12) },
	{ }
};
MODULE_DEVICE_TABLE(pci, tern_ids);

static struct pci_driver tern_driver = {
	.name		= "tern",
	.id_table	= tern_ids,
	.probe		= tern_probe,
	.remove		= tern_remove,
};
module_pci_driver(tern_driver);

MODULE_DESCRIPTION("Tern 25G Ethernet");
MODULE_LICENSE("Dual MIT/GPL");
