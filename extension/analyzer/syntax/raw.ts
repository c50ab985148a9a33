/**
 * One pass over a tree-sitter tree with a cursor: keeps named nodes only, as plain objects. Every call into wasm
 * costs, so that punctuation is never looked at and fields only where a parent's children cannot be told by position.
 */
import type { Language, Tree, TreeCursor } from 'web-tree-sitter';

export interface RawNode {
  readonly type: string;
  /** Field name within the parent, '' where not asked for. */
  readonly field: string;
  readonly start: number;
  readonly end: number;
  readonly kids: RawNode[];
}

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

interface Kinds {
  readonly names: readonly string[];
  readonly named: readonly boolean[];
  readonly leaf: readonly boolean[];
  readonly fielded: readonly boolean[];
}

const kindsOf = new WeakMap<Language, Kinds>();

function kinds(language: Language): Kinds {
  let found = kindsOf.get(language);
  if (found === undefined) {
    const names = language.types;
    found = {
      names,
      named: names.map((name, id) => name === 'ERROR' || language.nodeTypeIsNamed(id)),
      leaf: names.map((name) => LEAVES.has(name)),
      fielded: names.map((name) => FIELDED.has(name)),
    };
    kindsOf.set(language, found);
  }
  return found;
}

const ERROR_ID = 65535;

function nameOf(table: Kinds, id: number): string {
  return id === ERROR_ID ? 'ERROR' : (table.names[id] ?? '');
}

/**
 * Deeper than anything a person writes, and shallow enough for every recursive step that follows. What lies below
 * counts as unreadable.
 */
const MAX_DEPTH = 500;

function convert(cursor: TreeCursor, table: Kinds, id: number, fielded: boolean, depth: number): RawNode {
  const kids: RawNode[] = [];
  const node: RawNode = {
    type: depth > MAX_DEPTH ? 'ERROR' : nameOf(table, id),
    field: fielded ? (cursor.currentFieldName ?? '') : '',
    start: cursor.startIndex,
    end: cursor.endIndex,
    kids,
  };
  if (table.leaf[id] !== true && depth <= MAX_DEPTH && cursor.gotoFirstChild()) {
    const asksFields = table.fielded[id] === true;
    do {
      const kid = cursor.nodeTypeId;
      if (kid === ERROR_ID || table.named[kid] === true) {
        if (nameOf(table, kid) !== 'comment') kids.push(convert(cursor, table, kid, asksFields, depth + 1));
      }
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return node;
}

/** Visits the top-level nodes of a tree, conditionals opened up. */
export function visitTopLevel(tree: Tree, language: Language, visit: (node: RawNode) => void): void {
  const table = kinds(language);
  const cursor = tree.walk();
  const level = (depth: number): void => {
    if (depth > MAX_DEPTH || !cursor.gotoFirstChild()) return;
    do {
      const id = cursor.nodeTypeId;
      if (id !== ERROR_ID && table.named[id] !== true) continue;
      const type = nameOf(table, id);
      if (type === 'comment') continue;
      if (OPENED.has(type)) level(depth + 1);
      else visit(convert(cursor, table, id, true, 0));
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  };
  level(0);
  cursor.delete();
}

const OPENED = new Set([
  'preproc_if',
  'preproc_ifdef',
  'preproc_else',
  'preproc_elif',
  'preproc_elifdef',
  'linkage_specification',
]);
