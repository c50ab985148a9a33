/**
 * `netmem check drivers/net` beside the tools that people search a kernel tree with: ripgrep for the names (the floor),
 * ast-grep for calls in every file, coccinelle's spatch for the same calls in the files that have page_pool at all.
 * Whole processes, in turn. The check: where all of them read the same files, they see the same calls.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startParser } from '../../extension/analyzer/syntax/parser.ts';
import { readItems } from '../../extension/analyzer/syntax/file-items.ts';
import { cutPieces } from '../../extension/analyzer/syntax/pieces.ts';
import { visitExpressions } from '../../extension/analyzer/syntax/walk.ts';
import { type LineColumn, LineIndex } from '../../extension/analyzer/text/line-index.ts';
import { KERNEL_TREE, NO_TREE } from './drivers.ts';
import { median, report, type Row, type Skipped, wallTime } from './row.ts';

const WHERE = 'drivers/net';
const NAMES = [
  ...['page_pool_create', 'page_pool_alloc_pages', 'page_pool_dev_alloc_pages', 'page_pool_alloc_frag'],
  ...[
    'page_pool_dev_alloc_frag',
    'page_pool_put_page',
    'page_pool_put_full_page',
    'page_pool_recycle_direct',
  ],
  ...['page_pool_get_dma_addr', 'page_pool_dma_sync_for_cpu', 'skb_add_rx_frag', 'page_address'],
];
const DIST = resolve(process.env['NETMEM_DIST'] ?? 'dist');
const AST_GREP = resolve('.bench/node_modules/.bin/ast-grep');
const RUNS = Number(process.env['BENCH_RUNS'] ?? 3);
const MAX_OUTPUT = 2 ** 28;

const AST_GREP_RULE = `id: calls
language: c
rule:
  any:
${NAMES.map((name) => `    - pattern:\n        context: int f() { ${name}($$$A); }\n        selector: call_expression\n`).join('')}`;

const SPATCH_RULE = `@calls@
identifier f = {${NAMES.join(', ')}};
expression list es;
position p;
@@
f@p(es)

@script:python@
p << calls.p;
@@
print("%s:%s" % (p[0].file, p[0].line))
`;

interface Tool {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

function isThere(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}

function run(tool: Tool, tree: string): string {
  const { stdout, error } = spawnSync(tool.command, tool.args, {
    ...{ cwd: tree, encoding: 'utf8', maxBuffer: MAX_OUTPUT },
  });
  if (error) throw error;
  return stdout;
}

/** Middle wall time of each tool, run in turn after one warm-up. */
function time(tools: readonly Tool[], tree: string): number[] {
  const times = tools.map((): number[] => []);
  for (const tool of tools) run(tool, tree);
  for (let i = 0; i < RUNS; i++)
    tools.forEach((tool, index) => times[index]?.push(wallTime(() => run(tool, tree))));
  return times.map((values) => median(values) / 1000);
}

/** `file:line` of every call, as the analyser's reading of C has it. */
async function ownCalls(tree: string, files: readonly string[]): Promise<Set<string>> {
  const parser = await startParser({
    runtime: readFileSync(join(DIST, 'web-tree-sitter.wasm')),
    grammar: readFileSync(join(DIST, 'tree-sitter-c.wasm')),
  });
  const calls = new Set<string>();
  for (const file of files) {
    const text = readFileSync(join(tree, file), 'utf8');
    const lines = new LineIndex(text);
    for (const { base, item } of readItems(parser, text, cutPieces(text).list, null).items) {
      if (item.k !== 'function') continue;
      visitExpressions(item.body, (x) => {
        if (x.k !== 'call' || x.fn.k !== 'id' || !NAMES.includes(x.fn.name)) return;
        calls.add(`${file}:${lines.position(base + x.s).line + 1}`);
      });
    }
  }
  return calls;
}

function astGrepCalls(output: string): Set<string> {
  const calls = new Set<string>();
  for (const line of output.split('\n')) {
    if (line === '') continue;
    const match = JSON.parse(line) as {
      readonly file: string;
      readonly range: { readonly start: LineColumn };
    };
    calls.add(`${match.file}:${match.range.start.line + 1}`);
  }
  return calls;
}

/** How many calls each tool sees in the same files, and whether the analyser misses one that another has. */
function compare(
  own: ReadonlySet<string>,
  other: ReadonlySet<string>,
  name: string,
): { readonly check: string; readonly agrees: boolean } {
  const missed = [...other].filter((call) => !own.has(call));
  const more = [...own].filter((call) => !other.has(call));
  const [first] = missed;
  const check = `${own.size} calls read, ${missed.length} of ${name} missed${first === undefined ? '' : ` (${first})`}, ${more.length} more`;
  return { check, agrees: own.size > 0 && missed.length === 0 };
}

async function measure(tree: string): Promise<(Row | Skipped)[]> {
  if (!isThere('rg')) return [{ name: 'scan', skipped: 'ripgrep is not installed: apt-get install ripgrep' }];
  const rules = mkdtempSync(join(tmpdir(), 'netmem-bench-'));
  try {
    const astRule = join(rules, 'calls.yml');
    writeFileSync(astRule, AST_GREP_RULE);
    const spatchRule = join(rules, 'calls.cocci');
    writeFileSync(spatchRule, SPATCH_RULE);
    const names = NAMES.flatMap((name) => ['-e', name]);
    const rg = { name: 'ripgrep', command: 'rg', args: ['-n', '-w', '-g', '*.c', ...names, WHERE] };
    const subset = run({ ...rg, args: ['-l', '-g', '*.c', 'page_pool_', WHERE] }, tree)
      .trim()
      .split('\n')
      .sort();
    const check = (paths: readonly string[]): Tool => ({
      ...{ name: 'netmem', command: process.execPath },
      args: [join(DIST, 'netmem.cjs'), 'check', '--format', 'jsonl', ...paths],
    });
    const own = await ownCalls(tree, subset);
    return [
      floor(tree, check([WHERE]), rg),
      ...astGrepRows(tree, check([WHERE]), astRule, subset, own),
      ...spatchRows(tree, check(subset), spatchRule, subset, own),
    ];
  } finally {
    rmSync(rules, { recursive: true, force: true });
  }
}

function floor(tree: string, netmem: Tool, rg: Tool): Row {
  const [value = NaN, floor = NaN] = time([netmem, rg], tree);
  const found = new Set(
    run(rg, tree)
      .split('\n')
      .map((line) => line.split(':')[0] ?? ''),
  );
  const reported = run(netmem, tree).trim().split('\n');
  const rx3 = reported.flatMap((line) => /"rule":"rx3-page-api".*?"file":"([^"]+)"/.exec(line)?.[1] ?? []);
  const outside = rx3.filter((file) => ![...found].some((path) => path !== '' && file.endsWith(path)));
  return {
    ...{ name: 'scan: netmem check / ripgrep', value, unit: 's', bound: null },
    against: { name: 'ripgrep, names', value: floor },
    check: `${rx3.length} findings on page calls, ${outside.length} in files without the names`,
    agrees: rx3.length > 0 && outside.length === 0,
  };
}

function astGrepRows(
  tree: string,
  netmem: Tool,
  rule: string,
  subset: readonly string[],
  own: ReadonlySet<string>,
): (Row | Skipped)[] {
  const name = 'scan: netmem check / ast-grep';
  if (!existsSync(AST_GREP)) return [{ name, skipped: 'npm run bench -- --install fetches ast-grep' }];
  const scan = ['scan', '--rule', rule, '--json=stream', '--globs', '*.c'];
  const tool = { name: 'ast-grep', command: AST_GREP, args: [...scan, WHERE] };
  const [value = NaN, other = NaN] = time([netmem, tool], tree);
  const calls = astGrepCalls(run(tool, tree));
  const inSubset = new Set([...calls].filter((call) => subset.includes(call.split(':')[0] ?? '')));
  return [
    {
      ...{ name, value, unit: 's', against: { name: 'ast-grep, 12 call patterns', value: other } },
      ...{ bound: { of: 'ratio', atMost: 0.5 }, ...compare(own, inSubset, 'ast-grep') },
    },
  ];
}

function spatchRows(
  tree: string,
  netmem: Tool,
  rule: string,
  subset: readonly string[],
  own: ReadonlySet<string>,
): (Row | Skipped)[] {
  const name = 'scan: netmem check / spatch';
  if (!isThere('spatch')) return [{ name, skipped: 'spatch is not installed: apt-get install coccinelle' }];
  const args = ['--very-quiet', '-j', '2', '--sp-file', rule, ...subset];
  const tool = { name: 'spatch', command: 'spatch', args };
  const [value = NaN, other = NaN] = time([netmem, tool], tree);
  const calls = new Set(
    run(tool, tree)
      .split('\n')
      .filter((line) => /:\d+$/.test(line)),
  );
  return [
    {
      ...{ name, value, unit: 's', against: { name: `spatch, ${subset.length} files`, value: other } },
      ...{ bound: { of: 'ratio', atMost: 0.1 }, ...compare(own, calls, 'spatch') },
    },
  ];
}

if (KERNEL_TREE === null) report([{ name: 'scan', skipped: NO_TREE }]);
else void measure(KERNEL_TREE).then(report);
