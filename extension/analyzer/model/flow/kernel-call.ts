/** Records what a call of a kernel function does to its buffers, by the effects of the kernel table. */
import { TYPE } from '../../kernel/structures.ts';
import { copyOf, effectsOf, NAME, type PlacedEffect } from '../../kernel/table.ts';
import type { CallExpr, Expr, Span } from '../../syntax/ast.ts';
import { directionOf } from './call-arguments.ts';
import type { Direction, Fact, FactKind } from './facts.ts';
import type { OpenSource, SummaryWriter } from './function-summary.ts';
import type { Type } from '../names/types.ts';

const NOWHERE: readonly string[] = [];

/** A fact about the buffer of a value. */
export function makeFact(
  kind: FactKind,
  api: string,
  at: Span,
  apiAt: Span,
  more: {
    readonly effect?: PlacedEffect;
    readonly direction?: Direction;
    readonly wholeBuffer?: boolean;
    readonly madeBy?: readonly string[];
    readonly postedInto?: string | null;
    readonly into?: string;
  } = {},
): Fact {
  return {
    kind,
    api,
    at: { s: at.s, e: at.e },
    apiAt: { s: apiAt.s, e: apiAt.e },
    source: more.effect?.source ?? null,
    direction: more.direction ?? 'unknown',
    wholeBuffer: more.wholeBuffer ?? false,
    madeBy: more.madeBy ?? [],
    postedInto: more.postedInto ?? null,
    from: NOWHERE,
    into: more.into ?? '',
  };
}

/** True for numbers and macros, by the way the kernel spells them, and what is computed from these alone. */
export function isConstant(x: Expr | undefined): boolean {
  switch (x?.k) {
    case 'num':
    case 'sizeof':
      return true;
    case 'id':
      return /^[A-Z][A-Z0-9_]*$/.test(x.name);
    case 'binary':
      return isConstant(x.l) && isConstant(x.r);
    default:
      return false;
  }
}

/** True for a length that no fragment has: one of whole buffers, or that of the head. */
function isNoFragment(length: Expr | undefined): boolean {
  if (length?.k === 'call' && length.fn.k === 'id' && length.fn.name === NAME.skb_headlen) return true;
  return isConstant(length);
}

/** Facts that say nothing if the argument is no known holder: copying between structures, prefetching a descriptor. */
const NEEDS_HOLDER: ReadonlySet<FactKind> = new Set([
  ...(['copy-from', 'copy-to', 'prefetch', 'prefetch-page', 'post', 'read'] as const),
]);

/** Facts that are about the argument more than about the function: reported where the argument stands. */
const AT_ARGUMENT: ReadonlySet<FactKind> = new Set(['copy-from', 'read', 'prefetch', 'prefetch-page']);

/**
 * Applies the effects of `x`, whose arguments have the nodes `args`; returns the node of its result or -1.
 * @param addresses says where the address in an argument comes from
 * @param typeOf type of an argument
 */
export function applyEffects(
  summary: SummaryWriter,
  name: string,
  effects: readonly PlacedEffect[],
  args: readonly number[],
  x: CallExpr,
  addresses: { of(arg: Expr): readonly OpenSource[] },
  typeOf: (arg: Expr) => Type,
): number {
  let result = -1;
  for (const effect of effects) {
    const arg = args[effect.arg] ?? -1;
    const directionArg = x.args[effect.direction];
    const fact = (): Fact | null => {
      if (effect.fact === null) return null;
      const place = AT_ARGUMENT.has(effect.fact) ? (x.args[effect.arg] ?? x.fn) : x.fn;
      return makeFact(effect.fact, name, x, place, {
        effect,
        direction: directionArg === undefined ? 'unknown' : directionOf(directionArg),
        wholeBuffer: effect.fact === 'unmap' && isNoFragment(x.args[effect.arg + 1]),
        madeBy: arg >= 0 ? summary.madeBy(arg) : [],
      });
    };
    const note = (n: number): void => {
      const f = fact();
      if (f === null) return;
      const address = f.kind === 'unmap' ? x.args[effect.arg] : undefined;
      summary.fact(n, f, args[effect.pool] ?? -1, address === undefined ? undefined : addresses.of(address));
    };
    switch (effect.does) {
      case 'alloc':
        result = summary.node();
        summary.make(result, name);
        note(result);
        break;
      case 'same':
      case 'view': {
        const n = arg >= 0 ? arg : summary.node();
        note(n);
        result = effect.does === 'same' ? n : summary.view(n);
        summary.make(result, name, ...summary.madeBy(n));
        break;
      }
      case 'derive':
        result = summary.node();
        summary.make(result, name);
        note(result);
        if (arg >= 0) summary.from(result, arg);
        break;
      case 'fact':
        if (arg >= 0 || (effect.fact !== null && !NEEDS_HOLDER.has(effect.fact)))
          note(arg >= 0 ? arg : summary.node());
        break;
    }
  }
  copyPointers(summary, name, args, result, x, typeOf);
  return result;
}

/** The copy of an array of pointers holds what the array does. @param result node of the result, or -1 */
function copyPointers(
  summary: SummaryWriter,
  name: string,
  args: readonly number[],
  result: number,
  x: CallExpr,
  typeOf: (arg: Expr) => Type,
): void {
  const copy = copyOf(name);
  const from = copy === null ? undefined : x.args[copy.from];
  if (copy === null || from === undefined) return;
  const source = args[copy.from] ?? -1;
  const target = copy.to === null ? result : (args[copy.to] ?? -1);
  if (source >= 0 && target >= 0 && typeOf(from).depth > 1)
    summary.unify(summary.pointee(target), summary.pointee(source));
}

/**
 * What a call of the kernel does to buffers; null if nothing. To fetch the struct page itself is another thing than to fetch
 * what lies in it.
 * @param first type of the first argument, null without one
 */
export function effectsOn(name: string, first: Type | null): readonly PlacedEffect[] | null {
  const effects = effectsOf(name);
  if (effects?.some(({ fact }) => fact === 'prefetch') !== true || first === null) return effects;
  return first.base === TYPE.page && first.depth === 1 ? asPagePrefetch(effects) : effects;
}

const pagePrefetches = new Map<readonly PlacedEffect[], readonly PlacedEffect[]>();

function asPagePrefetch(effects: readonly PlacedEffect[]): readonly PlacedEffect[] {
  let made = pagePrefetches.get(effects);
  if (made === undefined) {
    made = effects.map((effect) => ({ ...effect, fact: 'prefetch-page' as const }));
    pagePrefetches.set(effects, made);
  }
  return made;
}
