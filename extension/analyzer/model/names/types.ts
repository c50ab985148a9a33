/** Types of expressions, as far as buffers need them: base, pointer depth, and whether such a value can carry a buffer. */
import { kernelMember, TYPE } from '../../kernel/structures.ts';
import { pointerResult } from '../../kernel/table.ts';
import type { Expr, TypeName } from '../../syntax/ast.ts';
import type { TypeNames } from './names.ts';

/** A type without its place. `base` is '' if unknown. */
export interface Type {
  readonly base: string;
  /** Pointers and arrays together. */
  readonly depth: number;
  readonly fn: boolean;
}

export const UNKNOWN: Type = { base: '', depth: 0, fn: false };

export function typeOf(name: TypeName): Type {
  return { base: name.base, depth: name.stars + name.dims, fn: name.fn };
}

function pointer(base: string): Type {
  return { base, depth: 1, fn: false };
}

/** Integers wide enough to carry an address, by their kernel names. */
const ADDRESS_INTEGERS: ReadonlySet<string> = new Set([
  TYPE.dma_addr_t,
  'u64',
  '__u64',
  'uint64_t',
  'unsigned long',
  'long',
  'uintptr_t',
  'phys_addr_t',
  'long unsigned int',
  'unsigned long long',
  'unsigned long int',
  TYPE.netmem_ref,
]);

/** An integer that holds the DMA address of a device that reaches 4 GB only. */
export const NARROW_ADDRESS = 'u32';

/** True if a value of this type may denote a buffer: a pointer, or an integer that holds an address. */
export function carries(type: Type): boolean {
  if (type.fn) return true;
  if (type.depth > 0) return true;
  return type.base === '' || ADDRESS_INTEGERS.has(type.base);
}

/** True for an integer, or an array of them, wide enough for an address. */
export function holdsAddress(type: Type): boolean {
  return ADDRESS_INTEGERS.has(type.base);
}

/** `struct page *` or `netmem_ref`: the two spellings of a page holder. */
export function isPageType(type: Type): boolean {
  return (type.base === TYPE.page && type.depth === 1) || (type.base === TYPE.netmem_ref && type.depth === 0);
}

/** Type of the pointer that a kernel function yields; `UNKNOWN` for any other result. */
function resultOf(name: string): Type {
  const result = pointerResult(name);
  return result === null ? UNKNOWN : { ...result, fn: false };
}

/** Type of a member of a kernel structure, as `struct sk_buff.data`. */
function typeOfMember(path: string): Type {
  const type = kernelMember(path)?.type;
  return type === undefined ? UNKNOWN : { ...type, fn: false };
}

/** Types of names in scope. */
export interface Scope {
  typeOfName(name: string): Type | null;
}

/** Type of an expression; `UNKNOWN` where the sources do not say. */
export function typeOfExpression(x: Expr, scope: Scope, names: TypeNames): Type {
  switch (x.k) {
    case 'id':
      return scope.typeOfName(x.name) ?? UNKNOWN;
    case 'member': {
      const owner = ownerOfMember(x.obj, x.field, scope, names);
      if (owner === null) return UNKNOWN;
      const found = names.field(owner, x.field);
      if (found !== null) return resolved(typeOf(found.field.type), names);
      return typeOfMember(`${owner}.${x.field}`);
    }
    case 'index':
    case 'deref': {
      const t = typeOfExpression(x.k === 'index' ? x.obj : x.x, scope, names);
      return t.depth > 0 ? { ...t, depth: t.depth - 1 } : UNKNOWN;
    }
    case 'addr': {
      const t = typeOfExpression(x.x, scope, names);
      return t.base === '' ? UNKNOWN : { ...t, depth: t.depth + 1 };
    }
    case 'cast':
      return resolved(typeOf(x.type), names);
    case 'init':
      return x.type === null ? UNKNOWN : resolved(typeOf(x.type), names);
    case 'assign':
      return typeOfExpression(x.l, scope, names);
    case 'comma':
      return typeOfExpression(x.r, scope, names);
    case 'cond': {
      const t = typeOfExpression(x.a ?? x.c, scope, names);
      return t.base === '' || t.depth === 0 ? typeOfExpression(x.b, scope, names) : t;
    }
    case 'binary': {
      const l = typeOfExpression(x.l, scope, names);
      if (l.depth > 0 || !'+-&|'.includes(x.op)) return l;
      const r = typeOfExpression(x.r, scope, names);
      return r.depth > 0 || r.base === TYPE.dma_addr_t ? r : l;
    }
    case 'unary':
      return typeOfExpression(x.x, scope, names);
    case 'call': {
      if (x.fn.k !== 'id') return UNKNOWN;
      const returned = names.returnType(x.fn.name);
      if (returned !== null) return resolved(typeOf(returned), names);
      return resultOf(x.fn.name);
    }
    case 'num':
    case 'sizeof':
      return { base: 'int', depth: 0, fn: false };
    case 'str':
      return pointer('char');
    case 'stmtexpr':
    case 'unknown':
      return UNKNOWN;
  }
}

export function resolved(type: Type, names: TypeNames): Type {
  const target = names.typedef(type.base);
  if (target === null) return type;
  const t = names.resolve(target);
  return { base: t.base, depth: type.depth + t.stars + t.dims, fn: type.fn || t.fn };
}

/** Tag of the structure that `obj.field` reaches into, or null if it cannot be told. */
export function ownerOfMember(obj: Expr, field: string, scope: Scope, names: TypeNames): string | null {
  const t = typeOfExpression(obj, scope, names);
  if (t.base.startsWith('struct ') || t.base.startsWith('union '))
    return names.field(t.base, field)?.owner ?? t.base;
  if (t.base === TYPE.skb_frag_t) return TYPE.skb_frag_t;
  return t.base === '' ? names.soleOwner(field) : null;
}

/** True if a variable of this type is worth following. */
export function followed(type: Type): boolean {
  return carries(type) || isPageType(type);
}

/** True if a parameter of this type is: callers may hand a DMA address over as a plain number. */
export function followedParameter(type: Type): boolean {
  return followed(type) || (type.depth === 0 && type.base === NARROW_ADDRESS);
}

/** Types by which a driver keeps a page without saying that it is one. */
export function isCookie(type: Type): boolean {
  return type.depth === 1
    ? type.base === 'void'
    : type.depth === 0 && carries(type) && type.base !== TYPE.dma_addr_t;
}
