/** Guards are kept of a driver while its declarations are edited: that never shows in what is found. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Driver } from '../../../extension/analyzer/analyzer.ts';
import { filePath } from '../../../extension/analyzer/text/range.ts';
import { analyserForTests, NEWEST } from '../analyse.ts';

/** Parts of a small driver by which it is decided whether payload is read, each with all that it may be. */
const PARTS = {
  place: ['struct heron_cfg', 'struct heron_old', 'struct nobody_knows'],
  other: ['', 'struct heron_more { struct bpf_prog *prog; };\n'],
  prog: ['struct bpf_prog *prog', 'u32 prog'],
  handle: ['typedef netmem_ref heron_ref;\n', 'typedef u32 heron_ref;\n', ''],
  macro: ['', '#define picks(q) ((q)->prog)\n'],
  wants: [
    'static bool wants(struct heron_q *q)\n{\n\treturn !q->cfg.split;\n}\n',
    'static bool wants(struct heron_q *q)\n{\n\treturn q->cfg.split;\n}\n',
    'static bool wants(struct heron_q *q)\n{\n\treturn q->prog;\n}\n',
    'bool wants(struct heron_q *q);\n',
  ],
  test: [
    'wants(q)',
    'q->prog',
    '!q->cfg.split',
    '!q->made',
    'by_global',
    'picks(q)',
    'look(q)->prog',
    '!c->split',
    '!netmem_is_net_iov(q->buf[i].nm)',
  ],
  global: ['static bool by_global;\n', 'static struct bpf_prog *by_global;\n', ''],
  made: ['q->made = q->cfg.split;', 'q->made = true;', 'q->made = wants(q);', ''],
} as const;

type Part = keyof typeof PARTS;
type State = Record<Part, number>;

const NAMES = Object.keys(PARTS) as Part[];
const FIRST = Object.fromEntries(NAMES.map((part) => [part, 0])) as State;

/** The files of the driver in one state of its parts. */
function sources(state: State): Record<string, string> {
  const at = (part: Part): string => PARTS[part][state[part] % PARTS[part].length] ?? '';
  return {
    'heron.h': `${at('handle')}struct heron_cfg { bool split; };
struct heron_old { u32 split; };
${at('other')}struct heron_buf { heron_ref nm; };
struct heron_q { struct page_pool *pool; ${at('prog')}; struct heron_buf *buf; ${at('place')} cfg; bool made; };
${at('macro')}`,
    'heron.c': `${at('global')}${at('wants')}static void fill(struct heron_q *q, int i) { q->buf[i].nm = page_pool_dev_alloc_netmems(q->pool); }
static void add(struct heron_q *q, struct sk_buff *skb, int i)
{
	skb_add_rx_frag_netmem(skb, 0, q->buf[i].nm, 0, 100, PAGE_SIZE);
}
static int pools(struct heron_q *q, struct net_device *n, int idx)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .netdev = n,
		.queue_idx = idx, .max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };

	if (q->cfg.split)
		pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	q->pool = page_pool_create(&pp);
	${at('made')}
	return 0;
}
static void copy(struct heron_q *q, struct sk_buff *skb, int i)
{
	memcpy(skb->data, page_address(__netmem_to_page(q->buf[i].nm)), 64);
}
static void rx(struct heron_q *q, struct heron_cfg *c, struct sk_buff *skb, int i)
{
	if (${at('test')})
		copy(q, skb, i);
	fill(q, i);
	add(q, skb, i);
}
`,
  };
}

async function opener(): Promise<(state: State) => Driver> {
  const analyzer = await analyserForTests();
  return (state) =>
    analyzer.openDriver(
      Object.entries(sources(state)).map(([path, text]) => ({ path: filePath(path), text })),
      NEWEST,
    );
}

function change(driver: Driver, state: State): void {
  for (const [path, text] of Object.entries(sources(state))) driver.setFile({ path: filePath(path), text });
}

/** What is found, and under which conditions pools take what. */
function found(driver: Driver): string {
  const { findings, model } = driver.analysis();
  return JSON.stringify([
    findings.map(({ rule, location, api, message }) => [
      rule,
      location.file,
      location.range.start,
      api,
      message,
    ]),
    model.pools,
  ]);
}

function foundAnew(open: (state: State) => Driver, state: State): string {
  const fresh = open(state);
  const answer = found(fresh);
  fresh.dispose();
  return answer;
}

test('what is found depends on every part', async () => {
  const open = await opener();
  // Some parts count only where others ask for them.
  const bases = PARTS.test.map((_, test): State => ({ ...FIRST, test }));
  const rules = (state: State): string => {
    const fresh = open(state);
    const answer = fresh.analysis().findings.map(({ rule, api }) => `${rule} ${api}`);
    fresh.dispose();
    return answer.join();
  };
  const idle = NAMES.filter(
    (part) =>
      !bases.some((base) => new Set(PARTS[part].map((_, i) => rules({ ...base, [part]: i }))).size > 1),
  );
  expect(idle).toEqual([]);
});

test('parts that become others in any order', async () => {
  const open = await opener();
  const step = fc.record({ part: fc.constantFrom(...NAMES), variant: fc.nat(8), looks: fc.boolean() });
  const start = fc.record(
    Object.fromEntries(NAMES.map((part) => [part, fc.nat(8)])) as Record<Part, fc.Arbitrary<number>>,
  );
  fc.assert(
    fc.property(start, fc.array(step, { minLength: 1, maxLength: 12 }), (first, steps) => {
      const state: State = { ...first };
      const kept = open(state);
      kept.analysis();
      for (const { part, variant, looks } of steps) {
        state[part] = variant;
        change(kept, state);
        if (looks) kept.analysis();
      }
      expect(found(kept)).toEqual(foundAnew(open, state));
      kept.dispose();
    }),
    { seed: Number(process.env['FUZZ_SEED'] ?? 7), numRuns: Number(process.env['FUZZ_RUNS'] ?? 40) },
  );
});
