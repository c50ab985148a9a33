/* SPDX-License-Identifier: MIT */
/* Minikernel: small allocations. */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/gfp.h>

void *kzalloc(size_t size, gfp_t gfp);
void *kmalloc(size_t size, gfp_t gfp);
void *kcalloc(size_t count, size_t size, gfp_t gfp);
void *kvcalloc(size_t count, size_t size, gfp_t gfp);
void kfree(const void *p);
void kvfree(const void *p);

#endif
