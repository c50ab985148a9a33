/* SPDX-License-Identifier: MIT */
/* Minikernel: Ethernet. */
#ifndef _LINUX_ETHERDEVICE_H
#define _LINUX_ETHERDEVICE_H

#include <linux/netdevice.h>

struct net_device *devm_alloc_etherdev_mqs(struct device *dev, int priv_size, unsigned int txqs,
					   unsigned int rxqs);
u32 eth_get_headlen(const struct net_device *dev, const void *data, u32 len);
__be16 eth_type_trans(struct sk_buff *skb, struct net_device *dev);

#endif
