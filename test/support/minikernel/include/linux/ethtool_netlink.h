/* SPDX-License-Identifier: MIT */
/* Minikernel: the netlink side of ethtool is in ethtool.h. */
#include <linux/ethtool.h>
