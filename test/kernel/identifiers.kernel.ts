/**
 * The table of kernel identifiers against a real kernel: which of them the release has, with how many arguments, and
 * which header declares them. KERNEL_TREE is the root of a tree; its Makefile says the release.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kernelTree } from '../../extension/cli/kernel-tree.ts';
import { arityIn, isIn } from '../../extension/analyzer/kernel/presence.ts';
import { probeTree } from '../../extension/analyzer/kernel/probe.ts';
import { STRUCTURES, TYPEDEFS, typeWord } from '../../extension/analyzer/kernel/structures.ts';
import { TABLE } from '../../extension/analyzer/kernel/table.ts';
import { NEWEST, RELEASES } from '../../extension/analyzer/kernel/tree.ts';

const root = process.env['KERNEL_TREE'] ?? '';
const makefile = join(root, 'Makefile');
if (!existsSync(makefile)) throw new Error('KERNEL_TREE names no kernel tree');
const [, version, patchLevel] =
  /^VERSION = (\d+)\nPATCHLEVEL = (\d+)$/m.exec(readFileSync(makefile, 'utf8')) ?? [];
const release = RELEASES.find((known) => known === `${version ?? ''}.${patchLevel ?? ''}`);
if (release === undefined) throw new Error(`${makefile} is of none of ${RELEASES.join(', ')}`);

/** Folders whose headers declare what the table names. */
const FOLDERS = ['include/linux', 'include/net', 'include/uapi/linux', 'include/asm-generic'];
/** Declared by the architecture, or known to the compiler. */
const ELSEWHERE = new Set(['virt_to_phys', '__builtin_memcpy']);

const headers = new Map(
  FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.h'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map(
        (path) =>
          [relative(join(root, 'include'), path), probeTree(path, [readFileSync(path, 'utf8')])] as const,
      ),
  ),
);
const trees = [...headers.values()];

/** Numbers of arguments with which headers declare it. */
function arities(name: string): number[] {
  return trees.flatMap((tree) => tree.arity(name) ?? []);
}

describe(`the table and ${release}`, () => {
  test('the probe takes the tree for what it is', () => {
    expect(kernelTree(root, NEWEST).release).toBe(release);
  });

  test('a name is there if and only if the table says so', () => {
    const wrong = [...TABLE.values()]
      .filter(({ name }) => !ELSEWHERE.has(name))
      .filter((entry) => isIn(entry, release) !== trees.some((tree) => tree.has(entry.name)))
      .map(({ name }) => name);
    expect(wrong).toEqual([]);
  });

  test('structures and typedefs are there if and only if the table says so', () => {
    const wrong = [...Object.keys(STRUCTURES), ...Object.keys(TYPEDEFS)].filter(
      (word) => isIn(typeWord(word) ?? {}, release) !== trees.some((tree) => tree.has(word)),
    );
    expect(wrong).toEqual([]);
  });

  test('functions take as many arguments as the table says', () => {
    const known = [...TABLE.values()].filter((entry) => arities(entry.name).length > 0);
    const wrong = known
      .map((entry) => [entry.name, arityIn(entry, release), arities(entry.name)] as const)
      .filter(([, expected, found]) => expected !== null && !found.includes(expected));
    expect(wrong).toEqual([]);
    // What no header declares in a way that can be read is a macro without parameters, or of another architecture.
    const callable = [...TABLE.values()].filter((entry) => arityIn(entry, release) !== null);
    expect(known.length / callable.length).toBeGreaterThan(0.8);
  });

  test('a header that the table names declares the identifier', () => {
    const wrong = [...TABLE.values()]
      .filter((entry) => entry.header !== undefined && isIn(entry, release))
      .filter(({ name, header }) => headers.get(header ?? '')?.has(name) !== true)
      .map(({ name, header }) => `${header ?? ''}: ${name}`);
    expect(wrong).toEqual([]);
  });
});
