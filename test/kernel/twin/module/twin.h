/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The twin: a network device in software. A driver finds its registers and interrupts through twin_shim.h, everything
 * else it does with the kernel itself. The part of the device that knows rings and descriptors is one file a driver
 * (hw_*.c); this is what those files and the core share.
 */
#ifndef _TWIN_H
#define _TWIN_H

#include <linux/interrupt.h>
#include <linux/pci.h>

#include "twin_ioctl.h"

#define TWIN_MAX_QUEUES	8

/* A frame on the wire. */
struct twin_wire {
	const u8 *data;
	u32 len;
	u32 headers;		/* bytes up to the end of the TCP or UDP header; 0: not to be told apart */
	u32 flags;		/* TWIN_RX_* */
};

/* The part of the device that knows one driver's rings. All is called with softirqs off. */
struct twin_hw {
	void (*write)(struct pci_dev *pdev, u32 reg, u64 value);
	/* Puts a frame into a receive queue; returns TWIN_FILLED and so on. */
	int (*receive)(struct pci_dev *pdev, u32 queue, const struct twin_wire *wire);
	/* Sends what is posted on a transmit queue. */
	void (*transmit)(struct pci_dev *pdev, u32 queue);
};

int twin_attach(struct pci_driver *driver, const struct twin_hw *hw);
void twin_detach(void);

void __iomem *twin_iomap(struct pci_dev *pdev);
void twin_write(volatile void __iomem *addr, u64 value);
int twin_request_irq(unsigned int irq, irq_handler_t handler, void *data);

/* DMA: false if the address is no memory. */
bool twin_dma_write(dma_addr_t to, const void *from, size_t len);

/* Appends to the frame that is being sent, and ends it. */
bool twin_tx_gather(dma_addr_t from, size_t len);
void twin_tx_end(void);
void twin_raise_irq(u32 queue);
/* Sent frames stay uncompleted for now. */
bool twin_holds_tx(void);

#endif
