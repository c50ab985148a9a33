/** Reads all functions of a driver for pages: the front door of the page slots. */
import { TYPE } from '../kernel/structures.ts';
import type { DeclStmt, StructDefinition } from '../syntax/ast.ts';
import type { KernelTree } from '../kernel/tree.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { FileModel } from '../model/names/symbols.ts';
import { PageFlow } from './page-flow.ts';
import { PageWorld } from './page-world.ts';

/** Page-typed names that do not say so themselves. */
function quietNames(files: readonly FileModel[]): Set<string> {
  const out = new Set<string>();
  const add = (name: string): void => {
    if (name !== '' && !name.includes('page')) out.add(name);
  };
  const structure = (s: StructDefinition): void => {
    for (const f of s.fields) if (f.type.base === TYPE.page && f.type.stars + f.type.dims > 0) add(f.name);
    s.inner.forEach(structure);
  };
  for (const { items } of files) {
    for (const { item } of items) {
      if (item.k === 'function') {
        if ([item.returns, ...item.params.map((p) => p.type)].some((t) => t.base === TYPE.page))
          add(item.name);
      } else if (item.k === 'decl') {
        item.structs.forEach(structure);
        for (const v of item.vars) if (v.type.base === TYPE.page) add(v.name);
      }
    }
  }
  return out;
}

/** More names than this are looked up word by word: a pattern of them is tried name by name at every place. */
const MANY_NAMES = 64;

/** Whether a text names a page: by a word with `page` in it, or by one of these. */
function mentionsOf(names: ReadonlySet<string>): (text: string) => boolean {
  if (names.size <= MANY_NAMES) {
    const pattern = new RegExp(['page', ...[...names].map((n) => `\\b${n}\\b`)].join('|'));
    return (text) => pattern.test(text);
  }
  return (text) => {
    if (text.includes('page')) return true;
    for (const [word] of text.matchAll(/\w+/g)) if (names.has(word)) return true;
    return false;
  };
}

/** Every page of the driver in its slot. */
export function readPages(facts: DriverFacts, tree: KernelTree): PageWorld {
  const world = new PageWorld(facts, tree);
  const mentions = mentionsOf(quietNames(facts.files));
  for (const file of facts.files) {
    const isNamed = mentions(file.text);
    for (const { base, item } of file.items) {
      if (item.k === 'function') {
        const isHere = isNamed && mentions(file.text.slice(base, base + item.e));
        if (!isHere && (item.brought === undefined || !mentions(item.brought))) continue;
        new PageFlow(world, world.units.of(file), file, base, { file, base, item }).run();
      } else if (
        item.k === 'decl' &&
        item.vars.length > 0 &&
        isNamed &&
        mentions(file.text.slice(base, base + item.e))
      ) {
        globals(world, file, base, item);
      }
    }
  }
  return world;
}

function globals(world: PageWorld, file: FileModel, base: number, item: DeclStmt): void {
  if (item.typedef) return;
  const flow = new PageFlow(world, world.units.of(file), file, base, null);
  for (const v of item.vars) if (v.params === null || v.type.fn) flow.runGlobal(v);
}
