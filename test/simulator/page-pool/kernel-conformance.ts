/**
 * Compares the page pool's tables with the headers of a kernel tree. The C compiler reads them: macros are expanded and
 * members looked up by gcc, from the header's own text with its includes taken out.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KernelRelease } from '../../../simulator/core/kernel-release.ts';
import { CODE_FACTS, STRUCT_FACTS, type StructFact, valueFacts } from './kernel-facts.ts';

/** What headers name without defining it, for a 64-bit machine with 4 KiB pages and HZ 1000. */
const SURROUNDINGS = `
#define BIT(n) (1UL << (n))
#define HZ 1000
#define msecs_to_jiffies(ms) (ms)
#define PAGE_SIZE 4096
#define SZ_16K 0x4000
#define SZ_64K 0x10000
#define SMP_CACHE_BYTES 64
#define CONFIG_PAGE_POOL_STATS 1
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned long netmem_ref;
typedef _Bool bool;
typedef struct { int counter; } atomic_t, refcount_t, spinlock_t;
enum dma_data_direction { STAND_IN };
#define struct_group_tagged(TAG, NAME, ...) union { struct { __VA_ARGS__ }; struct TAG { __VA_ARGS__ } NAME; }
#define __cacheline_group_begin_aligned(...)
#define __cacheline_group_end_aligned(...)
#define __cacheline_group_begin(...)
#define __cacheline_group_end(...)
#define ____cacheline_aligned_in_smp
#define ____cacheline_aligned
#define __percpu
#define __rcu
`;

/** Structs that are members of those looked at; what is in them does not matter. */
const OPAQUE = ['list_head', 'hlist_node', 'delayed_work', 'xarray', 'ptr_ring'];

export function hasCompiler(): boolean {
  return spawnSync('gcc', ['--version']).status === 0;
}

/**
 * Every difference between the tables for `release` and the tree, a line each: file, line, what stands there and what
 * the simulator has. Empty: none.
 */
export function differences(tree: string, release: KernelRelease): readonly string[] {
  const found: string[] = [];
  const read = (file: string): string | null => {
    const path = join(tree, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  };
  const compare = (
    file: string,
    text: string,
    name: string,
    at: RegExp,
    expression: string,
    ours: number,
  ) => {
    const value = evaluate(text, expression);
    const place = `${file}:${lineOf(text, at)}`;
    if (value === null) found.push(`${file}: ${name} is not defined; the simulator has ${ours}`);
    else if (value !== ours) found.push(`${place}: ${name} is ${value}; the simulator has ${ours}`);
  };
  for (const { file, name, value } of valueFacts(release)) {
    const text = read(file);
    if (text === null) found.push(`${file}: no such file`);
    else compare(file, text, name, new RegExp(`\\b${name}\\b(?!.*\\*/)`), name, value);
  }
  for (const { file, name, pattern, value } of CODE_FACTS) {
    const text = read(file);
    const expression = text === null ? undefined : pattern.exec(text)?.[1];
    if (text === null || expression === undefined) found.push(`${file}: ${name} (${value}) is not there`);
    else compare(file, text, name, pattern, expression.replace(/\*\(r->queue\)/, 'void *'), value);
  }
  for (const fact of STRUCT_FACTS) {
    const text = read(fact.file);
    if (text === null) found.push(`${fact.file}: no such file`);
    else found.push(...structDifferences(fact, text));
  }
  return found;
}

function structDifferences(fact: StructFact, text: string): string[] {
  const at = new RegExp(`\\bstruct ${fact.struct} \\{`);
  const place = `${fact.file}:${lineOf(text, at)}`;
  if (!at.test(text)) return [`${fact.file}: there is no struct ${fact.struct}`];
  const uses = fact.members.map((member) => `(void)object->${member};`);
  const structs = [...text.matchAll(/^struct (\w+) \{/gm)].map((match) => structText(text, match.index));
  const opaque = OPAQUE.filter((name) => !text.includes(`struct ${name} {`));
  const standIns = opaque.map((name) => `struct ${name} { int opaque; };`);
  const declarations = [SURROUNDINGS, macros(text), ...standIns, ...structs].join('\n');
  const source = `${declarations}\nvoid use(struct ${fact.struct} *object)\n{\n${uses.join('\n')}\n}\n`;
  const errors = compile(source, ['-fsyntax-only']).errors.split('\n');
  const missing = errors.flatMap((line) => /has no member named '(\w+)'/.exec(line)?.[1] ?? []);
  if (missing.length > 0)
    return missing.map((member) => `${place}: struct ${fact.struct} has no member ${member}`);
  const other = errors.find((line) => line.includes(' error: '));
  if (other !== undefined)
    return [`${place}: struct ${fact.struct} cannot be read: ${other.replace(/^.*error: /, '')}`];
  if (!fact.complete) return [];
  const members = Number(run(declarations, `sizeof(struct ${fact.struct}) / sizeof(u64)`));
  if (members === fact.members.length) return [];
  return [
    `${place}: struct ${fact.struct} has ${members} counters; the simulator has ${fact.members.length}`,
  ];
}

/** A struct at the start of a line, to its closing brace at the start of another. */
function structText(text: string, start: number): string {
  const end = text.indexOf('\n}', start);
  return `${text.slice(start, end)}\n};`;
}

/** The value of an expression after the macros and enumerations of a header; null if it cannot be said. */
function evaluate(header: string, expression: string): number | null {
  const enums = [...header.matchAll(/^enum \w+ \{[^}]*\};/gm)]
    .map(([text]) => text.replace('enum dma_data_direction', 'enum'))
    .filter((text) => text.includes(expression));
  const value = run(`${SURROUNDINGS}${macros(header)}\n${enums.join('\n')}`, expression);
  return value === null ? null : Number(value);
}

/** The macros that a header defines, under the conditions that hold here. */
function macros(header: string): string {
  const { stdout } = spawnSync('gcc', ['-E', '-dD', '-P', '-nostdinc', '-x', 'c', '-'], {
    input: SURROUNDINGS + header.replace(/^\s*#\s*include.*$/gm, ''),
    encoding: 'utf8',
  });
  return stdout
    .split('\n')
    .filter((line) => /^#define [A-Z]/.test(line))
    .join('\n');
}

/** Compiles and runs a program that prints the expression. */
function run(declarations: string, expression: string): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'netmem-facts-'));
  try {
    const program = join(directory, 'facts');
    const main = `#include <stdio.h>\nint main(void)\n{\nprintf("%ld", (long)(${expression}));\nreturn 0;\n}\n`;
    if (compile(`${declarations}\n${main}`, ['-o', program]).errors.includes(' error: ')) return null;
    const { stdout, status } = spawnSync(program, { encoding: 'utf8' });
    return status === 0 ? stdout : null;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function compile(source: string, options: readonly string[]): { readonly errors: string } {
  const directory = mkdtempSync(join(tmpdir(), 'netmem-facts-'));
  try {
    const file = join(directory, 'facts.c');
    writeFileSync(file, source);
    const { stderr } = spawnSync('gcc', ['-w', ...options, file], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    return { errors: stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function lineOf(text: string, at: RegExp): number {
  const index = text.search(at);
  return index < 0 ? 1 : text.slice(0, index).split('\n').length;
}
