/**
 * Drivers of every shape that could make the analyser slow, deep or large, each at any size. The bench measures how their cost
 * grows; a unit test reads each at the largest size that is read.
 */
import { MAX_FUNCTION } from '../../extension/analyzer/syntax/items/file-items.ts';

/** One source file of a driver, by size. */
export interface Shape {
  readonly name: string;
  /** Ten times what was found in the wild to be slow or deep, or the largest that is read: a function, a file. */
  readonly largest: number;
  /** True if what is repeated is in one function. */
  readonly isOneFunction?: boolean;
  readonly text: (n: number) => string;
}

type Piece = string | ((i: number) => string);

const at = (piece: Piece, i: number): string => (typeof piece === 'string' ? piece : piece(i));
const many = (n: number, piece: Piece): string => Array.from({ length: n }, (_, i) => at(piece, i)).join('');

interface Parts {
  readonly fields?: string;
  /** Before the receive function. */
  readonly helpers?: string;
  /** Statements of the receive function, which has a `page`, `x` and `f`. */
  readonly body?: string;
  readonly after?: string;
}

/** A driver that receives from a page pool. */
function driver({ fields = '', helpers = '', body = '', after = '' }: Parts): string {
  return `struct heron_buf { struct page *page; dma_addr_t dma; };
struct heron {
	struct page_pool *pool;
	struct napi_struct napi;
	struct net_device *dev;
	struct heron_buf *bufs;
	int n;
${fields}};
${helpers}
static int heron_create(struct heron *f)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP, .max_len = 4096 };

	f->pool = page_pool_create(&pp);
	return 0;
}

static void heron_refill(struct heron *f)
{
	int i;

	for (i = 0; i < f->n; i++) {
		f->bufs[i].page = page_pool_dev_alloc_pages(f->pool);
		f->bufs[i].dma = page_pool_get_dma_addr(f->bufs[i].page);
	}
}

static int heron_rx(struct heron *f, int x)
{
	struct heron_buf *buf = &f->bufs[x];
	struct page *page = buf->page;
	struct sk_buff *skb = napi_alloc_skb(&f->napi, 128);

	dma_sync_single_for_cpu(f->dev, buf->dma, 64, DMA_FROM_DEVICE);
	skb_add_rx_frag(skb, 0, page, 0, 64, 4096);
${body}	napi_gro_receive(&f->napi, skb);
	return 0;
}

static int heron_poll(struct napi_struct *napi, int budget)
{
	struct heron *f = container_of(napi, struct heron, napi);
	int done = 0;

	while (done < budget) {
		heron_rx(f, done);
		done++;
	}
	heron_refill(f);
	return done;
}

static int heron_open(struct net_device *dev)
{
	struct heron *f = netdev_priv(dev);

	netif_napi_add(dev, &f->napi, heron_poll);
	return heron_create(f);
}
static const struct net_device_ops heron_ops = { .ndo_open = heron_open };
${after}`;
}

/** The receive function without what is repeated, with room to spare. */
const REST = 4096;
/** A number of so many digits as counts have. */
const LARGE = 99_999;

/** Statements of one function, as many as a function may have. */
function within(name: string, piece: Piece, before = '', behind = ''): Shape {
  const largest = Math.floor((MAX_FUNCTION - REST - before.length - behind.length) / at(piece, LARGE).length);
  return {
    name,
    largest,
    isOneFunction: true,
    text: (n) => driver({ body: `${before}${many(n, piece)}${behind}` }),
  };
}

const put = (name: string, call: string): string =>
  `static void ${name}(struct page *p)\n{\n\t${call}(p);\n}\n`;

const CALLS: readonly Shape[] = [
  {
    name: 'a chain of helpers, defined before it is called',
    largest: 24_000,
    text: (n) =>
      driver({
        helpers: put('heron_c0', 'put_page') + many(n, (i) => put(`heron_c${i + 1}`, `heron_c${i}`)),
        body: `\theron_c${n}(page);\n`,
      }),
  },
  {
    name: 'a chain of helpers, called before it is defined',
    largest: 24_000,
    text: (n) =>
      driver({
        helpers: many(n, (i) => put(`heron_c${i}`, `heron_c${i + 1}`)) + put(`heron_c${n}`, 'put_page'),
        body: '\theron_c0(page);\n',
      }),
  },
  {
    name: 'a chain of helpers that hand a page out',
    largest: 24_000,
    text: (n) =>
      driver({
        helpers: `static struct page *heron_c0(struct page **p)\n{\n\treturn *p;\n}\n${many(
          n,
          (i) =>
            `static struct page *heron_c${i + 1}(struct page **p)\n{\n\tstruct page *q = heron_c${i}(p);\n\treturn q;\n}\n`,
        )}`,
        body: `\tpage = heron_c${n}(&page);\n`,
      }),
  },
  {
    name: 'a chain of helpers with a page each',
    largest: 24_000,
    text: (n) =>
      driver({
        helpers: many(
          n,
          (i) =>
            `static void heron_c${i}(struct heron *f)\n{\n\tstruct page *p = page_pool_dev_alloc_pages(f->pool);\n\n\tput_page(p);\n\theron_c${i + 1}(f);\n}\n`,
        ),
        body: '\theron_c0(f);\n',
      }),
  },
  {
    name: 'helpers in a circle',
    largest: 24_000,
    text: (n) =>
      driver({
        helpers: many(
          n,
          (i) =>
            `static void heron_c${i}(struct page *p)\n{\n\tput_page(p);\n\theron_c${(i + 1) % n}(p);\n}\n`,
        ),
        body: '\theron_c0(page);\n',
      }),
  },
  {
    name: 'helpers that call the one below twice',
    largest: 24_000,
    text: (n) =>
      driver({
        helpers: `${put('heron_c0', 'put_page')}${many(
          n,
          (i) => `static void heron_c${i + 1}(struct page *p)\n{\n\theron_c${i}(p);\n\theron_c${i}(p);\n}\n`,
        )}`,
        body: '\theron_c18(page);\n',
      }),
  },
  {
    name: 'functions that nobody calls',
    largest: 24_000,
    text: (n) => driver({ after: many(n, (i) => put(`heron_u${i}`, 'put_page')) }),
  },
  {
    name: 'targets of a function pointer',
    largest: 24_000,
    text: (n) =>
      driver({
        fields: '\tvoid (*fn)(struct page *p);\n',
        helpers: `${many(n, (i) => put(`heron_t${i}`, 'put_page'))}static void heron_set(struct heron *f)\n{\n${many(
          Math.min(n, 9000),
          (i) => `\tf->fn = heron_t${i};\n`,
        )}}\n`,
        body: '\tf->fn(page);\n',
      }),
  },
  {
    name: 'targets of a table',
    largest: 24_000,
    text: (n) =>
      driver({
        fields: '\tconst struct heron_fns *fns;\n',
        helpers: `struct heron_fns { void (*fn)(struct page *p); };\n${many(n, (i) => put(`heron_t${i}`, 'put_page'))}static const struct heron_fns heron_t[] = {\n${many(
          n,
          (i) => `\t{ .fn = heron_t${i} },\n`,
        )}};\n`,
        body: '\tf->fns[x].fn(page);\n',
      }),
  },
  {
    name: 'function pointers with a target each',
    largest: 12_000,
    text: (n) =>
      driver({
        fields: many(n, (i) => `\tvoid (*fn${i})(struct page *p);\n`),
        helpers: many(
          n,
          (i) =>
            `${put(`heron_t${i}`, 'put_page')}static void heron_set${i}(struct heron *f)\n{\n\tf->fn${i} = heron_t${i};\n}\n`,
        ),
      }),
  },
];

const FLOW: readonly Shape[] = [
  within('gotos past a call', (i) => `\tif (x == ${i})\n\t\tgoto l${i};\n\tg(page);\nl${i}:\n`),
  within('gotos one after the other', (i) => `\tgoto l${i};\nl${i}:\n`),
  within('gotos back', (i) => `l${i}:\n\tpage = h(page);\n\tif (x == ${i})\n\t\tgoto l${i};\n`),
  within(
    'gotos to one label, and what is assigned between them',
    (i) => `\tint v${i} = h(x);\n\tif (v${i})\n\t\tgoto out;\n`,
    '',
    'out:\n',
  ),
  within('cases', (i) => `\tcase ${i}:\n\t\tput_page(page);\n\t\tbreak;\n`, '\tswitch (x) {\n', '\t}\n'),
  within(
    'cases that fall through',
    (i) => `\tcase ${i}:\n\t\tput_page(page);\n`,
    '\tswitch (x) {\n',
    '\t}\n',
  ),
  within(
    'cases without statements',
    (i) => `\tcase ${i}:\n`,
    '\tswitch (x) {\n',
    '\t\tput_page(page);\n\t}\n',
  ),
  within(
    'cases that assign',
    (i) => `\tcase ${i}:\n\t\tx = h(${i});\n\t\tbreak;\n`,
    '\tswitch (x) {\n',
    '\t}\n',
  ),
  within('else if', (i) => `if (x == ${i})\n\t\tput_page(page);\n\telse `, '\t', '\n\t\th();\n'),
  within('branches', (i) => `\tif (x == ${i})\n\t\tput_page(page);\n`),
  within('branches that return', (i) => `\tif (x == ${i}) {\n\t\tput_page(page);\n\t\treturn 0;\n\t}\n`),
  within('branches that assign', '\tif (x)\n\t\tpage = h(page);\n'),
  within('loops', (i) => `\tfor (x = 0; x < ${i}; x++)\n\t\tput_page(page);\n`),
  within('loops that assign', '\twhile (x)\n\t\tpage = h(page);\n'),
  within('blocks in blocks', (i) => `if (x == ${i}) { `, '\t', ' put_page(page);\n'),
];

const LOCALS: readonly Shape[] = [
  within('locals that hold a page', (i) => `\tstruct page *p${i} = page;\n`),
  within(
    'locals with a branch each',
    (i) => `\tstruct page *p${i} = page;\n\tif (x == ${i})\n\t\tput_page(p${i});\n`,
  ),
  {
    name: 'locals, then branches',
    largest: Math.floor((MAX_FUNCTION - REST) / 70),
    isOneFunction: true,
    text: (n) =>
      driver({
        body:
          many(n, (i) => `\tstruct page *p${i} = page;\n`) +
          many(n, (i) => `\tif (x == ${i})\n\t\tput_page(p${i});\n`),
      }),
  },
  within(
    'locals that are tested',
    (i) => `\tint v${i} = heron_v${i}(page);\n\tif (v${i})\n\t\tput_page(page);\n`,
  ),
  within(
    'conditions made of the ones before, twice',
    (i) => `\tint v${i + 1} = v${i} && v${i};\n\tif (v${i + 1})\n\t\tput_page(page);\n`,
    '\tint v0 = f->n;\n',
  ),
  within('calls on one line', 'g(page); ', '\t', '\n'),
  within('pages given back on one line', 'put_page(page); ', '\t', '\n'),
  within('pages given back on lines', '\tput_page(page);\n'),
  within('pages tested', (i) => `\tif (page_is_pfmemalloc(page) && x > ${i})\n\t\tg(page);\n`),
  within('parentheses', '(', '\tg(', 'page);\n'),
  within('sums', 'x + ', '\tx = ', '1;\n'),
  within('calls within calls', 'g(', '\tx = ', 'page;\n'),
  within('braces of an initialiser', '{ ', '\tint a[] = ', '1;\n'),
];

const create = (i: number, pool: string): string =>
  `static int heron_create${i}(struct heron *f)\n{\n\tstruct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP, .max_len = 4096 };\n\n\tf->${pool} = page_pool_create(&pp);\n\treturn 0;\n}\n`;

const POOLS: readonly Shape[] = [
  {
    name: 'pools in one field',
    largest: 20_000,
    text: (n) => driver({ after: many(n, (i) => create(i, 'pool')) }),
  },
  {
    name: 'pools in fields of their own',
    largest: 18_000,
    text: (n) =>
      driver({
        fields: many(n, (i) => `\tstruct page_pool *pool${i};\n`),
        after: many(n, (i) => create(i, `pool${i}`)),
      }),
  },
  within(
    'pools of one function',
    '\tf->pool = page_pool_create(&pp);\n',
    '\tstruct page_pool_params pp = { 0 };\n',
  ),
];

const DATA: readonly Shape[] = [
  {
    name: 'structures of pages',
    largest: 24_000,
    text: (n) =>
      driver({
        helpers: many(n, (i) => `struct s${i + 1} {\n\tstruct s${i} *s;\n\tstruct page *p;\n};\n`),
        after: many(
          n,
          (i) => `static void heron_s${i}(struct s${i} *s, struct page *q)\n{\n\ts->p = q;\n}\n`,
        ),
      }),
  },
  {
    name: 'members that hold pages',
    largest: 24_000,
    text: (n) =>
      driver({
        fields: many(n, (i) => `\tstruct page *p${i};\n`),
        after: many(
          n,
          (i) =>
            `static void heron_m${i}(struct heron *f)\n{\n\tf->p${i} = page_pool_dev_alloc_pages(f->pool);\n\tput_page(f->p${i});\n}\n`,
        ),
      }),
  },
  {
    name: 'flags that are set and tested',
    largest: 12_000,
    text: (n) =>
      driver({
        fields: many(n, (i) => `\tint on${i};\n`),
        after: many(
          n,
          (i) =>
            `static void heron_f${i}(struct heron *f, struct page *p)\n{\n\tif (f->on${i})\n\t\tf->on${(i + 1) % n} = 1;\n\tif (f->on${i})\n\t\tput_page(p);\n}\n`,
        ),
      }),
  },
];

export const SHAPES: readonly Shape[] = [...CALLS, ...FLOW, ...LOCALS, ...POOLS, ...DATA];
