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
import { readItems } from '../../extension/analyzer/syntax/items/file-items.ts';
import { cutPieces } from '../../extension/analyzer/syntax/pieces.ts';
import { visitExpressions } from '../../extension/analyzer/syntax/walk.ts';
import { type LineColumn, LineIndex } from '../../extension/analyzer/text/line-index.ts';
import { KERNEL_TREE, NO_TREE } from './drivers.ts';
import { median, report, type Row, type Skipped } from './row.ts';

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
  readonly command: string;
  readonly args: readonly string[];
}

function isThere(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}

interface Timed {
  readonly output: string;
  /** Middle CPU time of the process and all of its children, in seconds: all these tools use every processor. */
  readonly seconds: number;
  /** Middle wall time, in seconds. */
  readonly wall: number;
}

function run(tool: Tool, tree: string): string {
  const options = { cwd: tree, encoding: 'utf8', maxBuffer: MAX_OUTPUT } as const;
  const { stdout, error } = spawnSync(tool.command, tool.args, options);
  if (error) throw error;
  return stdout;
}

/** Runs the tool under a shell that says at the end what its children took. */
function runTimed(tool: Tool, tree: string): Timed {
  const script = '"$@"; times >&2';
  const args = ['-c', script, 'bench', tool.command, ...tool.args];
  const options = { cwd: tree, encoding: 'utf8', maxBuffer: MAX_OUTPUT } as const;
  const before = performance.now();
  const { stdout, stderr, error } = spawnSync('sh', args, options);
  const wall = (performance.now() - before) / 1000;
  if (error) throw error;
  const children = stderr.trim().split('\n').at(-1) ?? '';
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  const seconds = parts.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
  return { output: stdout, seconds, wall };
}

/** Runs the tools in turn, so that all of them meet the same machine; the first round, of several, warms up. */
function timeInTurn(tools: readonly Tool[], tree: string): Timed[] {
  const rounds = RUNS > 1 ? RUNS + 1 : 1;
  const runs = tools.map((): Timed[] => []);
  for (let round = 0; round < rounds; round++)
    tools.forEach((tool, index) => {
      const timed = runTimed(tool, tree);
      if (round > 0 || rounds === 1) runs[index]?.push(timed);
    });
  return runs.map((timed) => ({
    output: timed[0]?.output ?? '',
    seconds: median(timed.map(({ seconds }) => seconds)),
    wall: median(timed.map(({ wall }) => wall)),
  }));
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
  times: string,
): { readonly check: string; readonly agrees: boolean } {
  const missed = [...other].filter((call) => !own.has(call));
  const more = [...own].filter((call) => !other.has(call));
  const [first] = missed;
  const check = `${own.size} calls read, ${missed.length} of ${name} missed${first === undefined ? '' : ` (${first})`}, ${more.length} more; ${times}`;
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
    const files = run({ command: 'rg', args: ['-l', '-g', '*.c', 'page_pool_', WHERE] }, tree);
    const subset = files.trim().split('\n').sort();
    const astScan = ['scan', '--rule', astRule, '--json=stream', '--globs', '*.c', WHERE];
    const tools: Tool[] = [
      netmem([WHERE]),
      { command: 'rg', args: ['-n', '-w', '-g', '*.c', ...names, WHERE] },
      netmem(subset),
    ];
    const hasAstGrep = existsSync(AST_GREP);
    if (hasAstGrep) tools.push({ command: AST_GREP, args: astScan });
    const hasSpatch = isThere('spatch');
    const quiet = ['--very-quiet', '-j', '2', '--sp-file', spatchRule];
    if (hasSpatch) tools.push({ command: 'spatch', args: [...quiet, ...subset] });
    const [all, rg, some, ...others] = timeInTurn(tools, tree);
    if (all === undefined || rg === undefined || some === undefined) throw new Error('nothing was timed');
    const own = await ownCalls(tree, subset);
    const ast = hasAstGrep ? others.shift() : undefined;
    return [
      floorRow(all, rg),
      astGrepRow(all, ast, subset, own),
      spatchRow(some, others.shift(), subset, own),
    ];
  } finally {
    rmSync(rules, { recursive: true, force: true });
  }
}

function netmem(paths: readonly string[]): Tool {
  const args = [join(DIST, 'netmem.cjs'), 'check', '--format', 'jsonl', ...paths];
  return { command: process.execPath, args };
}

/** Every finding on a call of one of the names must lie on a line that ripgrep has. */
function floorRow(all: Timed, rg: Timed): Row {
  const lines = new Set(rg.output.split('\n').map((line) => line.split(':', 2).join(':')));
  const findings = all.output
    .split('\n')
    .filter((line) => line !== '')
    .map(
      (line) => JSON.parse(line) as { readonly file: string; readonly line: number; readonly api: string },
    );
  const onCalls = findings.filter(({ api, file }) => NAMES.includes(api) && file.endsWith('.c'));
  const outside = onCalls.filter(({ file, line }) => !lines.has(`${file}:${line}`));
  return {
    ...{ name: 'scan: check of drivers/net, ripgrep', value: all.seconds, unit: 's CPU', bound: null },
    against: { name: 'ripgrep, names', value: rg.seconds },
    check: `${findings.length} findings, ${onCalls.length} on the names, ${outside.length} of them where ripgrep has none; ${wall(all, rg)}`,
    agrees: onCalls.length > 0 && outside.length === 0,
  };
}

function wall(own: Timed, other: Timed): string {
  return `wall ${own.wall.toFixed(1)} and ${other.wall.toFixed(1)} s`;
}

function astGrepRow(
  all: Timed,
  ast: Timed | undefined,
  subset: readonly string[],
  own: ReadonlySet<string>,
): Row | Skipped {
  const name = 'scan: check of drivers/net, ast-grep';
  if (ast === undefined) return { name, skipped: 'npm run bench -- --install fetches ast-grep' };
  const calls = [...astGrepCalls(ast.output)].filter((call) => subset.includes(call.split(':')[0] ?? ''));
  return {
    ...{ name, value: all.seconds, unit: 's CPU', bound: { of: 'ratio', atMost: 0.5 } },
    against: { name: 'ast-grep, 12 call patterns', value: ast.seconds },
    ...compare(own, new Set(calls), 'ast-grep', wall(all, ast)),
  };
}

function spatchRow(
  some: Timed,
  spatch: Timed | undefined,
  subset: readonly string[],
  own: ReadonlySet<string>,
): Row | Skipped {
  const name = 'scan: check of page_pool files, spatch';
  if (spatch === undefined) return { name, skipped: 'spatch is not installed: apt-get install coccinelle' };
  const calls = new Set(spatch.output.split('\n').filter((line) => /:\d+$/.test(line)));
  return {
    ...{ name, value: some.seconds, unit: 's CPU', bound: { of: 'ratio', atMost: 0.1 } },
    against: { name: `spatch, ${subset.length} files`, value: spatch.seconds },
    ...compare(own, calls, 'spatch', wall(some, spatch)),
  };
}

if (KERNEL_TREE === null) report([{ name: 'scan', skipped: NO_TREE }]);
else void measure(KERNEL_TREE).then(report);
