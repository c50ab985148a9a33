/** How packets are made where the driver does not show it plainly. */
import { expect, test } from 'vitest';
import type { BranchNode, ProgramNode } from '../../../simulator/contract/driver-ir.ts';
import { analyse } from '../analyse.ts';
import { programOf } from './outline.ts';
import { driver, loopOf } from './packet-loop.ts';

function branches(nodes: readonly ProgramNode[]): readonly BranchNode[] {
  return nodes.flatMap((node): readonly BranchNode[] => {
    if (node.node === 'branch') return [node, ...branches(node.then), ...branches(node.otherwise)];
    if (node.node === 'loop' || node.node === 'call') return branches(node.body);
    return node.node === 'sequence' ? branches(node.steps) : [];
  });
}

test('likely() and unlikely() say how a test usually comes out, also in parts and under a negation', async () => {
  const files = driver(`
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		struct sk_buff *skb;
		if (unlikely(status & BAD) || !likely(status & GOOD))
			goto drop;
		if (status & ODD)
			goto drop;
		skb = napi_build_skb(page_address(s->page), PAGE_SIZE);
		napi_gro_receive(napi, skb);
		continue;
drop:
		page_pool_put_full_page(q->pool, s->page, true);
	}`);
  const { body } = await programOf(files, 'rx-poll');
  const tests = branches(body.steps).filter(({ condition }) => condition.text.includes('status'));
  expect(tests.map(({ condition: { text, expected } }) => `${text}: ${expected}`)).toEqual([
    'status & BAD: false',
    '!(status & GOOD): false',
    'status & ODD: false',
  ]);
});

test('headers that are pulled out of a fragment are read by the CPU, in a helper too', async () => {
  const files = driver(
    `
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		struct sk_buff *skb = napi_alloc_skb(napi, 128);
		skb_add_rx_frag(skb, 0, s->page, 0, 100, PAGE_SIZE);
		pull(skb);
		napi_gro_receive(napi, skb);
	}`,
    `static void pull(struct sk_buff *skb)
{
	skb_copy_to_linear_data(skb, skb_frag_address(&skb_shinfo(skb)->frags[0]), 64);
}`,
  );
  expect(await loopOf(files)).toBe(`completions:
  alloc-skb
  add-frag slot.page
  pull()
    cpu-access slot.page
    copy-header
  deliver`);
});

test('memory known by its bus address only is the buffer received', async () => {
  const files = driver(`
	while (done < budget) {
		void *data = phys_to_virt(q->descs[q->clean]);
		struct sk_buff *skb = build_skb(data, PAGE_SIZE);
		napi_gro_receive(napi, skb);
	}`);
  expect(await loopOf(files)).toBe(`completions:
  build-skb slot.page
  deliver`);
});

test('memory that the driver allocates for a packet is not', async () => {
  const files = driver(`
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		void *data = napi_alloc_frag(256);
		struct sk_buff *skb = build_skb(data, 256);
		skb_put_data(skb, page_address(s->page), 64);
		page_pool_put_full_page(q->pool, s->page, true);
		napi_gro_receive(napi, skb);
	}`);
  const outline = await loopOf(files);
  expect(outline).toContain('alloc-skb');
  expect(outline).not.toContain('build-skb slot.page');
});

test('a first descriptor whose side also copies, beside further ones that are attached', async () => {
  const files = driver(`
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		if (status & FIRST) {
			q->skb = napi_alloc_skb(napi, 128);
			skb_put_data(q->skb, page_address(s->page), 64);
			page_pool_put_full_page(q->pool, s->page, true);
		} else {
			skb_add_rx_frag(q->skb, 0, s->page, 0, 100, PAGE_SIZE);
		}
		s->page = NULL;
		if (!(status & LAST))
			continue;
		napi_gro_receive(napi, q->skb);
	}`);
  expect(await loopOf(files)).toContain('if first-fragment');
});

test('a poll whose packets are made where the ring is filled is left to the generic program', async () => {
  const refilling = (more: string): string => `
static void refill_skbs(struct q *q)
{
	while (q->use != q->clean) {
		struct sk_buff *skb = netdev_alloc_skb(q->dev, 128);
		struct page *page = page_pool_dev_alloc_pages(q->pool);
		if (!page)
			break;
		skb_add_rx_frag(skb, 0, page, 0, 100, PAGE_SIZE);
		q->descs[q->use] = cpu_to_le64(page_pool_get_dma_addr(page));
	}
}
static void receive(struct napi_struct *napi, struct q *q)
{
	struct sk_buff *skb = next_packet(q);
	${more}
	napi_gro_receive(napi, skb);
}`;
  const loop = `
	while (done < budget)
		receive(napi, q);
	refill_skbs(q);`;
  const paths = async (more: string) =>
    (await analyse(driver(loop, refilling(more)))).model.programs?.map(({ path }) => path);
  expect(await paths('')).not.toContain('rx-poll');
  expect(await paths('skb_add_rx_frag(skb, 0, q->slots[q->clean].page, 0, 100, PAGE_SIZE);')).toContain(
    'rx-poll',
  );
});

test('a poll whose packets come from nowhere is left to the generic program', async () => {
  const files = driver(`
	while (done < budget)
		napi_gro_receive(napi, next_packet(q));`);
  const { model } = await analyse(files);
  expect(model.programs?.map(({ path }) => path)).not.toContain('rx-poll');
});

const RECEIVE_ONE = `
static int clean(struct q *q, int budget)
{
	int done = 0;
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		struct sk_buff *skb = napi_build_skb(page_address(s->page), PAGE_SIZE);
		napi_gro_receive(NULL, skb);
		done++;
	}
	return done;
}`;

test('a library without a registration of its own is entered where it could be: in what has the form of a poll', async () => {
  const [text] = Object.values(driver('\tdone = clean(q, budget);', RECEIVE_ONE));
  const handedIn = (text ?? '').replace(
    'netif_napi_add(dev, &q->napi, poll)',
    'netif_napi_add(dev, &q->napi, given)',
  );
  const { model } = await analyse({ 'd.c': handedIn });
  expect(model.programs?.find(({ path }) => path === 'rx-poll')?.entry).toBe('poll');
  const other = handedIn.replaceAll('int poll(struct napi_struct *napi,', 'int poll(struct other *napi,');
  expect((await analyse({ 'd.c': other })).model.programs?.map(({ path }) => path)).not.toContain('rx-poll');
});

test('where nothing says that the packet loop ends, further packets are waiting', async () => {
  const files = driver(
    `
	int now;
	do {
		now = clean(q, budget - done);
		done += now;
	} while (now && done < budget);`,
    RECEIVE_ONE.replace('while (done < budget)', 'if (status_of(q))'),
  );
  const { body } = await programOf(files, 'rx-poll');
  const [more] = branches(body.steps).filter(({ condition }) => condition.text === 'now');
  expect(more).toMatchObject({ condition: { expected: true }, then: [], otherwise: [{ exit: 'break' }] });
});

test('a packet that goes to a core in another module is delivered, if nothing else delivers', async () => {
  const loop = (call: string) => `
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		struct sk_buff *skb = napi_build_skb(page_address(s->page), PAGE_SIZE);
		skb_record_rx_queue(skb, 0);
		note_rx(q, status);
		${call}
	}`;
  const delivered = `completions:
  take-address slot.page
  build-skb slot.page
  deliver`;
  expect(await loopOf(driver(loop('core_skb_receive(q, skb);')))).toBe(delivered);
  expect(await loopOf(driver(loop('core_skb_receive(q, skb); netif_rx(skb);')))).toBe(delivered);
  expect(await loopOf(driver(loop('core_skb_note(q, skb);')))).not.toContain('deliver');
});

test('a single buffer beside the pool is one set aside, and no slot of the ring', async () => {
  const loop = `
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		struct sk_buff *skb;
		if (q->spare) {
			s->page = q->spare;
			q->spare = NULL;
		}
		if (!s->page)
			continue;
		skb = napi_build_skb(page_address(s->page), PAGE_SIZE);
		napi_gro_receive(napi, skb);
	}`;
  const [text] = Object.values(driver(loop));
  const beside = (text ?? '').replace('struct q { ', 'struct q { struct page *spare; ');
  expect(await loopOf({ 'd.c': beside })).toContain('if unknown (q->spare)');
  const inSlot = (text ?? '')
    .replace('struct slot { ', 'struct slot { struct page *spare; ')
    .replaceAll('q->spare', 's->spare');
  expect(await loopOf({ 'd.c': inSlot })).toContain('if not slot-empty slot.');
});

test('a question of a macro is told as the macro is used', async () => {
  const loop = `
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		struct sk_buff *skb = napi_build_skb(page_address(s->page), PAGE_SIZE);
		if (HAS_FLAG(q, 3))
			skb_mark_for_recycle(skb);
		napi_gro_receive(napi, skb);
		done++;
	}`;
  const macro = '#define HAS_FLAG(q, flag) (!!((q)->flags & (BIT(flag))))';
  const { 'd.c': source = '' } = driver(loop, macro);
  const { model } = await analyse({ 'd.c': source.replace('int use, clean;', 'int use, clean; u32 flags;') });
  const texts = (model.questions ?? []).map(({ text }) => text).filter((text) => text.includes('HAS_FLAG'));
  expect(texts).toEqual(['HAS_FLAG(q, 3)']);
});
