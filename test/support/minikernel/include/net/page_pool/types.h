/* SPDX-License-Identifier: MIT */
/* Minikernel: page pools. */
#ifndef _NET_PAGE_POOL_TYPES_H
#define _NET_PAGE_POOL_TYPES_H

#include <linux/dma-mapping.h>
#include <net/netmem.h>

#define PP_FLAG_DMA_MAP BIT(0)
#define PP_FLAG_DMA_SYNC_DEV BIT(1)
#define PP_FLAG_SYSTEM_POOL BIT(2)
#define PP_FLAG_ALLOW_UNREADABLE_NETMEM BIT(3)

struct napi_struct;
struct net_device;

struct page_pool_params {
	unsigned int order;
	unsigned int pool_size;
	int nid;
	struct device *dev;
	struct napi_struct *napi;
	enum dma_data_direction dma_dir;
	unsigned int max_len;
	unsigned int offset;
	struct net_device *netdev;
	unsigned int queue_idx;
	unsigned int flags;
};

struct page_pool {
	struct page_pool_params p;
};

struct page_pool *page_pool_create(const struct page_pool_params *params);
void page_pool_destroy(struct page_pool *pool);
struct page *page_pool_alloc_pages(struct page_pool *pool, gfp_t gfp);
netmem_ref page_pool_alloc_netmems(struct page_pool *pool, gfp_t gfp);
struct page *page_pool_alloc_frag(struct page_pool *pool, unsigned int *offset, unsigned int size, gfp_t gfp);
netmem_ref page_pool_alloc_frag_netmem(struct page_pool *pool, unsigned int *offset, unsigned int size,
				       gfp_t gfp);
void page_pool_put_unrefed_netmem(struct page_pool *pool, netmem_ref netmem, unsigned int dma_sync_size,
				  bool allow_direct);
void page_pool_put_unrefed_page(struct page_pool *pool, struct page *page, unsigned int dma_sync_size,
				bool allow_direct);
//- before 6.18
void page_pool_put_page_bulk(struct page_pool *pool, void **data, int count);
//- end
//- since 6.18
void page_pool_put_netmem_bulk(netmem_ref *data, u32 count);
void page_pool_enable_direct_recycling(struct page_pool *pool, struct napi_struct *napi);
//- end
void page_pool_disable_direct_recycling(struct page_pool *pool);

#endif
