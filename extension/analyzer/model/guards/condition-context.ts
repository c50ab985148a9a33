/** What reading a condition asks of the function around it, and the simplest of answers: a function seen as a whole. */
import type { Expr, FunctionItem, Stmt } from '../../syntax/ast.ts';
import { statementsIn, visitExpressions } from '../../syntax/walk.ts';
import type { TypeNames } from '../names/names.ts';
import { ALWAYS, type Guard } from './guard.ts';
import { resolved, type Scope, type Type, typeOf } from '../names/types.ts';

/** An expression and the function in whose words it is. */
export interface Stated {
  readonly x: Expr;
  readonly cx: ConditionContext;
}

export interface ConditionContext extends Scope {
  /** Name of the function: locals are named with it in the driver. */
  readonly fn: string;
  readonly names: TypeNames;
  /** True for a local or a parameter. */
  isLocal(name: string): boolean;
  isParameter(name: string): boolean;
  /** What a local stands for here, if a name for something else is all it is; the argument of a parameter. */
  standsFor(name: string): Stated | null;
  /** Under what a local in which several values meet is not zero, as far as it is known of memory. */
  setWhen(name: string): Guard;
  /** Tells apart the values that a local had one after another; '' for the first. */
  version(name: string): string;
  /** Tells apart the times between which a member of this name, or what calls may change, can have changed; '' for the first. */
  moment(field: string): string;
  /** The function of the driver that `name` means here, or null. */
  functionNamed(name: string): FunctionItem | null;
}

/** Names that are assigned to, counted or handed out by address. */
export function assignedNames(body: readonly Stmt[]): ReadonlySet<string> {
  const out = new Set<string>();
  visitExpressions(body, (x) => {
    if (x.k === 'assign' && x.l.k === 'id') out.add(x.l.name);
    else if (x.k === 'unary' && (x.op === '++' || x.op === '--') && x.x.k === 'id') out.add(x.x.name);
    else if (x.k === 'addr' && x.x.k === 'id') out.add(x.x.name);
  });
  return out;
}

/** Types and initialisers of the parameters and locals of a function. */
interface Declared {
  readonly parameters: ReadonlySet<string>;
  readonly types: ReadonlyMap<string, Type>;
  /** Initialisers of locals that nothing changes afterwards. */
  readonly fixed: ReadonlyMap<string, Expr>;
}

function declaredIn(item: FunctionItem, names: TypeNames): Declared {
  const types = new Map<string, Type>();
  const fixed = new Map<string, Expr>();
  const parameters = new Set<string>();
  for (const p of item.params) {
    parameters.add(p.name);
    types.set(p.name, resolved(typeOf(p.type), names));
  }
  const changed = assignedNames(item.body);
  const visit = (body: readonly Stmt[]): void => {
    for (const s of body) {
      if (s.k === 'decl') {
        for (const d of s.vars) {
          types.set(d.name, resolved(typeOf(d.type), names));
          if (d.init !== null && d.init.k !== 'init' && !changed.has(d.name)) fixed.set(d.name, d.init);
        }
      }
      visit(statementsIn(s));
    }
  };
  visit(item.body);
  return { parameters, types, fixed };
}

/**
 * A function as a whole: locals that are initialised and never changed stand for their initialisers.
 * @param functionNamed the function of the driver that a name means in this one
 * @param args what the parameters stand for, and the moment, if one call of the function is looked at
 */
export function wholeFunction(
  item: FunctionItem,
  names: TypeNames,
  functionNamed: (name: string) => FunctionItem | null,
  args: ReadonlyMap<string, Stated> = new Map(),
  moment: (field: string) => string = () => '',
): ConditionContext {
  let known: Declared | null = null;
  const initialisers = new Map<string, Stated>();
  const declared = (): Declared => (known ??= declaredIn(item, names));
  const cx: ConditionContext = {
    fn: item.name,
    names,
    moment,
    functionNamed,
    isLocal: (name) => declared().types.has(name),
    isParameter: (name) => declared().parameters.has(name),
    version: () => '',
    setWhen: () => ALWAYS,
    typeOfName: (name) => {
      const own = declared().types.get(name);
      if (own !== undefined) return own;
      const global = names.globalType(name);
      return global === null ? null : resolved(typeOf(global), names);
    },
    standsFor: (name) => {
      const arg = args.get(name);
      if (arg !== undefined) return arg;
      const x = declared().fixed.get(name);
      if (x === undefined) return null;
      const stated = initialisers.get(name) ?? { x, cx };
      initialisers.set(name, stated);
      return stated;
    },
  };
  return cx;
}
