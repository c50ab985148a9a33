/** Which pool a pointer of the driver means in a run: what its own code has made of it when the queue was set up. */
import { expect, test } from 'vitest';
import type { Verdict } from '../../../simulator/contract/verdict.ts';
import { startRun } from '../../../simulator/run/configure.ts';
import { analyse } from '../analyse.ts';

/** A driver that builds packets around the buffers of `q->heads`; `heads` decides where those come from. */
const driver = (heads: string): string => `
struct q { struct page_pool *pool, *heads; netmem_ref nm; void *head; dma_addr_t a, b; bool own; };
static int pools(struct q *q, struct device *d, struct net_device *n, int idx)
{
	struct page_pool_params pp = { .pool_size = 64, .dev = d, .netdev = n, .queue_idx = idx,
		.max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };

	pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	q->pool = page_pool_create(&pp);
	${heads}
	return 0;
}
static int fill(struct q *q)
{
	struct page *pg = page_pool_dev_alloc_pages(q->heads);

	if (!pg)
		return -ENOMEM;
	q->head = page_address(pg);
	q->b = page_pool_get_dma_addr(pg);
	q->nm = page_pool_dev_alloc_netmems(q->pool);
	q->a = page_pool_get_dma_addr_netmem(q->nm);
	return 0;
}
static int poll(struct napi_struct *napi, int budget)
{
	struct q *q = (void *)napi->dev->ml_priv;
	struct sk_buff *skb;

	page_pool_dma_sync_for_cpu(q->heads, virt_to_page(q->head), 0, 128);
	skb = napi_build_skb(q->head, PAGE_SIZE);
	skb_mark_for_recycle(skb);
	page_pool_dma_sync_netmem_for_cpu(q->pool, q->nm, 0, 100);
	skb_add_rx_frag_netmem(skb, 0, q->nm, 0, 100, PAGE_SIZE);
	napi_gro_receive(napi, skb);
	fill(q);
	return 1;
}
static int mem_alloc(struct net_device *n, struct netdev_queue_config *c, void *m, int i)
{
	struct q *q = m;

	return pools(q, n->dev.parent, n, i) ?: fill(q);
}
static void mem_free(struct net_device *n, void *m) { page_pool_destroy(((struct q *)m)->pool); }
static int start(struct net_device *n, struct netdev_queue_config *c, void *m, int i) { return 0; }
static int stop(struct net_device *n, void *m, int i) { return 0; }
static const struct netdev_queue_mgmt_ops qops = { .ndo_queue_mem_size = sizeof(struct q),
	.ndo_queue_mem_alloc = mem_alloc, .ndo_queue_mem_free = mem_free,
	.ndo_queue_start = start, .ndo_queue_stop = stop };
static int set_rings(struct net_device *n, struct ethtool_ringparam *r, struct kernel_ethtool_ringparam *k,
		     struct netlink_ext_ack *e)
{
	n->flags = k->tcp_data_split == ETHTOOL_TCP_DATA_SPLIT_ENABLED;
	return 0;
}
static void get_rings(struct net_device *n, struct ethtool_ringparam *r, struct kernel_ethtool_ringparam *k,
		      struct netlink_ext_ack *e)
{
	k->tcp_data_split = n->flags;
}
static const struct ethtool_ops eops = { .supported_ring_params = ETHTOOL_RING_USE_TCP_DATA_SPLIT,
	.get_ringparam = get_rings, .set_ringparam = set_rings };
static void probe(struct net_device *n, struct napi_struct *napi)
{
	n->ethtool_ops = &eops;
	n->queue_mgmt_ops = &qops;
	netif_napi_add(n, napi, poll);
}
`;

const OWN = `pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
		q->heads = page_pool_create(&pp);`;

async function run(heads: string, provider = 'dmabuf'): Promise<Verdict> {
  const { model } = await analyse({ 'd.c': driver(heads) });
  const started = startRun({
    model,
    scenario: 'dmabuf-works',
    parameters: { packets: 60, provider },
    seed: 1,
  });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd(100_000);
  return started.value.verdict();
}

test.each([
  ['always', OWN],
  [
    'where the pool is unreadable',
    `if (page_pool_is_unreadable(q->pool)) { ${OWN} } else q->heads = q->pool;`,
  ],
  [
    'where a flag says that the pool is unreadable',
    `q->own = page_pool_is_unreadable(q->pool); q->own |= !!pp.order; if (q->own) { ${OWN} } else q->heads = q->pool;`,
  ],
  [
    'through a local, where a provider is bound',
    `struct page_pool *pool = q->pool; if (netif_rxq_has_unreadable_mp(n, idx)) { pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
	pool = page_pool_create(&pp); } q->heads = pool;`,
  ],
])('heads of a pool of their own, %s, are pages', async (_when, heads) => {
  for (const provider of ['dmabuf', 'zcrx']) {
    const verdict = await run(heads, provider);
    expect([verdict.state, verdict.packets.delivered, verdict.packets.read]).toEqual(['pass', 60, 60]);
  }
});

test.each([
  ['without a test', 'q->heads = q->pool;'],
  ['by the wrong test', `if (!page_pool_is_unreadable(q->pool)) { ${OWN} } else q->heads = q->pool;`],
])('heads out of the pool of the payload, %s, have no address', async (_how, heads) => {
  const verdict = await run(heads);
  expect([verdict.state, verdict.blame]).toEqual(['fail', 'driver']);
  expect(verdict.at?.file).toBe('d.c');
});

/** Two rings of one type side by side, with a pool each. */
const TWO_RINGS = `
struct ring { struct page_pool *pool; struct { netmem_ref nm; } buf[64]; u64 *desc; u32 tail, room; };
struct queue { struct ring headers, payload; struct xdp_buff xdp; struct sk_buff *skb; };
static int pools(struct queue *q, struct device *d, struct net_device *n, int idx)
{
	struct page_pool_params pp = { .pool_size = 64, .dev = d, .netdev = n, .queue_idx = idx,
		.max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE, .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV };

	q->headers.pool = page_pool_create(&pp);
	pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	q->payload.pool = page_pool_create(&pp);
	return 0;
}
static void fill(struct ring *r)
{
	while (r->room--) {
		netmem_ref nm = page_pool_dev_alloc_netmems(r->pool);

		if (!nm)
			break;
		r->buf[r->tail].nm = nm;
		r->desc[r->tail] = cpu_to_le64(page_pool_get_dma_addr_netmem(nm));
		r->tail++;
	}
}
static int mem_alloc(struct net_device *n, struct netdev_queue_config *c, void *mem, int idx)
{
	struct queue *q = mem;

	if (pools(q, &n->dev, n, idx))
		return -ENOMEM;
	fill(&q->headers);
	fill(&q->payload);
	return 0;
}
static int start(struct net_device *n, struct netdev_queue_config *c, void *mem, int idx) { return 0; }
static void mem_free(struct net_device *n, void *mem) { }
static const struct netdev_queue_mgmt_ops q_ops = { .ndo_queue_mem_size = sizeof(struct queue),
	.ndo_queue_mem_alloc = mem_alloc, .ndo_queue_mem_free = mem_free, .ndo_queue_start = start, .ndo_queue_stop = start };
static int probe(struct net_device *n) { n->queue_mgmt_ops = &q_ops; return 0; }
`;

test('of two rings of one type each keeps a pool of its own', async () => {
  const { model } = await analyse({ 'd.c': TWO_RINGS });
  const kept = (model.programs ?? []).flatMap(({ path, kept: states = [] }) =>
    path === 'queue-mem-alloc' ? states.map(({ state }) => state).filter((s) => s.endsWith('.pool')) : [],
  );
  expect(kept.sort()).toEqual(['struct queue.headers.pool', 'struct queue.payload.pool']);
});

test('a table of queue operations that no function installs is none', async () => {
  const operations = async (text: string): Promise<number> =>
    (await analyse({ 'd.c': text })).model.capabilities.queueMgmtOps.value.length;
  expect(await operations(TWO_RINGS)).toBe(4);
  expect(await operations(TWO_RINGS.replace('n->queue_mgmt_ops = &q_ops;', ''))).toBe(0);
});
