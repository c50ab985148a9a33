/** A driver around a packet loop, for tests of what becomes of the loop. */
import { outline, programOf } from './outline.ts';

/** A driver around a packet loop: `more` stands before it at file level. */
export function driver(loop: string, more = ''): Record<string, string> {
  return {
    'd.c': `
struct slot { struct page *page; };
struct q { struct page_pool *pool; struct slot *slots; u64 *descs; struct sk_buff *skb; struct bpf_prog *prog;
	   struct net_device *dev; int use, clean; };
static int fill(struct q *q)
{
	struct slot *s = &q->slots[q->use];
	s->page = page_pool_dev_alloc_pages(q->pool);
	if (!s->page)
		return -ENOMEM;
	q->descs[q->use] = cpu_to_le64(page_pool_get_dma_addr(s->page));
	return 0;
}
static void refill(struct q *q)
{
	while (q->use != q->clean)
		if (fill(q))
			break;
}
static bool has_prog(struct q *q) { struct bpf_prog *p = READ_ONCE(q->prog); return !!p; }
${more}
static int poll(struct napi_struct *napi, int budget)
{
	struct q *q = container_of(napi, struct q, napi);
	int done = 0;
	u32 status;
${loop}
	refill(q);
	return done;
}
static void probe(struct net_device *dev, struct q *q)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP };
	q->pool = page_pool_create(&pp);
	netif_napi_add(dev, &q->napi, poll);
}
`,
  };
}

/** Outline of the packet loop of `files`. */
export async function loopOf(files: Record<string, string>): Promise<string> {
  const text = outline(await programOf(files, 'rx-poll'));
  const end = text.indexOf('\nrefill()');
  return end < 0 ? text : text.slice(0, end);
}
