/** Statements: from raw parser nodes to the analyser's own. */
import type { Expr, Stmt } from './ast.ts';
import { lowerDeclaration } from './lower-declaration.ts';
import { isExpression, type Lowering } from './lower-expression.ts';
import type { RawNode } from './raw.ts';

function field(node: RawNode, name: string): RawNode | undefined {
  return node.kids.find((n) => n.field === name);
}

function body(low: Lowering, node: RawNode | undefined, parent: RawNode): Stmt {
  if (node === undefined) return { k: 'block', s: low.cx.span(parent).e, e: low.cx.span(parent).e, body: [] };
  return lowerStatement(low, node) ?? { k: 'block', ...low.cx.span(node), body: [] };
}

function condition(low: Lowering, node: RawNode): Expr {
  const found = field(node, 'condition') ?? node.kids.find((n) => n.type === 'parenthesized_expression');
  return found === undefined ? { k: 'unknown', ...low.cx.span(node), parts: [] } : low.expression(found);
}

function alternatives(low: Lowering, node: RawNode): Stmt {
  const arms: Stmt[][] = [];
  let at: RawNode | undefined = node;
  while (at !== undefined) {
    const current: RawNode = at;
    const next: RawNode | undefined = field(current, 'alternative');
    const own = current.kids.filter((n) => n !== next && n.field !== 'condition' && n.field !== 'name');
    arms.push(lowerStatements(low, own));
    // Without an `#else`, none of several arms may be compiled.
    if (next === undefined && current !== node && current.type !== 'preproc_else') arms.push([]);
    at = next;
  }
  return { k: 'alternatives', ...low.cx.span(node), arms };
}

export function lowerStatements(low: Lowering, nodes: readonly RawNode[]): Stmt[] {
  const out: Stmt[] = [];
  for (const node of nodes) {
    const made = lowerStatement(low, node);
    if (made !== null) out.push(made);
  }
  return out;
}

/** Lowers one statement; null for what carries no meaning here. */
function lowerStatement(low: Lowering, node: RawNode): Stmt | null {
  const { cx } = low;
  const span = cx.span(node);
  switch (node.type) {
    case 'compound_statement':
      return { k: 'block', ...span, body: lowerStatements(low, node.kids) };
    case 'expression_statement': {
      const [x] = node.kids;
      return x === undefined ? null : { k: 'expr', ...span, x: low.expression(x) };
    }
    case 'declaration':
    case 'type_definition':
      return lowerDeclaration(low, node);
    case 'struct_specifier':
    case 'union_specifier':
    case 'enum_specifier':
      return lowerDeclaration(low, { ...node, type: 'declaration', kids: [{ ...node, field: 'type' }] });
    case 'if_statement': {
      const alternative = field(node, 'alternative');
      const otherwise = alternative?.type === 'else_clause' ? alternative.kids[0] : alternative;
      return {
        k: 'if',
        ...span,
        c: condition(low, node),
        then: body(low, field(node, 'consequence'), node),
        otherwise: otherwise === undefined ? null : body(low, otherwise, node),
      };
    }
    case 'while_statement': {
      const word = /^\w+/.exec(cx.original.slice(node.start, node.start + 80))?.[0] ?? 'while';
      return {
        k: 'while',
        ...span,
        c: condition(low, node),
        body: body(low, field(node, 'body'), node),
        macro: word === 'while' ? null : word,
      };
    }
    case 'do_statement':
      return { k: 'do', ...span, c: condition(low, node), body: body(low, field(node, 'body'), node) };
    case 'for_statement': {
      const init = field(node, 'initializer');
      const c = field(node, 'condition');
      const step = field(node, 'update');
      return {
        k: 'for',
        ...span,
        init:
          init === undefined
            ? null
            : init.type === 'declaration'
              ? lowerDeclaration(low, init)
              : { k: 'expr', ...cx.span(init), x: low.expression(init) },
        c: c === undefined ? null : low.expression(c),
        step: step === undefined ? null : low.expression(step),
        body: body(low, field(node, 'body'), node),
      };
    }
    case 'switch_statement':
      return { k: 'switch', ...span, c: condition(low, node), body: body(low, field(node, 'body'), node) };
    case 'case_statement': {
      const value = field(node, 'value');
      return {
        k: 'case',
        ...span,
        value: value === undefined ? null : low.expression(value),
        body: lowerStatements(
          low,
          node.kids.filter((n) => n !== value),
        ),
      };
    }
    case 'return_statement': {
      const [x] = node.kids;
      return { k: 'return', ...span, x: x === undefined ? null : low.expression(x) };
    }
    case 'goto_statement': {
      const [label] = node.kids;
      return { k: 'goto', ...span, label: label === undefined ? '' : cx.text(label) };
    }
    case 'labeled_statement': {
      const [label, inner] = node.kids;
      return {
        k: 'label',
        ...span,
        label: label === undefined ? '' : cx.text(label),
        body: inner === undefined ? null : lowerStatement(low, inner),
      };
    }
    case 'break_statement':
      return { k: 'break', ...span };
    case 'continue_statement':
      return { k: 'continue', ...span };
    case 'preproc_if':
    case 'preproc_ifdef':
      return alternatives(low, node);
    case 'else_clause': {
      const [x] = node.kids;
      return x === undefined ? null : lowerStatement(low, x);
    }
    case 'ERROR':
      return { k: 'broken', ...span, body: lowerStatements(low, node.kids) };
    default:
      return isExpression(node.type) ? { k: 'expr', ...span, x: low.expression(node) } : null;
  }
}
