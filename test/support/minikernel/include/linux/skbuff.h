/* SPDX-License-Identifier: MIT */
/* Minikernel: socket buffers. */
#ifndef _LINUX_SKBUFF_H
#define _LINUX_SKBUFF_H

#include <linux/dma-mapping.h>
#include <net/netmem.h>

#define NET_SKB_PAD 64
#define NET_IP_ALIGN 0
#define MAX_SKB_FRAGS 17
#define CHECKSUM_NONE 0
#define CHECKSUM_UNNECESSARY 1
#define CHECKSUM_PARTIAL 3
#define SKB_DATA_ALIGN(x) ALIGN(x, SMP_CACHE_BYTES)

struct net_device;

typedef struct skb_frag {
	netmem_ref netmem;
	unsigned int len;
	unsigned int offset;
} skb_frag_t;

struct skb_shared_info {
	u8 nr_frags;
	u16 gso_size;
	skb_frag_t frags[MAX_SKB_FRAGS];
};

struct sk_buff {
	struct net_device *dev;
	unsigned int len, data_len;
	__be16 protocol;
	u8 ip_summed : 2;
	u8 pp_recycle : 1;
	u8 unreadable : 1;
	unsigned char *head, *data;
	unsigned int truesize;
};

enum pkt_hash_types { PKT_HASH_TYPE_NONE, PKT_HASH_TYPE_L2, PKT_HASH_TYPE_L3, PKT_HASH_TYPE_L4 };

struct skb_shared_info *skb_shinfo(const struct sk_buff *skb);
unsigned int skb_headlen(const struct sk_buff *skb);
void skb_reserve(struct sk_buff *skb, int len);
void *skb_put(struct sk_buff *skb, unsigned int len);
void *__skb_put(struct sk_buff *skb, unsigned int len);
void *skb_put_data(struct sk_buff *skb, const void *data, unsigned int len);
void *skb_pull(struct sk_buff *skb, unsigned int len);
void skb_set_hash(struct sk_buff *skb, u32 hash, enum pkt_hash_types type);
void skb_record_rx_queue(struct sk_buff *skb, u16 queue);
u16 skb_get_queue_mapping(const struct sk_buff *skb);
void skb_mark_for_recycle(struct sk_buff *skb);
bool skb_frags_readable(const struct sk_buff *skb);
struct sk_buff *build_skb(void *va, unsigned int size);
struct sk_buff *napi_build_skb(void *va, unsigned int size);
struct sk_buff *netdev_alloc_skb(struct net_device *dev, unsigned int len);
void *napi_alloc_frag(unsigned int size);
void *netdev_alloc_frag(unsigned int size);
void dev_kfree_skb(struct sk_buff *skb);
void dev_kfree_skb_any(struct sk_buff *skb);
void napi_consume_skb(struct sk_buff *skb, int budget);
void skb_copy_to_linear_data(struct sk_buff *skb, const void *from, unsigned int len);

struct page *skb_frag_page(const skb_frag_t *frag);
netmem_ref skb_frag_netmem(const skb_frag_t *frag);
void *skb_frag_address(const skb_frag_t *frag);
unsigned int skb_frag_off(const skb_frag_t *frag);
unsigned int skb_frag_size(const skb_frag_t *frag);
void skb_frag_size_add(skb_frag_t *frag, int delta);
void skb_frag_ref(struct sk_buff *skb, int index);
void skb_frag_fill_page_desc(skb_frag_t *frag, struct page *page, int off, int size);
void skb_frag_fill_netmem_desc(skb_frag_t *frag, netmem_ref netmem, int off, int size);
void skb_fill_page_desc(struct sk_buff *skb, int index, struct page *page, int off, int size);
void skb_fill_netmem_desc(struct sk_buff *skb, int index, netmem_ref netmem, int off, int size);
void __skb_fill_page_desc_noacc(struct skb_shared_info *shinfo, int index, struct page *page, int off, int size);
void __skb_fill_netmem_desc_noacc(struct skb_shared_info *shinfo, int index, netmem_ref netmem, int off,
				  int size);
void skb_add_rx_frag(struct sk_buff *skb, int index, struct page *page, int off, int size,
		     unsigned int truesize);
void skb_add_rx_frag_netmem(struct sk_buff *skb, int index, netmem_ref netmem, int off, int size,
			    unsigned int truesize);
void skb_coalesce_rx_frag(struct sk_buff *skb, int index, int size, unsigned int truesize);
bool skb_can_coalesce(struct sk_buff *skb, int index, const struct page *page, int off);
//- since 6.18
bool skb_can_coalesce_netmem(struct sk_buff *skb, int index, netmem_ref netmem, int off);
//- end
dma_addr_t skb_frag_dma_map(struct device *dev, const skb_frag_t *frag, size_t offset, size_t size,
			    enum dma_data_direction dir);

#endif
