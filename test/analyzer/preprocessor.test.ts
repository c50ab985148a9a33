/**
 * Drivers as out-of-tree ones are written: conditional groups, macros, shims for older kernels. What is found is what
 * the compiler would see, at the lines that somebody wrote.
 */
import { describe, expect, test } from 'vitest';
import type { DriverAnalysis } from '../../extension/analyzer/analyzer.ts';
import { withDefines } from '../../extension/analyzer/kernel/build.ts';
import type { KernelTree } from '../../extension/analyzer/kernel/tree.ts';
import { analyse, brief, NEWEST } from './analyse.ts';
import { convert } from './fixes/convert.ts';

const HEAD = `#include <linux/netdevice.h>
struct w_buf { struct page *pg; void *va; dma_addr_t dma; };
struct w_ring { struct page_pool *pool; struct w_buf buf; };
`;
/** A receive path whose buffer gets where `use` says. */
const within = (use: string, before = ''): string => `${HEAD}${before}
static int w_fill(struct device *d, struct w_buf *b)
{
	b->pg = alloc_page(GFP_ATOMIC);
	b->dma = dma_map_page(d, b->pg, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	return 0;
}
static struct sk_buff *w_rx(struct device *d, struct w_buf *b, struct sk_buff *skb, int len)
{
	skb_add_rx_frag(skb, 0, b->pg, 0, len, PAGE_SIZE);
${use}	return skb;
}
`;

interface Seen {
  /** What is found in `w_rx`, without the fragment that is always there: line of text and function. */
  readonly uses: readonly string[];
  readonly analysis: DriverAnalysis;
}

async function seen(text: string, tree: KernelTree = NEWEST): Promise<Seen> {
  const analysis = await analyse({ 'w.c': text }, tree);
  const lines = text.split('\n');
  const uses = brief({ 'w.c': text }, analysis).flatMap((found) => {
    const [, line = '0', , api = ''] = /^w\.c:(\d+) (\S+) (\S+)/.exec(found) ?? [];
    const source = (lines[Number(line) - 1] ?? '').trim();
    return /^(?:alloc_page|skb_add_rx_frag|dma_map_page|struct)$/.test(api) ? [] : [`${api}: ${source}`];
  });
  return { uses, analysis };
}

const uses = async (use: string, before = ''): Promise<readonly string[]> =>
  (await seen(within(use, before))).uses;
const READ = 'page_address: memcpy(skb->data, page_address(b->pg), len);';
const COPY = '\tmemcpy(skb->data, page_address(b->pg), len);\n';

describe('groups', () => {
  test.each([
    ['what is compiled', `#if 1\n${COPY}#endif\n`, [READ]],
    ['what is not', `#if 0\n${COPY}#endif\n`, []],
    ['the other arm', `#if 1\n\tskb_put(skb, len);\n#else\n${COPY}#endif\n`, []],
    ['an older kernel', `#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0)\n${COPY}#endif\n`, []],
    ['a newer kernel', `#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 0, 0)\n${COPY}#endif\n`, [READ]],
    [
      'an option nobody knows',
      `#ifdef CONFIG_W\n${COPY}#else\n\tget_page(b->pg);\n#endif\n`,
      [READ, 'get_page: get_page(b->pg);'],
    ],
    [
      'an else if',
      `\tif (len > 9)\n\t\tskb_put(skb, len);\n#ifdef CONFIG_W\n\telse if (len > 8)\n\t${COPY}#endif\n\telse\n\t\tskb_put(skb, 1);\n`,
      [READ],
    ],
    [
      'two heads of one body',
      `#ifdef CONFIG_W\n\tif (len > 9) {\n#else\n\tif (len > 8) {\n#endif\n\t${COPY}\t}\n`,
      [READ],
    ],
    [
      'half an argument list',
      `\tmemcpy(skb->data,\n#ifdef CONFIG_W\n\t       page_address(b->pg),\n#else\n\t       b->va,\n#endif\n\t       len);\n`,
      ['page_address: page_address(b->pg),'],
    ],
    [
      'a condition around a statement',
      `\tif (len)\n#ifdef CONFIG_W\n\t${COPY}#else\n\t\tskb_put(skb, len);\n#endif\n`,
      [READ],
    ],
  ])('%s', async (_, use, expected) => {
    const { uses: found, analysis } = await seen(within(use));
    expect(found).toEqual(expected);
    expect(analysis.incomplete).toEqual([]);
  });

  test('what the user says decides', async () => {
    const text = within(`#ifdef CONFIG_W\n${COPY}#endif\n`);
    expect((await seen(text, withDefines(NEWEST, ['CONFIG_W']))).uses).toEqual([READ]);
    expect((await seen(text, withDefines(NEWEST, ['-CONFIG_W']))).uses).toEqual([]);
  });

  test('lines that are not compiled are told', async () => {
    const text = within(`#if 0\n${COPY}#endif\n`);
    const { analysis } = await seen(text);
    const [file] = analysis.facts?.files ?? [];
    expect(file?.inactive?.map(({ start, end }) => text.slice(start, end))).toEqual([COPY]);
  });
});

describe('macros', () => {
  test.each([
    [
      'an alias of a helper',
      '#define W_COPY memcpy\n',
      '\tW_COPY(skb->data, page_address(b->pg), len);\n',
      'page_address: W_COPY(skb->data, page_address(b->pg), len);',
    ],
    [
      'a call',
      '#define W_ADDR(b) page_address((b)->pg)\n',
      '\tmemcpy(skb->data, W_ADDR(b), len);\n',
      'page_address: memcpy(skb->data, W_ADDR(b), len);',
    ],
    [
      'a call of a call',
      '#define W_ADDR(b) W_PAGE(b)\n#define W_PAGE(b) page_address((b)->pg)\n',
      '\tmemcpy(skb->data, W_ADDR(b), len);\n',
      'page_address: memcpy(skb->data, W_ADDR(b), len);',
    ],
    [
      'a member',
      '#define W_PG pg\n',
      '\tmemcpy(skb->data, page_address(b->W_PG), len);\n',
      'page_address: memcpy(skb->data, page_address(b->W_PG), len);',
    ],
    [
      'a tag',
      '#define W_BUF w_buf\n',
      '\tstruct W_BUF *c = b;\n\tmemcpy(skb->data, page_address(c->pg), len);\n',
      'page_address: memcpy(skb->data, page_address(c->pg), len);',
    ],
    [
      'pasted',
      '#define W_FIELD(b, n) (b)->p##n\n',
      '\tmemcpy(skb->data, page_address(W_FIELD(b, g)), len);\n',
      'page_address: memcpy(skb->data, page_address(W_FIELD(b, g)), len);',
    ],
    ['a condition', '#define W_IF_BIG(n) if ((n) > 9)\n', `\tW_IF_BIG(len) {\n\t${COPY}\t}\n`, READ],
    ['a loop', '#define W_EACH(i) for (i = 0; i < 9; i++)\n', `\tint i;\n\tW_EACH(i)\n\t${COPY}`, READ],
    [
      'one that returns',
      '#define W_CHECK(x) do { if (!(x)) return NULL; } while (0)\n',
      `\tW_CHECK(skb)\n${COPY}`,
      READ,
    ],
    [
      'one of two',
      '#ifdef CONFIG_W\n#define W_ADDR(b) (b)->va\n#else\n#define W_ADDR(b) page_address((b)->pg)\n#endif\n',
      '\tmemcpy(skb->data, W_ADDR(b), len);\n',
      'page_address: memcpy(skb->data, W_ADDR(b), len);',
    ],
  ])('%s', async (_, before, use, expected) => {
    const { uses: found, analysis } = await seen(within(use, before));
    expect(found).toEqual([expected]);
    expect(analysis.incomplete).toEqual([]);
  });

  test('a finding from the body of one names the definition', async () => {
    const text = within(
      '\tmemcpy(skb->data, W_ADDR(b), len);\n',
      '#define W_ADDR(b) page_address((b)->pg)\n',
    );
    const { analysis } = await seen(text);
    const found = analysis.findings.find(({ api }) => api === 'page_address');
    const definition = found?.evidence.find(({ message }) => message.includes('the macro W_ADDR'));
    const { start, end } = definition?.location.range ?? { start: 0, end: 0 };
    expect(text.slice(start, end)).toBe('#define W_ADDR(b) page_address((b)->pg)');
  });

  test('one that makes functions makes them', async () => {
    const text = `${within('')}#define W_READ(n) \\
static void w_read_##n(struct w_buf *b, char *to) \\
{ \\
	memcpy(to, page_address((b)->pg), 9); \\
}
W_READ(one)
W_READ(two);
`;
    expect((await seen(text)).uses).toEqual(['page_address: W_READ(one)', 'page_address: W_READ(two);']);
  });

  test('an expansion that is not of the right kernel is not taken for one of the driver', async () => {
    expect(
      await uses('\tmemcpy(skb->data, page_address(b->pg), len);\n', '#define page_address(p) w_other(p)\n'),
    ).toEqual([READ]);
  });
});

describe('alternatives', () => {
  const created = async (flags: string): Promise<DriverAnalysis['model']['pools'][number] | undefined> => {
    const text = `${HEAD}
static int w_create(struct w_ring *r, struct device *d)
{
	struct page_pool_params pp = { .dev = d };

${flags}	r->pool = page_pool_create(&pp);
	return 0;
}
`;
    return (await analyse({ 'w.c': text }, NEWEST)).model.pools[0];
  };

  test('of what a pool is created with: either may be in force, never the last one', async () => {
    const pool = await created(
      '#ifdef CONFIG_W\n\tpp.flags = PP_FLAG_DMA_MAP;\n#else\n\tpp.flags = PP_FLAG_DMA_SYNC_DEV;\n#endif\n',
    );
    expect(pool?.flags.value).toEqual([]);
    expect(pool?.conditionalFlags.map(({ flag }) => flag).sort()).toEqual([
      'PP_FLAG_DMA_MAP',
      'PP_FLAG_DMA_SYNC_DEV',
    ]);
  });

  test('of which none may be compiled leave what was before', async () => {
    const pool = await created(
      '\tpp.flags = PP_FLAG_DMA_MAP;\n#ifdef CONFIG_W\n\tpp.flags = 0;\n#elif defined(CONFIG_V)\n\tpp.flags = PP_FLAG_DMA_SYNC_DEV;\n#endif\n',
    );
    expect(pool?.flags.value).toEqual(['PP_FLAG_DMA_MAP']);
  });

  test('one that leaves the function hides nothing behind it', async () => {
    const drop = '#ifdef CONFIG_W\n\treturn NULL;\n#elif defined(CONFIG_V)\n\treturn skb;\n#endif\n';
    expect(await uses(drop + COPY)).toEqual([READ]);
  });

  test('a drop in one arm guards what is read in that arm only', async () => {
    const good = '\tif (!skb_frags_readable(skb))\n\t\treturn NULL;\n';
    expect(await uses(`#ifdef CONFIG_W\n${good}${COPY}#else\n${COPY}#endif\n`)).toContain(READ);
  });
});

describe('conversion', () => {
  const POOL = `${HEAD}
static int w_create(struct w_ring *r, struct device *d)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP, .dev = d, .max_len = PAGE_SIZE };

	r->pool = page_pool_create(&pp);
	return 0;
}
`;
  const RX = `static void w_rx(struct w_ring *r, struct sk_buff *skb, int len)
{
	r->buf.pg = w_get(r);
	skb_add_rx_frag(skb, 0, r->buf.pg, 0, len, PAGE_SIZE);
}
`;

  test('alternatives of a signature are converted together', async () => {
    const made = await convert({
      'w.c': `${POOL}#ifndef W_STATIC
static struct page *w_get(struct w_ring *r)
#else
struct page *w_get(struct w_ring *r)
#endif
{
	return page_pool_dev_alloc_pages(r->pool);
}
${RX}`,
    });
    const text = made.texts['w.c'] ?? '';
    expect(text).toContain(
      '\nstatic netmem_ref w_get(struct w_ring *r)\n#else\nnetmem_ref w_get(struct w_ring *r)\n',
    );
    expect(text).not.toContain('struct page *');
  });

  test('an array is allocated as what it is converted to', async () => {
    const made = await convert({
      'w.c': `${POOL}struct w_q { struct page **pgs; };
static void w_array(struct w_q *q, struct w_ring *r, struct sk_buff *skb, int n)
{
	q->pgs = kzalloc_objs(struct page *, n);
	q->pgs[0] = page_pool_dev_alloc_pages(r->pool);
	skb_add_rx_frag(skb, 0, q->pgs[0], 0, n, PAGE_SIZE);
}
`,
    });
    expect(made.texts['w.c']).toContain('q->pgs = kzalloc_objs(netmem_ref, n);');
  });

  test('what a macro brings is left alone, and the macro is named', async () => {
    const text = `${POOL}#define w_take(r) page_pool_dev_alloc_pages((r)->pool)
static struct page *w_get(struct w_ring *r)
{
	return w_take(r);
}
${RX}`;
    const made = await convert({ 'w.c': text });
    expect(made.texts['w.c']).toBe(text);
    expect(made.reasons.join('\n')).toContain('the macro w_take');
  });
});

describe('shims', () => {
  const SHIM = `#ifndef W_HAS_REFS
static inline int page_ref_count(struct page *page) { return atomic_read(&page->_count); }
static inline void w_compat_inc(struct page *page) { get_page(page); }
#define page_ref_inc(page) w_compat_inc(page)
#endif
`;

  test('a definition of what the kernel has is neither judged nor followed', async () => {
    expect(
      await uses('\tpage_ref_inc(b->pg);\n\tif (page_ref_count(b->pg) == 1)\n\t\tlen++;\n', SHIM),
    ).toEqual(['page_ref_inc: page_ref_inc(b->pg);', 'page_ref_count: if (page_ref_count(b->pg) == 1)']);
  });

  test('nor is one whose header the tree at hand is not probed for', async () => {
    const probed: KernelTree = { ...NEWEST, has: () => false, arity: () => null };
    const { analysis } = await seen(within('\tpage_ref_inc(b->pg);\n', SHIM), probed);
    expect(brief({ 'w.c': within('', SHIM) }, analysis).join('\n')).not.toContain('page_count');
    expect(analysis.findings.filter(({ message }) => message.includes('parameter page'))).toEqual([]);
  });

  test('what the tree lacks is the driver’s own', async () => {
    const older: KernelTree = {
      ...NEWEST,
      has: (name) => name !== 'netmem_address',
      arity: () => null,
    };
    const text = within(
      '\tnetmem_address(b->pg);\n',
      'static inline void *netmem_address(struct page *page) { return page_address(page); }\n',
    );
    const functions = async (tree: KernelTree): Promise<readonly string[]> =>
      ((await seen(text, tree)).analysis.facts?.files ?? []).flatMap(({ items }) =>
        items.flatMap(({ item }) => (item.k === 'function' ? [item.name] : [])),
      );
    expect(await functions(older)).toEqual(['netmem_address', 'w_fill', 'w_rx']);
    expect(await functions(NEWEST)).toEqual(['w_fill', 'w_rx']);
  });
});

describe('what cannot be read', () => {
  const bearing = async (function_: string): Promise<readonly (readonly string[])[]> => {
    const { analysis } = await seen(`${within('')}${function_}`);
    return analysis.incomplete.map(({ bearsOn }) => bearsOn);
  };

  test('bears on nothing if no buffer is near', async () => {
    const found = await bearing('static int w_dump(int kind)\n{\n\treturn ) ( @ kind;\n}\n');
    expect(found.length).toBeGreaterThan(0);
    expect(found.flat()).toEqual([]);
  });

  test('bears on reception where a field that holds a buffer is near', async () => {
    const found = await bearing('static int w_dump(struct w_buf *b)\n{\n\treturn ) ( @ b->pg;\n}\n');
    expect(found.flat()).toContain('RX5');
    expect(found.flat()).not.toContain('TX2');
  });

  test('bears on both directions where memory is mapped', async () => {
    const found = await bearing('static int w_map(struct device *d)\n{\n\t) ( @ dma_map_page(d);\n}\n');
    expect(found.flat()).toEqual(expect.arrayContaining(['RX6', 'TX1']));
  });
});
