/* SPDX-License-Identifier: MIT */
/* Minikernel: ethtool. */
#ifndef _LINUX_ETHTOOL_H
#define _LINUX_ETHTOOL_H

#include <linux/netdevice.h>

#define ETH_GSTRING_LEN 32
#define ETH_SS_STATS 1

enum {
	ETHTOOL_TCP_DATA_SPLIT_UNKNOWN = 0,
	ETHTOOL_TCP_DATA_SPLIT_DISABLED,
	ETHTOOL_TCP_DATA_SPLIT_ENABLED,
};

enum ethtool_supported_ring_param {
	ETHTOOL_RING_USE_RX_BUF_LEN = BIT(0),
	ETHTOOL_RING_USE_CQE_SIZE = BIT(1),
	ETHTOOL_RING_USE_TX_PUSH = BIT(2),
	ETHTOOL_RING_USE_TCP_DATA_SPLIT = BIT(5),
//- since 6.18
	ETHTOOL_RING_USE_HDS_THRS = BIT(6),
//- end
};

struct netlink_ext_ack {
	const char *msg;
};

#define NL_SET_ERR_MSG(extack, text) ((extack)->msg = (text))
#define NL_SET_ERR_MSG_MOD(extack, text) NL_SET_ERR_MSG(extack, text)

struct ethtool_drvinfo {
	char driver[32];
	char bus_info[32];
};

struct ethtool_stats {
	u32 n_stats;
};

struct ethtool_ringparam {
	u32 rx_max_pending, tx_max_pending, rx_pending, tx_pending;
};

struct kernel_ethtool_ringparam {
	u32 rx_buf_len;
	u8 tcp_data_split;
	u8 tx_push;
	u32 cqe_size;
//- since 6.18
	u32 hds_thresh;
	u32 hds_thresh_max;
//- end
};

struct ethtool_ops {
	u32 supported_ring_params;
	void (*get_drvinfo)(struct net_device *dev, struct ethtool_drvinfo *info);
	u32 (*get_link)(struct net_device *dev);
	void (*get_ringparam)(struct net_device *dev, struct ethtool_ringparam *ring,
			      struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack);
	int (*set_ringparam)(struct net_device *dev, struct ethtool_ringparam *ring,
			     struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack);
	void (*get_strings)(struct net_device *dev, u32 sset, u8 *data);
	int (*get_sset_count)(struct net_device *dev, int sset);
	void (*get_ethtool_stats)(struct net_device *dev, struct ethtool_stats *stats, u64 *data);
};

u32 ethtool_op_get_link(struct net_device *dev);

#endif
