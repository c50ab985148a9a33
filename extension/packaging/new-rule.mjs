/**
 * `npm run new-rule -- rx3-foo`: a rule that works, with its page and its test, to be changed into the one you mean.
 * It reports payload that is mapped for the CPU; CONTRIBUTING.md says how to go on from there.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const ALL = 'extension/analyzer/rules/all.ts';
const ID = /^(rx[1-7]|tx[12])-[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const id = process.argv[2] ?? '';
if (!ID.test(id)) {
  console.error(
    `${id === '' ? 'no name given' : `${id}: not a name for a rule`}; it starts with its requirement, rx1 to rx7, tx1 or tx2, and says what it is about: npm run new-rule -- rx3-foo`,
  );
  process.exit(2);
}
const requirement = id.slice(0, 3).toUpperCase();
const variable = id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const title = 'Payload is mapped for the CPU';
const files = {
  [`extension/analyzer/rules/${id}.ts`]: rule(),
  [`extension/docs/rules/${id}.md`]: page(),
  [`test/analyzer/rules/${id}.test.ts`]: suite(),
};
const taken = Object.keys(files).find((file) => existsSync(join(ROOT, file)));
if (taken !== undefined) {
  console.error(`${taken}: there already; choose another name`);
  process.exit(2);
}
for (const [file, text] of Object.entries(files)) writeFileSync(join(ROOT, file), text);
register();
console.log(`${[...Object.keys(files), ALL].map((file) => `  ${file}`).join('\n')}

It works as it is: npm run docs && npm run test:unit -- test/analyzer/rules test/docs
Now make it yours; CONTRIBUTING.md says how.`);

/** Puts the rule behind the last one of its requirement, so that the order stays the kernel's. */
function register() {
  const text = readFileSync(join(ROOT, ALL), 'utf8');
  const known = [...text.matchAll(/^import \{ (\w+) \} from '\.\/((?:rx|tx)\d)[\w-]*\.ts';$/gm)];
  const before = known.filter(([, , of = '']) => of <= id.slice(0, 3)).at(-1);
  if (before === undefined) throw new Error(`${ALL}: no rule to stand behind`);
  const [line, name] = before;
  writeFileSync(
    join(ROOT, ALL),
    text
      .replace(line, `${line}\nimport { ${variable} } from './${id}.ts';`)
      .replace(`  ${name},\n`, `  ${name},\n  ${variable},\n`),
  );
}

function rule() {
  return `/** ${requirement}: TODO the demand in one sentence. */
import type { Finding } from '../finding.ts';
import {
  confidenceOf,
  evidenceOf,
  finding,
  payloadFacts,
  type Rule,
  type RuleContext,
  roleName,
} from './rule.ts';

const about = {
  id: '${id}',
  requirement: '${requirement}',
  title: '${title}',
  severity: 'warning',
  docs: '${id}',
} as const satisfies Omit<Rule, 'run'>;

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  // TODO which facts: extension/analyzer/model/flow/facts.ts lists what can be known about a buffer.
  for (const [f, c] of payloadFacts(cx.facts, ({ kind }) => kind === 'kmap')) {
    out.push(
      finding(about, {
        confidence: confidenceOf(c),
        location: f.apiAt,
        api: f.api,
        replacement: null,
        message: \`\${f.api}() of a \${roleName(c)}: TODO what is wrong with it, and what to do.\`,
        evidence: evidenceOf(c),
        aliasClass: c.id,
      }),
    );
  }
  return out;
}

export const ${variable}: Rule = { ...about, run };
`;
}

function loud() {
  return `struct foo_rx_buf {
	struct page *page;
};

static bool foo_refill(struct foo_rxq *rxq, struct foo_rx_buf *buf)
{
	buf->page = page_pool_dev_alloc_pages(rxq->pool);
	return buf->page != NULL;
}

static void foo_add_frag(struct sk_buff *skb, struct foo_rx_buf *buf, unsigned int len)
{
	foo_inspect(kmap_local_page(buf->page), len);
	skb_add_rx_frag(skb, 0, buf->page, 0, len, PAGE_SIZE);
}
`;
}

function silent() {
  return `struct foo_rx_buf {
	netmem_ref netmem;
};

static bool foo_refill(struct foo_rxq *rxq, struct foo_rx_buf *buf)
{
	buf->netmem = page_pool_dev_alloc_netmems(rxq->pool);
	return buf->netmem != 0;
}

static void foo_add_frag(struct sk_buff *skb, struct foo_rx_buf *buf, unsigned int len)
{
	skb_add_rx_frag_netmem(skb, 0, buf->netmem, 0, len, PAGE_SIZE);
}
`;
}

function page() {
  return `# ${id}: ${title}

Requirement: **${requirement}**, TODO in a few words.

## What the kernel demands

TODO in your own words, with the error that comes of it.

## Wrong

\`\`\`c
${loud()}\`\`\`

## Right

\`\`\`c
${silent()}\`\`\`

## How upstream drivers do it

TODO names of drivers, no code of theirs.

## False alarms to expect

- TODO

## See also

[The kernel’s netmem document](https://docs.kernel.org/networking/netmem.html); all rules: [index](README.md).
`;
}

function suite() {
  return `/** ${id}: loud where TODO, silent where TODO. */
import { expect, test } from 'vitest';
import { analyse } from '../analyse.ts';

const LOUD = \`${loud()}\`;

/** What the rule says of a file. */
async function found(text: string): Promise<string[]> {
  const { findings } = await analyse({ 'foo.c': text });
  return findings.filter(({ rule }) => rule === '${id}').map(({ api }) => api);
}

test('payload that is mapped is reported', async () => {
  expect(await found(LOUD)).toEqual(['kmap_local_page']);
});

/** Looks the same, but the stack never sees the page. */
const LOOK_ALIKE = \`static int foo_map_stats(struct foo_priv *priv)
{
	priv->stats_page = alloc_page(GFP_KERNEL);
	if (!priv->stats_page)
		return -ENOMEM;
	foo_inspect(kmap_local_page(priv->stats_page), PAGE_SIZE);
	return 0;
}
\`;

test('a page that never becomes payload is not', async () => {
  expect(await found(LOOK_ALIKE)).toEqual([]);
});
`;
}
