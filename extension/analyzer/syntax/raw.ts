/**
 * A tree-sitter tree as plain objects, named nodes only. A cursor costs several calls into wasm for every node, more than
 * the parse itself; so the tree is read where it lies, in the memory of the wasm module, in one pass. The layout is
 * that of the pinned web-tree-sitter (`lib/src/subtree.h`, `tree.h` and `parser.h` of tree-sitter, 32 bit); a property
 * test holds it against the cursor.
 */
import type { Language, Tree } from 'web-tree-sitter';

export interface RawNode {
  readonly type: string;
  /** Field name within the parent, '' where not asked for. */
  readonly field: string;
  readonly start: number;
  readonly end: number;
  readonly kids: readonly RawNode[];
}

/** Of all leaves, which most nodes are. */
const NO_KIDS: readonly RawNode[] = [];

/** Parents whose children need their field names. */
const FIELDED = new Set([
  'for_statement',
  'if_statement',
  'case_statement',
  'function_definition',
  'declaration',
  'field_declaration',
  'parameter_declaration',
  'type_definition',
  'preproc_def',
  'preproc_function_def',
  'preproc_if',
  'preproc_ifdef',
  'preproc_elif',
  'preproc_elifdef',
  'preproc_else',
  'conditional_expression',
  'struct_specifier',
  'union_specifier',
  'enum_specifier',
  'enumerator',
  'sized_type_specifier',
  'type_descriptor',
  'do_statement',
  'while_statement',
  'switch_statement',
  'initializer_pair',
  'array_declarator',
  'init_declarator',
  'function_declarator',
  'cast_expression',
  'compound_literal_expression',
]);

const LEAVES = new Set([
  'identifier',
  'field_identifier',
  'type_identifier',
  'primitive_type',
  'number_literal',
  'string_literal',
  'char_literal',
  'statement_identifier',
  'type_qualifier',
  'storage_class_specifier',
  'preproc_arg',
  'preproc_directive',
  'system_lib_string',
  'break_statement',
  'continue_statement',
  'true',
  'false',
  'null',
  'sizeof_expression',
  'offsetof_expression',
  'gnu_asm_expression',
]);

/** Symbol of what could not be read. */
const ERROR_ID = 65535;

/**
 * Deeper than anything a person writes, and shallow enough for every recursive step that follows. What lies below
 * counts as unreadable.
 */
const MAX_DEPTH = 500;

/** `struct TSTree`: the root, then the language. */
const TREE = { language: 8 } as const;
/** `Subtree`, a pointer or an inline leaf. */
const SUBTREE = { bytes: 8, isInline: 1, visible: 2, named: 4, extra: 8 } as const;
/** `SubtreeHeapData`; the children lie before it. */
const HEAP = { padding: 4, size: 16, children: 36, symbol: 40, flags: 44, production: 66 } as const;
const HEAP_FLAGS = { visible: 1, named: 2, extra: 4 } as const;
/** `struct TSLanguage`, ABI 15. */
const LANGUAGE = {
  aliasLength: 36,
  fieldSlices: 64,
  fieldEntries: 68,
  metadata: 72,
  publicSymbols: 76,
  aliases: 84,
} as const;
/** `TSSymbolMetadata` and its member `named`. */
const METADATA = { bytes: 3, named: 1 } as const;

/** The memory of the wasm module; another buffer after it has grown. */
export interface ParserMemory {
  readonly buffer: ArrayBuffer;
}

/** Reads trees of one language out of the memory of the parser. */
export class TreeReader {
  private readonly memory: ParserMemory;
  private readonly names: readonly string[];
  private readonly fields: readonly (string | null)[];
  private readonly leaf: readonly boolean[];
  private readonly fielded: readonly boolean[];
  private readonly comment: number;
  private u8 = new Uint8Array(0);
  private u16 = new Uint16Array(0);
  private u32 = new Uint32Array(0);
  /** Addresses in the language's tables. */
  private aliases = 0;
  private aliasLength = 0;
  private metadata = 0;
  private publicSymbols = 0;
  private fieldSlices = 0;
  private fieldEntries = 0;

  constructor(memory: ParserMemory, language: Language) {
    this.memory = memory;
    this.names = language.types;
    this.fields = language.fields;
    this.leaf = this.names.map((name) => LEAVES.has(name));
    this.fielded = this.names.map((name) => FIELDED.has(name));
    this.comment = this.names.indexOf('comment');
  }

  /** The top-level nodes of a tree, conditionals opened up. */
  topLevel(tree: Tree): RawNode[] {
    const open = (nodes: readonly RawNode[]): RawNode[] =>
      nodes.flatMap((node) => (OPENED.has(node.type) ? open(node.kids) : [node]));
    return open(this.root(tree).kids);
  }

  /** The whole tree. */
  root(tree: Tree): RawNode {
    this.look();
    // A node's id is the address of its subtree; the root's is that of the tree.
    const address = tree.rootNode.id;
    this.useLanguage(this.word(address + TREE.language));
    const heap = this.word(address);
    const kids: RawNode[] = [];
    const start = this.word(heap + HEAP.padding);
    const node: RawNode = {
      type: this.nameOf(this.half(heap + HEAP.symbol)),
      field: '',
      start: start >> 1,
      end: (start + this.word(heap + HEAP.size)) >> 1,
      kids,
    };
    this.readKids(heap, 0, kids, true, 0, 0);
    return node;
  }

  /** The views go stale when the memory grows. */
  private look(): void {
    const { buffer } = this.memory;
    if (this.u8.buffer === buffer) return;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
  }

  private useLanguage(at: number): void {
    this.aliasLength = this.half(at + LANGUAGE.aliasLength);
    this.fieldSlices = this.word(at + LANGUAGE.fieldSlices);
    this.fieldEntries = this.word(at + LANGUAGE.fieldEntries);
    this.metadata = this.word(at + LANGUAGE.metadata);
    this.publicSymbols = this.word(at + LANGUAGE.publicSymbols);
    this.aliases = this.word(at + LANGUAGE.aliases);
  }

  private word(address: number): number {
    return this.u32[address >> 2] ?? 0;
  }

  private half(address: number): number {
    return this.u16[address >> 1] ?? 0;
  }

  private nameOf(symbol: number): string {
    return symbol === ERROR_ID ? 'ERROR' : (this.names[symbol] ?? '');
  }

  /**
   * Appends the named nodes below a subtree; hidden ones are passed through, as `ts_node_child` does.
   * @param position where the subtree's padding starts, in bytes of UTF-16
   * @param inherited field of the subtree itself if it is hidden
   */
  private readKids(
    heap: number,
    position: number,
    into: RawNode[],
    fielded: boolean,
    inherited: number,
    depth: number,
  ): void {
    const count = this.word(heap + HEAP.children);
    const production = this.half(heap + HEAP.production);
    const aliases = production === 0 ? 0 : this.aliases + production * this.aliasLength * 2;
    /** Position among the children that the grammar knows: comments may lie anywhere. */
    let place = 0;
    for (let address = heap - count * SUBTREE.bytes; address < heap; address += SUBTREE.bytes) {
      const pointer = this.word(address);
      let kid = 0;
      let padding: number, size: number, symbol: number, visible: boolean, named: boolean, extra: boolean;
      if ((pointer & SUBTREE.isInline) !== 0) {
        const lengths = this.word(address + 4);
        padding = (lengths >> 16) & 0xff;
        size = lengths >>> 24;
        symbol = (pointer >> 8) & 0xff;
        visible = (pointer & SUBTREE.visible) !== 0;
        named = (pointer & SUBTREE.named) !== 0;
        extra = (pointer & SUBTREE.extra) !== 0;
      } else {
        kid = pointer;
        padding = this.word(kid + HEAP.padding);
        size = this.word(kid + HEAP.size);
        symbol = this.half(kid + HEAP.symbol);
        const flags = this.u8[kid + HEAP.flags] ?? 0;
        visible = (flags & HEAP_FLAGS.visible) !== 0;
        named = (flags & HEAP_FLAGS.named) !== 0;
        extra = (flags & HEAP_FLAGS.extra) !== 0;
      }
      const alias = extra || aliases === 0 ? 0 : this.half(aliases + place * 2);
      if (alias !== 0) {
        visible = true;
        named = this.u8[this.metadata + alias * METADATA.bytes + METADATA.named] === 1;
        symbol = alias;
      }
      if (!visible) {
        if (kid !== 0) {
          const field = fielded && !extra ? this.fieldAt(production, place) || inherited : 0;
          this.readKids(kid, position, into, fielded, field, depth);
        }
      } else if (named) {
        if (symbol !== ERROR_ID) symbol = this.half(this.publicSymbols + symbol * 2);
        if (symbol !== this.comment) {
          const field = fielded && !extra ? this.fieldAt(production, place) || inherited : 0;
          into.push(this.node(kid, symbol, field, position, padding, size, depth));
        }
      }
      if (!extra) place++;
      position += padding + size;
    }
  }

  private node(
    heap: number,
    symbol: number,
    field: number,
    position: number,
    padding: number,
    size: number,
    depth: number,
  ): RawNode {
    let kids = NO_KIDS;
    if (heap !== 0 && depth <= MAX_DEPTH && this.leaf[symbol] !== true) {
      const below: RawNode[] = [];
      this.readKids(heap, position, below, this.fielded[symbol] === true, 0, depth + 1);
      kids = below;
    }
    const start = position + padding;
    return {
      type: depth > MAX_DEPTH ? 'ERROR' : this.nameOf(symbol),
      field: field === 0 ? '' : (this.fields[field] ?? ''),
      start: start >> 1,
      end: (start + size) >> 1,
      kids,
    };
  }

  /** Field that a production gives to its child, as `ts_language_field_map` has it; 0 if none. */
  private fieldAt(production: number, place: number): number {
    const slice = this.word(this.fieldSlices + production * 4);
    let entry = this.fieldEntries + (slice & 0xffff) * 4;
    for (let left = slice >>> 16; left > 0; left--, entry += 4) {
      const word = this.word(entry);
      // Field, child, and whether the child only passes it on from below.
      if (((word >> 16) & 0xff) === place && word >>> 24 === 0) return word & 0xffff;
    }
    return 0;
  }
}

const OPENED = new Set([
  'preproc_if',
  'preproc_ifdef',
  'preproc_else',
  'preproc_elif',
  'preproc_elifdef',
  'linkage_specification',
]);
