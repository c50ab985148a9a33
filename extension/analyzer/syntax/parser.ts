/**
 * The C parser: starts tree-sitter from the two binaries the host read, and hands trees out by scope, because trees
 * live outside the garbage collector and leak unless deleted.
 */
import { Edit, Language, Parser, type Tree } from 'web-tree-sitter';
import type { ParserBinaries } from './binaries.ts';
import { maskKernelC } from './mask.ts';

/** A parsed text; valid inside the callback that receives it. */
export interface ParsedText {
  readonly original: string;
  readonly masked: string;
  readonly tree: Tree;
}

/** A masked text with its tree kept for the next edit. */
interface Kept {
  masked: string;
  tree: Tree;
}

function point(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let line = 0;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
    row++;
    line = i + 1;
  }
  return { row, column: offset - line };
}

/** The single span in which two texts differ, as tree-sitter wants it. */
function editBetween(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let tail = 0;
  while (
    tail < shorter - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  return new Edit({
    startIndex: start,
    oldEndIndex: before.length - tail,
    newEndIndex: after.length - tail,
    startPosition: point(before, start),
    oldEndPosition: point(before, before.length - tail),
    newEndPosition: point(after, after.length - tail),
  });
}

export class CParser {
  readonly language: Language;
  private readonly parser: Parser;
  private readonly kept = new Map<string, Kept>();

  constructor(language: Language) {
    this.language = language;
    this.parser = new Parser();
    this.parser.setLanguage(language);
  }

  /** Parses once; the tree is deleted when `use` returns. */
  withText<T>(text: string, use: (parsed: ParsedText) => T): T {
    const masked = maskKernelC(text);
    const tree = this.parse(masked, null);
    try {
      return use({ original: text, masked, tree });
    } finally {
      tree.delete();
    }
  }

  /** Parses the text of a named document, reusing its previous tree. Kept until `forget`. */
  withDocument<T>(name: string, text: string, use: (parsed: ParsedText) => T): T {
    const masked = maskKernelC(text);
    const old = this.kept.get(name);
    let tree: Tree;
    if (old === undefined) tree = this.parse(masked, null);
    else if (old.masked === masked) tree = old.tree;
    else {
      old.tree.edit(editBetween(old.masked, masked));
      tree = this.parse(masked, old.tree);
      old.tree.delete();
    }
    this.kept.set(name, { masked, tree });
    return use({ original: text, masked, tree });
  }

  forget(name: string): void {
    this.kept.get(name)?.tree.delete();
    this.kept.delete(name);
  }

  /** Number of trees held, for the tests that watch over leaks. */
  get treesHeld(): number {
    return this.kept.size;
  }

  private parse(masked: string, old: Tree | null): Tree {
    const tree = this.parser.parse(masked, old);
    if (tree === null) throw new Error('The C parser gave no tree: no language is set.');
    return tree;
  }

  dispose(): void {
    for (const { tree } of this.kept.values()) tree.delete();
    this.kept.clear();
    this.parser.delete();
  }
}

/** Starts the parser. Called once by a process; the host reads the binaries. */
export async function startParser(binaries: ParserBinaries): Promise<CParser> {
  await Parser.init({ wasmBinary: binaries.runtime });
  return new CParser(await Language.load(binaries.grammar));
}
