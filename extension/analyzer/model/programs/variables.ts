/**
 * Numbers for the small values that a program hands on: locals, results, and the members that outlive a path. Functions do
 * not nest in themselves, so each has one set; of a structure there is one a queue.
 */
import { TYPE } from '../../kernel/structures.ts';
import type { CallExpr, Expr, MemberExpr } from '../../syntax/ast.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import { subjectOf } from '../guards/subject.ts';
import { ownerOfMember } from '../names/types.ts';
import type { DriverIndex } from './driver-index.ts';
import type { Instance } from './instance.ts';
import { twinOf } from './twins.ts';

/** Types of members whose value says something on its own. */
const PLAIN = new Set([
  ...[
    'bool',
    'int',
    'unsigned int',
    'unsigned',
    'char',
    'unsigned char',
    'short',
    'unsigned short',
    'size_t',
  ],
  ...['u8', 'u16', 'u32', 's8', 's16', 's32', 'uint8_t', 'uint16_t', 'uint32_t', '__u8', '__u16', '__u32'],
]);
/** Pointers whose value a program hands on: to a pool, or none. */
const POINTERS = new Set<string>([TYPE.page_pool, TYPE.sk_buff]);

export class Variables {
  readonly names: string[] = [];
  /** `struct tag.field` of the variables that outlive the path, by number. */
  readonly kept = new Map<number, string>();
  private readonly index: DriverIndex;
  private readonly numbers = new Map<string, number>();
  private readonly results = new Map<CallExpr, number>();

  constructor(index: DriverIndex) {
    this.index = index;
  }

  private number(key: string, name: string): number {
    let known = this.numbers.get(key);
    if (known === undefined) {
      known = this.names.push(name) - 1;
      this.numbers.set(key, known);
    }
    return known;
  }

  /** A local or a parameter. */
  local(ref: FunctionRef, name: string): number {
    return this.number(`${ref.id} ${name}`, name);
  }

  /** What a function returns. */
  result(ref: FunctionRef): number {
    return this.number(`${ref.id}`, `${ref.placed.item.name}()`);
  }

  /** Remembers where the result of a call is found. */
  bind(call: CallExpr, variable: number): void {
    this.results.set(call, variable);
  }

  /** A variable for a call with several possible callees. */
  site(ref: FunctionRef, call: CallExpr, name: string): number {
    return this.number(`${ref.id} @${call.s}`, name);
  }

  /** A member of a structure of the driver, or null if its value is none that a program hands on. */
  member(x: MemberExpr, inst: Instance): number | null {
    const { symbols } = this.index.facts;
    const owner = ownerOfMember(x.obj, x.field, inst.view.scope, symbols);
    if (owner === null || symbols.field(owner, x.field) === null) return null;
    const { base, depth, fn } = this.index.type(inst.view, x);
    const plain = depth === 0 && (PLAIN.has(base) || base.startsWith('enum '));
    if (fn || !(plain || (depth === 1 && POINTERS.has(base)))) return null;
    // Of the packets that the slots of a ring hold there are many.
    if (base === TYPE.sk_buff && subjectOf(x.obj, inst.words)?.id.includes('[') !== false) return null;
    const key = `${twinOf(x.obj, inst.words, symbols) ?? owner}.${x.field}`;
    const variable = this.number(key, this.index.text(inst.view, x));
    this.kept.set(variable, key);
    return variable;
  }

  /** The variable that an expression names, or null. */
  of(x: Expr, inst: Instance): number | null {
    switch (x.k) {
      case 'id':
        return inst.view.locals.has(x.name) ? this.local(inst.view.ref, x.name) : null;
      case 'call':
        return this.results.get(x) ?? null;
      case 'assign':
        return this.of(x.l, inst);
      case 'member':
        return this.member(x, inst);
      default:
        return null;
    }
  }
}
