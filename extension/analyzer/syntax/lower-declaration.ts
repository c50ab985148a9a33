/** Types, declarators and structures. */
import type { Declarator, DeclStmt, EnumConstant, Expr, Span, StructDefinition, TypeName } from './ast.ts';
import type { Lowering } from './lower-expression.ts';
import type { RawNode } from './raw.ts';

const SPECIFIERS = new Set([
  'struct_specifier',
  'union_specifier',
  'enum_specifier',
  'type_identifier',
  'primitive_type',
  'sized_type_specifier',
  'macro_type_specifier',
]);

const DECLARATORS = new Set([
  'identifier',
  'field_identifier',
  'type_identifier',
  'pointer_declarator',
  'array_declarator',
  'function_declarator',
  'init_declarator',
  'parenthesized_declarator',
  'abstract_pointer_declarator',
  'abstract_array_declarator',
  'abstract_function_declarator',
  'abstract_parenthesized_declarator',
  'primitive_type',
  'attributed_declarator',
]);

interface Base {
  readonly name: string;
  readonly at: Span;
  readonly structs: StructDefinition[];
  readonly enumerators: EnumConstant[];
}

/** The shape of a declarator, filled from the outside in. */
interface Shape {
  name: string;
  nameAt: Span;
  stars: number;
  dims: number;
  fn: boolean;
  params: readonly RawNode[] | null;
  init: RawNode | null;
}

function specifier(low: Lowering, node: RawNode, hint: string): Base {
  const at = low.cx.span(node);
  const base: Base = { name: '', at, structs: [], enumerators: [] };
  if (node.type === 'struct_specifier' || node.type === 'union_specifier') {
    const word = node.type === 'struct_specifier' ? 'struct' : 'union';
    const nameNode = node.kids.find((n) => n.field === 'name');
    const body = node.kids.find((n) => n.type === 'field_declaration_list');
    const tag = nameNode === undefined ? low.cx.anonymousTag(word, hint) : `${word} ${low.cx.text(nameNode)}`;
    if (body !== undefined) base.structs.push(structDefinition(low, node, tag, nameNode === undefined, body));
    return { ...base, name: tag };
  }
  if (node.type === 'enum_specifier') {
    const nameNode = node.kids.find((n) => n.field === 'name');
    const list = node.kids.find((n) => n.type === 'enumerator_list');
    for (const n of list?.kids ?? []) {
      if (n.type !== 'enumerator') continue;
      const [id, value] = n.kids;
      if (id === undefined) continue;
      base.enumerators.push({
        name: low.cx.text(id),
        value: value === undefined ? null : low.expression(value),
        ...low.cx.span(n),
      });
    }
    return { ...base, name: nameNode === undefined ? 'enum' : `enum ${low.cx.text(nameNode)}` };
  }
  return { ...base, name: low.cx.text(node).trim().replace(/\s+/g, ' ') };
}

function structDefinition(
  low: Lowering,
  node: RawNode,
  tag: string,
  anonymous: boolean,
  body: RawNode,
): StructDefinition {
  const fields: Declarator[] = [];
  const embedded: string[] = [];
  const inner: StructDefinition[] = [];
  const members = (nodes: readonly RawNode[]): void => {
    for (const n of nodes) {
      if (n.type === 'field_declaration') {
        const base = baseOf(low, n);
        if (base === null) continue;
        inner.push(...base.structs);
        const made = declarators(low, n, base);
        fields.push(...made);
        if (made.length === 0 && base.structs.length > 0) embedded.push(base.name);
      } else if (n.type.startsWith('preproc_') || n.type === 'ERROR') {
        members(n.kids);
      }
    }
  };
  low.cx.tags.push(tag);
  members(body.kids);
  low.cx.tags.pop();
  return { tag, anonymous, fields, embedded, inner, ...low.cx.span(node) };
}

function baseOf(low: Lowering, node: RawNode): Base | null {
  const found = node.kids.find((n) => n.field === 'type') ?? node.kids.find((n) => SPECIFIERS.has(n.type));
  if (found === undefined) return null;
  const named = node.kids.find((n) => n.field === 'declarator' && DECLARATORS.has(n.type));
  return specifier(low, found, named === undefined ? '' : shapeOf(low, named).name);
}

function shapeOf(low: Lowering, node: RawNode): Shape {
  const shape: Shape = {
    name: '',
    nameAt: low.cx.span(node),
    stars: 0,
    dims: 0,
    fn: false,
    params: null,
    init: null,
  };
  let at: RawNode | undefined = node;
  let inParens = false;
  while (at !== undefined) {
    const current: RawNode = at;
    const next: RawNode | undefined =
      current.kids.find((n) => n.field === 'declarator') ?? current.kids.find((n) => DECLARATORS.has(n.type));
    switch (current.type) {
      case 'identifier':
      case 'field_identifier':
      case 'type_identifier':
      case 'primitive_type':
        shape.name = low.cx.text(current);
        shape.nameAt = low.cx.span(current);
        return shape;
      case 'init_declarator':
        shape.init = current.kids.find((n) => n.field === 'value') ?? null;
        break;
      case 'pointer_declarator':
      case 'abstract_pointer_declarator':
        if (shape.params !== null && inParens) shape.fn = true;
        else shape.stars++;
        break;
      case 'array_declarator':
      case 'abstract_array_declarator':
        shape.dims++;
        break;
      case 'function_declarator':
      case 'abstract_function_declarator':
        shape.params = current.kids.find((n) => n.type === 'parameter_list')?.kids ?? [];
        break;
      case 'parenthesized_declarator':
      case 'abstract_parenthesized_declarator':
        inParens = true;
        break;
      default:
        break;
    }
    at = next === current ? undefined : next;
  }
  return shape;
}

function parameters(low: Lowering, nodes: readonly RawNode[]): Declarator[] {
  return nodes.flatMap((n) => {
    if (n.type !== 'parameter_declaration') return [];
    const base = baseOf(low, n);
    if (base === null) return [];
    const made = declarators(low, n, base);
    if (made.length > 0) return made;
    const type: TypeName = { base: base.name, stars: 0, dims: 0, fn: false, ...low.cx.span(n) };
    const nameAt = low.cx.span({ start: n.end, end: n.end });
    return base.name === 'void'
      ? []
      : [{ name: '', nameAt, type, baseAt: base.at, init: null, params: null, ...low.cx.span(n) }];
  });
}

function declarators(low: Lowering, node: RawNode, base: Base): Declarator[] {
  const made: Declarator[] = [];
  for (const n of node.kids) {
    if (n.field !== 'declarator' || !DECLARATORS.has(n.type)) continue;
    const shape = shapeOf(low, n);
    const init: Expr | null = shape.init === null ? null : low.expression(shape.init);
    const type: TypeName = {
      base: base.name,
      stars: shape.stars,
      dims: shape.dims,
      fn: shape.fn,
      ...base.at,
    };
    made.push({
      name: shape.name,
      nameAt: shape.nameAt,
      type,
      baseAt: base.at,
      init,
      params: shape.params === null ? null : parameters(low, shape.params),
      ...low.cx.span(n),
    });
  }
  return made;
}

/** A declaration, field list or typedef. */
export function lowerDeclaration(low: Lowering, node: RawNode): DeclStmt {
  const base = baseOf(low, node) ?? { name: '', at: low.cx.span(node), structs: [], enumerators: [] };
  return {
    k: 'decl',
    ...low.cx.span(node),
    vars: declarators(low, node, base),
    structs: base.structs,
    enumerators: base.enumerators,
    typedef: node.type === 'type_definition',
    isStatic: node.kids.some((n) => n.type === 'storage_class_specifier' && low.cx.text(n) === 'static'),
  };
}

/** A type name as in a cast. */
export function lowerTypeName(low: Lowering, node: RawNode): TypeName {
  const base = baseOf(low, node);
  const abstract = node.kids.find((n) => n.type.startsWith('abstract_'));
  const shape = abstract === undefined ? null : shapeOf(low, abstract);
  return {
    base: base?.name ?? '',
    stars: shape?.stars ?? 0,
    dims: shape?.dims ?? 0,
    fn: shape?.params !== null && shape !== null,
    ...low.cx.span(node),
  };
}

/** Head of a function definition: name, parameters, return type. */
export function lowerHead(low: Lowering, node: RawNode): Declarator | null {
  const base = baseOf(low, node);
  if (base === null) return null;
  return declarators(low, node, base).find((d) => d.params !== null) ?? null;
}
