/* SPDX-License-Identifier: MIT */
/*
 * What the kernel's net/core/page_pool.c and the headers of the page pool need of the rest of the kernel, for user
 * space: one CPU at a time, no concurrency, an allocator, a DMA layer and a clock that the harness looks at.
 */
#ifndef SURROUNDINGS_H
#define SURROUNDINGS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Configuration. */
#define CONFIG_64BIT 1
#define CONFIG_HAS_DMA 1
#define CONFIG_DMA_NEED_SYNC 1
#define CONFIG_ILLEGAL_POINTER_VALUE 0xdead000000000000
#define CONFIG_NET_DEVMEM 1
#define CONFIG_NUMA 1
#define CONFIG_PAGE_POOL 1
#define CONFIG_PAGE_POOL_STATS 1
#define IS_ENABLED(option) 0

/* The system's own errno.h reads linux/ and asm/, which are empty here. */
#define E2BIG 7
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define EINVAL 22
#define ENOSPC 28
#define EOPNOTSUPP 95

/* Types and the words of the compiler. */
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;
typedef s64 ktime_t;
typedef u64 dma_addr_t;
typedef unsigned int gfp_t;
#define __acquires(x)
#define __always_inline inline
#define __bitwise
#define __force
#define __iomem
#define __must_check
#define __percpu
#define __rcu
#define __releases(x)
#define noinline
#define ____cacheline_aligned
#define ____cacheline_aligned_in_smp
#define __cacheline_group_begin(...)
#define __cacheline_group_begin_aligned(...)
#define __cacheline_group_end(...)
#define __cacheline_group_end_aligned(...)
#define CACHELINE_ASSERT_GROUP_MEMBER(...)
#define CACHELINE_ASSERT_GROUP_SIZE(...)
#define struct_group_tagged(TAG, NAME, ...)                                                                            \
	union {                                                                                                        \
		struct {                                                                                               \
			__VA_ARGS__                                                                                    \
		};                                                                                                     \
		struct TAG {                                                                                           \
			__VA_ARGS__                                                                                    \
		} NAME;                                                                                                \
	}
#define ALLOW_ERROR_INJECTION(...)
#define BUILD_BUG_ON(condition)
#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)
#define likely(x) (x)
#define unlikely(x) (x)
#define static_assert _Static_assert
#define data_race(x) (x)
#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, value) ((x) = (value))
#define smp_rmb()
#define smp_wmb()
#define smp_mb()
#define smp_store_release(p, value) (*(p) = (value))
#define smp_load_acquire(p) (*(p))
#define cpu_relax()

/* Arithmetic. */
#define __AC(number, suffix) (number##suffix)
#define _AC(number, suffix) __AC(number, suffix)
#define BIT(n) (1UL << (n))
#define GENMASK(high, low) ((~0UL << (low)) & (~0UL >> (63 - (high))))
#define ALIGN(x, a) (((x) + (__typeof__(x))(a) - 1) & ~((__typeof__(x))(a) - 1))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define max(x, y) ((x) > (y) ? (x) : (y))
#define max_t(type, x, y) ((type)(x) > (type)(y) ? (type)(x) : (type)(y))
#define min(x, y) ((x) < (y) ? (x) : (y))
#define min_t(type, x, y) ((type)(x) < (type)(y) ? (type)(x) : (type)(y))
#define container_of(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))
#define SZ_16K 0x4000
#define SZ_64K 0x10000
#define SMP_CACHE_BYTES 64

/* What the harness counts and sets. */
struct counters {
	unsigned long map, unmap, sync_dev, sync_dev_bytes, sync_dev_addr, sync_cpu;
	unsigned long init_cb, disconnect, pages, warnings, messages;
};
struct failures {
	long skip, count;
};
struct environment {
	bool softirq, need_sync, rodata;
	int cpu, memory_node;
	long page_budget, pfmemalloc;
	struct failures dma, kmalloc;
};
extern struct counters counters;
extern struct environment environment;

/** Lets `skip` calls through, then fails `count`. */
static inline bool fails(struct failures *failures)
{
	if (failures->skip > 0) {
		failures->skip--;
		return false;
	}
	if (failures->count <= 0)
		return false;
	failures->count--;
	return true;
}

#define WARN_ON(condition) (!!(condition) ? (counters.warnings++, true) : false)
#define WARN(condition, ...) WARN_ON(condition)
#define WARN_ONCE(condition, ...) WARN_ON(condition)
#define WARN_ON_ONCE(condition) WARN_ON(condition)
#define DEBUG_NET_WARN_ON_ONCE(condition) ((void)0)
#define pr_warn(...) (counters.messages++)
#define pr_crit(...) (counters.messages++)
#define lockdep_assert_no_hardirq()

/* Atomics and locks of one thread. */
typedef struct {
	int counter;
} atomic_t, refcount_t;
typedef struct {
	long counter;
} atomic_long_t;
#define atomic_read(v) ((v)->counter)
#define atomic_set(v, value) ((v)->counter = (value))
#define atomic_inc_return_relaxed(v) (++(v)->counter)
#define atomic_inc_return(v) (++(v)->counter)
#define atomic_long_read(v) ((v)->counter)
#define atomic_long_set(v, value) ((v)->counter = (value))
#define atomic_long_inc(v) ((v)->counter++)
#define atomic_long_sub_return(n, v) ((v)->counter -= (n))
#define refcount_set(v, value) ((v)->counter = (value))
#define refcount_inc(v) ((v)->counter++)
#define refcount_dec_and_test(v) (--(v)->counter == 0)
#define cmpxchg(pointer, old, new) (*(pointer))
typedef struct {
	int none;
} spinlock_t;
struct mutex {
	int none;
};
#define spin_lock_init(lock)
#define spin_lock(lock)
#define spin_unlock(lock)
#define spin_lock_bh(lock)
#define spin_unlock_bh(lock)
#define spin_lock_irq(lock)
#define spin_unlock_irq(lock)
#define spin_lock_irqsave(lock, flags) ((void)(flags))
#define spin_unlock_irqrestore(lock, flags) ((void)(flags))
#define mutex_lock(lock)
#define mutex_unlock(lock)
#define rcu_read_lock()
#define rcu_read_unlock()
#define synchronize_net()
#define ASSERT_RTNL()
#define netdev_assert_locked(dev)

/* Static keys count their users. */
struct static_key_false {
	int users;
};
#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name
#define static_branch_unlikely(key) ((key)->users > 0)
#define static_branch_inc(key) ((key)->users++)
#define static_branch_dec(key) ((key)->users--)

/* CPUs. */
#define DEFINE_PER_CPU(type, name) __typeof__(type) name
#define per_cpu(name, cpu) (name)
#define per_cpu_ptr(pointer, cpu) (pointer)
#define this_cpu_inc(x) ((x)++)
#define this_cpu_add(x, n) ((x) += (n))
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < 1; (cpu)++)
#define for_each_online_cpu(cpu) for ((cpu) = 0; (cpu) < 0; (cpu)++)
#define smp_processor_id() ((u32)environment.cpu)
#define smp_call_function_single_async(cpu, data)
#define in_softirq() (environment.softirq)
#define numa_mem_id() (environment.memory_node)
#define NUMA_NO_NODE (-1)
struct softnet_data {
	int defer_ipi_scheduled, defer_csd;
};
extern struct softnet_data softnet_data;

/* Memory of the pool itself. */
#define GFP_KERNEL 0x1u
#define GFP_ATOMIC 0x2u
#define __GFP_NOWARN 0x4u
#define __GFP_COMP 0x8u
#define __GFP_DMA 0x10u
#define __GFP_DMA32 0x20u
#define __GFP_HIGHMEM 0x40u
#define __GFP_ZERO 0x80u
#define KMALLOC_MAX_SIZE (1UL << 22)
static inline void *zeroed(size_t bytes)
{
	return fails(&environment.kmalloc) ? NULL : calloc(1, bytes);
}
#define kzalloc_node(bytes, gfp, node) zeroed(bytes)
#define kzalloc(bytes, gfp) zeroed(bytes)
#define alloc_percpu(type) ((__typeof__(type) *)zeroed(sizeof(type)))
#define free_percpu(pointer) free(pointer)
#define kvmalloc_array_noprof(count, bytes, gfp) zeroed((size_t)(count) * (bytes))
#define kmalloc_array_noprof(count, bytes, gfp) zeroed((size_t)(count) * (bytes))
#define kmalloc_array(count, bytes, gfp) zeroed((size_t)(count) * (bytes))
#define alloc_hooks(call) (call)
#define kfree(pointer) free(pointer)
#define kvfree(pointer) free(pointer)
#define ERR_PTR(error) ((void *)(long)(error))
#define PTR_ERR(pointer) ((long)(pointer))
#define IS_ERR(pointer) ((unsigned long)(pointer) >= (unsigned long)-4095L)

/* Lists that only the parts left out use. */
struct list_head {
	struct list_head *next, *prev;
};
struct hlist_node {
	struct hlist_node *next;
};

/* An array from index to entry. */
struct xarray {
	void **entries;
	unsigned long slots;
};
struct xa_limit {
	u32 max, min;
};
#define XA_LIMIT(low, high) ((struct xa_limit){ .min = (low), .max = (high) })
#define XA_FLAGS_ALLOC1 0
#define xa_init_flags(array, flags) ((void)memset(array, 0, sizeof(*(array))))
#define xa_destroy(array) (free((array)->entries), (void)memset(array, 0, sizeof(*(array))))
static inline int xa_alloc(struct xarray *array, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	unsigned long index = limit.min;

	(void)gfp;
	while (index < array->slots && array->entries[index])
		index++;
	if (index > limit.max)
		return -EBUSY;
	if (index >= array->slots) {
		unsigned long slots = 2 * index + 64;

		array->entries = realloc(array->entries, slots * sizeof(void *));
		memset(array->entries + array->slots, 0, (slots - array->slots) * sizeof(void *));
		array->slots = slots;
	}
	array->entries[index] = entry;
	*id = (u32)index;
	return 0;
}
#define xa_alloc_bh xa_alloc
static inline void *xa_cmpxchg(struct xarray *array, unsigned long index, void *old, void *entry, gfp_t gfp)
{
	void *there = index < array->slots ? array->entries[index] : NULL;

	(void)gfp;
	if (there == old && index < array->slots)
		array->entries[index] = entry;
	return there;
}
#define xa_cmpxchg_bh xa_cmpxchg
static inline bool xa_empty(const struct xarray *array)
{
	for (unsigned long index = 0; index < array->slots; index++)
		if (array->entries[index])
			return false;
	return true;
}
#define xa_for_each(array, index, entry)                                                                               \
	for ((index) = 0; (index) < (array)->slots; (index)++)                                                         \
		if (((entry) = (array)->entries[index]))

/* Delayed work and its clock in milliseconds. */
#define HZ 1000
#define msecs_to_jiffies(ms) (ms)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
struct work_struct {
	int none;
};
struct delayed_work {
	struct work_struct work;
	void (*function)(struct work_struct *work);
};
extern unsigned long jiffies;
void schedule_delayed_work(struct delayed_work *work, unsigned long delay);
#define to_delayed_work(pointer) container_of(pointer, struct delayed_work, work)
#define INIT_DELAYED_WORK(delayed, callback) ((delayed)->function = (callback))

/* Pages. The page pool's words stand where the kernel's struct page has them. */
#define PAGE_SHIFT 12
#define PAGE_SIZE 4096UL
#define MAX_PAGE_ORDER 10
struct page_pool;
struct page {
	unsigned long flags;
	unsigned long pp_magic;
	struct page_pool *pp;
	unsigned long _pp_mapping_pad;
	unsigned long dma_addr;
	atomic_long_t pp_ref_count;
	int _refcount;
	int node;
	unsigned long id;
	bool pfmemalloc;
};
#define page_to_nid(page) ((page)->node)
#define page_ref_count(page) ((page)->_refcount)
#define page_is_pfmemalloc(page) ((page)->pfmemalloc)
#define page_to_pfn(page) ((page)->id)
#define page_pool_page_is_pp(page) true
#define compound_head(page) (page)
#define page_address(page) ((void *)(page))
#define virt_to_page(address) ((struct page *)(address))
#define virt_to_head_page(address) ((struct page *)(address))
#define get_page(page) ((void)(page)->_refcount++)
static inline void put_page(struct page *page)
{
	if (--page->_refcount == 0)
		counters.pages--;
	else if (page->_refcount < 0)
		abort();
}
struct page *alloc_pages_node(int node, gfp_t gfp, unsigned int order);
unsigned long alloc_pages_bulk_node(gfp_t gfp, int node, unsigned long count, struct page **pages);
#define alloc_pages_bulk_array_node alloc_pages_bulk_node

/* The bits of pp_magic: POISON_POINTER_DELTA and PP_SIGNATURE leave 40. */
#define PP_DMA_INDEX_SHIFT 7
#define PP_DMA_INDEX_BITS 32
#define PP_DMA_INDEX_MASK GENMASK(PP_DMA_INDEX_BITS + PP_DMA_INDEX_SHIFT - 1, PP_DMA_INDEX_SHIFT)
#define PP_MAGIC_MASK ~(PP_DMA_INDEX_MASK | 0x3UL)

/* DMA: the address of a page is its id times 2^24. */
struct device;
enum dma_data_direction { DMA_BIDIRECTIONAL, DMA_TO_DEVICE, DMA_FROM_DEVICE, DMA_NONE };
#define DMA_ATTR_SKIP_CPU_SYNC 1
#define DMA_ATTR_WEAK_ORDERING 2
#define DMA_MAPPING_ERROR (~(dma_addr_t)0)
static inline dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page, size_t offset, size_t size,
					    enum dma_data_direction direction, unsigned long attributes)
{
	(void)dev, (void)offset, (void)size, (void)direction, (void)attributes;
	if (fails(&environment.dma))
		return DMA_MAPPING_ERROR;
	counters.map++;
	return (dma_addr_t)page->id << 24;
}
#define dma_mapping_error(dev, address) ((address) == DMA_MAPPING_ERROR)
#define dma_unmap_page_attrs(dev, address, size, direction, attributes) ((void)counters.unmap++)
#define dma_dev_need_sync(dev) (environment.need_sync)
#define dma_get_cache_alignment() 1
#define __dma_sync_single_for_device(dev, address, size, direction)                                                    \
	((void)(counters.sync_dev++, counters.sync_dev_bytes += (size), counters.sync_dev_addr = (address)))
#define dma_sync_single_range_for_device(dev, address, offset, size, direction)                                        \
	__dma_sync_single_for_device(dev, (address) + (offset), size, direction)
#define dma_sync_single_range_for_cpu(dev, address, offset, size, direction) ((void)counters.sync_cpu++)
#define dma_unmap_addr_set(pointer, name, value) ((pointer)->name = (value))

/* The network. */
#define ETH_GSTRING_LEN 32
#define XDP_BULK_QUEUE_SIZE 16
struct sk_buff;
struct skb_shared_info {
	u64 aligned;
};
struct xdp_mem_info {
	u32 type, id;
};
struct net_device {
	int none;
};
struct napi_struct {
	int list_owner;
};
struct netlink_ext_ack;
#define napi_assert_will_not_race(napi) WARN_ON((napi)->list_owner != -1)
#define trace_page_pool_release(...)
#define trace_page_pool_state_hold(...)
#define trace_page_pool_state_release(...)
#define trace_page_pool_update_nid(...)

#endif
