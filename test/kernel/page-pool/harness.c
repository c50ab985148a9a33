// SPDX-License-Identifier: MIT
/*
 * Runs the operations of page pool traces on the kernel's page pool and answers as `netmem replay` does. Compiled with
 * a copy of net/core/page_pool.c and the page pool's headers; all else comes from surroundings.h.
 */
#include "surroundings.h"
#include <net/netmem.h>
#include <net/page_pool/types.h>

struct netdev_rx_queue {
	struct pp_memory_provider_params mp_params;
};
static struct netdev_rx_queue queues[8];
#define __netif_get_rx_queue(netdev, index) (&queues[(index) & 7])
#define is_kernel_rodata(address) (environment.rodata)

#include "page_pool.c"

#define REFUSED (-1000)
#define CHUNK_BASE 1000000000UL
#define MAX_PAGES 1000000UL
#define MAX_CHUNKS 4096UL

struct counters counters;
struct environment environment = { .need_sync = true, .rodata = true, .page_budget = -1 };
struct softnet_data softnet_data;
struct mutex page_pools_lock;
unsigned long jiffies;

static struct napi_struct the_napi;
static struct net_device the_netdev;
static struct page *page_table[MAX_PAGES];
static unsigned long last_id;
static long held_pages[MAX_PAGES], extra_pages[MAX_PAGES], held_chunks[MAX_CHUNKS];

/* Allocator. */

static struct page *new_page(int node)
{
	struct page *page;

	if (environment.page_budget == 0)
		return NULL;
	if (environment.page_budget > 0)
		environment.page_budget--;
	if (last_id + 1 >= MAX_PAGES)
		abort();
	page = calloc(1, sizeof(*page));
	page->id = ++last_id;
	page->node = node == NUMA_NO_NODE ? environment.memory_node : node;
	page->_refcount = 1;
	page->pfmemalloc = environment.pfmemalloc > 0;
	if (environment.pfmemalloc > 0)
		environment.pfmemalloc--;
	page_table[page->id] = page;
	counters.pages++;
	return page;
}

struct page *alloc_pages_node(int node, gfp_t gfp, unsigned int order)
{
	(void)gfp;
	return order > MAX_PAGE_ORDER ? NULL : new_page(node);
}

unsigned long alloc_pages_bulk_node(gfp_t gfp, int node, unsigned long count, struct page **pages)
{
	unsigned long got = 0;

	(void)gfp;
	while (got < count && (pages[got] = new_page(node)))
		got++;
	return got;
}

/* Clock. */

static struct delayed_work *scheduled;
static unsigned long due;

void schedule_delayed_work(struct delayed_work *work, unsigned long delay)
{
	scheduled = work;
	due = jiffies + delay;
}

static long tick(unsigned long ms)
{
	unsigned long end = jiffies + ms;
	long runs = 0;

	while (scheduled && due <= end) {
		struct delayed_work *work = scheduled;

		scheduled = NULL;
		jiffies = due;
		work->function(&work->work);
		runs++;
	}
	jiffies = end;
	return runs;
}

/* Provider: chunks of a page, the lowest free one first, as the kernel's provider of dma-bufs treats them. */

static struct net_iov *chunks;
static bool chunk_used[MAX_CHUNKS];
static long chunk_count, chunks_free;

static int provider_init(struct page_pool *pool)
{
	pool->dma_sync = false;
	pool->dma_sync_for_cpu = false;
	return pool->p.order == 0 ? 0 : -E2BIG;
}

static netmem_ref provider_alloc(struct page_pool *pool, gfp_t gfp)
{
	(void)gfp;
	for (long i = 0; i < chunk_count; i++) {
		netmem_ref netmem = net_iov_to_netmem(&chunks[i]);

		if (chunk_used[i])
			continue;
		chunk_used[i] = true;
		chunks_free--;
		page_pool_set_pp_info(pool, netmem);
		pool->pages_state_hold_cnt++;
		return netmem;
	}
	return 0;
}

static bool provider_release(struct page_pool *pool, netmem_ref netmem)
{
	(void)pool;
	if (WARN_ON(!netmem_is_net_iov(netmem)))
		return false;
	if (WARN_ON(atomic_long_read(netmem_get_pp_ref_count_ref(netmem)) != 1))
		return false;
	page_pool_clear_pp_info(netmem);
	chunk_used[netmem_to_net_iov(netmem) - chunks] = false;
	chunks_free++;
	return false;
}

static void provider_destroy(struct page_pool *pool)
{
	(void)pool;
}

static const struct memory_provider_ops provider_ops = {
	.alloc_netmems = provider_alloc,
	.release_netmem = provider_release,
	.init = provider_init,
	.destroy = provider_destroy,
};

static void bind_provider(long count)
{
	memset(queues, 0, sizeof(queues));
	memset(chunk_used, 0, sizeof(chunk_used));
	memset(held_chunks, 0, sizeof(held_chunks));
	chunk_count = chunks_free = count;
	free(chunks);
	chunks = NULL;
	if (count < 0)
		return;
	chunks = calloc((size_t)count + 1, sizeof(*chunks));
	for (size_t i = 0; i < ARRAY_SIZE(queues); i++) {
		queues[i].mp_params.mp_priv = chunks;
		queues[i].mp_params.mp_ops = &provider_ops;
	}
}

/* The pool and what is seen of it. */

static struct page_pool *pool;
static const char *state = "none";
static char seen[1024];

static unsigned long id_of(netmem_ref netmem)
{
	if (netmem_is_net_iov(netmem))
		return CHUNK_BASE + (unsigned long)(netmem_to_net_iov(netmem) - chunks);
	return netmem_to_page(netmem)->id;
}

static void look(void)
{
	struct page_pool_alloc_stats *a = &pool->alloc_stats;
	struct page_pool_recycle_stats *r = pool->recycle_stats;
	unsigned long frag = 0;
	int ring = 0;

	for (int i = 0; i < pool->ring.size; i++)
		if (pool->ring.queue[i])
			ring++;
	/* Slots between the tail and the head are consumed, and cleared later. */
	for (int i = pool->ring.consumer_tail; i != pool->ring.consumer_head; i++)
		if (pool->ring.queue[i])
			ring--;
	if (pool->frag_page)
		frag = id_of(pool->frag_page);
	snprintf(seen, sizeof(seen),
		 "\"cache\":%u,\"ring\":%d,\"ring_size\":%d,\"hold\":%u,\"release\":%u,\"inflight\":%d,"
		 "\"frag\":{\"id\":%lu,\"off\":%u,\"users\":%ld},"
		 "\"alloc_stats\":{\"fast\":%lu,\"slow\":%lu,\"slow_high_order\":%lu,\"empty\":%lu,\"refill\":%lu,"
		 "\"waive\":%lu},\"recycle_stats\":{\"cached\":%lu,\"cache_full\":%lu,\"ring\":%lu,\"ring_full\":%lu,"
		 "\"released_refcnt\":%lu}",
		 pool->alloc.count, ring, pool->ring.size, pool->pages_state_hold_cnt,
		 (u32)atomic_read(&pool->pages_state_release_cnt), page_pool_inflight(pool, false), frag,
		 frag ? pool->frag_offset : 0, frag ? pool->frag_users : 0, a->fast, a->slow, a->slow_high_order,
		 a->empty, a->refill, a->waive, r->cached, r->cache_full, r->ring, r->ring_full, r->released_refcnt);
}

static long seen_chunks = -1;

int page_pool_list(struct page_pool *one)
{
	(void)one;
	return 0;
}

void page_pool_detached(struct page_pool *one)
{
	(void)one;
}

/** Called first when a pool is freed: the last look at it. */
void page_pool_unlist(struct page_pool *one)
{
	pool = one;
	look();
	seen_chunks = pool->mp_ops ? chunks_free : -1;
	state = "gone";
}

static bool live(void)
{
	return strcmp(state, "live") == 0;
}

static bool present(void)
{
	return live() || strcmp(state, "dying") == 0;
}

static void count_init(netmem_ref netmem, void *argument)
{
	(void)netmem, (void)argument;
	counters.init_cb++;
}

static void count_disconnect(void *one)
{
	(void)one;
	counters.disconnect++;
}

static long none;
static long *held(unsigned long id)
{
	none = 0;
	if (id >= CHUNK_BASE)
		return id - CHUNK_BASE < MAX_CHUNKS ? &held_chunks[id - CHUNK_BASE] : &none;
	return id < MAX_PAGES ? &held_pages[id] : &none;
}

static netmem_ref find(unsigned long id)
{
	return id >= CHUNK_BASE ? net_iov_to_netmem(&chunks[id - CHUNK_BASE]) : page_to_netmem(page_table[id]);
}

/* Operations. */

static char *words[64];
static int word_count;

static bool is(const char *name)
{
	return strcmp(words[0], name) == 0;
}

/** The number at `index`, or `missing`. */
static long number(int index, long missing)
{
	return index < word_count ? (long)strtoll(words[index], NULL, 0) : missing;
}

static bool on(int index)
{
	return index < word_count && strcmp(words[index], "on") == 0;
}

static long create(void)
{
	struct page_pool_params params = { .order = 0 };
	int cpuid = -1;
	long provider = -1;
	struct page_pool *created;

	if (present())
		return REFUSED;
	params.nid = -1;
	params.dev = (struct device *)&the_netdev;
	params.netdev = &the_netdev;
	params.dma_dir = DMA_FROM_DEVICE;
	for (int i = 1; i < word_count; i++) {
		char *equals = strchr(words[i], '=');
		char *text = equals + 1;
		long value = (long)strtoll(text, NULL, 0);

		*equals = '\0';
		if (strcmp(words[i], "order") == 0)
			params.order = (unsigned int)value;
		else if (strcmp(words[i], "pool_size") == 0)
			params.pool_size = (unsigned int)value;
		else if (strcmp(words[i], "nid") == 0)
			params.nid = (int)value;
		else if (strcmp(words[i], "dev") == 0)
			params.dev = value ? params.dev : NULL;
		else if (strcmp(words[i], "napi") == 0)
			params.napi = value ? &the_napi : NULL;
		else if (strcmp(words[i], "dma_dir") == 0)
			params.dma_dir = (enum dma_data_direction)value;
		else if (strcmp(words[i], "max_len") == 0)
			params.max_len = (unsigned int)value;
		else if (strcmp(words[i], "offset") == 0)
			params.offset = (unsigned int)value;
		else if (strcmp(words[i], "flags") == 0)
			params.flags = (unsigned int)value;
		else if (strcmp(words[i], "netdev") == 0)
			params.netdev = value ? &the_netdev : NULL;
		else if (strcmp(words[i], "queue") == 0)
			params.queue_idx = (unsigned int)value;
		else if (strcmp(words[i], "init_cb") == 0)
			params.init_callback = value ? count_init : NULL;
		else if (strcmp(words[i], "cpuid") == 0)
			cpuid = (int)value;
		else if (strcmp(words[i], "provider") == 0)
			provider = strncmp(text, "devmem:", 7) == 0 ? strtol(text + 7, NULL, 0) : -1;
		else
			exit(2);
	}
	bind_provider(provider);
	scheduled = NULL;
	created = page_pool_create_percpu(&params, cpuid);
	if (IS_ERR(created)) {
		pool = NULL;
		state = "none";
		return PTR_ERR(created);
	}
	pool = created;
	state = "live";
	return 0;
}

static long offset_answer, size_answer;

static long allocated(netmem_ref netmem, long offset, long size)
{
	if (!netmem)
		return 0;
	offset_answer = offset;
	size_answer = size;
	++*held(id_of(netmem));
	return (long)id_of(netmem);
}

static bool only_reference(unsigned long id)
{
	return *held(id) == 1 && atomic_long_read(netmem_get_pp_ref_count_ref(find(id))) == 1;
}

static long put_bulk(void)
{
	netmem_ref refs[64];
	int count = word_count - 1;

	if (!present())
		return REFUSED;
#ifndef BULK_TAKES_PAGES
	if (count > 16)
		return REFUSED;
#endif
	for (int i = 0; i < count; i++) {
		unsigned long id = (unsigned long)number(i + 1, 0);
		int times = 0;

		for (int j = 0; j <= i; j++)
			times += (unsigned long)number(j + 1, 0) == id;
		if (times > *held(id))
			return REFUSED;
#ifdef BULK_TAKES_PAGES
		if (id >= CHUNK_BASE)
			return REFUSED;
#endif
		refs[i] = find(id);
	}
	for (int i = 0; i < count; i++)
		--*held((unsigned long)number(i + 1, 0));
#ifdef BULK_TAKES_PAGES
	page_pool_put_page_bulk(pool, (void **)refs, count);
#else
	page_pool_put_netmem_bulk(refs, (u32)count);
#endif
	return 0;
}

/** Operations on a buffer that the user holds. */
static long on_held(void)
{
	unsigned long id = (unsigned long)number(1, 0);
	netmem_ref netmem;

	if (!present() || *held(id) < 1)
		return REFUSED;
	netmem = find(id);
	if (is("put") || is("put_full") || is("put_direct")) {
		long sync = is("put") ? number(2, -1) : -1;
		bool direct = is("put") ? number(3, 0) : is("put_full") ? number(2, 0) : 1;

		--*held(id);
		page_pool_put_netmem(pool, netmem, (unsigned int)sync, direct);
		return 0;
	}
	if (is("put_unrefed")) {
		if (!only_reference(id))
			return REFUSED;
		--*held(id);
		page_pool_put_unrefed_netmem(pool, netmem, (unsigned int)number(2, -1), number(3, 0));
		return 0;
	}
	if (is("ref")) {
		long count = number(2, 1);

		for (long i = 0; i < count; i++)
			page_pool_ref_netmem(netmem);
		*held(id) += count;
		return 0;
	}
	if (is("unref")) {
		long count = number(2, 1);
		bool last;

		if (count < 1 || *held(id) < count)
			return REFUSED;
		last = page_pool_unref_netmem(netmem, count) == 0;
		*held(id) += last ? 1 - count : -count;
		return last ? 0 : 1;
	}
	if (is("fragment")) {
		long count = number(2, 1);

		if (count < 1 || !only_reference(id))
			return REFUSED;
		page_pool_fragment_netmem(netmem, count);
		*held(id) += count - 1;
		return 0;
	}
	if (is("sync_cpu")) {
		if (!pool->dma_map)
			return REFUSED;
		page_pool_dma_sync_netmem_for_cpu(pool, netmem, (u32)number(2, 0), (u32)number(3, 0));
		return 0;
	}
	exit(2);
}

/** Operations on a page, whoever has it. */
static long on_page(void)
{
	unsigned long id = (unsigned long)number(1, 0);
	struct page *page = id < MAX_PAGES ? page_table[id] : NULL;

	if (is("page_get")) {
		if (!page || (held_pages[id] < 1 && extra_pages[id] < 1))
			return REFUSED;
		get_page(page);
		extra_pages[id]++;
		return 0;
	}
	if (is("page_put")) {
		if (!page || extra_pages[id] < 1)
			return REFUSED;
		extra_pages[id]--;
		put_page(page);
		return 0;
	}
	if (!page || page->_refcount < 1)
		return REFUSED;
	page->node = (int)number(2, 0);
	return 0;
}

static long on_pool(void)
{
	unsigned int offset = 0, size = (unsigned int)number(1, 0);
	netmem_ref netmem;

	if (!live())
		return REFUSED;
	if (is("destroy")) {
		bool last = atomic_read(&pool->user_cnt) == 1;

		page_pool_destroy(pool);
		if (last && live())
			state = "dying";
		return 0;
	}
	if (is("pool_nid"))
		page_pool_update_nid(pool, (int)number(1, 0));
	else if (is("nid_changed"))
		page_pool_nid_changed(pool, (int)number(1, 0));
	else if (is("use_xdp_mem"))
		page_pool_use_xdp_mem(pool, count_disconnect, &(struct xdp_mem_info){ .id = 1 });
	else if (is("disable_direct"))
		page_pool_disable_direct_recycling(pool);
	else if (is("alloc"))
		return allocated(page_pool_alloc_netmems(pool, GFP_ATOMIC | __GFP_NOWARN), -1, -1);
	else if (is("alloc_frag")) {
		netmem = page_pool_alloc_frag_netmem(pool, &offset, size, GFP_ATOMIC | __GFP_NOWARN);
		return allocated(netmem, (long)offset, -1);
	} else if (is("alloc_any")) {
		struct page *page;

		if (pool->mp_ops)
			return REFUSED;
		page = page_pool_alloc(pool, &offset, &size, GFP_ATOMIC | __GFP_NOWARN);
		return page ? allocated(page_to_netmem(page), (long)offset, (long)size) : 0;
	} else {
		return 1;
	}
	return 0;
}

/** Settings of the machine; false for another operation. */
static bool set_environment(void)
{
	if (is("softirq"))
		environment.softirq = on(1);
	else if (is("cpu"))
		environment.cpu = (int)number(1, 0);
	else if (is("napi_owner"))
		the_napi.list_owner = (int)number(1, 0);
	else if (is("memnode"))
		environment.memory_node = (int)number(1, 0);
	else if (is("need_sync"))
		environment.need_sync = on(1);
	else if (is("rodata"))
		environment.rodata = on(1);
	else if (is("page_budget"))
		environment.page_budget = number(1, -1);
	else if (is("pfmemalloc"))
		environment.pfmemalloc = number(1, 0);
	else if (is("dma_fail"))
		environment.dma = (struct failures){ number(1, 0), number(2, 0) };
	else if (is("kmalloc_fail"))
		environment.kmalloc = (struct failures){ number(1, 0), number(2, 0) };
	else
		return false;
	return true;
}

static long perform(void)
{
	static const char *const on_pages[] = { "page_get", "page_put", "nid" };
	static const char *const on_pools[] = { "destroy",	  "pool_nid", "nid_changed", "use_xdp_mem",
						"disable_direct", "alloc",    "alloc_frag",  "alloc_any" };

	if (set_environment())
		return 0;
	if (is("create"))
		return create();
	if (is("tick"))
		return tick((unsigned long)number(1, 1000));
	if (is("bulk_put"))
		return put_bulk();
	for (size_t i = 0; i < ARRAY_SIZE(on_pages); i++)
		if (is(on_pages[i]))
			return on_page();
	for (size_t i = 0; i < ARRAY_SIZE(on_pools); i++)
		if (is(on_pools[i]))
			return on_pool();
	return on_held();
}

static void answer(unsigned long index, long result)
{
	if (present()) {
		look();
		seen_chunks = pool->mp_ops ? chunks_free : -1;
	} else if (strcmp(state, "none") == 0) {
		seen_chunks = -1;
		snprintf(seen, sizeof(seen),
			 "\"cache\":0,\"ring\":0,\"ring_size\":0,\"hold\":0,\"release\":0,\"inflight\":0,"
			 "\"frag\":{\"id\":0,\"off\":0,\"users\":0},"
			 "\"alloc_stats\":{\"fast\":0,\"slow\":0,\"slow_high_order\":0,\"empty\":0,\"refill\":0,\"waive\":0},"
			 "\"recycle_stats\":{\"cached\":0,\"cache_full\":0,\"ring\":0,\"ring_full\":0,"
			 "\"released_refcnt\":0}");
	}
	printf("{\"i\":%lu,\"op\":\"%s\",\"r\":%ld,\"off\":%ld,\"size\":%ld,\"st\":\"%s\",%s,"
	       "\"dma\":{\"map\":%lu,\"unmap\":%lu,\"sync_dev\":%lu,\"sync_dev_bytes\":%lu,\"sync_dev_addr\":%lu,"
	       "\"sync_cpu\":%lu},\"init_cb\":%lu,\"disconnect\":%lu,\"pages\":%lu,\"chunks\":%ld,\"warn\":%lu,\"pr\":%lu}\n",
	       index, words[0], result, offset_answer, size_answer, state, seen, counters.map, counters.unmap,
	       counters.sync_dev, counters.sync_dev_bytes, counters.sync_dev_addr, counters.sync_cpu,
	       counters.init_cb, counters.disconnect, counters.pages, seen_chunks, counters.warnings,
	       counters.messages);
}

int main(void)
{
	static char line[4096];
	unsigned long index = 0;

	while (fgets(line, sizeof(line), stdin)) {
		word_count = 0;
		for (char *word = strtok(line, " \t\n"); word && word_count < 64; word = strtok(NULL, " \t\n"))
			words[word_count++] = word;
		if (word_count == 0 || words[0][0] == '#')
			continue;
		offset_answer = size_answer = -1;
		answer(index++, perform());
	}
	return 0;
}
