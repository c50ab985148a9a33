/**
 * Objects of structures that are told apart by where they lie (`divided.ts`): which object an expression denotes or points
 * to, and the fields of it.
 */
import { isOpaque } from '../../kernel/structures.ts';
import { effectsOf } from '../../kernel/table.ts';
import type { Expr, InitializerExpr, MemberExpr } from '../../syntax/ast.ts';
import type { TypeNames } from '../names/names.ts';
import type { SummaryWriter } from './function-summary.ts';
import { ownerOfMember, resolved, type Scope, type Type, typeOf } from '../names/types.ts';

/** What the objects ask of the visitor of expressions. */
export interface ObjectVisitor {
  type(x: Expr): Type;
  /** Visits an expression. @returns the node of its value, or -1 */
  value(x: Expr): number;
  /** Visits what has effects inside the computation of an address. */
  touch(x: Expr): void;
  initializer(x: InitializerExpr, tag: string | null, object: number): void;
}

/** Values of local variables. */
interface LocalValues extends Scope {
  lookup(name: string): number;
  get(variable: number): number;
  set(variable: number, node: number): void;
}

export class ObjectFlow {
  private readonly summary: SummaryWriter;
  private readonly names: TypeNames;
  private readonly locals: LocalValues;
  private readonly visitor: ObjectVisitor;

  constructor(summary: SummaryWriter, names: TypeNames, locals: LocalValues, visitor: ObjectVisitor) {
    this.summary = summary;
    this.names = names;
    this.locals = locals;
    this.visitor = visitor;
  }

  /** The field `x` of a structure: one value in the driver, or one of each object if those are told apart. */
  place(x: MemberExpr, owner: string): number {
    const key = `${owner}.${x.field}`;
    const tag = this.dividedType(x.obj);
    if (tag === null) {
      this.visitor.touch(x.obj);
      return this.summary.key(key);
    }
    return this.summary.field(this.ofOrRoot(x.obj, tag), key);
  }

  /** The field with the name `key` of an object of structure type `tag`. */
  fieldOf(object: number, key: string, tag: string | null): number {
    if (tag === null || !this.names.isDivided(tag)) return this.summary.key(key);
    return this.summary.field(object >= 0 ? object : this.summary.node(), key);
  }

  /** Tag of the structure in question if its objects are told apart. */
  dividedType(x: Expr): string | null {
    const { base } = this.visitor.type(x);
    return base !== '' && this.names.isDivided(base) ? base : null;
  }

  /** Pointer to the object that `x` is or points to; out of sight, it may be any object of its type. */
  private ofOrRoot(x: Expr, tag: string): number {
    const n = this.of(x);
    if (n >= 0) return n;
    return this.summary.anyObject(tag);
  }

  /** Pointer to the object that `x`, of a structure type or a pointer to one, is or points to; -1 if unknown. */
  of(x: Expr): number {
    switch (x.k) {
      case 'id': {
        const variable = this.locals.lookup(x.name);
        const type = this.visitor.type(x);
        if (variable < 0 && type.depth === 0 && this.names.globalType(x.name) !== null)
          return this.summary.key(`global ${x.name}`);
        if (variable < 0 || type.depth > 0) return this.visitor.value(x);
        const known = this.locals.get(variable);
        if (known >= 0) return known;
        const made = this.summary.node();
        this.locals.set(variable, made);
        return made;
      }
      case 'index':
        // An element of an array of pointers points to the object.
        if (this.visitor.type(x.obj).depth > 1) return this.visitor.value(x);
        this.visitor.touch(x.index);
        return this.of(x.obj);
      case 'deref':
        return this.visitor.value(x.x);
      case 'member': {
        const owner = ownerOfMember(x.obj, x.field, this.locals, this.names);
        if (owner === null || isOpaque(owner)) return this.visitor.value(x);
        return this.place(x, owner);
      }
      default:
        return this.visitor.value(x);
    }
  }

  /** A pointer made of something else may point to any object of its type; null for other casts. */
  cast(x: Extract<Expr, { k: 'cast' }>): number | null {
    const to = resolved(typeOf(x.type), this.names);
    if (to.base === '' || !this.names.isDivided(to.base)) return null;
    return this.taken(x.x, this.visitor.value(x.x), to);
  }

  /** `*a = *b`, `*a = (struct record){ … }`, where the objects of the type are told apart. */
  copies(l: Expr, r: Expr): boolean {
    const type = this.visitor.type(l);
    if (type.depth > 0 || !this.names.isDivided(type.base)) return false;
    const to = this.ofOrRoot(l, type.base);
    if (r.k === 'init') this.visitor.initializer(r, type.base, to);
    else {
      const from = this.of(r);
      if (from >= 0) this.summary.unify(to, from);
    }
    return true;
  }

  /**
   * The value of `x` as what a variable or field of the type takes: a pointer of another type may point to any object
   * of the type, unless the memory is new.
   */
  taken(x: Expr, value: number, type: Type): number {
    if (value >= 0 && type.depth > 0 && this.names.isDivided(type.base) && !this.isNew(x)) {
      const from = this.visitor.type(x);
      if (from.base !== type.base) return this.summary.anyObject(type.base);
    }
    return value;
  }

  /** Puts a value into a field or global variable of the type. */
  store(place: number, value: number, type: Type): void {
    if (type.depth > 0 && this.names.isDivided(type.base)) this.summary.mayPointTo(place, value);
    else this.summary.unify(place, value);
  }

  /** True for memory that the call allocates. */
  private isNew(x: Expr): boolean {
    const at = x.k === 'cast' ? x.x : x;
    return (
      at.k === 'call' && at.fn.k === 'id' && effectsOf(at.fn.name)?.some((e) => e.does === 'alloc') === true
    );
  }
}
