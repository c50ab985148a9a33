/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Included before a driver's own text: its PCI device, registers and interrupts are the twin's. Page pool, DMA mapping,
 * skbs, NAPI and queue management are the kernel's.
 */
#ifndef _TWIN_SHIM_H
#define _TWIN_SHIM_H

#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <net/netdev_queues.h>
#include <net/page_pool/helpers.h>

#include "twin.h"

#undef writel
#undef writeq
#define writel(value, addr)	twin_write(addr, value)
#define writeq(value, addr)	twin_write(addr, value)
#define pcim_enable_device(pdev)	0
#define pcim_iomap(pdev, bar, len)	twin_iomap(pdev)
#define pci_irq_vector(pdev, i)		(i)
#define devm_request_irq(dev, irq, handler, flags, name, data)	twin_request_irq(irq, handler, data)

extern const struct twin_hw twin_hw;

#undef module_pci_driver
#define module_pci_driver(driver)					\
	static int __init twin_driver_init(void)			\
	{								\
		return twin_attach(&(driver), &twin_hw);		\
	}								\
	module_init(twin_driver_init);					\
	static void __exit twin_driver_exit(void)			\
	{								\
		twin_detach();						\
	}								\
	module_exit(twin_driver_exit)

/* 6.12 has only receiving, under older names; napi has no lock of its own there. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define napi_enable_locked(napi)		napi_enable(napi)
#define napi_disable_locked(napi)		napi_disable(napi)
#define page_pool_dev_alloc_netmems(pool)	page_pool_alloc_netmems(pool, GFP_ATOMIC | __GFP_NOWARN)
#define netmem_dma_unmap_addr_set(netmem, slot, field, value)	dma_unmap_addr_set(slot, field, value)
#define netmem_dma_unmap_page_attrs(dev, addr, len, dir, attrs)	dma_unmap_page_attrs(dev, addr, len, dir, attrs)
/* Nothing is sent from device memory there: a bit that nothing else here looks at. */
#define netmem_tx				see_all_hwtstamp_requests
#endif

#endif
