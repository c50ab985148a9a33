/**
 * Definitions of what the kernel at hand has: compatibility headers define it for older ones. They are no part of the
 * driver, and calls mean the kernel's function.
 */
import type { KernelTree } from '../../kernel/tree.ts';
import type { PlacedItem } from '../../syntax/items/file-items.ts';
import { isKernels } from './macro-questions.ts';

/** What a file has of this kind. */
interface FileShims {
  /** Functions that the kernel has. */
  readonly functions: ReadonlySet<string>;
  /** Words in the bodies of macros under the name of a kernel function. */
  readonly targets: ReadonlySet<string>;
}

export class Shims {
  private readonly tree: KernelTree;
  private readonly known = new WeakMap<readonly PlacedItem[], FileShims>();
  private readonly left = new WeakMap<
    readonly PlacedItem[],
    { readonly shims: string; readonly items: readonly PlacedItem[] }
  >();

  constructor(tree: KernelTree) {
    this.tree = tree;
  }

  /** The items of each file without shims; the same arrays as long as these and the shims are the same. */
  without(files: readonly (readonly PlacedItem[])[]): (readonly PlacedItem[])[] {
    const names = new Set<string>();
    for (const items of files) for (const name of this.of(items).functions) names.add(name);
    // A macro under the kernel's name leads to a helper, which serves nothing else if it stands beside it.
    for (const items of files) {
      const { targets } = this.of(items);
      if (targets.size === 0) continue;
      for (const { item } of items)
        if (item.k === 'function' && item.isStatic && targets.has(item.name)) names.add(item.name);
    }
    if (names.size === 0) return [...files];
    const shims = [...names].sort().join(' ');
    return files.map((items) => {
      const before = this.left.get(items);
      if (before?.shims === shims) return before.items;
      const left = items.filter(({ item }) => item.k !== 'function' || !names.has(item.name));
      const same = left.length === items.length ? items : left;
      this.left.set(items, { shims, items: same });
      return same;
    });
  }

  private of(items: readonly PlacedItem[]): FileShims {
    let found = this.known.get(items);
    if (found === undefined) this.known.set(items, (found = this.find(items)));
    return found;
  }

  private find(items: readonly PlacedItem[]): FileShims {
    const functions = new Set<string>();
    const targets = new Set<string>();
    for (const { item } of items) {
      if (item.k === 'function') {
        if (isKernels(this.tree, item.name)) functions.add(item.name);
      } else if (item.k === 'define' && isKernels(this.tree, item.name)) {
        for (const [word] of item.body.matchAll(/[A-Za-z_]\w*/g)) targets.add(word);
      }
    }
    return { functions, targets };
  }
}
