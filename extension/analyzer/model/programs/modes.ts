/**
 * What is configuration: members that are written when the device is set up, and by nothing that a packet goes through.
 * What nobody writes comes from the device.
 */
import type { MemberExpr } from '../../syntax/ast.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { Subject } from '../guards/atom.ts';
import { ownerOfMember } from '../names/types.ts';
import type { DriverIndex } from './driver-index.ts';
import { surveyOf } from './survey.ts';

interface Write {
  readonly by: FunctionRef;
  readonly member: MemberExpr;
}

export class Modes {
  private readonly index: DriverIndex;
  /** Functions that packets go through. */
  private readonly paths: ReadonlySet<FunctionRef>;
  private writes: ReadonlyMap<string, readonly Write[]> | null = null;
  private readonly known = new Map<string, boolean>();

  constructor(index: DriverIndex, paths: ReadonlySet<FunctionRef>) {
    this.index = index;
    this.paths = paths;
  }

  /** True if all members that the subject is made of are configuration. */
  isMode({ key, member }: Subject): boolean {
    const members = member === null ? membersIn(key) : [member];
    return members.length > 0 && !/\w: \w/.test(key) && members.every((m) => this.configured(m));
  }

  private configured(member: string): boolean {
    let known = this.known.get(member);
    if (known === undefined) {
      const [, field = ''] = /\.(\w+)$/.exec(member) ?? [];
      const written = (this.allWrites().get(field) ?? []).filter((w) => this.isOf(w, member));
      known = written.length > 0 && !written.some(({ by }) => this.paths.has(by));
      this.known.set(member, known);
    }
    return known;
  }

  private isOf({ by, member: { obj, field } }: Write, member: string): boolean {
    const { symbols } = this.index.facts;
    return `${ownerOfMember(obj, field, this.index.seen(by).scope, symbols) ?? ''}.${field}` === member;
  }

  private allWrites(): ReadonlyMap<string, readonly Write[]> {
    if (this.writes !== null) return this.writes;
    const writes = new Map<string, Write[]>();
    for (const by of this.index.facts.calls.functions) {
      for (const member of surveyOf(by.placed.item).written) {
        const list = writes.get(member.field);
        if (list === undefined) writes.set(member.field, [{ by, member }]);
        else list.push({ by, member });
      }
    }
    return (this.writes = writes);
  }
}

/** `struct tag.field` of the members named in a subject: the innermost structure and what is looked at in it. */
function membersIn(key: string): readonly string[] {
  return [...key.matchAll(/(?:struct|union) \w+(?:\.\w+)+/g)].map(([m]) => m);
}
