/* SPDX-License-Identifier: MIT */
/* Minikernel: devices. */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/gfp.h>

struct device {
	struct device *parent;
	void *driver_data;
};

#define dev_err(dev, ...) ((void)(dev))
#define dev_warn(dev, ...) ((void)(dev))
#define dev_info(dev, ...) ((void)(dev))
int dev_to_node(struct device *dev);

#endif
