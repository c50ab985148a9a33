/** Records one function's data flow: statements in order, values of locals along the paths. */
import { NAME } from '../../kernel/table.ts';
import type { Declarator, Expr, FunctionItem, Stmt } from '../../syntax/ast.ts';
import { closeEnv, type Env, joinEnvs, openEnv, read, feed } from './environment.ts';
import { failedMappings } from './failed-mapping.ts';
import { pointsToAddress } from './flow-address.ts';
import { ExpressionFlow } from './flow-expression.ts';
import type { TypeNames } from '../names/names.ts';
import { SOURCE, type FunctionSummary, SummaryWriter } from './function-summary.ts';
import {
  followed,
  followedParameter,
  holdsAddress,
  resolved,
  type Type,
  typeOf,
  UNKNOWN,
} from '../names/types.ts';

interface LoopFrame {
  readonly breaks: (Env | null)[];
  /** Null in a switch, where `continue` belongs to the loop around. */
  readonly continues: (Env | null)[] | null;
}

const NO_SLOTS: readonly MemberSlot[] = [];

/** Where the environment has the address in a member of what a local points to. */
interface MemberSlot {
  readonly slot: number;
  /** The field, as a source of addresses. */
  readonly from: string;
  /** Node of what is in the member of any object, or -1 before it is asked for. */
  anything: number;
}

/** The variable as an expression. */
function variableOf(d: Declarator): Expr {
  return { k: 'id', name: d.name, s: d.nameAt.s, e: d.nameAt.e };
}

class FunctionFlow {
  private readonly summary = new SummaryWriter();
  private readonly names: TypeNames;
  private readonly types: Type[] = [];
  /** Where the environment has the value of a variable; -1 for one that holds nothing to follow, as numbers do. */
  private readonly slots: number[] = [];
  private slotCount = 0;
  /** Positions of the parameters, by variable. */
  private readonly parameters: number[] = [];
  /** By variable and member, where the environment has the address that was put into the member. */
  private readonly members = new Map<number, Map<string, MemberSlot>>();
  private readonly scopes: Map<string, number>[] = [new Map<string, number>()];
  private env: Env | null = [];
  private readonly frames: LoopFrame[] = [];
  private readonly labels = new Map<string, Env>();
  private readonly jumps = new Map<string, Env[]>();
  private readonly expressions: ExpressionFlow;
  private result = -1;
  /** The function returns an integer that may be an address. */
  private isAddress = false;
  /** The function returns a pointer to addresses. */
  private isPointer = false;

  constructor(names: TypeNames) {
    this.names = names;
    this.expressions = new ExpressionFlow(this.summary, names, {
      typeOfName: (name) => {
        const v = this.lookup(name);
        if (v >= 0) return this.types[v] ?? null;
        const global = names.globalType(name);
        return global === null ? null : resolved(typeOf(global), names);
      },
      lookup: (name) => this.lookup(name),
      get: (v) => this.get(v),
      set: (v, n) => this.set(v, n),
      parameter: (v) => this.parameters[v] ?? -1,
      member: (v, field) => this.member(v, field),
      setMember: (v, field, from, n) => this.setMember(v, field, from, n),
      statements: (body) => this.block(body),
    });
  }

  run(item: FunctionItem): FunctionSummary {
    item.params.forEach((p, i) => {
      const v = this.declare(p, i);
      const type = this.types[v] ?? UNKNOWN;
      if (!followedParameter(type)) return;
      const n = this.summary.param(i);
      this.set(v, n);
      if ((holdsAddress(type) && type.depth === 0) || pointsToAddress(type))
        this.summary.comesFrom(n, [`${SOURCE.parameter}${i}`]);
    });
    const returned = resolved(typeOf(item.returns), this.names);
    this.isAddress = returned.depth === 0 && holdsAddress(returned);
    this.isPointer = pointsToAddress(returned);
    this.block(item.body);
    return this.summary.finish();
  }

  private lookup(name: string): number {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const v = this.scopes[i]?.get(name);
      if (v !== undefined) return v;
    }
    return -1;
  }

  private get(v: number): number {
    const slot = this.slots[v] ?? -1;
    return this.env === null || slot < 0 ? -1 : read(this.env[slot], this.summary);
  }

  private set(v: number, n: number): void {
    if (this.env === null) return;
    for (const known of this.members.get(v)?.values() ?? NO_SLOTS) this.forget(known, this.env);
    const slot = this.slots[v] ?? -1;
    if (slot < 0) return;
    this.env[slot] = n;
    if (n >= 0) this.summary.holder(n, v);
  }

  /** The variable points to another object: its member may hold whatever is put there anywhere. */
  private forget(known: MemberSlot, env: Env): void {
    if ((env[known.slot] ?? -1) === -1) return;
    if (known.anything < 0) {
      known.anything = this.summary.node();
      this.summary.comesFrom(known.anything, [known.from]);
    }
    env[known.slot] = known.anything;
  }

  private member(v: number, field: string): number {
    const known = this.members.get(v)?.get(field);
    return known === undefined || this.env === null ? -1 : read(this.env[known.slot], this.summary);
  }

  /** Locals get the address of a mapping that failed. */
  private mappingFailed(failed: readonly Expr[]): void {
    for (const x of failed) {
      const v = x.k === 'id' ? this.lookup(x.name) : -1;
      if (v < 0) continue;
      const n = this.summary.node();
      this.summary.comesFrom(n, [`${SOURCE.kernel}${NAME.dma_mapping_error}`]);
      this.set(v, n);
    }
  }

  private setMember(v: number, field: string, from: string, n: number): void {
    if (this.env === null) return;
    let own = this.members.get(v);
    if (own === undefined) this.members.set(v, (own = new Map<string, MemberSlot>()));
    let known = own.get(field);
    if (known === undefined) own.set(field, (known = { slot: this.slotCount++, from, anything: -1 }));
    this.env[known.slot] = n;
  }

  private declare(d: Declarator, parameter: number): number {
    const type = resolved(typeOf(d.type), this.names);
    const v = this.types.length;
    this.types.push(type);
    this.parameters.push(parameter);
    this.summary.variables.push({
      name: d.name,
      parameter,
      nameAt: d.nameAt,
      baseAt: d.baseAt,
      declarator: { s: d.s, e: d.e },
      type,
    });
    this.scopes[this.scopes.length - 1]?.set(d.name, v);
    const isFollowed = parameter >= 0 ? followedParameter(type) : followed(type);
    const slot = isFollowed || this.names.isDivided(type.base) ? this.slotCount++ : -1;
    this.slots.push(slot);
    if (this.env !== null && slot >= 0) this.env[slot] = -1;
    return v;
  }

  private block(body: readonly Stmt[]): void {
    this.scopes.push(new Map());
    for (const s of body) this.statement(s);
    this.scopes.pop();
  }

  private statement(s: Stmt): void {
    switch (s.k) {
      case 'decl':
        for (const d of s.vars) this.declaration(d);
        return;
      case 'expr':
        this.expressions.effect(s.x);
        return;
      case 'if': {
        this.expressions.effect(s.c);
        const before = this.copy();
        this.mappingFailed(failedMappings(s.c));
        this.statement(s.then);
        const after = this.env;
        this.env = before;
        if (s.otherwise !== null) this.statement(s.otherwise);
        this.env = joinEnvs([after, this.env]);
        return;
      }
      case 'while':
        this.loop(
          () => this.expressions.effect(s.c),
          s.body,
          () => undefined,
          true,
        );
        return;
      case 'do':
        this.loop(
          () => undefined,
          s.body,
          () => this.expressions.effect(s.c),
          false,
        );
        return;
      case 'for':
        this.scopes.push(new Map());
        if (s.init !== null) this.statement(s.init);
        this.loop(
          () => s.c !== null && this.expressions.effect(s.c),
          s.body,
          () => s.step !== null && this.expressions.effect(s.step),
          s.c !== null,
        );
        this.scopes.pop();
        return;
      case 'switch':
        this.switchStatement(s.c, s.body);
        return;
      case 'case':
        for (const inner of s.body) this.statement(inner);
        return;
      case 'return':
        if (s.x === null) this.returns(-1);
        else {
          const n = this.expressions.value(s.x);
          if (this.isAddress) this.summary.returnsAddress(this.expressions.addresses.of(s.x));
          if (this.isPointer) this.summary.returnsAddress(this.expressions.addresses.ofElement(s.x));
          this.returns(n);
        }
        return;
      case 'goto':
        this.jump(s.label);
        return;
      case 'label':
        this.label(s.label);
        if (s.body !== null) this.statement(s.body);
        return;
      case 'break':
        this.frames[this.frames.length - 1]?.breaks.push(this.env);
        this.env = null;
        return;
      case 'continue':
        this.frames.findLast((f) => f.continues !== null)?.continues?.push(this.env);
        this.env = null;
        return;
      case 'block':
      case 'broken':
        this.block(s.body);
        return;
      case 'alternatives': {
        const before = this.copy();
        const ends: (Env | null)[] = s.arms.length === 1 ? [before] : [];
        for (const arm of s.arms) {
          this.env = before === null ? null : [...before];
          // Declarations in an arm stay visible after it.
          for (const inner of arm) this.statement(inner);
          ends.push(this.env);
        }
        this.env = joinEnvs(ends);
        return;
      }
    }
  }

  private copy(): Env | null {
    return this.env === null ? null : [...this.env];
  }

  private declaration(d: Declarator): void {
    if (d.params !== null && !d.type.fn) return;
    const init = d.init;
    // The initialiser is outside the scope of its own name, but `x = f(x)` on shadowing is rare enough.
    const v = this.declare(d, -1);
    const type = this.types[v] ?? UNKNOWN;
    // Its elements are put in one by one, and all stand for the array.
    if (init === null && d.type.dims > 0 && pointsToAddress(type)) this.set(v, this.summary.node());
    if (init === null) return;
    const divided = type.depth === 0 && this.names.isDivided(type.base);
    if (init.k === 'init')
      this.expressions.initializer(
        init,
        type.base,
        divided ? this.expressions.objects.of(variableOf(d)) : -1,
      );
    else if (divided) this.set(v, this.expressions.objects.of(init));
    else {
      const taken = this.expressions.objects.taken(init, this.expressions.value(init), type);
      this.set(v, this.expressions.addressed(init, taken, type));
    }
  }

  private loop(condition: () => unknown, body: Stmt, step: () => unknown, mayEndAtHead: boolean): void {
    if (this.env === null) return;
    const head = openEnv(this.env);
    this.env = [...head];
    condition();
    const frame = { breaks: [] as (Env | null)[], continues: [] as (Env | null)[] };
    if (mayEndAtHead) frame.breaks.push(this.copy());
    this.frames.push(frame);
    this.statement(body);
    this.frames.pop();
    this.env = joinEnvs([this.env, ...frame.continues]);
    if (this.env !== null) {
      step();
      closeEnv(head, this.env, this.summary);
    }
    if (!mayEndAtHead) frame.breaks.push(this.env);
    this.env = joinEnvs(frame.breaks);
  }

  private switchStatement(c: Parameters<ExpressionFlow['effect']>[0], body: Stmt): void {
    this.expressions.effect(c);
    const entry = this.copy();
    const frame: LoopFrame = { breaks: [], continues: null };
    this.frames.push(frame);
    this.scopes.push(new Map());
    let hasDefault = false;
    const items = body.k === 'block' ? body.body : [body];
    this.env = null;
    for (const item of items) {
      if (item.k === 'case') {
        hasDefault ||= item.value === null;
        this.env = joinEnvs([this.env, entry === null ? null : [...entry]]);
      }
      this.statement(item);
    }
    this.scopes.pop();
    this.frames.pop();
    this.env = joinEnvs([this.env, ...frame.breaks, hasDefault ? null : entry]);
  }

  private returns(n: number): void {
    if (n >= 0) {
      if (this.result < 0) this.result = this.summary.result();
      this.summary.unify(this.result, n);
      for (const name of this.summary.madeBy(n)) this.summary.returns.add(name);
    }
    this.env = null;
  }

  private jump(label: string): void {
    if (this.env !== null) {
      const open = this.labels.get(label);
      const jumps = this.jumps.get(label);
      if (open === undefined && jumps === undefined) this.jumps.set(label, [this.env]);
      else if (open === undefined) jumps?.push(this.env);
      else closeEnv(open, this.env, this.summary);
    }
    this.env = null;
  }

  private label(label: string): void {
    const arriving =
      joinEnvs([this.env, ...(this.jumps.get(label) ?? [])]) ??
      Array.from({ length: this.slotCount }, () => -1);
    const open = openEnv(arriving);
    arriving.forEach((value, i) => {
      const join = open[i];
      if (typeof join === 'object') feed(join, value, this.summary);
    });
    this.labels.set(label, open);
    this.env = [...open];
  }
}

/** The summary of one function. All that it takes from the rest of the driver it asks of `names`. */
export function summarizeFunction(item: FunctionItem, names: TypeNames): FunctionSummary {
  return new FunctionFlow(names).run(item);
}
