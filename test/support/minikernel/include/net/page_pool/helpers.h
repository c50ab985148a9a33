/* SPDX-License-Identifier: MIT */
/* Minikernel: page pool helpers. */
#ifndef _NET_PAGE_POOL_HELPERS_H
#define _NET_PAGE_POOL_HELPERS_H

#include <net/page_pool/types.h>

struct page *page_pool_dev_alloc_pages(struct page_pool *pool);
struct page *page_pool_dev_alloc_frag(struct page_pool *pool, unsigned int *offset, unsigned int size);
struct page *page_pool_alloc(struct page_pool *pool, unsigned int *offset, unsigned int *size, gfp_t gfp);
struct page *page_pool_dev_alloc(struct page_pool *pool, unsigned int *offset, unsigned int *size);
void *page_pool_alloc_va(struct page_pool *pool, unsigned int *size, gfp_t gfp);
void *page_pool_dev_alloc_va(struct page_pool *pool, unsigned int *size);
void page_pool_free_va(struct page_pool *pool, void *va, bool allow_direct);
//- since 6.18
netmem_ref page_pool_dev_alloc_netmems(struct page_pool *pool);
netmem_ref page_pool_alloc_netmem(struct page_pool *pool, unsigned int *offset, unsigned int *size, gfp_t gfp);
netmem_ref page_pool_dev_alloc_netmem(struct page_pool *pool, unsigned int *offset, unsigned int *size);
void page_pool_recycle_direct_netmem(struct page_pool *pool, netmem_ref netmem);
bool page_pool_is_unreadable(struct page_pool *pool);
//- end

void page_pool_put_page(struct page_pool *pool, struct page *page, unsigned int dma_sync_size,
			bool allow_direct);
void page_pool_put_netmem(struct page_pool *pool, netmem_ref netmem, unsigned int dma_sync_size,
			  bool allow_direct);
void page_pool_put_full_page(struct page_pool *pool, struct page *page, bool allow_direct);
void page_pool_put_full_netmem(struct page_pool *pool, netmem_ref netmem, bool allow_direct);
void page_pool_recycle_direct(struct page_pool *pool, struct page *page);

dma_addr_t page_pool_get_dma_addr(const struct page *page);
dma_addr_t page_pool_get_dma_addr_netmem(netmem_ref netmem);
enum dma_data_direction page_pool_get_dma_dir(const struct page_pool *pool);
void page_pool_dma_sync_for_cpu(const struct page_pool *pool, const struct page *page, u32 offset,
				u32 dma_sync_size);
void page_pool_dma_sync_netmem_for_cpu(const struct page_pool *pool, const netmem_ref netmem, u32 offset,
				       u32 dma_sync_size);

void page_pool_fragment_page(struct page *page, long count);
void page_pool_fragment_netmem(netmem_ref netmem, long count);
void page_pool_ref_page(struct page *page);
void page_pool_ref_netmem(netmem_ref netmem);
long page_pool_unref_page(struct page *page, long count);
long page_pool_unref_netmem(netmem_ref netmem, long count);
void page_pool_nid_changed(struct page_pool *pool, int new_nid);

#endif
