/**
 * Makes one item of several readings of a piece: what all of them say once, what they differ in as alternatives. Offsets
 * of all readings are relative to the same place.
 */
import type {
  Declarator,
  DeclStmt,
  Expr,
  FunctionItem,
  InitializerItem,
  Item,
  Span,
  Stmt,
  StructDefinition,
} from '../ast.ts';

/** Plain data in, so this is all there is to compare. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((value, i) => same(value, b[i]));
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => same(Reflect.get(a, key), Reflect.get(b, key)));
}

function covering(parts: readonly Span[]): Span {
  return { s: Math.min(...parts.map(({ s }) => s)), e: Math.max(...parts.map(({ e }) => e)) };
}

/** The arms that a list comes to: its own, if it is nothing but alternatives. */
function armsOf(list: readonly Stmt[]): readonly (readonly Stmt[])[] {
  const [only] = list;
  return list.length === 1 && only?.k === 'alternatives' ? only.arms : [list];
}

function mergeStatements(a: readonly Stmt[], b: readonly Stmt[]): readonly Stmt[] {
  let start = 0;
  while (start < a.length && start < b.length && same(a[start], b[start])) start++;
  let end = 0;
  const most = Math.min(a.length, b.length) - start;
  while (end < most && same(a[a.length - 1 - end], b[b.length - 1 - end])) end++;
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  if (left.length === 0 && right.length === 0) return a;
  const [x] = left;
  const [y] = right;
  const one =
    left.length === 1 && right.length === 1 && x !== undefined && y !== undefined
      ? mergeStatement(x, y)
      : alternatives(left, right);
  return [...a.slice(0, start), one, ...a.slice(a.length - end)];
}

function alternatives(left: readonly Stmt[], right: readonly Stmt[]): Stmt {
  const arms = armsOf(left).some((arm) => same(arm, right)) ? armsOf(left) : [...armsOf(left), right];
  return { k: 'alternatives', ...covering([...left, ...right]), arms };
}

function mergeOptional(a: Stmt | null, b: Stmt | null): Stmt | null {
  if (a === null || b === null) return a ?? b;
  return same(a, b) ? a : mergeStatement(a, b);
}

/** Statements of one kind with the same head keep it; their bodies are merged. */
function mergeStatement(a: Stmt, b: Stmt): Stmt {
  if (a.k === 'block' && b.k === 'block')
    return { k: 'block', ...covering([a, b]), body: mergeStatements(a.body, b.body) };
  if (a.k === 'if' && b.k === 'if' && same(a.c, b.c)) {
    const otherwise = mergeOptional(a.otherwise, b.otherwise);
    return { ...a, ...covering([a, b]), then: mergeOptional(a.then, b.then) ?? a.then, otherwise };
  }
  if (
    (a.k === 'while' && b.k === 'while' && same(a.c, b.c)) ||
    (a.k === 'switch' && b.k === 'switch' && same(a.c, b.c)) ||
    (a.k === 'for' && b.k === 'for' && same([a.init, a.c, a.step], [b.init, b.c, b.step]))
  )
    return { ...a, ...covering([a, b]), body: mergeOptional(a.body, b.body) ?? a.body };
  if (a.k === 'case' && b.k === 'case' && same(a.value, b.value))
    return { ...a, ...covering([a, b]), body: mergeStatements(a.body, b.body) };
  if (a.k === 'decl' && b.k === 'decl' && a.s === b.s) return mergeDeclarations(a, b);
  return alternatives([a], [b]);
}

/** Each of both lists once, in the order of the text. @param join makes one of two that begin at the same place */
function union<T extends Span>(a: readonly T[], b: readonly T[], join?: (x: T, y: T) => T): T[] {
  const byStart = new Map<number, T[]>();
  for (const item of [...a, ...b]) {
    const there = byStart.get(item.s);
    if (there === undefined) byStart.set(item.s, [item]);
    else if (join !== undefined && there[0] !== undefined) there[0] = join(there[0], item);
    else if (!there.some((other) => same(other, item))) there.push(item);
  }
  return [...byStart.values()].flat().sort((x, y) => x.s - y.s);
}

function mergeInitializers(a: Expr | null, b: Expr | null): Expr | null {
  if (a === null || b === null) return a ?? b;
  if (a.k !== 'init' || b.k !== 'init') return a;
  return { ...a, ...covering([a, b]), items: union<InitializerItem>(a.items, b.items) };
}

function mergeStructures(a: StructDefinition, b: StructDefinition): StructDefinition {
  return {
    ...a,
    ...covering([a, b]),
    fields: union<Declarator>(a.fields, b.fields),
    embedded: [...new Set([...a.embedded, ...b.embedded])],
    inner: union<StructDefinition>(a.inner, b.inner, mergeStructures),
  };
}

function mergeDeclarations(a: DeclStmt, b: DeclStmt): DeclStmt {
  return {
    ...a,
    ...covering([a, b]),
    vars: union<Declarator>(a.vars, b.vars, (x, y) => ({
      ...x,
      ...covering([x, y]),
      init: mergeInitializers(x.init, y.init),
    })),
    structs: union<StructDefinition>(a.structs, b.structs, mergeStructures),
    enumerators: union(a.enumerators, b.enumerators),
    errors: union<Span>(a.errors ?? [], b.errors ?? []),
  };
}

/** The head of a function as a declaration of its own: another spelling of the same signature. */
function headOf(fn: FunctionItem): DeclStmt {
  const { name, nameAt, returns, returnBaseAt, params, isStatic } = fn;
  const head: Declarator = {
    ...{ s: nameAt.s, e: fn.bodyAt.s, name, nameAt, type: returns, baseAt: returnBaseAt },
    ...{ init: null, params },
  };
  const vars = [head];
  return { k: 'decl', s: fn.s, e: fn.bodyAt.s, vars, structs: [], enumerators: [], typedef: false, isStatic };
}

function mergeFunctions(a: FunctionItem, b: FunctionItem): FunctionItem {
  return {
    ...a,
    ...covering([a, b]),
    bodyAt: covering([a.bodyAt, b.bodyAt]),
    body: mergeStatements(a.body, b.body),
    errors: union<Span>(a.errors, b.errors),
  };
}

function matches(a: Item, b: Item): boolean {
  if (a.k === 'function' && b.k === 'function') return a.name === b.name;
  if (a.k === 'decl' && b.k === 'decl') return a.s === b.s && a.typedef === b.typedef;
  return same(a, b);
}

/** @param readings items of each reading */
export function mergeReadings(readings: readonly (readonly Item[])[]): Item[] {
  const out: Item[] = [];
  for (const items of readings) {
    for (const item of items) {
      const i = out.findIndex((other) => matches(other, item));
      const known = out[i];
      if (known === undefined) out.push(item);
      else if (same(known, item)) continue;
      else if (known.k === 'function' && item.k === 'function') {
        out[i] = mergeFunctions(known, item);
        // Arms around the signature: all of them declare the function.
        if (item.nameAt.s !== known.nameAt.s && !out.some((other) => same(other, headOf(item))))
          out.push(headOf(item));
      } else if (known.k === 'decl' && item.k === 'decl') out[i] = mergeDeclarations(known, item);
    }
  }
  return out;
}
