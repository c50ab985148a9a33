/** A function as it is at one point, for what reads conditions. A walk makes one for each call: they share all but the point. */
import type { FunctionItem } from '../../syntax/ast.ts';
import type { TypeNames } from '../names/names.ts';
import { resolved, type Type, typeOf } from '../names/types.ts';
import type { ConditionContext, Stated } from './condition-context.ts';
import { numbered } from './flow-syntax.ts';
import type { Guard } from './guard.ts';
import type { KnownName } from './known-names.ts';
import type { Point } from './point.ts';

/** Marks names of members among those of locals. */
export const MEMBER = '.';

/** What the points of a function have in common. */
export interface WalkedFunction {
  readonly item: FunctionItem;
  readonly names: TypeNames;
  readonly functionNamed: (name: string) => FunctionItem | null;
  /** Of parameters and of the locals met so far. */
  readonly types: ReadonlyMap<string, Type>;
  readonly parameters: ReadonlySet<string>;
  knownAt(at: Point, name: string): KnownName;
  setWhen(at: Point, name: string): Guard;
}

export class PointContext implements ConditionContext {
  private readonly of: WalkedFunction;
  private readonly at: Point;

  constructor(of: WalkedFunction, at: Point) {
    this.of = of;
    this.at = at;
  }

  get fn(): string {
    return this.of.item.name;
  }

  get names(): TypeNames {
    return this.of.names;
  }

  functionNamed(name: string): FunctionItem | null {
    return this.of.functionNamed(name);
  }

  isLocal(name: string): boolean {
    return this.of.types.has(name);
  }

  isParameter(name: string): boolean {
    return this.of.parameters.has(name);
  }

  standsFor(name: string): Stated | null {
    return this.of.knownAt(this.at, name).value;
  }

  version(name: string): string {
    return numbered('#', this.of.knownAt(this.at, name).version);
  }

  setWhen(name: string): Guard {
    return this.of.setWhen(this.at, name);
  }

  moment(field: string): string {
    const { version } = this.of.knownAt(this.at, MEMBER + field);
    return numbered('~', this.at.memory) + numbered('.', version);
  }

  typeOfName(name: string): Type | null {
    const own = this.of.types.get(name);
    if (own !== undefined) return own;
    const global = this.names.globalType(name);
    return global === null ? null : resolved(typeOf(global), this.names);
  }
}
