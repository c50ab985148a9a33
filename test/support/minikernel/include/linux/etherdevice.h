/* SPDX-License-Identifier: MIT */
/* Minikernel: Ethernet. */
#ifndef _LINUX_ETHERDEVICE_H
#define _LINUX_ETHERDEVICE_H

#include <linux/netdevice.h>

__be16 eth_type_trans(struct sk_buff *skb, struct net_device *dev);

#endif
