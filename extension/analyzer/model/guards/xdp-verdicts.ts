/**
 * What happens only once an XDP program has said what becomes of the packet: dropped, sent back, handed on. Without a program
 * nothing of it is done, and with one no provider can be bound.
 */
import { namesWhere } from '../../kernel/table.ts';
import type { Expr, Span } from '../../syntax/ast.ts';
import { visitExpression, visitExpressions } from '../../syntax/walk.ts';
import type { CallGraph, FunctionRef } from '../flow/call-graph.ts';
import type { Literal } from './atom.ts';
import { CallSites } from './call-sites.ts';
import type { FunctionGuards } from './flow.ts';
import type { WordIndex } from '../flow/word-index.ts';

/** How many functions hand a verdict on at most. */
const LEVELS = 2;
/** How far up callers are asked. */
const MOST_CALLERS = 4;
/** How often a verdict goes from one variable to the next at most. */
const COPIES = 3;

export class XdpVerdicts {
  private readonly flow: (fn: FunctionRef) => FunctionGuards;
  private readonly words: WordIndex;
  private readonly sites: CallSites;
  private readonly variables = new Map<FunctionRef, ReadonlySet<string>>();
  private names: ReadonlySet<string> | null = null;

  constructor(calls: CallGraph, words: WordIndex, flow: (fn: FunctionRef) => FunctionGuards) {
    this.flow = flow;
    this.words = words;
    this.sites = new CallSites(calls);
  }

  /** True if every way to the place leads through a verdict other than to pass the packet on. */
  isAfter(fn: FunctionRef, span: Span, level = 0): boolean {
    const known = this.verdictsIn(fn);
    const guard = this.flow(fn).at(span);
    if (guard.length > 0 && guard.every((c) => c.some((l) => this.isVerdict(l, known)))) return true;
    const sites = level < MOST_CALLERS ? this.sites.of(fn) : [];
    return sites.length > 0 && sites.every(({ caller, call }) => this.isAfter(caller, call.at, level + 1));
  }

  private isVerdict({ atom: { subject, compare }, holds }: Literal, variables: ReadonlySet<string>): boolean {
    const words = subject.id.match(/[A-Za-z_]\w*/g) ?? [];
    if (!words.some((w) => variables.has(w) || this.runners.has(w))) return false;
    return compare.is === 'equal' ? !(holds && /PASS/.test(compare.to)) : holds;
  }

  /** Functions whose result is a verdict. */
  private get runners(): ReadonlySet<string> {
    if (this.names === null) {
      const found = new Set(namesWhere(({ packet }) => packet === 'run-xdp'));
      let last = [...found];
      for (let level = 0; level < LEVELS; level++) {
        const fresh = last
          .flatMap((name) => this.words.having(name))
          .map(({ placed: { item } }) => item)
          .filter((item) => item.returns.base !== 'void' || item.returns.stars > 0)
          .map(({ name }) => name)
          .filter((name) => !found.has(name));
        for (const name of fresh) found.add(name);
        last = fresh;
      }
      this.names = found;
    }
    return this.names;
  }

  /** Variables of a function that hold a verdict, or were made of one. */
  private verdictsIn(fn: FunctionRef): ReadonlySet<string> {
    let found = this.variables.get(fn);
    if (found !== undefined) return found;
    const stores: (readonly [string, Expr])[] = [];
    visitExpressions(fn.placed.item.body, (x) => {
      if (x.k === 'assign' && x.l.k === 'id') stores.push([x.l.name, x.r]);
    });
    const names = new Set<string>();
    for (let i = 0; i < COPIES; i++)
      for (const [name, value] of stores) if (!names.has(name) && this.tells(value, names)) names.add(name);
    this.variables.set(fn, (found = names));
    return found;
  }

  private tells(x: Expr, names: ReadonlySet<string>): boolean {
    let found = false;
    visitExpression(x, (y) => {
      if (y.k === 'id' && (names.has(y.name) || this.runners.has(y.name))) found = true;
    });
    return found;
  }
}
