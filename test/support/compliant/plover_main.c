// SPDX-License-Identifier: MIT
/* Plover 100G Ethernet: probe, open and stop, queue management, ethtool. */
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <net/netdev_queues.h>

#include "plover.h"

static void plover_get_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
				 struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack)
{
	struct plover_priv *priv = netdev_priv(netdev);

	ring->rx_max_pending = PLOVER_RING_SIZE;
	ring->rx_pending = PLOVER_RING_SIZE;
	kernel_ring->tcp_data_split = priv->split ? ETHTOOL_TCP_DATA_SPLIT_ENABLED :
						    ETHTOOL_TCP_DATA_SPLIT_DISABLED;
}

static int plover_set_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
				struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack)
{
	struct plover_priv *priv = netdev_priv(netdev);

	if (kernel_ring->tcp_data_split != ETHTOOL_TCP_DATA_SPLIT_UNKNOWN)
		priv->split = kernel_ring->tcp_data_split == ETHTOOL_TCP_DATA_SPLIT_ENABLED;
	writel(priv->split ? PLOVER_CTRL_SPLIT : 0, priv->regs + PLOVER_REG_CTRL);
	return 0;
}

const struct ethtool_ops plover_ethtool_ops = {
	.supported_ring_params	= ETHTOOL_RING_USE_TCP_DATA_SPLIT,
	.get_link		= ethtool_op_get_link,
	.get_ringparam		= plover_get_ringparam,
	.set_ringparam		= plover_set_ringparam,
};

static int plover_poll(struct napi_struct *napi, int budget)
{
	struct plover_queue *queue = container_of(napi, struct plover_queue, napi);
	int done;

	plover_tx_clean(queue->txq, budget);
	done = plover_rx_poll(queue->rxq, napi, budget);
	if (done < budget && napi_complete_done(napi, done))
		writel(1, queue->rxq->priv->regs + PLOVER_REG_INT(queue->rxq->index));
	return done;
}

static irqreturn_t plover_interrupt(int irq, void *data)
{
	struct plover_queue *queue = data;

	napi_schedule(&queue->napi);
	return IRQ_HANDLED;
}

static int plover_open(struct net_device *netdev)
{
	struct plover_priv *priv = netdev_priv(netdev);
	u16 i;

	for (i = 0; i < PLOVER_MAX_QUEUES; i++) {
		struct plover_rxq *rxq = plover_rxq_create(priv, i);

		if (IS_ERR(rxq))
			return PTR_ERR(rxq);
		priv->queues[i].rxq = rxq;
		priv->queues[i].txq = plover_txq_create(priv, i);
		if (!priv->queues[i].txq)
			return -ENOMEM;
		napi_enable_locked(&priv->queues[i].napi);
		plover_rxq_start(rxq);
	}
	netif_tx_start_all_queues(netdev);
	return 0;
}

static int plover_stop(struct net_device *netdev)
{
	struct plover_priv *priv = netdev_priv(netdev);
	u16 i;

	netif_tx_disable(netdev);
	for (i = 0; i < PLOVER_MAX_QUEUES; i++) {
		plover_rxq_stop(priv->queues[i].rxq);
		napi_disable_locked(&priv->queues[i].napi);
		plover_rxq_destroy(priv->queues[i].rxq);
		plover_txq_destroy(priv->queues[i].txq);
	}
	return 0;
}

static const struct net_device_ops plover_netdev_ops = {
	.ndo_open	= plover_open,
	.ndo_stop	= plover_stop,
	.ndo_start_xmit	= plover_xmit,
};

struct plover_queue_mem {
	struct plover_rxq *rxq;
};

static int plover_queue_mem_alloc(struct net_device *netdev, void *per_queue_mem, int index)
{
	struct plover_queue_mem *mem = per_queue_mem;
	struct plover_rxq *rxq = plover_rxq_create(netdev_priv(netdev), index);

	if (IS_ERR(rxq))
		return PTR_ERR(rxq);
	mem->rxq = rxq;
	return 0;
}

static void plover_queue_mem_free(struct net_device *netdev, void *per_queue_mem)
{
	struct plover_queue_mem *mem = per_queue_mem;

	plover_rxq_destroy(mem->rxq);
}

static int plover_queue_start(struct net_device *netdev, void *per_queue_mem, int index)
{
	struct plover_priv *priv = netdev_priv(netdev);
	struct plover_queue_mem *mem = per_queue_mem;

	priv->queues[index].rxq = mem->rxq;
	napi_enable_locked(&priv->queues[index].napi);
	plover_rxq_start(mem->rxq);
	return 0;
}

static int plover_queue_stop(struct net_device *netdev, void *per_queue_mem, int index)
{
	struct plover_priv *priv = netdev_priv(netdev);
	struct plover_queue_mem *mem = per_queue_mem;

	plover_rxq_stop(priv->queues[index].rxq);
	napi_disable_locked(&priv->queues[index].napi);
	page_pool_disable_direct_recycling(priv->queues[index].rxq->pool);
	page_pool_disable_direct_recycling(priv->queues[index].rxq->hdr_pool);
	mem->rxq = priv->queues[index].rxq;
	return 0;
}

static const struct netdev_queue_mgmt_ops plover_queue_mgmt_ops = {
	.ndo_queue_mem_size	= sizeof(struct plover_queue_mem),
	.ndo_queue_mem_alloc	= plover_queue_mem_alloc,
	.ndo_queue_mem_free	= plover_queue_mem_free,
	.ndo_queue_start	= plover_queue_start,
	.ndo_queue_stop		= plover_queue_stop,
};

static int plover_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct net_device *netdev;
	struct plover_priv *priv;
	int err;
	u16 i;

	netdev = devm_alloc_etherdev_mqs(&pdev->dev, sizeof(*priv), PLOVER_MAX_QUEUES, PLOVER_MAX_QUEUES);
	if (!netdev)
		return -ENOMEM;
	SET_NETDEV_DEV(netdev, &pdev->dev);
	priv = netdev_priv(netdev);
	priv->netdev = netdev;
	priv->pdev = pdev;
	priv->split = true;
	pci_set_drvdata(pdev, priv);
	priv->regs = pcim_iomap(pdev, 0, 0);
	if (!priv->regs)
		return -ENOMEM;

	netdev->netdev_ops = &plover_netdev_ops;
	netdev->ethtool_ops = &plover_ethtool_ops;
	netdev->queue_mgmt_ops = &plover_queue_mgmt_ops;
	netdev->hw_features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_RXCSUM;
	netdev->features = netdev->hw_features;
	netdev->netmem_tx = true;
	for (i = 0; i < PLOVER_MAX_QUEUES; i++) {
		netif_napi_add(netdev, &priv->queues[i].napi, plover_poll);
		err = devm_request_irq(&pdev->dev, pci_irq_vector(pdev, i), plover_interrupt, 0, "plover",
				       &priv->queues[i]);
		if (err)
			return err;
	}
	return register_netdev(netdev);
}

static void plover_remove(struct pci_dev *pdev)
{
	struct plover_priv *priv = pci_get_drvdata(pdev);

	unregister_netdev(priv->netdev);
}

static const struct pci_device_id plover_ids[] = {
	{ PCI_DEVICE(0xfffe, 0x9107) },
	{ }
};
MODULE_DEVICE_TABLE(pci, plover_ids);

static struct pci_driver plover_driver = {
	.name		= "plover",
	.id_table	= plover_ids,
	.probe		= plover_probe,
	.remove		= plover_remove,
};
module_pci_driver(plover_driver);

MODULE_DESCRIPTION("Plover 100G Ethernet");
MODULE_LICENSE("Dual MIT/GPL");
