/** Memory of the driver's own beside its rings: nothing tells the device of it, and headers are copied out of it. */
import { expect, test } from 'vitest';
import type { Verdict } from '../../../simulator/contract/verdict.ts';
import { analyse } from '../analyse.ts';
import { run as runModel } from './compliant.ts';

/** A driver with payload in a ring; `head` makes the skb and its headers, `more` stands before it at file level. */
const driver = (head: string, more = ''): string => `
struct frag { netmem_ref netmem; };
struct q { struct page_pool *pool; struct frag *frags; netmem_ref spare; struct page *heads; u64 *descs;
	   struct device *dev; struct bpf_prog *prog; struct napi_struct napi; int use, clean, uses; };
static int get(struct page_pool *pp, struct frag *f)
{
	netmem_ref netmem = page_pool_dev_alloc_netmems(pp);

	if (!netmem)
		return -ENOMEM;
	f->netmem = netmem;
	return 0;
}
static void fill(struct q *q)
{
	struct frag *f;

	while (q->use != q->clean) {
		f = &q->frags[q->use];
		if (get(q->pool, f))
			break;
		q->descs[q->use++] = cpu_to_le64(page_pool_get_dma_addr_netmem(f->netmem));
	}
}
${more}
static int poll(struct napi_struct *napi, int budget)
{
	struct q *q = container_of(napi, struct q, napi);
	int done = 0;

	while (done < budget) {
		struct frag *f = &q->frags[q->clean++];
		struct sk_buff *skb;

		${head}
		if (!skb)
			break;
		page_pool_dma_sync_netmem_for_cpu(q->pool, f->netmem, 0, 100);
		skb_add_rx_frag_netmem(skb, 0, f->netmem, 0, 100, PAGE_SIZE);
		skb_mark_for_recycle(skb);
		napi_gro_receive(napi, skb);
		done++;
	}
	fill(q);
	return done;
}
static int mem_alloc(struct net_device *n, struct netdev_queue_config *c, void *m, int i)
{
	struct q *q = m;
	struct page_pool_params pp = { .pool_size = 64, .dev = q->dev, .netdev = n, .queue_idx = i,
		.max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };

	pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	q->pool = page_pool_create(&pp);
	fill(q);
	return 0;
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
	return k->tcp_data_split;
}
static const struct ethtool_ops eops = { .set_ringparam = set_rings,
	.supported_ring_params = ETHTOOL_RING_USE_TCP_DATA_SPLIT };
static int probe(struct net_device *n, struct q *q)
{
	n->queue_mgmt_ops = &qops;
	n->ethtool_ops = &eops;
	q->heads = alloc_page(GFP_KERNEL);
	netif_napi_add(n, &q->napi, poll);
	return 0;
}
`;

async function run(source: string): Promise<Verdict> {
  const { model } = await analyse({ 'd.c': source });
  return runModel(model, 'dmabuf-works', { packets: 100 });
}

const COPY = `
static void copy_headers(struct sk_buff *skb, struct page *page, int len)
{
	skb_copy_to_linear_data(skb, page_address(page), len);
}`;

test('headers are copied out of memory of the driver by a helper that does nothing else', async () => {
  const verdict = await run(
    driver('skb = napi_alloc_skb(napi, 128);\n\t\tcopy_headers(skb, q->heads, 128);', COPY),
  );
  expect(verdict).toMatchObject({ state: 'pass', packets: { delivered: 100 } });
});

test('a packet whose headers nobody copies is no packet', async () => {
  const verdict = await run(driver('skb = napi_alloc_skb(napi, 128);'));
  expect(verdict.packets).toMatchObject({ delivered: 0, droppedBy: { malformed: 100 } });
});

/** A page of the pool that the driver keeps for itself: where XDP needs the headers in one piece they are copied there. */
const SPARE = `
static void *spare(struct q *q)
{
	if (q->uses >= 16) {
		page_pool_put_full_netmem(q->pool, q->spare, true);
		q->spare = page_pool_dev_alloc_netmems(q->pool);
		if (!q->spare)
			return NULL;
	}
	return netmem_address(q->spare) + q->uses++ * 256;
}`;
const USES_SPARE = `
		if (q->prog) {
			void *va = spare(q);

			net_prefetchw(va);
			skb = napi_build_skb(va, 256);
		} else {
			skb = napi_alloc_skb(napi, 128);
			copy_headers(skb, q->heads, 128);
		}`;

test('a page of the pool that the device never hears of is no ring of header buffers', async () => {
  const { model } = await analyse({ 'd.c': driver(USES_SPARE, COPY + SPARE) });
  const operands = model.programs?.flatMap(({ buffers }) => buffers) ?? [];
  expect(operands.filter(({ role }) => role === 'header')).toEqual([]);
  expect(runModel(model, 'dmabuf-works', { packets: 100 })).toMatchObject({
    state: 'pass',
    packets: { delivered: 100 },
  });
});
