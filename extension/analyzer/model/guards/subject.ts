/** Canonical access paths: what a condition is about, named the same wherever in the driver it is asked. */
import { NAME } from '../../kernel/table.ts';
import type { Expr, MemberExpr } from '../../syntax/ast.ts';
import { ownerOfMember, typeOfExpression } from '../names/types.ts';
import type { ConditionContext } from './condition-context.ts';
import type { Subject } from './atom.ts';

const DEEPEST = 12;

/** The subject that an expression denotes, or null for what has no name: texts, statements, what was not read. */
export function subjectOf(x: Expr, cx: ConditionContext, depth = 0): Subject | null {
  if (depth > DEEPEST) return null;
  const inner = (y: Expr): Subject | null => subjectOf(y, cx, depth + 1);
  switch (x.k) {
    case 'cast':
    case 'addr':
      return inner(x.x);
    case 'deref':
      return pointedTo(x.x, '*', cx, depth);
    case 'id':
      return named(x.name, cx, depth);
    case 'num': {
      const text = numberText(x.text);
      return { key: text, id: text, root: 'computed', member: null };
    }
    case 'member':
      return member(x, cx, depth);
    case 'index': {
      const at = indexText(x.index, cx, depth);
      return at === null ? null : pointedTo(x.obj, at, cx, depth);
    }
    case 'call': {
      if (x.fn.k !== 'id' && x.fn.k !== 'member') return null;
      // Called twice, a function may answer otherwise; a macro that tests something does not.
      const again = x.fn.k === 'id' && (PURE.has(x.fn.name) || /^[A-Z][A-Z0-9_]*$/.test(x.fn.name));
      const fn = x.fn.k === 'id' ? { key: x.fn.name, id: x.fn.name } : inner(x.fn);
      const args = x.args.map(inner);
      if (fn === null || args.some((a) => a === null)) return null;
      const list = (part: 'key' | 'id'): string => args.map((a) => a?.[part] ?? '').join(', ');
      return {
        key: `${fn.key}(${list('key')})`,
        id: `${fn.id}(${list('id')})${cx.moment('')}${again ? '' : `@${x.s}`}`,
        root: 'call',
        member: null,
      };
    }
    case 'assign':
      return inner(x.op === '=' ? x.r : x.l);
    case 'comma':
      return inner(x.r);
    case 'unary': {
      const of = inner(x.x);
      return of === null ? null : computed([of], ([t]) => `${x.op}${t}`);
    }
    case 'binary': {
      const l = inner(x.l);
      const r = inner(x.r);
      return l === null || r === null ? null : computed([l, r], ([a, b]) => `(${a} ${x.op} ${b})`);
    }
    case 'sizeof':
    case 'str':
    case 'cond':
    case 'init':
    case 'stmtexpr':
    case 'unknown':
      return null;
  }
}

function computed(parts: readonly Subject[], text: (parts: readonly string[]) => string): Subject {
  return {
    key: text(parts.map((p) => p.key)),
    id: text(parts.map((p) => p.id)),
    root: 'computed',
    member: null,
  };
}

function named(name: string, cx: ConditionContext, depth: number): Subject {
  if (!cx.isLocal(name)) return { key: name, id: name, root: 'global', member: null };
  const root = cx.isParameter(name) ? 'parameter' : 'local';
  const version = cx.version(name);
  // A pointer to a structure is any of its kind; a value belongs to its function.
  const type = cx.typeOfName(name);
  const tag = type !== null && type.depth > 0 && isRecord(type.base) ? type.base : null;
  const stated = cx.standsFor(name);
  if (stated !== null) {
    const meant = subjectOf(stated.x, stated.cx, depth + 1);
    if (meant !== null) return meant;
  }
  return { key: tag ?? `${cx.fn}: ${name}`, id: `${name}${version}`, root, member: null };
}

function isRecord(base: string): boolean {
  return base.startsWith('struct ') || base.startsWith('union ');
}

/** `obj.field`: named from the structure that `obj` points to, or from what `obj` is if it is memory itself. */
function member(x: MemberExpr, cx: ConditionContext, depth: number): Subject | null {
  const owner = ownerOfMember(x.obj, x.field, cx, cx.names);
  const obj = subjectOf(x.obj, cx, depth + 1);
  const type = typeOfExpression(x.obj, cx, cx.names);
  const tag = isRecord(type.base) ? type.base : owner;
  const id = obj === null ? null : `${obj.id}.${x.field}`;
  if (tag === null) {
    if (obj === null || id === null) return null;
    return { key: `${obj.key}.${x.field}`, id: id + cx.moment(x.field), root: 'member', member: null };
  }
  // Through a pointer or an element of an array it is a structure of its own; else a part of the one around it.
  const apart = x.arrow || x.obj.k === 'index' || x.obj.k === 'deref' || obj === null;
  const base = apart ? tag : obj.key;
  return {
    key: `${base}.${x.field}`,
    id: `${id ?? base}${id === null ? `.${x.field}` : ''}${cx.moment(x.field)}`,
    root: 'member',
    member: `${owner ?? tag}.${x.field}`,
  };
}

/** Functions of the kernel that only look. */
const PURE = new Set<string>([
  ...['IS_ERR', 'PTR_ERR', 'IS_ERR_OR_NULL', NAME.dma_mapping_error, 'netif_running', 'netif_carrier_ok'],
  ...['skb_is_gso', NAME.skb_shinfo, NAME.skb_headlen, 'skb_frag_size', 'netdev_priv', 'xdp_buff_has_frags'],
  ...[
    NAME.page_is_pfmemalloc,
    NAME.netmem_is_pfmemalloc,
    NAME.netmem_ref_count,
    NAME.page_count,
    NAME.page_ref_count,
  ],
  ...['le16_to_cpu', NAME.le32_to_cpu, NAME.le64_to_cpu, 'be16_to_cpu', NAME.be32_to_cpu, NAME.FIELD_GET],
]);

/** `*p` and `p[i]`. */
function pointedTo(p: Expr, how: string, cx: ConditionContext, depth: number): Subject | null {
  const of = subjectOf(p, cx, depth + 1);
  if (of === null) return null;
  const type = typeOfExpression(p, cx, cx.names);
  const element = type.depth === 1 && isRecord(type.base) ? type.base : null;
  return {
    key: element ?? `${of.key}${how === '*' || /^\[[\w-]*\]$/.test(how) ? how : '[]'}`,
    id: `${of.id}${how}`,
    root: of.root,
    member: of.member,
  };
}

/** An index is kept in the driver-wide name only if it is a constant. */
function indexText(index: Expr, cx: ConditionContext, depth: number): string | null {
  const constant = constantText(index, cx);
  if (constant !== null) return `[${constant}]`;
  const of = subjectOf(index, cx, depth + 1);
  return of === null ? null : `[(${of.id})]`;
}

/** A constant as the driver spells it: a number, or a name that is nobody's variable. Null for what varies. */
export function constantText(x: Expr, cx: ConditionContext): string | null {
  switch (x.k) {
    case 'num':
      return numberText(x.text);
    case 'cast':
      return constantText(x.x, cx);
    case 'id':
      if (cx.isLocal(x.name) || cx.names.globalType(x.name) !== null || cx.names.isFunction(x.name))
        return null;
      return ZERO.has(x.name) ? '0' : x.name === 'true' ? '1' : x.name;
    case 'unary': {
      const of = constantText(x.x, cx);
      return of === null || (x.op !== '-' && x.op !== '~') ? null : `${x.op}${of}`;
    }
    case 'binary': {
      const l = constantText(x.l, cx);
      const r = constantText(x.r, cx);
      return l === null || r === null ? null : `(${l} ${x.op} ${r})`;
    }
    case 'call': {
      if (x.fn.k !== 'id' || !MADE_OF_CONSTANTS.has(x.fn.name)) return null;
      const args = x.args.map((a) => constantText(a, cx));
      return args.some((a) => a === null) ? null : `${x.fn.name}(${args.join(', ')})`;
    }
    default:
      return null;
  }
}

const ZERO = new Set(['NULL', 'false']);
/** Macros of the kernel that make constants of constants. */
const MADE_OF_CONSTANTS = new Set<string>([
  ...['BIT', 'BIT_ULL', 'GENMASK', 'GENMASK_ULL', 'cpu_to_le16', NAME.cpu_to_le32, NAME.cpu_to_le64],
  ...['cpu_to_be16', NAME.cpu_to_be32, NAME.cpu_to_be64, 'htons', 'htonl', 'ARRAY_SIZE'],
]);

function numberText(text: string): string {
  const digits = text.replace(/[uUlL]+$/, '');
  const value = Number(digits);
  return Number.isSafeInteger(value) ? String(value) : digits;
}
