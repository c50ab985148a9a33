/** What is kept of a driver between edits of its declarations never shows in what is said of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Driver } from '../../../extension/analyzer/analyzer.ts';
import { filePath } from '../../../extension/analyzer/text/range.ts';
import { analyserForTests, everything, NEWEST } from '../analyse.ts';

/** Parts of a small driver, each with all that it may be while somebody types. */
const PARTS = {
  typedef: [
    'typedef struct page *buf_t;\n',
    'typedef u32 buf_t;\n',
    'typedef struct page **buf_t;\n',
    '',
    'struct typedef_gone;\n',
  ],
  field: ['struct page *page', 'void *page', 'u64 page', 'u32 page', 'buf_t page', 'netmem_ref page'],
  more: [
    '\tunion {\n\t\tdma_addr_t dma;\n\t\tstruct page *spare;\n\t};\n',
    '',
    '\tu32 spare;\n',
    '\tstruct {\n\t\tu32 x;\n\t};\n\tunion {\n\t\tdma_addr_t dma;\n\t\tstruct page *spare;\n\t};\n',
    '\tstruct page *spare;\n',
  ],
  box: [
    'struct box {\n\tstruct page *lone;\n\tu64 dma;\n};\n',
    '',
    'struct box {\n\tu32 lone;\n};\n',
    'struct box {\n\tstruct page *lone;\n\tu64 dma;\n};\nstruct box {\n\tstruct page *lone;\n\tu64 dma;\n};\n',
    'struct box {\n\tstruct page *lone;\n};\nstruct bag {\n\tstruct page *lone;\n};\n',
  ],
  global: ['static struct page *kept;\n', '', 'static u32 kept;\n', 'static struct box kept;\n'],
  prototype: [
    'struct box *next_box(struct ring *r);\n',
    '',
    'struct ring_buf *next_box(struct ring *r);\n',
    'u32 next_box(struct ring *r);\n',
  ],
  macro: ['#define wrap(page) (page)\n', '', '#define wrap2(page) (page)\n'],
  take: [
    'static struct page *take_page(struct ring *r)\n{\n\treturn page_pool_dev_alloc_pages(r->pool);\n}\n',
    'struct page *take_page(struct ring *r);\n',
    '',
    'static u32 take_page(struct ring *r)\n{\n\treturn 0;\n}\n',
    'struct page *take_page(struct ring *r)\n{\n\treturn alloc_page(GFP_ATOMIC);\n}\n',
  ],
  fill: [
    'struct page *p = take_page(r);\n\n\tb->page = p;',
    'b->page = take_page(r);',
    'b->page = next_page(r);',
    'struct page *p = take_page(r);\n\n\tb->page = p;\n\tkept = p;',
    'b->page = page_pool_dev_alloc_pages(r->pool);\n\tb->dma = page_pool_get_dma_addr(b->page);',
  ],
  read: [
    'memcpy(to, page_address(b->page), 64);',
    'int x1;\n\n\tmemcpy(to, page_address(b->page), 64);',
    'memcpy(to, page_address(take_page(r)), 64);',
    'other(b);',
    'while (b->page) {\n\t\tput_page(b->page);\n\t\tb->page = kept;\n\t}',
  ],
  table: [
    'static const struct ring_ops ops = { .fill = ring_fill };\n',
    '',
    'static const struct ring_ops ops = { .fill = ring_read };\n',
  ],
  user: ['r->ops->fill(r, b);', 'ring_fill(r, b);', 'unknown->fill(r, b);', 'put_page(b->page);'],
} as const;

type Part = keyof typeof PARTS;

const NAMES: readonly Part[] = [
  ...([
    'typedef',
    'field',
    'more',
    'box',
    'global',
    'prototype',
    'macro',
    'take',
    'fill',
    'read',
    'table',
    'user',
  ] as const),
];

type State = Record<Part, number>;

function written(part: Part, state: State): string {
  const variants: readonly string[] = PARTS[part];
  return variants[state[part] % variants.length] ?? '';
}

/** The files of the driver in one state of its parts. */
function sources(state: State): Record<string, string> {
  const at = (part: Part): string => written(part, state);
  return {
    'ring.h': `${at('typedef')}struct ring_buf {
\t${at('field')};
${at('more')}};
${at('box')}struct ring_ops {
\tvoid (*fill)(struct ring *r, struct ring_buf *b);
};
struct ring {
\tstruct page_pool *pool;
\tconst struct ring_ops *ops;
};
${at('prototype')}${at('macro')}`,
    'ring.c': `${at('global')}${at('take')}static void ring_fill(struct ring *r, struct ring_buf *b)
{
\t${at('fill')}
}
static void ring_read(struct ring *r, struct ring_buf *b, void *to, struct sk_buff *skb)
{
\t${at('read')}
\tskb_add_rx_frag(skb, 0, b->page, 0, 64, 64);
}
static void ring_all(struct ring *r, struct ring_buf *b, void *to, struct sk_buff *skb)
{
\tstruct page *wrapped = wrap(to);
\tbuf_t typed = r->typed;

\tput_page(wrapped);
\tput_page(typed);
\tput_page(r->unknown->lone);
\tmemcpy(to, page_address(kept), 64);
\tmemcpy(to, page_address(next_box(r)->lone), 64);
\tskb_add_rx_frag(skb, 0, b->spare, 0, 64, 64);
}
${at('table')}static int ring_use(struct ring *r, struct ring_buf *b)
{
\tstruct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP };

\tr->pool = page_pool_create(&pp);
\t${at('user')}
\treturn 0;
}
`,
  };
}

async function opener(): Promise<(texts: Record<string, string>) => Driver> {
  const analyzer = await analyserForTests();
  return (texts) =>
    analyzer.openDriver(
      Object.entries(texts).map(([path, text]) => ({ path: filePath(path), text })),
      NEWEST,
    );
}

function change(driver: Driver, texts: Record<string, string>): void {
  for (const [path, text] of Object.entries(texts)) driver.setFile({ path: filePath(path), text });
}

const FIRST: State = {
  ...{ typedef: 0, field: 0, more: 0, box: 0, global: 0, prototype: 0, macro: 0, take: 0, fill: 0, read: 0 },
  ...{ table: 0, user: 0 },
};

test('what is said depends on every part', async () => {
  const open = await opener();
  const seen = NAMES.map((part) => {
    const answers = PARTS[part].map((_, variant) => {
      const driver = open(sources({ ...FIRST, [part]: variant }));
      const answer = JSON.stringify(
        driver
          .analysis()
          .facts?.classes.map((c) => [
            ...[c.role, c.facts.map((f) => [f.fn, f.api, f.madeBy])],
            c.holders.map((h) => `${h.owner}.${h.name}`),
          ]),
      );
      driver.dispose();
      return answer;
    });
    return { part, answers: new Set(answers).size };
  });
  expect(seen.filter(({ answers }) => answers < 2)).toEqual([]);
});

test('a part that becomes another in a driver that is open', async () => {
  const open = await opener();
  for (const part of NAMES) {
    const kept = open(sources(FIRST));
    kept.analysis();
    PARTS[part].forEach((_, variant) => {
      const texts = sources({ ...FIRST, [part]: variant });
      change(kept, texts);
      const fresh = open(texts);
      expect(everything(kept.analysis()), `${part} ${variant}`).toEqual(everything(fresh.analysis()));
      fresh.dispose();
    });
    kept.dispose();
  }
});

test('parts that become others in any order', async () => {
  const open = await opener();
  const step = fc.record({ part: fc.constantFrom(...NAMES), variant: fc.nat(5), looks: fc.boolean() });
  const start = fc.record(
    Object.fromEntries(NAMES.map((part) => [part, fc.nat(5)])) as Record<Part, fc.Arbitrary<number>>,
  );
  fc.assert(
    fc.property(start, fc.array(step, { minLength: 1, maxLength: 8 }), (first, steps) => {
      const state = { ...first };
      const kept = open(sources(state));
      kept.analysis();
      for (const { part, variant, looks } of steps) {
        state[part] = variant;
        change(kept, sources(state));
        if (looks) kept.analysis();
      }
      const fresh = open(sources(state));
      expect(everything(kept.analysis())).toEqual(everything(fresh.analysis()));
      kept.dispose();
      fresh.dispose();
    }),
    { seed: Number(process.env['FUZZ_SEED'] ?? 7), numRuns: Number(process.env['FUZZ_RUNS'] ?? 60) },
  );
}, 120_000);
