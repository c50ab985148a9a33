/** Conditions come down to atoms that are the same however they are written and wherever they stand. */
import { describe, expect, test } from 'vitest';
import { conditionOf } from '../../../extension/analyzer/model/guards/condition.ts';
import { wholeFunction } from '../../../extension/analyzer/model/guards/condition-context.ts';
import { ALWAYS, type Guard, guardText, NEVER } from '../../../extension/analyzer/model/guards/guard.ts';
import type { Expr, FunctionItem, Stmt } from '../../../extension/analyzer/syntax/ast.ts';
import { analyse } from '../analyse.ts';

const DRIVER = `
struct page_pool; struct bpf_prog; struct net_device;
enum heron_format { HERON_PAGES, HERON_SPLIT };
struct heron_queue { unsigned long state; struct page_pool *pool; struct bpf_prog *prog; int len; };
struct heron_buf { netmem_ref nm; };
struct heron { struct heron_queue *rx; struct { int copybreak; } cfg; enum heron_format format; unsigned int flags; bool split; };
static bool heron_splits(struct heron *h) { return h->format == HERON_SPLIT; }
static bool heron_may_split(struct heron *priv)
{
	if (priv->flags & HERON_F_OLD)
		return false;
	return heron_splits(priv);
}
static bool heron_own_pool(struct heron_queue *q) { struct page_pool *pp = q->pool; return pp && page_pool_is_unreadable(pp); }
`;

const PARAMETERS =
  'struct heron *h, struct heron_queue *q, struct heron_buf *b, struct net_device *dev, int len';

interface Both {
  readonly whenTrue: Guard;
  readonly whenFalse: Guard;
}

/** Reads the condition of the first `if` of a function with this body. */
async function read(body: string, parameters = PARAMETERS): Promise<Both> {
  const { facts } = await analyse({ 'heron.c': `${DRIVER}\nvoid subject(${parameters})\n{\n${body}\n}\n` });
  if (facts === undefined) throw new Error('no facts');
  const named = (name: string): FunctionItem | null => facts.symbols.functions.get(name)?.[0]?.item ?? null;
  const item = named('subject');
  const c = item === null ? null : firstTest(item.body);
  if (item === null || c === null) throw new Error('no condition');
  const cx = wholeFunction(item, facts.symbols, named);
  return { whenTrue: conditionOf(c, cx, true), whenFalse: conditionOf(c, cx, false) };
}

function firstTest(body: readonly Stmt[]): Expr | null {
  const found = body.find((s) => s.k === 'if');
  return found === undefined ? null : found.c;
}

/** The names by which the driver knows the atoms of a condition. */
async function keys(condition: string, before = ''): Promise<string> {
  const { whenTrue } = await read(`${before}\nif (${condition}) len = 0;`);
  return keyText(whenTrue);
}

function keyText(g: Guard): string {
  return g
    .map((c) => c.map(({ atom, holds }) => (holds ? atom.key : `!(${atom.key})`)).join(' && '))
    .join(' || ');
}

describe('one atom, many spellings', () => {
  test.each([
    ['h->split', 'struct heron.split'],
    ['!!h->split', 'struct heron.split'],
    ['h->split != 0', 'struct heron.split'],
    ['h->split == true', 'struct heron.split'],
    ['likely(READ_ONCE(h->split))', 'struct heron.split'],
    ['smp_load_acquire(&h->split)', 'struct heron.split'],
    ['rcu_dereference_rtnl(q->prog)', 'struct heron_queue.prog: xdp'],
    ['!h->split', '!(struct heron.split)'],
    ['h->split == false', '!(struct heron.split)'],
    ['NULL == q->pool', '!(struct heron_queue.pool: has-pool)'],
    ['q->prog', 'struct heron_queue.prog: xdp'],
    ['h->format == HERON_SPLIT', 'struct heron.format == HERON_SPLIT'],
    ['HERON_SPLIT != h->format', '!(struct heron.format == HERON_SPLIT)'],
    ['test_bit(HERON_ON, &q->state)', 'struct heron_queue.state & BIT(HERON_ON)'],
    ['q->state & BIT(HERON_ON)', 'struct heron_queue.state & BIT(HERON_ON)'],
    ['q->state & (1 << HERON_ON)', 'struct heron_queue.state & BIT(HERON_ON)'],
    ['(h->flags & HERON_F_OLD) == 0', '!(struct heron.flags & HERON_F_OLD)'],
    ['(h->flags & HERON_F_OLD) == HERON_F_OLD', 'struct heron.flags & HERON_F_OLD'],
    ['q->len < 128', 'struct heron_queue.len < 128'],
    ['128 <= q->len', '!(struct heron_queue.len < 128)'],
    ['netmem_is_net_iov(b->nm)', 'struct heron_buf.nm: net-iov'],
    ['netif_rxq_has_unreadable_mp(dev, 0)', 'struct net_device: queue-provider'],
  ])('%s', async (condition, wanted) => {
    expect(await keys(condition)).toBe(wanted);
  });

  test('a member is named from the structure behind the last pointer', async () => {
    expect(await keys('h->rx->len')).toBe(await keys('q->len'));
    expect(await keys('h->rx[1].len')).toBe(await keys('q->len'));
  });

  test('a member of a member is not the same as one of its own', async () => {
    expect(await keys('h->cfg.copybreak')).toBe('struct heron.cfg.copybreak');
  });

  test('a variable belongs to its function', async () => {
    expect(await keys('len > 3')).toBe('subject: len > 3');
  });

  test('a name for something else stands for it', async () => {
    expect(await keys('split', 'bool split = h->format == HERON_SPLIT;')).toBe(
      'struct heron.format == HERON_SPLIT',
    );
    expect(await keys('va', 'void *va = netmem_address(b->nm);')).toBe('struct heron_buf.nm: address');
  });

  test('a name that is assigned later stands for itself', async () => {
    expect(await keys('split', 'bool split = h->split; split = false;')).toBe('subject: split');
  });

  test('NULL and an offset is not NULL: a sum says nothing about the address', async () => {
    expect(await keys('va', 'void *va = netmem_address(b->nm) + len;')).not.toContain(': address');
  });
});

describe('predicates of the driver are looked through', () => {
  test.each([
    ['heron_splits(h)', 'struct heron.format == HERON_SPLIT'],
    ['heron_may_split(h)', '!(struct heron.flags & HERON_F_OLD) && struct heron.format == HERON_SPLIT'],
    ['heron_own_pool(q)', 'struct heron_queue.pool: has-pool && struct heron_queue.pool: pool-unreadable'],
  ])('%s', async (condition, wanted) => {
    expect(await keys(condition)).toBe(wanted);
  });

  test('the opposite of several tests is one of their opposites', async () => {
    const { whenFalse } = await read('if (heron_may_split(h)) len = 0;');
    expect(keyText(whenFalse)).toBe(
      'struct heron.flags & HERON_F_OLD || !(struct heron.format == HERON_SPLIT)',
    );
  });
});

describe('short circuits', () => {
  test('a negated alternative is a conjunction', async () => {
    const { whenFalse } = await read('if (h->split || q->len < 4) len = 0;');
    expect(guardText(whenFalse)).toBe('!(h.split) && !(q.len < 4)');
  });

  test('what contradicts itself is never so', async () => {
    const { whenTrue, whenFalse } = await read('if (h->split && !h->split) len = 0;');
    expect(whenTrue).toBe(NEVER);
    expect(whenFalse).toBe(ALWAYS);
  });

  test('a choice between conditions', async () => {
    expect(await keys('h->split ? q->len : h->rx')).toBe(
      'struct heron.split && struct heron_queue.len || !(struct heron.split) && struct heron.rx',
    );
  });

  test('constants are decided', async () => {
    const { whenTrue, whenFalse } = await read('if (0) len = 0;');
    expect([whenTrue, whenFalse]).toEqual([NEVER, ALWAYS]);
  });

  test('what has no name is not known', async () => {
    expect((await read('if (({ len; })) len = 0;')).whenTrue).toBe(ALWAYS);
  });
});
