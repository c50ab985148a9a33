/**
 * Guards along the paths of one function: under which conditions each of its expressions is evaluated. Early exits,
 * switches, short circuits and gotos count; what a loop or a call may change is told apart from what it was before.
 */
import type { AssignExpr, CallExpr, Declarator, Expr, FunctionItem, Span, Stmt } from '../../syntax/ast.ts';
import type { TypeNames } from '../names/names.ts';
import { resolved, type Type, typeOf } from '../names/types.ts';
import { makeAtom } from './atom.ts';
import { assignedNames, type ConditionContext } from './condition-context.ts';
import { conditionOf } from './condition.ts';
import { equals, isRepeatable, labelsJumpedBackTo, push } from './flow-syntax.ts';
import { type FunctionGuards, type Guarded, guardsFrom } from './function-guards.ts';
import { type KnownName, KnownNames } from './known-names.ts';
import { assignedValues, saidOfMemory } from './local-flags.ts';
import { Places } from './places.ts';
import { joinPoints, type Point } from './point.ts';
import { MEMBER, PointContext, type WalkedFunction } from './point-context.ts';
import { ALWAYS, both, either, type Guard, literal, NEVER } from './guard.ts';

interface Frame {
  readonly breaks: Point[];
  /** Null in a switch. */
  readonly continues: Point[] | null;
}

export type { FunctionGuards, Guarded } from './function-guards.ts';

/** `functionNamed` gives the function of the driver that a name means in this one. */
export type FunctionToWalk = Pick<WalkedFunction, 'item' | 'names' | 'functionNamed'>;

const UNKNOWN: KnownName = { version: 0, value: null };

class Flow implements WalkedFunction {
  readonly places = new Places();
  readonly calls: Guarded<CallExpr>[] = [];
  readonly stores: Guarded<AssignExpr>[] = [];
  readonly returned: Guarded<Expr>[] = [];
  readonly mentions = new Map<string, Guard>();
  readonly written = new Map<number, Guarded<AssignExpr>>();
  readonly item: FunctionItem;
  readonly names: TypeNames;
  readonly functionNamed: (name: string) => FunctionItem | null;
  readonly types = new Map<string, Type>();
  readonly parameters: ReadonlySet<string>;
  private readonly frames: Frame[] = [];
  private readonly arriving = new Map<string, Point[]>();
  private readonly loops: ReadonlySet<string>;
  private point: Point | null;
  private readonly assumed: Guard;
  private counter = 0;
  /** Numbers of names. */
  private readonly numbers = new Map<string, number>();
  private assigned: ReadonlySet<string> | null = null;
  private values: ReadonlyMap<string, readonly Expr[] | null> | null = null;
  /** Where the walk met the values that locals are given. */
  private readonly assignedAt = new Map<Expr, Point>();
  private readonly settling = new Set<string>();

  constructor({ item, names, functionNamed }: FunctionToWalk, assumed: Guard) {
    this.assumed = assumed;
    this.point = { guard: assumed, known: KnownNames.NONE, forgotten: 0, memory: 0 };
    this.item = item;
    this.names = names;
    this.functionNamed = functionNamed;
    this.parameters = new Set(item.params.map((p) => p.name));
    this.loops = labelsJumpedBackTo(item.body);
    for (const p of item.params) this.types.set(p.name, resolved(typeOf(p.type), names));
  }

  run(): void {
    this.block(this.item.body);
  }

  private context(at: Point): ConditionContext {
    return new PointContext(this, at);
  }

  setWhen(at: Point, name: string): Guard {
    this.values ??= assignedValues(this.item);
    const values = this.values.get(name) ?? null;
    // A value made of the flag itself says nothing new.
    if (values === null || this.settling.has(name)) return ALWAYS;
    this.settling.add(name);
    const ways: Guard[] = [];
    for (const value of values) {
      const set = this.assignedAt.get(value);
      const holds = conditionOf(value, this.context(set ?? at), true);
      // Not met yet: assigned in an earlier turn of a loop.
      ways.push(set === undefined ? holds : both(set.guard, holds));
    }
    this.settling.delete(name);
    return saidOfMemory(ways.filter((way) => way !== NEVER));
  }

  assignment(x: Expr): Guarded<Expr> | null {
    const set = this.assignedAt.get(x);
    return set === undefined ? null : { x, guard: set.guard, cx: this.context(set) };
  }

  private numberOf(name: string): number {
    let number = this.numbers.get(name);
    if (number === undefined) this.numbers.set(name, (number = this.numbers.size));
    return number;
  }

  knownAt({ known, forgotten }: Point, name: string): KnownName {
    const number = this.numbers.get(name);
    const found = (number === undefined ? null : known.get(number)) ?? UNKNOWN;
    if (found.version >= forgotten || !this.assignedAnywhere.has(name)) return found;
    return { version: forgotten, value: null };
  }

  private get assignedAnywhere(): ReadonlySet<string> {
    return (this.assigned ??= assignedNames(this.item.body));
  }

  private when(c: Expr, holds: boolean): Point | null {
    const { point } = this;
    if (point === null) return null;
    const guard = both(point.guard, conditionOf(c, this.context(point), holds));
    return guard === NEVER && this.assumed !== ALWAYS ? null : { ...point, guard };
  }

  private mark(span: Span): void {
    this.places.add(span, this.point?.guard ?? NEVER);
  }

  private block(body: readonly Stmt[]): void {
    for (const s of body) this.statement(s);
  }

  private statement(s: Stmt): void {
    switch (s.k) {
      case 'decl':
        for (const d of s.vars) this.declaration(d);
        return;
      case 'expr':
        this.root(s.x);
        return;
      case 'if': {
        this.root(s.c);
        const before = this.point;
        const otherwise = this.when(s.c, false);
        const then = this.when(s.c, true);
        this.point = then;
        this.statement(s.then);
        const after = this.point;
        this.point = otherwise;
        if (s.otherwise !== null) this.statement(s.otherwise);
        // Where both go on as they began, nothing is known but what was before.
        const isWhole =
          after !== null && after.guard === then?.guard && this.point?.guard === otherwise?.guard;
        this.point = this.join([after, this.point], isWhole ? (before?.guard ?? null) : null);
        return;
      }
      case 'while':
        this.loop(s, null, s.macro === null ? s.c : null, s.c, null, s.body);
        return;
      case 'do':
        this.loop(s, null, null, null, s.c, s.body);
        return;
      case 'for':
        if (s.init !== null) this.statement(s.init);
        this.loop(s, s.step, s.c, s.c, null, s.body);
        return;
      case 'switch':
        this.switchStatement(s.c, s.body);
        return;
      case 'case':
        this.block(s.body);
        return;
      case 'return':
        if (s.x !== null) this.root(s.x);
        if (s.x !== null && this.point !== null)
          this.returned.push({ x: s.x, guard: this.point.guard, cx: this.context(this.point) });
        this.point = null;
        return;
      case 'goto':
        if (this.point !== null) push(this.arriving, s.label, this.point);
        this.point = null;
        return;
      case 'label':
        this.label(s.label);
        if (s.body !== null) this.statement(s.body);
        return;
      case 'break':
        if (this.point !== null) this.frames.at(-1)?.breaks.push(this.point);
        this.point = null;
        return;
      case 'continue':
        if (this.point !== null)
          this.frames.findLast((f) => f.continues !== null)?.continues?.push(this.point);
        this.point = null;
        return;
      case 'block':
      case 'broken':
        this.block(s.body);
        return;
      case 'alternatives': {
        const before = this.point;
        const ends: (Point | null)[] = [];
        let open = before;
        s.arms.forEach((arm, i) => {
          const isLast = i > 0 && i === s.arms.length - 1;
          this.point = isLast ? open : this.compiled(open, s, i, true);
          this.block(arm);
          ends.push(this.point);
          open = isLast ? null : this.compiled(open, s, i, false);
        });
        // Of one arm nobody knows whether it is compiled.
        if (s.arms.length === 1) ends.push(open);
        this.point = this.join(ends);
        return;
      }
    }
  }

  /** The point where an arm of a conditional group is compiled, or is not: arms exclude each other. */
  private compiled(at: Point | null, { s }: Span, arm: number, holds: boolean): Point | null {
    if (at === null) return null;
    const id = `#if@${s}.${arm}`;
    const key = `${id} ${this.item.name}`;
    const atom = makeAtom({ key, id, root: 'computed', member: null }, { is: 'set' });
    return { ...at, guard: both(at.guard, literal({ atom, holds })) };
  }

  private declaration(d: Declarator): void {
    this.types.set(d.name, resolved(typeOf(d.type), this.names));
    if (d.init === null) return;
    this.root(d.init);
    this.setLocal(d.name, d.init.k === 'init' ? null : d.init);
  }

  private label(label: string): void {
    const known = this.arriving.get(label) ?? [];
    const at = this.join([this.point, ...known]);
    // Nothing that was read leads here.
    this.point = at ?? { guard: this.assumed, known: KnownNames.NONE, forgotten: 0, memory: 0 };
    // Not name by name: a function may have thousands of names and of labels.
    if (at === null || this.loops.has(label))
      this.point = { ...this.point, forgotten: ++this.counter, memory: ++this.counter };
  }

  /** What goes round may have changed these, and memory. */
  private forget(names: Iterable<string>): void {
    if (this.point === null) return;
    let { known } = this.point;
    for (const name of names)
      known = known.with(this.numberOf(name), { version: ++this.counter, value: null });
    this.point = { ...this.point, known, memory: ++this.counter };
  }

  /**
   * @param head what the loop asks at its head, as far as it is a condition
   * @param asked what is evaluated there
   * @param tail what it asks at its end
   */
  private loop(
    s: Stmt,
    step: Expr | null,
    head: Expr | null,
    asked: Expr | null,
    tail: Expr | null,
    body: Stmt,
  ): void {
    this.forget(assignedNames([s]));
    if (asked !== null) this.root(asked);
    const frame = { breaks: [] as Point[], continues: [] as Point[] };
    const passedBy = head !== null ? this.when(head, false) : asked !== null ? this.point : null;
    if (head !== null) this.point = this.when(head, true);
    this.frames.push(frame);
    this.statement(body);
    this.frames.pop();
    this.point = this.join([this.point, ...frame.continues]);
    if (step !== null) this.root(step);
    let out: Point | null = passedBy;
    if (tail !== null) {
      this.root(tail);
      out = this.when(tail, false);
    }
    this.point = this.join([out, ...frame.breaks]);
    // The last turn may have been any.
    if (this.point !== null && (head !== null || asked !== null)) this.forget(assignedNames([s]));
  }

  private switchStatement(c: Expr, body: Stmt): void {
    this.root(c);
    const entry = this.point;
    const frame: Frame = { breaks: [], continues: null };
    const items = body.k === 'block' ? body.body : [body];
    const values = items.flatMap((i) => (i.k === 'case' && i.value !== null ? [i.value] : []));
    const none = (): Point | null => {
      let at = entry;
      for (const v of values) {
        this.point = at;
        at = this.when(equals(c, v), false);
      }
      return at;
    };
    let hasDefault = false;
    this.frames.push(frame);
    this.point = null;
    for (const item of items) {
      if (item.k === 'case') {
        const through = this.point;
        let here: Point | null;
        if (item.value === null) {
          hasDefault = true;
          here = none();
        } else {
          this.point = entry;
          here = this.when(equals(c, item.value), true);
        }
        this.point = this.join([through, here]);
      }
      this.statement(item);
    }
    this.frames.pop();
    const end = this.point;
    this.point = this.join([end, ...frame.breaks, hasDefault ? null : none()]);
  }

  /** @param whole the guard where they meet, if it is known */
  private join(points: readonly (Point | null)[], whole: Guard | null = null): Point | null {
    return joinPoints(points, () => ++this.counter, whole);
  }

  /** An expression on its own. */
  private root(x: Expr): void {
    this.mark(x);
    this.expression(x);
  }

  /** A part that is only evaluated under a condition. */
  private under(x: Expr, at: Point | null): void {
    const before = this.point;
    this.point = at;
    this.mark(x);
    this.expression(x);
    const after = this.point;
    this.point = before;
    if (before === null || after === null) return;
    if (after.known !== before.known || after.forgotten !== before.forgotten)
      this.point = this.join([before, after], before.guard);
  }

  private expression(x: Expr): void {
    switch (x.k) {
      case 'id':
        this.mention(x.name);
        return;
      case 'num':
      case 'str':
      case 'sizeof':
        return;
      case 'call':
        this.call(x);
        return;
      case 'member':
        this.expression(x.obj);
        return;
      case 'index':
        this.expression(x.obj);
        this.expression(x.index);
        return;
      case 'addr':
        this.expression(x.x);
        if (x.x.k === 'id') this.setLocal(x.x.name, null);
        return;
      case 'deref':
      case 'cast':
        this.expression(x.x);
        return;
      case 'unary':
        this.expression(x.x);
        if (x.op === '++' || x.op === '--') this.changed(x.x, null);
        return;
      case 'binary':
        this.expression(x.l);
        if (x.op === '&&' || x.op === '||') this.under(x.r, this.when(x.l, x.op === '&&'));
        else this.expression(x.r);
        return;
      case 'cond': {
        this.expression(x.c);
        const no = this.when(x.c, false);
        if (x.a !== null) this.under(x.a, this.when(x.c, true));
        this.under(x.b, no);
        return;
      }
      case 'assign':
        this.expression(x.r);
        if (x.l.k !== 'id') this.expression(x.l);
        if ((x.l.k !== 'id' || x.op === '&=') && this.point !== null) {
          const store = { x, guard: this.point.guard, cx: this.context(this.point) };
          this.stores.push(store);
          if (x.l.k === 'member') this.written.set(this.counter + 1, store);
        }
        this.changed(x.l, x.op === '=' ? x.r : null);
        return;
      case 'comma':
        this.expression(x.l);
        this.expression(x.r);
        return;
      case 'init':
        for (const i of x.items) this.expression(i.value);
        return;
      case 'stmtexpr':
        this.block(x.body);
        return;
      case 'unknown':
        for (const part of x.parts) this.expression(part);
        return;
    }
  }

  private mention(name: string): void {
    if (this.types.has(name)) return;
    const guard = this.point?.guard ?? NEVER;
    const known = this.mentions.get(name);
    this.mentions.set(name, known === undefined ? guard : either(known, guard));
  }

  private call(x: CallExpr): void {
    if (x.fn.k !== 'id') this.expression(x.fn);
    for (const a of x.args) this.expression(a);
    if (this.point === null) return;
    this.calls.push({ x, guard: this.point.guard, cx: this.context(this.point) });
    const changes = x.fn.k !== 'id' || this.names.isFunction(x.fn.name);
    if (changes) this.point = { ...this.point, memory: ++this.counter };
  }

  private changed(place: Expr, value: Expr | null): void {
    if (place.k === 'id') this.setLocal(place.name, value);
    else if (place.k === 'member' && this.point !== null) {
      const number = this.numberOf(MEMBER + place.field);
      const known = this.point.known.with(number, { version: ++this.counter, value: null });
      this.point = { ...this.point, known };
    }
  }

  private setLocal(name: string, value: Expr | null): void {
    if (this.point === null || !this.types.has(name)) return;
    if (value !== null) this.assignedAt.set(value, this.point);
    const stands = value === null || !isRepeatable(value) ? null : { x: value, cx: this.context(this.point) };
    const known = this.point.known.with(this.numberOf(name), { version: ++this.counter, value: stands });
    this.point = { ...this.point, known };
  }
}

/** Walks a function once. @param assumed what holds from the start: ways that contradict it are not taken */
export function guardFunction(fn: FunctionToWalk, assumed: Guard = ALWAYS): FunctionGuards {
  const flow = new Flow(fn, assumed);
  flow.run();
  return guardsFrom(fn.item, flow);
}
