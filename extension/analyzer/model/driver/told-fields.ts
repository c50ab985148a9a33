/**
 * Fields from which the device is told an address: `desc->addr = cpu_to_le64(buf->dma)`. What the driver keeps there for
 * the end of the mapping it cannot leave out, so that a netmem's entry has to be marked instead.
 */
import { effectsOf, namesWhere } from '../../kernel/table.ts';
import { TYPE } from '../../kernel/structures.ts';
import type { CallExpr, Expr, Stmt } from '../../syntax/ast.ts';
import { statementsIn, visitExpressions } from '../../syntax/walk.ts';
import { locate } from '../alias/alias-class.ts';
import type { DriverFacts } from './driver-facts.ts';
import { type ConditionContext, wholeFunction } from '../guards/condition-context.ts';
import { memberKey } from '../guards/member-uses.ts';
import type { PlacedFunction } from '../names/symbols.ts';
import { typeOfExpression } from '../names/types.ts';
import type { Location } from '../../text/range.ts';

/** How many functions and locals hand the address on at most. */
const DEEPEST = 4;

const WIDTHS = ['b', 'w', 'l', 'q'].flatMap((w) => [`write${w}`, `write${w}_relaxed`, `__raw_write${w}`]);

/** Kernel functions by which a number gets to the device: in registers, and in fields of registers and descriptors. */
const TELLERS: ReadonlySet<string> = new Set([
  ...namesWhere(({ effects }) => effects?.some(({ fact }) => fact === 'post') === true),
  ...WIDTHS,
  ...['iowrite16', 'iowrite32', 'iowrite64'],
  ...namesWhere(({ bitsOf }) => bitsOf !== undefined),
]);

function tells(name: string): boolean {
  return TELLERS.has(name);
}

/** True for the expression whose value is looked for. */
type IsValue = (x: Expr) => boolean;

export class ToldFields {
  private readonly facts: DriverFacts;
  private readonly transmit: ReadonlySet<string>;
  private readonly known = new Map<string, Location | null>();

  /** @param transmit names of the functions that transmission reaches: XDP may give what it has sent to a receive ring */
  constructor(facts: DriverFacts, transmit: ReadonlySet<string>) {
    this.facts = facts;
    this.transmit = transmit;
  }

  /** Where the device is told the address that the field keeps (`struct tag.field`); null if nowhere, as far as is seen. */
  placeOf(field: string): Location | null {
    let found = this.known.get(field);
    if (found === undefined) this.known.set(field, (found = this.find(field)));
    return found;
  }

  private find(field: string): Location | null {
    const name = field.slice(field.lastIndexOf('.') + 1);
    for (const { placed } of this.facts.guards.reach.cx.words.having(name)) {
      if (!this.transmit.has(placed.item.name)) continue;
      const cx = wholeFunction(placed.item, this.facts.symbols.names, () => null);
      const isField: IsValue = (x) => x.k === 'member' && x.field === name && memberKey(x, cx) === field;
      const at = this.toldIn(placed, isField, cx, 0);
      if (at !== null) return at;
    }
    return null;
  }

  /** Where a function tells the device the value. */
  private toldIn(fn: PlacedFunction, isValue: IsValue, cx: ConditionContext, depth: number): Location | null {
    if (depth > DEEPEST) return null;
    const isMacro = (name: string): boolean =>
      effectsOf(name) === null && this.facts.symbols.functionFor(name, fn.file) === null;
    const locals = new Set<string>();
    const found: Location[] = [];
    const take = (at: Location | null): void => {
      if (at !== null) found.push(at);
    };
    visitExpressions(fn.item.body, (x) => {
      if (found.length > 0) return;
      if (x.k === 'assign') {
        if (x.l.k === 'id' && contains(x.r, isValue, tells)) locals.add(x.l.name);
        else if (contains(x.r, isValue, isMacro) && isForDevice(x.l, cx)) take(locate(fn.file, fn.base, x));
      } else if (x.k === 'call') take(this.toldByCall(x, fn, isValue, depth));
    });
    for (const [name, init] of declared(fn.item.body)) if (contains(init, isValue, tells)) locals.add(name);
    for (const name of locals)
      if (found.length === 0) take(this.toldIn(fn, (x) => x.k === 'id' && x.name === name, cx, depth + 1));
    return found[0] ?? null;
  }

  private toldByCall(x: CallExpr, fn: PlacedFunction, isValue: IsValue, depth: number): Location | null {
    const name = x.fn.k === 'id' ? x.fn.name : null;
    const at = name === null ? -1 : x.args.findIndex((a) => contains(a, isValue, () => false));
    if (name === null || at < 0) return null;
    if (tells(name)) return locate(fn.file, fn.base, x);
    const callee = this.facts.symbols.functionFor(name, fn.file);
    const parameter = callee?.item.params[at]?.name;
    if (callee === null || parameter === undefined) return null;
    const cx = wholeFunction(callee.item, this.facts.symbols.names, () => null);
    return this.toldIn(callee, (y) => y.k === 'id' && y.name === parameter, cx, depth + 1);
  }
}

/** A descriptor has a plain integer where records have a DMA address. */
function isForDevice(l: Expr, cx: ConditionContext): boolean {
  const { base, depth } = typeOfExpression(l, cx, cx.names);
  return depth === 0 && base !== '' && base !== TYPE.dma_addr_t && !base.startsWith('struct ');
}

const COMPARES: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>=', '&&', '||']);

/** True if the expression is computed from the value, by calls of the functions that `through` names at most. */
function contains(x: Expr, isValue: IsValue, through: (name: string) => boolean): boolean {
  if (isValue(x)) return true;
  const go = (y: Expr): boolean => contains(y, isValue, through);
  switch (x.k) {
    case 'cast':
    case 'unary':
      return go(x.x);
    case 'index':
      return go(x.obj);
    case 'binary':
      return !COMPARES.has(x.op) && (go(x.l) || go(x.r));
    case 'comma':
      return go(x.r);
    case 'assign':
      return go(x.r);
    case 'cond':
      return (x.a !== null && go(x.a)) || go(x.b);
    case 'call':
      return x.fn.k === 'id' && through(x.fn.name) && x.args.some(go);
    default:
      return false;
  }
}

function declared(body: readonly Stmt[]): (readonly [string, Expr])[] {
  return body.flatMap((s) => [
    ...(s.k === 'decl' ? s.vars.flatMap((d) => (d.init === null ? [] : [[d.name, d.init] as const])) : []),
    ...declared(statementsIn(s)),
  ]);
}
