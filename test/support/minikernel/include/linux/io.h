/* SPDX-License-Identifier: MIT */
/* Minikernel: registers and barriers. */
#ifndef _LINUX_IO_H
#define _LINUX_IO_H

#include <linux/types.h>

u32 readl(const volatile void __iomem *address);
void writel(u32 value, volatile void __iomem *address);
void writeq(u64 value, volatile void __iomem *address);
void dma_rmb(void);
void dma_wmb(void);
void wmb(void);
void rmb(void);

#endif
