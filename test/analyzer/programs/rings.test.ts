/** Which functions of a driver fill and empty its ring, where several look like it. */
import { expect, test } from 'vitest';
import { analyse } from '../analyse.ts';
import { programOf } from './outline.ts';
import { driver } from './packet-loop.ts';

const LOOP = `
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		struct sk_buff *skb = napi_build_skb(page_address(s->page), PAGE_SIZE);
		s->page = NULL;
		skb_mark_for_recycle(skb);
		napi_gro_receive(napi, skb);
	}`;

/** The likeliest entry of each path: the first one. */
async function entries(more: string): Promise<Record<string, string>> {
  const { model } = await analyse(driver(LOOP, more));
  const programs = [...(model.programs ?? [])].reverse();
  return Object.fromEntries(programs.map(({ path, entry }) => [path, entry]));
}

const FROM_ELSEWHERE = `
static int stock(struct q *q)
{
	int i;
	for (i = 0; i < 64; i++) {
		struct page *page = alloc_page(GFP_KERNEL);
		if (!page)
			return -ENOMEM;
		q->slots[i].page = page;
	}
	return 0;
}`;

test('a ring of the pool is filled from the pool, whatever else fills slots', async () => {
  expect(await entries(FROM_ELSEWHERE)).toMatchObject({ 'rx-refill': 'refill' });
});

const REWIND = `
static int start(struct q *q)
{
	int i;
	for (i = 0; i < 64; i++) {
		struct slot *s = &q->slots[i];
		s->page = page_pool_dev_alloc_pages(q->pool);
		if (!map(s->page)) {
			page_pool_put_full_page(q->pool, s->page, false);
			return -ENOMEM;
		}
		q->descs[i] = cpu_to_le64(page_pool_get_dma_addr(s->page));
	}
	return 0;
}`;
const STOP = `
static void stop(struct q *q)
{
	int i;
	for (i = 0; i < 64; i++)
		page_pool_put_full_page(q->pool, q->slots[i].page, false);
}`;

const UNSTOCK = `
static void unstock(struct q *q)
{
	int i;
	for (i = 0; i < 64; i++)
		put_page(q->slots[i].page);
}`;

test('a ring of the pool is emptied into the pool, whatever else frees slots', async () => {
  expect(await entries(`${UNSTOCK}${STOP}`)).toMatchObject({ 'rx-release': 'stop' });
  expect(await entries(UNSTOCK)).toMatchObject({ 'rx-release': 'unstock' });
});

const EITHER = `
static void stop(struct q *q)
{
	int i;
	for (i = 0; i < 64; i++) {
		if (q->slots[i].from_pool)
			page_pool_put_full_page(q->pool, q->slots[i].page, false);
		else
			put_page(q->slots[i].page);
	}
}`;

test('a page that may be of the pool goes back to it', async () => {
  const { body } = await programOf(driver(LOOP, EITHER), 'rx-release');
  expect(JSON.stringify(body)).toMatch(/"text":"q->slots\[i\].from_pool",[^}]*\},"expected":true/);
});

test('filling that gives back what it could not use does not empty the ring', async () => {
  expect(await entries(REWIND)).not.toHaveProperty('rx-release');
  expect(await entries(`${REWIND}${STOP}`)).toMatchObject({ 'rx-release': 'stop' });
});

/** A ring of bus addresses, filled by two callers of one function; `more` is done to what the poll got. */
const filledTwice = (more: string): Record<string, string> => ({
  'd.c': `
struct q { struct page_pool *pool; u64 *descs; int use, clean; struct napi_struct napi; };
static void *get(struct q *q, dma_addr_t *dma)
{
	struct page *page = page_pool_dev_alloc_pages(q->pool);
	if (!page)
		return NULL;
	*dma = page_pool_get_dma_addr(page);
	return page_address(page);
}
static void give(struct q *q, dma_addr_t dma)
{
	q->descs[q->use++] = cpu_to_le64(dma);
}
static void fill(struct q *q)
{
	int i;
	for (i = 0; i < 64; i++) {
		dma_addr_t dma;
		void *buf = get(q, &dma);
		if (!buf)
			break;
		give(q, dma);
	}
}
static int poll(struct napi_struct *napi, int budget)
{
	struct q *q = container_of(napi, struct q, napi);
	int done = 0;
	while (done < budget) {
		void *data = phys_to_virt(q->descs[q->clean++]);
		struct sk_buff *skb;
		dma_addr_t dma;
		void *buf = get(q, &dma);
		if (!buf)
			break;
		give(q, dma);
		skb = build_skb(data, PAGE_SIZE);
		${more}
		napi_gro_receive(napi, skb);
		done++;
	}
	return done;
}
static void probe(struct net_device *dev, struct q *q)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP };
	q->pool = page_pool_create(&pp);
	netif_napi_add(dev, &q->napi, poll);
}
`,
});

test('a ring that is filled from two places is one ring', async () => {
  const { buffers, body } = await programOf(filledTwice(''), 'rx-poll');
  expect(buffers).toHaveLength(1);
  const text = JSON.stringify(body);
  for (const kind of ['alloc', 'post', 'build-skb']) expect(text).toContain(`"kind":"${kind}","buffer":0`);
});

test('one that is read besides is another', async () => {
  const { buffers } = await programOf(filledTwice('skb_put_data(skb, buf, 64);'), 'rx-poll');
  expect(buffers.length).toBeGreaterThan(1);
});
