/** What the model tells the preprocessor about names: which macros are worth opening, and which are the kernel's own. */
import { BIT_TESTS } from '../../kernel/c-words.ts';
import { arityIn, isIn } from '../../kernel/presence.ts';
import { typeWords } from '../../kernel/structures.ts';
import { effectsOf, entryOf, namesWhere } from '../../kernel/table.ts';
import type { KernelTree } from '../../kernel/tree.ts';
import { weightOf } from '../../kernel/weight.ts';
import type { KernelOffer } from '../../syntax/preprocessor/features.ts';
import type { MacroQuestions } from '../../syntax/preprocessor/macros.ts';
import { wordHash } from '../../syntax/pieces.ts';
import { wordSet } from './word-map.ts';

/** Functions that do something to a buffer, types that hold one, what driver-wide facts and conditions are told by. */
const TELLING: ReadonlySet<string> = new Set([
  ...namesWhere(({ effects, driverFact }) => effects !== undefined || driverFact === true).filter(
    (name) => effectsOf(name) === null || weightOf(name) !== 'none',
  ),
  ...typeWords('held'),
  ...typeWords('driverFact'),
  ...BIT_TESTS,
]);
const HASHES = wordSet([...TELLING].map(wordHash));

/** True for a function that the tree has and whose effect on buffers is known: the driver's own one is for older kernels. */
export function isKernels(tree: KernelTree, name: string): boolean {
  if (tree.has(name)) return effectsOf(name) !== null || tree.arity(name) !== null;
  // What all known releases have is in every tree; headers that are not probed do not say so.
  const entry = effectsOf(name) === null ? null : entryOf(name);
  return entry !== null && entry.since === undefined && entry.until === undefined;
}

export function macroQuestions(tree: KernelTree): MacroQuestions {
  return {
    isTelling: (name) => TELLING.has(name),
    isTellingHash: (hash) => HASHES.has(hash),
    isKernels: (name) => isKernels(tree, name),
  };
}

/** What the tree offers, for macros of a driver that ask for it. */
export function kernelOffer(tree: KernelTree): KernelOffer {
  const isOfPool = (name: string): boolean => name.startsWith(POOL_PREFIX);
  return {
    has: (name) => tree.has(name),
    lacks: (name) => {
      if (tree.has(name)) return false;
      const entry = entryOf(name);
      // All of the page pool is declared in headers that are probed.
      return entry === null ? isOfPool(name) : !isIn(entry, tree.release);
    },
    arity: (name) => {
      const entry = entryOf(name);
      if (entry?.signature == null) return null;
      return tree.has(name)
        ? tree.arity(name)
        : isIn(entry, tree.release)
          ? arityIn(entry, tree.release)
          : null;
    },
    isOfPool,
  };
}

/** How all functions of the page pool begin. */
const POOL_PREFIX = 'page_pool_';
