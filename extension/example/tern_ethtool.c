// SPDX-License-Identifier: MIT
/* Tern 25G Ethernet: ethtool. */
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>

#include "tern.h"

static void tern_get_drvinfo(struct net_device *netdev, struct ethtool_drvinfo *info)
{
	struct tern_priv *priv = netdev_priv(netdev);

	strscpy(info->driver, "tern", sizeof(info->driver));
	strscpy(info->bus_info, pci_name(priv->pdev), sizeof(info->bus_info));
}

static void tern_get_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
			       struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack)
{
	struct tern_priv *priv = netdev_priv(netdev);

	ring->rx_max_pending = TERN_RING_SIZE;
	ring->tx_max_pending = TERN_RING_SIZE;
	ring->rx_pending = TERN_RING_SIZE;
	ring->tx_pending = TERN_RING_SIZE;
	kernel_ring->tcp_data_split = priv->hdr_split ? ETHTOOL_TCP_DATA_SPLIT_ENABLED :
							ETHTOOL_TCP_DATA_SPLIT_DISABLED;
}

static int tern_set_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
			      struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack)
{
	struct tern_priv *priv = netdev_priv(netdev);

	if (ring->rx_pending != TERN_RING_SIZE || ring->tx_pending != TERN_RING_SIZE) {
		NL_SET_ERR_MSG(extack, "the ring size is fixed");
		return -EINVAL;
	}
	if (kernel_ring->tcp_data_split != ETHTOOL_TCP_DATA_SPLIT_UNKNOWN)
		tern_set_hdr_split(priv, kernel_ring->tcp_data_split == ETHTOOL_TCP_DATA_SPLIT_ENABLED);
	return 0;
}

static const char tern_stat_names[][ETH_GSTRING_LEN] = {
	"rx_missed", "rx_crc_errors", "tx_unreadable_ok", "rx_unsplit",
};

static int tern_get_sset_count(struct net_device *netdev, int sset)
{
	return sset == ETH_SS_STATS ? ARRAY_SIZE(tern_stat_names) : -EOPNOTSUPP;
}

static void tern_get_strings(struct net_device *netdev, u32 sset, u8 *data)
{
	if (sset == ETH_SS_STATS)
		memcpy(data, tern_stat_names, sizeof(tern_stat_names));
}

static void tern_get_ethtool_stats(struct net_device *netdev, struct ethtool_stats *stats, u64 *data)
{
	struct tern_priv *priv = netdev_priv(netdev);
	u16 i;

	tern_read_hw_stats(priv, &data[0], &data[1]);
	data[2] = netdev->netmem_tx;
	data[3] = 0;
	for (i = 0; i < priv->num_queues; i++)
		data[3] += priv->queues[i].rxq->unsplit;
}

const struct ethtool_ops tern_ethtool_ops = {
	.supported_ring_params	= ETHTOOL_RING_USE_CQE_SIZE,
	.get_drvinfo		= tern_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_ringparam		= tern_get_ringparam,
	.set_ringparam		= tern_set_ringparam,
	.get_sset_count		= tern_get_sset_count,
	.get_strings		= tern_get_strings,
	.get_ethtool_stats	= tern_get_ethtool_stats,
};
