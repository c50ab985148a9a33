/** From one top-level raw node to one item. The front door of lowering. */
import type { Item, Span } from './ast.ts';
import { LowerContext, type Origin } from './lower-context.ts';
import { lowerDeclaration, lowerHead, lowerTypeName } from './lower-declaration.ts';
import { lowerExpression, type Lowering } from './lower-expression.ts';
import { lowerStatements } from './lower-statement.ts';
import type { RawNode } from './raw.ts';

function lowering(cx: LowerContext): Lowering {
  const low: Lowering = {
    cx,
    expression: (node) => lowerExpression(low, node),
    statements: (nodes) => lowerStatements(low, nodes),
    typeName: (node) => lowerTypeName(low, node),
  };
  return low;
}

/** The outermost nodes below that the parser could not read, also those that lowering has no use for. */
function unread(cx: LowerContext, node: RawNode, into: Span[] = []): Span[] {
  if (node.type === 'ERROR') into.push(cx.span(node));
  else for (const kid of node.kids) unread(cx, kid, into);
  return into;
}

/**
 * Lowers a top-level node.
 * @param base what offsets in the result are relative to
 * @param origin where in the piece the parsed text comes from, or null if it is the piece's own
 */
export function lowerItem(
  node: RawNode,
  masked: string,
  original: string,
  base = node.start,
  origin: Origin | null = null,
): Item {
  const cx = new LowerContext(masked, original, base, origin);
  const low = lowering(cx);
  const span = cx.span(node);
  switch (node.type) {
    case 'function_definition': {
      const head = lowerHead(low, node);
      const block = node.kids.find((n) => n.field === 'body');
      if (head === null || block === undefined) return { k: 'other', ...span, errors: [span] };
      const body = lowerStatements(low, block.kids);
      return {
        k: 'function',
        ...span,
        name: head.name,
        nameAt: head.nameAt,
        returns: head.type,
        returnBaseAt: head.baseAt,
        params: head.params ?? [],
        body,
        bodyAt: cx.span(block),
        isStatic: node.kids.some((n) => n.type === 'storage_class_specifier' && cx.text(n) === 'static'),
        errors: unread(cx, node),
      };
    }
    case 'declaration':
    case 'type_definition':
      return { ...lowerDeclaration(low, node), errors: unread(cx, node) };
    case 'struct_specifier':
    case 'union_specifier':
    case 'enum_specifier': {
      const typed = { ...node, type: 'declaration', kids: [{ ...node, field: 'type' }] };
      return { ...lowerDeclaration(low, typed), errors: unread(cx, node) };
    }
    default:
      return { k: 'other', ...span, errors: node.type === 'ERROR' ? [span] : [] };
  }
}
