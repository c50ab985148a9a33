/** Types the expressions of one function and says what becomes of every page in them. */
import { NAME } from '../kernel/table.ts';
import type { Expr, InitializerExpr, Span, Stmt, TypeName } from '../syntax/ast.ts';
import type { FileModel, PlacedFunction } from '../model/names/symbols.ts';
import { ownerOfMember, resolved, type Scope, type Type, typeOf } from '../model/names/types.ts';
import type { TextEdit } from '../fix.ts';
import type { OffsetRange } from '../text/range.ts';
import { macroAt } from '../model/reading/macro-evidence.ts';
import { callFlow } from './page-calls.ts';
import { absoluteRange, type PageHolder, type PageWorld } from './page-world.ts';
import type { Unit } from './unit.ts';

/** What an expression is, as far as pages go. */
export type Value =
  | ({ readonly k: 'page' } & PageHolder)
  | { readonly k: 'null'; readonly at: Span; readonly literal: boolean }
  /** Anything else; `from` says what, for the case that it ends in a page. */
  | {
      readonly k: 'other';
      readonly from: string;
      /** The page type that a macro which allocates was given: `kzalloc_objs(struct page *, n)`. */
      readonly given?: TypeName;
    };

const OTHER: Value = { k: 'other', from: 'an expression' };

export interface Variable {
  readonly type: Type;
  readonly holder: PageHolder | null;
}

export abstract class PageExpressions {
  readonly world: PageWorld;
  readonly unit: Unit;
  readonly file: FileModel;
  readonly base: number;
  protected readonly fn: PlacedFunction | null;
  protected readonly result: PageHolder | null;
  protected readonly scopes: Map<string, Variable>[] = [new Map<string, Variable>()];
  readonly scope: Scope = { typeOfName: (name) => this.typeOfName(name) };

  constructor(world: PageWorld, unit: Unit, file: FileModel, base: number, fn: PlacedFunction | null) {
    this.world = world;
    this.unit = unit;
    this.file = file;
    this.base = base;
    this.fn = fn;
    this.result = fn === null ? null : (world.signature(unit, fn.item.name)?.result ?? null);
  }

  /** Visits a statement, for those inside of expressions. */
  abstract statement(s: Stmt): void;

  text(span: Span): string {
    return this.file.text.slice(this.base + span.s, this.base + span.e);
  }

  at(span: Span): OffsetRange {
    return absoluteRange(span, this.base);
  }

  private typeOfName(name: string): Type | null {
    const v = this.lookup(name);
    if (v !== null) return v.type;
    const global = this.unit.symbols.globals.get(name);
    return global === undefined ? null : resolved(typeOf(global.item.type), this.unit.symbols);
  }

  lookup(name: string): Variable | null {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const v = this.scopes[i]?.get(name);
      if (v !== undefined) return v;
    }
    return null;
  }

  block(body: readonly Stmt[]): void {
    this.scopes.push(new Map());
    for (const s of body) this.statement(s);
    this.scopes.pop();
  }

  protected items(init: InitializerExpr, holder: PageHolder): void {
    for (const item of init.items) {
      if (item.value.k === 'init') this.items(item.value, { ...holder, depth: holder.depth - 1 });
      else this.into(holder, this.value(item.value), item.value);
    }
  }

  pin(slot: number, at: Span, reason: string, cause: string, cookie = false): void {
    this.world.slots.pin(slot, {
      location: { file: this.file.path, range: this.at(at) },
      reason,
      cause,
      cookie,
    });
  }

  edit(slot: number, edits: readonly TextEdit[], reason: string, api = '', apiAt = -1): void {
    for (const { range } of edits) if (this.pinInMacro(slot, range)) return;
    this.world.slots.edit(slot, { file: this.file.path, edits, reason, api, apiAt });
  }

  /** An edit of what a macro brings would miss: the definition has to change, and with it all other uses. */
  private pinInMacro(slot: number, range: OffsetRange): boolean {
    const use = range.start < range.end ? macroAt(this.file, range) : null;
    if (use === null) return false;
    this.world.slots.pin(slot, {
      location: { file: this.file.path, range },
      reason: `the macro ${use.name} brings this; its definition has to be changed by hand first`,
      cause: 'inside a macro of the driver',
    });
    return true;
  }

  /** `x` is consumed by something that needs a real page. */
  border(
    x: Expr,
    v: Value,
    consumer: string,
    more: { readonly callAt?: number; readonly cookie?: boolean } = {},
  ): void {
    if (v.k !== 'page') return;
    if (v.depth > 0) {
      this.pin(v.slot, x, `${consumer} takes its address`, 'its address goes to code that is not understood');
      return;
    }
    const range = this.at(x);
    if (this.pinInMacro(v.slot, range)) return;
    this.world.slots.border(v.slot, {
      location: { file: this.file.path, range },
      consumer,
      callAt: more.callAt ?? -1,
      cookie: more.cookie ?? false,
    });
  }

  /** Visits an expression whose value is taken as something else than a page. */
  use(x: Expr): void {
    if (x.k === 'init') this.initializer(x, x.type === null ? null : x.type.base);
    else this.border(x, this.value(x), 'this expression', { cookie: true });
  }

  /** Visits a condition. */
  truth(x: Expr): void {
    this.value(x, true);
  }

  /** `value`, of the expression `x`, flows into a page holder. */
  into(to: PageHolder, value: Value, x: Span, through = ''): void {
    switch (value.k) {
      case 'page':
        if (value.depth === to.depth) this.world.slots.join(to.slot, value.slot, through);
        else {
          this.pin(to.slot, x, 'pointer depths differ', 'not understood');
          this.pin(value.slot, x, 'pointer depths differ', 'not understood');
        }
        return;
      case 'null':
        if (to.depth === 0 && value.literal)
          this.edit(
            to.slot,
            [{ range: this.at(value.at), newText: '0' }],
            'a netmem_ref has no NULL, it is 0',
          );
        return;
      case 'other':
        if (value.given !== undefined) {
          this.retype(to, value.given);
          return;
        }
        if (to.depth > 0 && /^(?:\w*[ckmvz]\w*alloc\w*|\w*(?:alloc|kmemdup)\w*)\(\)$/.test(value.from))
          return;
        this.pin(
          to.slot,
          x,
          `the page comes from ${value.from}, which netmem has no form for`,
          sourceCause(value.from),
          !value.from.endsWith('()'),
        );
        return;
    }
  }

  /** An array of pages is asked for by the type of its elements, which changes with the holder of the array. */
  private retype(to: PageHolder, type: TypeName): void {
    if (type.stars !== to.depth) {
      this.pin(to.slot, type, 'it is allocated as an array of another type', 'not understood');
      return;
    }
    const newText = `netmem_ref${type.stars > 1 ? ` ${'*'.repeat(type.stars - 1)}` : ''}`;
    this.edit(to.slot, [{ range: this.at(type), newText }], 'the array holds references');
  }

  initializer(x: InitializerExpr, tag: string | null): void {
    const fields = tag === null ? null : (this.unit.symbols.structs.get(tag)?.definition ?? null);
    x.items.forEach((item, position) => {
      const [named] = item.path;
      const byPlace =
        fields !== null && fields.embedded.length === 0 ? fields.fields[position]?.name : undefined;
      const name = named ?? (item.value.k === 'init' ? undefined : byPlace);
      const holder =
        tag === null || name === undefined || item.path.length > 1
          ? null
          : this.world.field(this.unit, tag, name);
      if (item.value.k === 'init') {
        const found = tag === null || named === undefined ? null : this.unit.symbols.field(tag, named);
        if (holder !== null) this.items(item.value, { slot: holder.slot, depth: holder.depth - 1 });
        else
          this.initializer(
            item.value,
            found === null ? tag : resolved(typeOf(found.field.type), this.unit.symbols).base,
          );
      } else if (holder !== null) this.into(holder, this.value(item.value), item.value);
      else this.use(item.value);
    });
  }

  /** Visits an expression; `condition` if only its truth counts. */
  value(x: Expr, condition = false): Value {
    switch (x.k) {
      case 'id':
        return this.name(x.name, x);
      case 'num':
        return /^0+$/.test(x.text) ? { k: 'null', at: x, literal: false } : { k: 'other', from: 'a number' };
      case 'str':
      case 'sizeof':
        return OTHER;
      case 'member':
        return this.member(x);
      case 'index': {
        this.use(x.index);
        return this.through(x.obj, this.value(x.obj));
      }
      case 'deref':
        return this.through(x.x, this.value(x.x));
      case 'addr': {
        const v = this.value(x.x);
        return v.k === 'page' ? { ...v, depth: v.depth + 1 } : { k: 'other', from: 'an address' };
      }
      case 'cast': {
        const v = this.value(x.x);
        if (v.k === 'null') return v;
        if (v.k === 'page' && v.depth > 0 && x.type.base === 'void') return { k: 'other', from: 'a cast' };
        this.border(x.x, v, `the cast to ${this.text(x.type)}`, { cookie: true });
        return { k: 'other', from: `a cast to ${this.text(x.type)}` };
      }
      case 'unary': {
        const v = this.value(x.x, x.op === '!');
        if (v.k === 'page' && x.op !== '!') {
          if (v.depth > 0 && (x.op === '++' || x.op === '--')) return v;
          this.border(x.x, v, `the operator ${x.op}`);
        }
        return OTHER;
      }
      case 'binary':
        return this.binary(x, condition);
      case 'assign':
        return this.assign(x);
      case 'cond': {
        const c = x.a === null ? this.value(x.c) : (this.truth(x.c), null);
        return this.either(x.a ?? x.c, c ?? this.value(x.a ?? x.c), x.b, this.value(x.b));
      }
      case 'comma':
        this.value(x.l);
        return this.value(x.r, condition);
      case 'call':
        return callFlow(this, x);
      case 'init':
        this.initializer(x, x.type === null ? null : resolved(typeOf(x.type), this.unit.symbols).base);
        return OTHER;
      case 'stmtexpr': {
        this.scopes.push(new Map());
        const last = x.body[x.body.length - 1];
        for (const s of x.body) if (s !== last) this.statement(s);
        const v = last?.k === 'expr' ? this.value(last.x) : OTHER;
        if (last !== undefined && last.k !== 'expr') this.statement(last);
        this.scopes.pop();
        return v;
      }
      case 'unknown':
        for (const part of x.parts) {
          const v = this.value(part);
          if (v.k === 'page') this.pin(v.slot, part, 'the parser could not read this', 'not understood');
        }
        return { k: 'other', from: 'an expression that could not be read' };
    }
  }

  private held(holder: PageHolder, at: Span): Value {
    this.world.slots.reference(holder.slot, { file: this.file.path, range: this.at(at) });
    return { k: 'page', ...holder };
  }

  private name(name: string, at: Span): Value {
    if (name === 'NULL') return { k: 'null', at, literal: true };
    const v = this.lookup(name);
    if (v !== null) return v.holder === null ? { k: 'other', from: name } : this.held(v.holder, at);
    const holder = this.world.global(this.unit, name);
    if (holder !== null) return this.held(holder, at);
    const signature = this.world.signature(this.unit, name);
    if (signature !== null)
      this.world.pinSignature(
        signature,
        { file: this.file.path, range: this.at(at) },
        `${name}() is called through a pointer`,
      );
    return { k: 'other', from: name };
  }

  private member(x: Extract<Expr, { k: 'member' }>): Value {
    const v = this.value(x.obj);
    if (v.k === 'page') {
      if (x.field === 'pp' && this.world.tree.has(NAME.netmem_get_pp)) {
        const start = this.base + x.obj.s;
        const end = this.base + x.obj.e;
        this.edit(
          v.slot,
          [
            { range: { start, end: start }, newText: `${NAME.netmem_get_pp}(` },
            { range: { start: end, end: this.base + x.e }, newText: ')' },
          ],
          'the pool of a netmem is asked for by netmem_get_pp()',
        );
      } else this.border(x.obj, v, `the member ${x.field} of struct page`);
      return OTHER;
    }
    const owner = ownerOfMember(x.obj, x.field, this.scope, this.unit.symbols);
    if (owner === null) return { k: 'other', from: x.field };
    const holder = this.world.field(this.unit, owner, x.field);
    return holder === null ? { k: 'other', from: this.text(x) } : this.held(holder, x.fieldAt);
  }

  private through(x: Expr, v: Value): Value {
    if (v.k !== 'page') return { k: 'other', from: this.text(x) };
    if (v.depth > 0) return { ...v, depth: v.depth - 1 };
    this.border(x, v, 'taking the struct page itself');
    return OTHER;
  }

  private either(ax: Expr, a: Value, bx: Expr, b: Value): Value {
    if (a.k === 'page') {
      this.into(a, b, bx);
      return a;
    }
    if (b.k === 'page') {
      this.into(b, a, ax);
      return b;
    }
    return a.k === 'null' ? b : a;
  }

  private assign(x: Extract<Expr, { k: 'assign' }>): Value {
    const to = this.value(x.l);
    const from = this.value(x.r);
    if (to.k === 'page') {
      if (x.op === '=') this.into(to, from, x.r);
      else if (to.depth === 0)
        this.pin(to.slot, x, 'arithmetic on a page pointer', 'arithmetic on a page pointer');
      return to;
    }
    this.border(x.r, from, `${this.text(x.l)}, which is no page`, { cookie: true });
    return to;
  }

  private binary(x: Extract<Expr, { k: 'binary' }>, condition: boolean): Value {
    const logical = x.op === '&&' || x.op === '||';
    const l = this.value(x.l, logical);
    const r = this.value(x.r, logical);
    if (logical || (l.k !== 'page' && r.k !== 'page')) return OTHER;
    if (x.op === '==' || x.op === '!=') {
      if (l.k === 'page' && r.k === 'page') this.into(l, r, x);
      else if (l.k === 'page' && r.k === 'null') this.nullTest(l, x, x.l, x.r, condition);
      else if (r.k === 'page' && l.k === 'null') this.nullTest(r, x, x.r, x.l, condition);
      else {
        this.border(x.l, l, `the comparison with ${this.text(x.r)}`);
        this.border(x.r, r, `the comparison with ${this.text(x.l)}`);
      }
      return OTHER;
    }
    if (l.k === 'page' && l.depth > 0 && (x.op === '+' || x.op === '-')) return l;
    this.border(x.l, l, 'arithmetic on a page pointer');
    this.border(x.r, r, 'arithmetic on a page pointer');
    return { k: 'other', from: 'arithmetic on a page pointer' };
  }

  /** `p == NULL` becomes `!p`, `p != NULL` becomes `p`. */
  private nullTest(
    page: PageHolder,
    x: Extract<Expr, { k: 'binary' }>,
    operand: Expr,
    zero: Expr,
    condition: boolean,
  ): void {
    if (page.depth > 0 || zero.k !== 'id') return;
    const start = this.base + x.s;
    const end = this.base + x.e;
    const between = this.file.text.slice(this.base + x.l.e, this.base + x.r.s);
    const operator = between.indexOf(x.op);
    if (operator < 0) return;
    const at = this.base + x.l.e + operator;
    const sign = x.op === '==' ? '!' : condition ? '' : '!!';
    const edits: TextEdit[] = [];
    if (operand === x.l) {
      const left = this.file.text.slice(start, at).trimEnd().length + start;
      if (sign !== '') edits.push({ range: { start, end: start }, newText: sign });
      edits.push({ range: { start: left, end }, newText: '' });
    } else {
      const right = this.file.text.slice(at + x.op.length, end);
      const skip = right.length - right.trimStart().length;
      edits.push({ range: { start, end: at + x.op.length + skip }, newText: sign });
    }
    this.edit(page.slot, edits, 'a netmem_ref is tested by its truth, not against NULL');
  }
}

function sourceCause(from: string): string {
  if (/alloc|page_frag/.test(from)) return `takes memory from ${from} beside the page_pool (RX1 first)`;
  if (from.endsWith('()')) return `takes pages from ${from}`;
  return 'takes pages out of something that is no page holder';
}
