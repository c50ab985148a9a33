/** Shapes of receive loops that drivers are written in, from C to the machine's view of them. */
import { expect, test } from 'vitest';
import { analyse } from '../analyse.ts';
import { driver, loopOf } from './packet-loop.ts';

test('a packet of several descriptors: first, further, last', async () => {
  const files = driver(`
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		if (status & FIRST) {
			q->skb = napi_build_skb(page_address(s->page), PAGE_SIZE);
			if (!q->skb)
				break;
		} else {
			skb_add_rx_frag(q->skb, 0, s->page, 0, 100, PAGE_SIZE);
		}
		s->page = NULL;
		if (!(status & LAST))
			continue;
		napi_gro_receive(napi, q->skb);
		done++;
	}`);
  expect(await loopOf(files)).toBe(`completions:
  if first-fragment
    take-address slot.page
    build-skb slot.page
    if skb-null
      break
  else
    add-frag slot.page
  clear-slot slot.page
  if not last-fragment
    continue
  deliver`);
});

test('XDP behind a helper, and what a constant argument decides', async () => {
  const files = driver(
    `
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		if (has_prog(q))
			bpf_prog_run_xdp(q->prog, page_address(s->page));
		drop(q, s, false);
		drop(q, s, true);
		done++;
	}`,
    `static void drop(struct q *q, struct slot *s, bool pool)
{
	if (pool)
		page_pool_put_full_page(q->pool, s->page, pool);
	else
		put_page(s->page);
	s->page = NULL;
}`,
  );
  expect(await loopOf(files)).toBe(`completions:
  if xdp-attached
    take-address slot.page
    run-xdp slot.page
  drop()
    free-page slot.page
    clear-slot slot.page
  drop()
    put slot.page
    clear-slot slot.page`);
});

test('error codes, gotos and a switch that falls through', async () => {
  const files = driver(
    `
	while (done < budget) {
		struct slot *s = &q->slots[q->clean];
		struct sk_buff *skb;
		if (check(q, s))
			goto next;
		skb = napi_build_skb(page_address(s->page), PAGE_SIZE);
		s->page = NULL;
		napi_gro_receive(napi, skb);
next:
		done++;
	}`,
    `static int check(struct q *q, struct slot *s)
{
	switch (q->use) {
	case 1:
		return 0;
	case 2:
		page_pool_recycle_direct(q->pool, s->page);
		fallthrough;
	default:
		s->page = NULL;
	}
	return -EIO;
}`,
  );
  expect(await loopOf(files)).toBe(`completions:
  check()
    if unknown (q->use == 1)
      check() = 0
      return
    else
      if unknown (q->use == 2)
        put slot.page
        clear-slot slot.page
      else
        clear-slot slot.page
    check() = -5
  if not unknown (check(q, s)) [check() == 0]
    goto 0
  take-address slot.page
  build-skb slot.page
  clear-slot slot.page
  deliver
  label 0`);
});

test('functions handed in as arguments, and a buffer that goes back into a slot', async () => {
  const files = driver(
    `
	done = clean(q, napi, budget, up);`,
    `static void up(struct q *q, struct napi_struct *napi, struct sk_buff *skb) { napi_gro_receive(napi, skb); }
static void reuse(struct q *q, struct page *page) { struct slot *s = &q->slots[q->use]; s->page = page; }
static int clean(struct q *q, struct napi_struct *napi, int budget,
		 void (*fn)(struct q *, struct napi_struct *, struct sk_buff *))
{
	int n = 0;
	while (n < budget) {
		struct slot *s = &q->slots[q->clean];
		struct page *page = s->page;
		struct sk_buff *skb = napi_alloc_skb(napi, 128);
		if (!skb) {
			reuse(q, page);
			continue;
		}
		skb_put_data(skb, page_address(page), 64);
		fn(q, napi, skb);
		n++;
	}
	return n;
}`,
  );
  expect(await loopOf(files)).toBe(`clean()
  completions:
    alloc-skb
    if skb-null
      reuse()
        post slot.page
      continue
    take-address slot.page
    cpu-access slot.page
    copy-header
    up()
      deliver`);
});

test('a driver without NAPI has no packet program, and says so by leaving it out', async () => {
  const { model } = await analyse({ 'd.c': 'static int probe(void) { return 0; }' });
  expect(model.programs).toEqual([]);
});
