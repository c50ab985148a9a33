/* SPDX-License-Identifier: MIT */
/* Minikernel: netmem references. */
#ifndef _NET_NETMEM_H
#define _NET_NETMEM_H

#include <linux/dma-mapping.h>
#include <linux/gfp.h>

typedef unsigned long __bitwise netmem_ref;

struct net_iov {
	unsigned long pp_magic;
	struct page_pool *pp;
	unsigned long dma_addr;
};

//- since 6.18
struct netmem_desc {
	unsigned long flags;
	unsigned long pp_magic;
	struct page_pool *pp;
	unsigned long dma_addr;
	atomic_t pp_ref_count;
};

//- end
bool netmem_is_net_iov(netmem_ref netmem);
struct page *netmem_to_page(netmem_ref netmem);
struct page *__netmem_to_page(netmem_ref netmem);
struct net_iov *netmem_to_net_iov(netmem_ref netmem);
netmem_ref net_iov_to_netmem(struct net_iov *niov);
netmem_ref page_to_netmem(struct page *page);
netmem_ref virt_to_netmem(const void *va);
void *netmem_address(netmem_ref netmem);
void *__netmem_address(netmem_ref netmem);
int netmem_ref_count(netmem_ref netmem);
bool netmem_is_pref_nid(netmem_ref netmem, int pref_nid);
bool netmem_is_pfmemalloc(netmem_ref netmem);
netmem_ref netmem_compound_head(netmem_ref netmem);
struct page_pool *netmem_get_pp(netmem_ref netmem);

//- since 6.18
void get_netmem(netmem_ref netmem);
void put_netmem(netmem_ref netmem);

#define netmem_dma_unmap_addr_set(netmem, p, name, value) \
	dma_unmap_addr_set(p, name, netmem_is_net_iov(netmem) ? 0 : (value))
void netmem_dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size, enum dma_data_direction dir,
				 unsigned long attrs);

//- end
#endif
