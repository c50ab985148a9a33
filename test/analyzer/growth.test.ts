/**
 * Nothing costs the square of its size: texts of every shape that could make it so, small and sixteen times as large.
 * Only ratios of CPU time are compared; linear work comes to about 16, quadratic to 256.
 */
import { expect, test } from 'vitest';
import { filePath } from '../../extension/analyzer/text/range.ts';
import { analyserForTests, NEWEST } from './analyse.ts';

const TIMES = 16;
const AT_MOST = 40;
/** The machine does other things as well: one good measurement is enough, for no luck makes the square linear. */
const ATTEMPTS = 4;
/** CPU time below this is noise, in milliseconds. */
const FLOOR = 1;

const many = (count: number, part: string | ((i: number) => string)): string =>
  typeof part === 'string' ? part.repeat(count) : Array.from({ length: count }, (_, i) => part(i)).join('');

/** A driver with a pool, whose receive function ends with these statements. */
const within = (statements: string): string => `static int foo_create(struct foo *f)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP, .max_len = 4096 };

	f->pool = page_pool_create(&pp);
	return 0;
}

static void foo_rx(struct foo *f, struct sk_buff *skb)
{
	struct page *page = page_pool_dev_alloc_pages(f->pool);

	skb_add_rx_frag(skb, 0, page, 0, 64, 4096);
	put_page(page);
${statements}}
`;
const beside = (text: string): string => text + within('');

const SHAPES: readonly (readonly [what: string, count: number, text: (n: number) => string])[] = [
  [
    'functions',
    20,
    (n) =>
      beside(
        many(n, (i) => `void foo_${i}(struct page *p)\n{\n\tput_page(p);\n\tfoo_${(i * 7) % n}(p);\n}\n`),
      ),
  ],
  ['statements', 60, (n) => within(many(n, (i) => `\tp${i} = page;\n\tput_page(p${i % 7});\n`))],
  ['locals that hold a page', 40, (n) => within(many(n, (i) => `\tstruct page *p${i} = page;\n`))],
  ['labels', 40, (n) => within(many(n, (i) => `\tif (x)\n\t\tgoto l${i};\nl${i}:\n\tput_page(page);\n`))],
  ['cases', 60, (n) => within(`\tswitch (x) {\n${many(n, (i) => `\tcase ${i}:\n\t\tg(page);\n`)}\t}\n`)],
  ['else if', 40, (n) => within(`\t${many(n, (i) => `if (x == ${i})\n\t\tg(page);\n\telse `)}\n\t\th();\n`)],
  ['open parentheses', 3000, (n) => within(`\tg(${many(n, '(')});\n`)],
  ['parentheses', 3000, (n) => within(`\tg(${many(n, '(')}page${many(n, ')')});\n`)],
  ['open brackets', 6000, (n) => beside(`struct page *x = ${many(n, '[')};\n`)],
  ['open braces', 3000, (n) => within(many(n, '{'))],
  ['calls within calls', 1000, (n) => within(`\tx = ${many(n, 'g(')}page${many(n, ')')};\n`)],
  ['sums', 1000, (n) => within(`\tx = ${many(n, 'a + ')}page;\n`)],
  ['calls on one line', 300, (n) => within(many(n, 'g(page); '))],
  ['arguments on one line', 600, (n) => within(`\tx(${many(n, 'a, struct b ')});\n`)],
  ['directives without a comment', 20_000, (n) => beside(many(n, '#pragma x\n'))],
  ['directives before a comment', 20_000, (n) => `${beside(many(n, '#pragma x\n'))}/* */\n`],
  ['conditionals', 4000, (n) => beside(many(n, '#if A\n#endif\n'))],
  ['open conditionals', 4000, (n) => beside(many(n, '#if A\n'))],
  ['conditionals in a function', 600, (n) => within(many(n, '#if A\n\tg();\n#endif\n'))],
  ['branches', 1000, (n) => within(`#if A\n${many(n, '#elif B\n\tg();\n')}#endif\n`)],
  [
    'branches in a table',
    600,
    (n) => within(`\tint a[] = {\n${many(n, '#if A\n1,\n#else\n2,\n#endif\n')}};\n`),
  ],
  ['macros', 500, (n) => `${many(n, (i) => `#define A${i} A${i + 1}\n`)}${within('\tx = A0;\n')}`],
  ['macros of one name', 1000, (n) => `${many(n, (i) => `#define A ${i}\n`)}${within('\tx = A;\n')}`],
  ['macros that never close', 300, (n) => beside(many(n, (i) => `#define A${i}(x\n`))],
  ['comments that never close', 600, (n) => within(many(n, '\tg(page); /* a\n'))],
  ['strings that never close', 300, (n) => within(many(n, '\tg("a);\n'))],
  ['characters that never close', 300, (n) => within(many(n, "\tg('a);\n"))],
  ['calls that never close', 300, (n) => within(many(n, '\tg(page\n'))],
  ['loops that never close', 400, (n) => within(many(n, '\tlist_for_each_entry(x\n'))],
  ['annotations that never close', 1000, (n) => within(many(n, '\t__acquires(x\n'))],
  [
    'lines of a table',
    200,
    (n) => beside(`struct foo t[] = {\n${many(n, '\t{ .page = NULL, .len = 1 },\n')}};\n`),
  ],
  ['members', 200, (n) => `struct foo {\n${many(n, (i) => `\tstruct page *p${i};\n`)}};\n${within('')}`],
  [
    'structures',
    100,
    (n) => beside(many(n, (i) => `struct s${i} {\n\tstruct s${i + 1} *s;\n\tint a;\n};\n`)),
  ],
  [
    'types of types',
    100,
    (n) => `${many(n, (i) => `typedef t${i + 1} t${i};\n`)}${within('\tt0 x = page;\n')}`,
  ],
  ['what is no C', 200, (n) => within(many(n, '\t= } ) ; int ( { \n'))],
];

test.each(SHAPES)(
  '%s',
  async (_, count, make) => {
    const analyzer = await analyserForTests();
    const cost = (text: string): number => {
      const before = process.cpuUsage();
      const driver = analyzer.openDriver([{ path: filePath('a.c'), text }], NEWEST);
      driver.analysis();
      const { user, system } = process.cpuUsage(before);
      driver.dispose();
      return Math.max((user + system) / 1000, FLOOR);
    };
    const [small, large] = [make(count), make(count * TIMES)];
    expect(large.length).toBeGreaterThan((small.length - within('').length) * (TIMES - 2));
    cost(small);
    const ratios: number[] = [];
    while (ratios.length < ATTEMPTS && !ratios.some((ratio) => ratio <= AT_MOST))
      ratios.push(cost(large) / Math.min(cost(small), cost(small)));
    expect(Math.min(...ratios)).toBeLessThanOrEqual(AT_MOST);
  },
  120_000,
);
