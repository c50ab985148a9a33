/** Compiles the page pool of a kernel tree for user space, with the harness that runs traces on it. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Headers that are taken from the tree as they are; each other one that is included is empty. */
const HEADERS = [
  'linux/poison.h',
  'linux/ptr_ring.h',
  'net/netmem.h',
  'net/page_pool/helpers.h',
  'net/page_pool/memory_provider.h',
  'net/page_pool/types.h',
];

const SOURCES = ['mp_dmabuf_devmem.h', 'netmem_priv.h', 'page_pool.c', 'page_pool_priv.h'];

/**
 * Compiles `net/core/page_pool.c` of `tree` in `directory`, which is written to. The answer is the path of a program
 * that reads a trace and answers as `netmem replay` does.
 * @throws if the tree has no page pool or the compiler refuses, with what it says
 */
export function compilePagePool(tree: string, directory: string): string {
  const include = join(directory, 'include');
  const copied: string[] = [];
  const copy = (from: string, to: string): void => {
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(join(tree, from), to);
    copied.push(to);
  };
  for (const header of HEADERS) copy(`include/${header}`, join(include, header));
  for (const source of SOURCES) copy(`net/core/${source}`, join(directory, source));
  writeFileSync(join(directory, 'dev.h'), '');
  const texts = copied.map((file) => readFileSync(file, 'utf8'));
  for (const [, name = ''] of texts.join('\n').matchAll(/^#include <([^>]+)>/gm)) {
    const file = join(include, name);
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file)) writeFileSync(file, '');
  }
  const program = join(directory, 'page-pool');
  const takesPages = texts.some((text) =>
    text.includes('void page_pool_put_page_bulk(struct page_pool *pool'),
  );
  const options = ['-w', '-O1', '-fno-strict-aliasing', ...(takesPages ? ['-DBULK_TAKES_PAGES'] : [])];
  const { status, stderr } = spawnSync(
    'gcc',
    [...options, '-I', include, '-I', directory, '-o', program, join(import.meta.dirname, 'harness.c')],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
  );
  if (status !== 0) throw new Error(`${tree}: the page pool does not compile for user space:\n${stderr}`);
  return program;
}

/** The answers of the kernel's page pool to a trace, one line of JSON an operation. */
export function runTrace(program: string, trace: string): readonly string[] {
  const { status, stdout } = spawnSync(program, { input: trace, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`the page pool of the kernel ended with ${status ?? 'a signal'}`);
  return stdout.trimEnd().split('\n');
}

/** Whether the tree has the page pool and what it includes. */
export function hasPagePool(tree: string): boolean {
  const core = join(tree, 'net/core');
  return existsSync(core) && SOURCES.every((source) => readdirSync(core).includes(source));
}
