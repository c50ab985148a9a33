/* SPDX-License-Identifier: MIT */
/* Minikernel: queue management. */
#ifndef _NET_NETDEV_QUEUES_H
#define _NET_NETDEV_QUEUES_H

#include <linux/netdevice.h>

//- since 7.1
struct netdev_queue_config {
	u32 rx_page_size;
};

//- end
struct netdev_queue_mgmt_ops {
	size_t ndo_queue_mem_size;
//- before 7.1
	int (*ndo_queue_mem_alloc)(struct net_device *dev, void *per_queue_mem, int index);
//- end
//- since 7.1
	int (*ndo_queue_mem_alloc)(struct net_device *dev, struct netdev_queue_config *qcfg, void *per_queue_mem,
				   int index);
//- end
	void (*ndo_queue_mem_free)(struct net_device *dev, void *per_queue_mem);
//- before 7.1
	int (*ndo_queue_start)(struct net_device *dev, void *per_queue_mem, int index);
//- end
//- since 7.1
	int (*ndo_queue_start)(struct net_device *dev, struct netdev_queue_config *qcfg, void *per_queue_mem,
			       int index);
//- end
	int (*ndo_queue_stop)(struct net_device *dev, void *per_queue_mem, int index);
};

//- since 6.18
bool netif_rxq_has_unreadable_mp(struct net_device *dev, int index);

//- end
#endif
