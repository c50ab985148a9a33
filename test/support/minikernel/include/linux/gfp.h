/* SPDX-License-Identifier: MIT */
/* Minikernel: pages and where they come from. */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#include <linux/types.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define NUMA_NO_NODE (-1)

#define GFP_KERNEL ((__force gfp_t)1)
#define GFP_ATOMIC ((__force gfp_t)2)
#define __GFP_ZERO ((__force gfp_t)4)
#define __GFP_NOWARN ((__force gfp_t)8)
#define __GFP_COMP ((__force gfp_t)16)

struct page_pool;

struct page {
	unsigned long flags;
	unsigned long pp_magic;
	struct page_pool *pp;
	unsigned long dma_addr;
	atomic_t pp_ref_count;
};

struct page *alloc_pages(gfp_t gfp, unsigned int order);
struct page *alloc_pages_node(int nid, gfp_t gfp, unsigned int order);
#define alloc_page(gfp) alloc_pages(gfp, 0)
struct page *dev_alloc_pages(unsigned int order);
struct page *dev_alloc_page(void);
void __free_pages(struct page *page, unsigned int order);
#define __free_page(page) __free_pages(page, 0)
void *page_frag_alloc(void *cache, unsigned int size, gfp_t gfp);
void page_frag_free(void *va);
void __page_frag_cache_drain(struct page *page, unsigned int count);

void *page_address(const struct page *page);
void *page_to_virt(const struct page *page);
struct page *virt_to_page(const void *va);
struct page *virt_to_head_page(const void *va);
struct page *compound_head(struct page *page);
unsigned int compound_order(struct page *page);
unsigned long page_to_pfn(const struct page *page);
phys_addr_t page_to_phys(const struct page *page);
int page_to_nid(const struct page *page);
int numa_mem_id(void);
bool page_is_pfmemalloc(const struct page *page);
bool dev_page_is_reusable(const struct page *page);
int page_ref_count(const struct page *page);
int page_count(const struct page *page);
void page_ref_add(struct page *page, int count);
void page_ref_sub(struct page *page, int count);
void page_ref_inc(struct page *page);
void get_page(struct page *page);
void put_page(struct page *page);
void *kmap_local_page(struct page *page);
void kunmap_local(const void *va);

#endif
