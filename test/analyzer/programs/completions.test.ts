/** Frames for which the device writes several completions: headers, each buffer of payload, the frame as a whole. */
import { expect, test } from 'vitest';
import { analyse } from '../analyse.ts';
import { run } from './compliant.ts';
import { outline } from './outline.ts';

interface Variant {
  /** What the arms are chosen by. */
  readonly chosenBy?: string;
  /** What is done to the buffer of payload before it is added. */
  readonly sync?: string;
  /** What the arm of payload does after adding it. */
  readonly after?: string;
}

const SYNC = 'page_pool_dma_sync_netmem_for_cpu(q->pool, f->netmem, 0, 2048);';

/** A driver that collects a frame in an xdp_buff, and makes the packet of it at the completion of the frame. */
const driver = ({ sync = SYNC, after = '', chosenBy = 'desc & TYPE' }: Variant = {}): string => `
struct head { struct page *page; };
struct frag { netmem_ref netmem; };
struct pkt { struct xdp_buff buff; bool failed; };
struct q { struct page_pool *pool, *heads; struct head *head; struct frag *frag; struct pkt *pkt; u64 *hdesc, *fdesc, *cmpl;
	   struct device *dev; struct napi_struct napi; struct bpf_prog *prog; int hu, hc, fu, fc, next, format; };
static void fill(struct q *q)
{
	while (q->hu != q->hc) {
		struct page *page = page_pool_dev_alloc_pages(q->heads);

		if (!page)
			break;
		q->head[q->hu].page = page;
		q->hdesc[q->hu++] = cpu_to_le64(page_pool_get_dma_addr(page));
	}
	while (q->fu != q->fc) {
		netmem_ref netmem = page_pool_dev_alloc_netmems(q->pool);

		if (!netmem)
			break;
		q->frag[q->fu].netmem = netmem;
		q->fdesc[q->fu++] = cpu_to_le64(page_pool_get_dma_addr_netmem(netmem));
	}
}
static void begin(struct q *q, struct pkt *pkt, u64 desc)
{
	struct page *page = q->head[desc & 255].page;

	dma_sync_single_for_cpu(q->dev, page_pool_get_dma_addr(page), 256, DMA_FROM_DEVICE);
	xdp_prepare_buff(&pkt->buff, page_address(page), 64, 128, true);
	pkt->failed = false;
}
static void add(struct q *q, struct pkt *pkt, u64 desc)
{
	struct frag *f = &q->frag[desc & 255];

	${sync}
	if (!xdp_buff_add_frag(&pkt->buff, f->netmem, 0, 2048, PAGE_SIZE))
		pkt->failed = true;
}
static struct sk_buff *build(struct q *q, struct pkt *pkt)
{
	struct sk_buff *skb;

	if (q->prog && bpf_prog_run_xdp(q->prog, &pkt->buff) != XDP_PASS)
		return ERR_PTR(-EIO);
	skb = xdp_build_skb_from_buff(&pkt->buff);
	if (!skb)
		return NULL;
	return skb;
}
static int poll(struct napi_struct *napi, int budget)
{
	struct q *q = container_of(napi, struct q, napi);
	struct pkt *pkt = q->pkt;
	int done = 0;

	while (done < budget) {
		struct sk_buff *skb = ERR_PTR(-EINVAL);
		u64 desc = le64_to_cpu(q->cmpl[q->next]);

		if (!(desc & DONE))
			break;
		switch (${chosenBy}) {
		case TYPE_HEAD:
			begin(q, pkt, desc);
			break;
		case TYPE_FRAG:
			add(q, pkt, desc);
			${after}
			break;
		case TYPE_STAMP:
			break;
		case TYPE_FRAME:
			if (!pkt->failed)
				skb = build(q, pkt);
			if (!IS_ERR_OR_NULL(skb))
				napi_gro_receive(napi, skb);
			done++;
			break;
		}
		q->next++;
	}
	fill(q);
	return done;
}
static int mem_alloc(struct net_device *n, struct netdev_queue_config *c, void *m, int i)
{
	struct q *q = m;
	struct page_pool_params pp = { .pool_size = 64, .dev = q->dev, .netdev = n, .queue_idx = i,
		.max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };

	pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
	q->heads = page_pool_create(&pp);
	pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
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
	q->format = TYPE_FRAG;
	netif_napi_add(n, &q->napi, poll);
	return 0;
}
`;

async function verdictOf(variant: Variant = {}, parameters: Readonly<Record<string, number>> = {}) {
  const { model } = await analyse({ 'd.c': driver(variant) });
  return run(model, 'dmabuf-works', { packets: 100, ...parameters });
}

async function completionsOf(variant: Variant = {}): Promise<readonly string[]> {
  const { model } = await analyse({ 'd.c': driver(variant) });
  const poll = model.programs?.find(({ path }) => path === 'rx-poll');
  if (poll === undefined) throw new Error('no poll');
  return [...outline(poll).matchAll(/\w+-completion/g)].map(([name]) => name);
}

test('the arms of a switch say what a completion is for', async () => {
  expect(await completionsOf()).toEqual(['header-completion', 'payload-completion', 'frame-completion']);
});

test('an arm that adds and delivers leaves the question open', async () => {
  const after = 'skb = build(q, pkt);\n\t\t\tnapi_gro_receive(napi, skb);';
  expect(await completionsOf({ after })).toEqual([]);
});

test('a mode with formats of its own says nothing of completions', async () => {
  expect(await completionsOf({ chosenBy: 'q->format' })).toEqual([]);
});

test('every frame arrives as device memory, of one buffer of payload or of several', async () => {
  for (const payloadBytes of [1448, 8192])
    expect(await verdictOf({}, { payloadBytes })).toMatchObject({
      state: 'pass',
      packets: { delivered: 100, read: 100 },
    });
});

test('a mistake at the completion of a buffer is found there', async () => {
  const sync = 'page_pool_dma_sync_for_cpu(q->pool, netmem_to_page(f->netmem), 0, 2048);';
  const { state, requirements } = await verdictOf({ sync });
  expect(state).toBe('fail');
  expect(requirements.filter((r) => r.state === 'fails').map((r) => r.requirement)).toContain('RX6');
});
