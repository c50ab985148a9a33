/**
 * The C parser: starts tree-sitter from the two binaries the host read, and hands trees out by scope, because trees
 * live outside the garbage collector and leak unless deleted.
 */
import { Language, Parser, type Tree } from 'web-tree-sitter';
import type { ParserBinaries } from './binaries.ts';
import { type ParserMemory, TreeReader } from './raw.ts';

/** Pages of 64 KiB the parser starts with, and may grow to: what its own start-up code would ask for. */
const MEMORY = { initial: 512, maximum: 32768 };

export class CParser {
  readonly language: Language;
  readonly reader: TreeReader;
  private readonly parser: Parser;

  constructor(language: Language, memory: ParserMemory) {
    this.language = language;
    this.reader = new TreeReader(memory, language);
    this.parser = new Parser();
    this.parser.setLanguage(language);
  }

  /**
   * Parses once; the tree is deleted when `use` returns.
   * @param masked what `maskKernelC` made of a text
   */
  withTree<T>(masked: string, use: (tree: Tree) => T): T {
    const tree = this.parser.parse(masked);
    if (tree === null) throw new Error('The C parser gave no tree: no language is set.');
    try {
      return use(tree);
    } finally {
      tree.delete();
    }
  }

  dispose(): void {
    this.parser.delete();
  }
}

/** The library has one wasm module a process, which keeps the memory of the first start. */
let wasmMemory: WebAssembly.Memory | null = null;

/** Starts the parser; the host reads the binaries. */
export async function startParser(binaries: ParserBinaries): Promise<CParser> {
  wasmMemory ??= new WebAssembly.Memory(MEMORY);
  await Parser.init({ wasmBinary: binaries.runtime, wasmMemory });
  return new CParser(await Language.load(binaries.grammar), wasmMemory);
}
