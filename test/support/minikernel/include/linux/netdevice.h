/* SPDX-License-Identifier: MIT */
/* Minikernel: network devices and NAPI. */
#ifndef _LINUX_NETDEVICE_H
#define _LINUX_NETDEVICE_H

#include <linux/skbuff.h>

#define NETIF_F_SG (1ULL << 0)
#define NETIF_F_HW_CSUM (1ULL << 3)
#define NETIF_F_GRO_HW (1ULL << 17)
#define NETIF_F_RXCSUM (1ULL << 29)
#define IFNAMSIZ 16
#define ETH_HLEN 14

typedef enum { NETDEV_TX_OK = 0, NETDEV_TX_BUSY = 16 } netdev_tx_t;

struct bpf_prog;
struct ethtool_ops;
struct netdev_queue_mgmt_ops;
struct netdev_bpf;

struct net_device_stats {
	unsigned long rx_packets, tx_packets, rx_bytes, tx_bytes, rx_errors, rx_dropped, tx_dropped;
};

struct net_device_ops {
	int (*ndo_open)(struct net_device *dev);
	int (*ndo_stop)(struct net_device *dev);
	netdev_tx_t (*ndo_start_xmit)(struct sk_buff *skb, struct net_device *dev);
	int (*ndo_bpf)(struct net_device *dev, struct netdev_bpf *bpf);
	int (*ndo_change_mtu)(struct net_device *dev, int mtu);
};

struct net_device {
	char name[IFNAMSIZ];
	struct device dev;
	const struct net_device_ops *netdev_ops;
	const struct ethtool_ops *ethtool_ops;
	const struct netdev_queue_mgmt_ops *queue_mgmt_ops;
	netdev_features_t features, hw_features;
	unsigned int mtu;
	unsigned int real_num_rx_queues;
	struct net_device_stats stats;
	unsigned long lltx : 1;
//- since 6.18
	unsigned long netmem_tx : 1;
//- end
};

struct napi_struct {
	struct net_device *dev;
	int weight;
};

#define SET_NETDEV_DEV(net, parent_device) ((net)->dev.parent = (parent_device))
void *netdev_priv(const struct net_device *dev);
int register_netdev(struct net_device *dev);
void unregister_netdev(struct net_device *dev);
void netif_napi_add(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *, int));
void napi_enable(struct napi_struct *napi);
void napi_disable(struct napi_struct *napi);
/* Of 6.15; the example driver is compiled against every release. */
void napi_enable_locked(struct napi_struct *napi);
void napi_disable_locked(struct napi_struct *napi);
void napi_schedule(struct napi_struct *napi);
bool napi_complete_done(struct napi_struct *napi, int done);
int napi_gro_receive(struct napi_struct *napi, struct sk_buff *skb);
struct sk_buff *napi_alloc_skb(struct napi_struct *napi, unsigned int len);
struct sk_buff *napi_get_frags(struct napi_struct *napi);
int napi_gro_frags(struct napi_struct *napi);
int netif_receive_skb(struct sk_buff *skb);
void netif_tx_start_all_queues(struct net_device *dev);
void netif_tx_disable(struct net_device *dev);
void netif_stop_subqueue(struct net_device *dev, u16 queue);
void netif_wake_subqueue(struct net_device *dev, u16 queue);
bool __netif_subqueue_stopped(const struct net_device *dev, u16 queue);
#define netdev_err(dev, ...) ((void)(dev))
#define netdev_warn(dev, ...) ((void)(dev))
#define netdev_info(dev, ...) ((void)(dev))

#endif
