/** Expressions: from raw parser nodes to the analyser's own. */
import { CONTAINER_CALLS, IDENTITY_CALLS, READS_BEHIND } from '../kernel/c-words.ts';
import type { Expr, InitializerExpr, InitializerItem, Stmt, TypeName } from './ast.ts';
import type { LowerContext } from './lower-context.ts';
import type { RawNode } from './raw.ts';

/** Lowering of the other two families, handed in so that the modules stay apart. */
export interface Lowering {
  readonly cx: LowerContext;
  expression(node: RawNode): Expr;
  statements(nodes: readonly RawNode[]): Stmt[];
  typeName(node: RawNode): TypeName;
}

/** Values made by value-preserving typed macros: `min_t(type, a, b)`. */
const TYPED_VALUE_CALLS = new Set(['min_t', 'max_t', 'clamp_t']);

function kid(node: RawNode, index: number): RawNode | undefined {
  return node.kids[index];
}

function unknown(low: Lowering, node: RawNode): Expr {
  const span = low.cx.span(node);
  return {
    k: 'unknown',
    ...span,
    parts: node.kids.filter((n) => isExpression(n.type)).map((n) => low.expression(n)),
  };
}

const EXPRESSIONS = new Set([
  'identifier',
  'number_literal',
  'string_literal',
  'char_literal',
  'concatenated_string',
  'call_expression',
  'field_expression',
  'subscript_expression',
  'pointer_expression',
  'unary_expression',
  'update_expression',
  'binary_expression',
  'assignment_expression',
  'conditional_expression',
  'cast_expression',
  'sizeof_expression',
  'offsetof_expression',
  'parenthesized_expression',
  'comma_expression',
  'compound_literal_expression',
  'initializer_list',
  'true',
  'false',
  'null',
  'gnu_asm_expression',
  'alignof_expression',
  'generic_expression',
  'type_identifier',
  'field_identifier',
]);

export function isExpression(type: string): boolean {
  return EXPRESSIONS.has(type);
}

const TYPE_TEXT =
  /^((?:(?:const|volatile)\s+)*(?:(?:struct|union|enum)\s+)?\w+(?:\s+\w+)*?)\s*((?:\*|\s|const\b)*)$/;

/** A type that the mask made a name of, or null. */
function typeArgument({ cx }: Lowering, node: RawNode): Expr | null {
  if (node.type !== 'identifier' || !cx.isMasked) return null;
  const { original, masked } = cx;
  let start = node.start;
  // Blanked words before it, blanked stars behind it.
  while (start > 0 && masked.charAt(start - 1) === ' ') start--;
  let end = node.end;
  while (masked.charAt(end) === ' ') end++;
  if (original.slice(start, end) === masked.slice(start, end)) return null;
  const text = original.slice(start, end);
  const trimmed = text.trim();
  const [, words, stars] = TYPE_TEXT.exec(trimmed) ?? [];
  if (words === undefined) return null;
  const isRenamed = original.slice(node.start, node.end) !== cx.text(node);
  if (!isRenamed && stars === '' && !/\b(?:struct|union|enum)\b/.test(words)) return null;
  const at = start + text.indexOf(trimmed);
  const span = cx.span({ start: at, end: at + trimmed.length });
  const base = words.replace(/\b(?:const|volatile)\s+/g, '').replace(/\s+/g, ' ');
  const depth = (stars ?? '').replace(/[^*]/g, '').length;
  return { k: 'sizeof', ...span, type: { base, stars: depth, dims: 0, fn: false, ...span } };
}

function lowerCall(low: Lowering, node: RawNode): Expr {
  const [fnNode, argsNode] = node.kids;
  if (fnNode === undefined || argsNode === undefined) return unknown(low, node);
  const span = low.cx.span(node);
  const fn = low.expression(fnNode);
  const args = argsNode.kids
    .filter((n) => n.type !== 'ERROR' || n.kids.length > 0)
    .map((n) => typeArgument(low, n) ?? low.expression(n));
  if (fn.k === 'id') {
    const [first] = args;
    if (READS_BEHIND.has(fn.name) && first?.k === 'addr') return first.x;
    if (IDENTITY_CALLS.has(fn.name) && first !== undefined) return first;
    const typeAt = CONTAINER_CALLS.get(fn.name);
    const typeNode = typeAt === undefined ? undefined : argsNode.kids[typeAt];
    if (typeNode !== undefined && first !== undefined) {
      const tag = low.cx.text(typeNode).trim();
      const type: TypeName = {
        base: /^\w+$/.test(tag) ? `struct ${tag}` : '',
        stars: 1,
        dims: 0,
        fn: false,
        ...low.cx.span(typeNode),
      };
      return { k: 'cast', ...span, type, x: { k: 'unknown', s: first.s, e: first.e, parts: [first] } };
    }
    if (TYPED_VALUE_CALLS.has(fn.name)) return { k: 'call', ...span, fn, args: args.slice(1) };
  }
  return { k: 'call', ...span, fn, args };
}

function lowerInitializer(
  low: Lowering,
  node: RawNode,
  type: TypeName | null,
  span = low.cx.span(node),
): InitializerExpr {
  const items: InitializerItem[] = [];
  for (const n of node.kids) {
    if (n.type === 'initializer_pair') {
      const value = n.kids[n.kids.length - 1];
      if (value === undefined) continue;
      const path = n.kids
        .slice(0, -1)
        .flatMap((d) =>
          d.type === 'field_designator'
            ? [low.cx.text(d).replace(/^\.\s*/, '')]
            : d.type === 'field_identifier'
              ? [low.cx.text(d)]
              : [],
        );
      items.push({ path, value: low.expression(value), ...low.cx.span(n) });
    } else if (isExpression(n.type)) items.push({ path: [], value: low.expression(n), ...low.cx.span(n) });
  }
  return { k: 'init', type, items, ...span };
}

/** Lowers one expression node. */
export function lowerExpression(low: Lowering, node: RawNode): Expr {
  const { cx } = low;
  const a = kid(node, 0);
  const b = kid(node, 1);
  switch (node.type) {
    case 'identifier':
    case 'type_identifier':
    case 'field_identifier':
    case 'true':
    case 'false':
    case 'null':
      return { k: 'id', ...cx.span(node), name: cx.text(node) };
    case 'number_literal':
    case 'char_literal':
      return { k: 'num', ...cx.span(node), text: cx.text(node) };
    case 'string_literal':
    case 'concatenated_string':
      return { k: 'str', ...cx.span(node), text: cx.original.slice(node.start, node.end) };
    case 'call_expression':
      return lowerCall(low, node);
    case 'field_expression': {
      if (a === undefined || b === undefined) return unknown(low, node);
      const arrow = cx.masked.slice(a.end, b.start).includes('->');
      return {
        k: 'member',
        ...cx.span(node),
        obj: low.expression(a),
        field: cx.text(b),
        fieldAt: cx.span(b),
        arrow,
      };
    }
    case 'subscript_expression':
      if (a === undefined || b === undefined) return unknown(low, node);
      return { k: 'index', ...cx.span(node), obj: low.expression(a), index: low.expression(b) };
    case 'pointer_expression':
      if (a === undefined) return unknown(low, node);
      return {
        k: cx.masked.charAt(node.start) === '&' ? 'addr' : 'deref',
        ...cx.span(node),
        x: low.expression(a),
      };
    case 'unary_expression':
      if (a === undefined) return unknown(low, node);
      return { k: 'unary', ...cx.span(node), op: cx.masked.charAt(node.start), x: low.expression(a) };
    case 'update_expression':
      if (a === undefined) return unknown(low, node);
      return {
        k: 'unary',
        ...cx.span(node),
        op: cx.text(node).includes('++') ? '++' : '--',
        x: low.expression(a),
      };
    case 'binary_expression':
      if (a === undefined || b === undefined) return unknown(low, node);
      return {
        k: 'binary',
        ...cx.span(node),
        op: cx.between(a, b),
        l: low.expression(a),
        r: low.expression(b),
      };
    case 'assignment_expression':
      if (a === undefined || b === undefined) return unknown(low, node);
      return {
        k: 'assign',
        ...cx.span(node),
        op: cx.between(a, b),
        l: low.expression(a),
        r: low.expression(b),
      };
    case 'conditional_expression': {
      const c = node.kids.find((n) => n.field === 'condition');
      const then = node.kids.find((n) => n.field === 'consequence');
      const otherwise = node.kids.find((n) => n.field === 'alternative');
      if (c === undefined || otherwise === undefined) return unknown(low, node);
      return {
        k: 'cond',
        ...cx.span(node),
        c: low.expression(c),
        a: then === undefined ? null : low.expression(then),
        b: low.expression(otherwise),
      };
    }
    case 'cast_expression':
      if (a === undefined || b === undefined) return unknown(low, node);
      return { k: 'cast', ...cx.span(node), type: low.typeName(a), x: low.expression(b) };
    case 'compound_literal_expression':
      if (a === undefined || b === undefined) return unknown(low, node);
      return lowerInitializer(low, b, low.typeName(a), cx.span(node));
    case 'initializer_list':
      return lowerInitializer(low, node, null);
    case 'parenthesized_expression':
      if (a === undefined) return unknown(low, node);
      if (a.type === 'compound_statement')
        return { k: 'stmtexpr', ...cx.span(node), body: low.statements(a.kids) };
      return low.expression(a);
    case 'comma_expression':
      if (a === undefined || b === undefined) return unknown(low, node);
      return { k: 'comma', ...cx.span(node), l: low.expression(a), r: low.expression(b) };
    case 'sizeof_expression':
    case 'offsetof_expression':
    case 'alignof_expression':
      return { k: 'sizeof', ...cx.span(node), type: null };
    default:
      return unknown(low, node);
  }
}
