/**
 * Records and rings of one type that lie in different places hold different buffers; where an object's place is out of
 * sight, all of its type are one.
 */
import { describe, test } from 'vitest';
import { expectMarks } from '../rules/subject.ts';
import { PAYLOAD_POOL, RINGS } from './divided-subject.ts';

describe('two rings of one type in a queue', () => {
  test('the header ring is read by the CPU, payload of the other ring is not', () =>
    expectMarks(
      'RX5',
      `${RINGS}
static void *head(struct queue *q, int i)
{
	return page_address(netmem_to_page(q->hdr.buf[i].nm));
}
${PAYLOAD_POOL}
static void rx(struct queue *q, struct sk_buff *skb, int i)
{
	skb_add_rx_frag_netmem(skb, 0, q->pay.buf[i].nm, 0, 100, PAGE_SIZE);
	memcpy(skb->data, head(q, i), 64);
}
`,
    ));

  test('payload that the CPU reads is found through a pointer to its ring', () =>
    expectMarks(
      'RX5',
      `${RINGS}
${PAYLOAD_POOL}
static void rx(struct queue *q, struct sk_buff *skb, int i)
{
	struct ring *ring = &q->pay;

	skb_add_rx_frag_netmem(skb, 0, ring->buf[i].nm, 0, 100, PAGE_SIZE);
	memcpy(skb->data, page_address(netmem_to_page(q->pay.buf[i].nm)), 64);
//< rx5-cpu-access: page_address
}
`,
    ));

  test('a ring that comes from out of sight may be either', () =>
    expectMarks(
      'RX5',
      `${RINGS}
static void *head(void *data, int i)
{
	struct ring *ring = data;

	return page_address(netmem_to_page(ring->buf[i].nm));
//< rx5-cpu-access: page_address
}
${PAYLOAD_POOL}
static void rx(struct queue *q, struct sk_buff *skb, int i)
{
	skb_add_rx_frag_netmem(skb, 0, q->pay.buf[i].nm, 0, 100, PAGE_SIZE);
	memcpy(skb->data, head(&q->hdr, i), 64);
//< rx5-cpu-access: memcpy
}
`,
    ));
});

describe('a stored pointer that may point to either ring', () => {
  const STORED = RINGS.replace(
    'struct queue {',
    'struct netdev { struct ring *any[2]; };\nstruct queue {',
  ).replace('struct page_pool *pool; };', 'struct page_pool *pool; int count; void *extra; };');
  const STORE = `static void store(struct netdev *n, struct queue *q)
{
	n->any[0] = &q->hdr;
	n->any[1] = &q->pay;
}`;

  test('other members reached through it leave the buffers apart', () =>
    expectMarks(
      'RX5',
      `${STORED}
${PAYLOAD_POOL}
${STORE}
static void *head(struct queue *q, int i)
{
	return page_address(netmem_to_page(q->hdr.buf[i].nm));
}
static void *extra(struct netdev *n)
{
	return n->any[0]->extra;
}
static void rx(struct queue *q, struct sk_buff *skb, int i)
{
	skb_add_rx_frag_netmem(skb, 0, q->pay.buf[i].nm, 0, 100, PAGE_SIZE);
	memcpy(skb->data, head(q, i), 64);
}
`,
    ));

  test('buffers reached through it may be payload', () =>
    expectMarks(
      'RX5',
      `${STORED}
${PAYLOAD_POOL}
${STORE}
static void *any(struct netdev *n, int i)
{
	return page_address(netmem_to_page(n->any[0]->buf[i].nm));
//< rx5-cpu-access: page_address
}
static void rx(struct netdev *n, struct queue *q, struct sk_buff *skb, int i)
{
	skb_add_rx_frag_netmem(skb, 0, q->pay.buf[i].nm, 0, 100, PAGE_SIZE);
	memcpy(skb->data, any(n, i), 64);
//< rx5-cpu-access: memcpy
}
`,
    ));
});

describe('one record type in two structures', () => {
  const RECORDS = `struct record { netmem_ref nm; u16 users; };
struct head { struct record record; };
struct work { struct record records[16]; };
struct queue { struct page_pool *pool, *own; struct head *head; struct work *work; };
static int fill(struct page_pool *pool, struct record *r)
{
	*r = (struct record) { .nm = page_pool_dev_alloc_netmems(pool) };
	return 0;
}
static void fill_both(struct queue *q, int i)
{
	fill(q->own, &q->head->record);
	fill(q->pool, &q->work->records[i]);
}
`;

  test('headers are copied into the one, payload lies in the other', () =>
    expectMarks(
      'RX5',
      `${RECORDS}
static void rx(struct queue *q, struct sk_buff *skb, int i)
{
	memcpy(skb->data, page_address(netmem_to_page(q->head->record.nm)), 64);
	skb_add_rx_frag_netmem(skb, 0, q->work->records[i].nm, 0, 100, PAGE_SIZE);
}
`,
    ));

  test('a copy of the record holds the same buffer', () =>
    expectMarks(
      'RX5',
      `${RECORDS}
static void rx(struct queue *q, struct sk_buff *skb, int i)
{
	struct record taken = q->work->records[i];

	memcpy(skb->data, page_address(netmem_to_page(taken.nm)), 64);
//< rx5-cpu-access: page_address
	skb_add_rx_frag_netmem(skb, 0, q->work->records[i].nm, 0, 100, PAGE_SIZE);
}
`,
    ));
});
