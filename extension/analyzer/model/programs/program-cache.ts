/**
 * The driver IR from one analysis to the next. It holds while all functions say the same about buffers, and those that
 * the programs were read from say the same at all: then its places only shift with the text.
 */
import type { Question, UnreadPath } from '../../../../simulator/contract/driver-model.ts';
import type { PathProgram } from '../../../../simulator/contract/driver-ir.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { DriverFacts } from '../driver/driver-facts.ts';
import { sourceRange } from '../names/source-range.ts';
import { extractPrograms, type Extracted } from './extract.ts';
import { shiftProgram, type Shift } from './shift.ts';
import type { PlacedRange } from './driver-index.ts';
import { ringClasses } from './receive.ts';
import { spacing, type Spacing } from './spacing.ts';
import { surveyOf } from './survey.ts';

interface Remembered {
  readonly flows: object;
  readonly names: object;
  /** What programs take from elsewhere: names of buffers, of pools, and of functions that the kernel sends with. */
  readonly besides: string;
  /** By number, where they stood. */
  readonly functions: readonly FunctionRef[];
  /** Numbers of the functions whose bodies were looked at. */
  readonly read: ReadonlySet<number>;
  readonly ranges: readonly PlacedRange[];
  readonly programs: readonly PathProgram[];
  readonly questions: readonly Question[];
  readonly unread: readonly UnreadPath[];
}

export class ProgramCache {
  private last: Remembered | null = null;

  /** The programs of a driver: those of the last time, where they hold. */
  of(facts: DriverFacts): Extracted {
    this.last = (this.last === null ? null : afterShift(this.last, facts)) ?? remembered(facts);
    return this.last;
  }
}

function remembered(facts: DriverFacts): Remembered {
  const { programs, questions, unread, index } = extractPrograms(facts);
  return {
    ...{ flows: facts.flows, names: facts.symbols.names, besides: besidesOf(facts) },
    functions: facts.calls.functions,
    read: new Set([...index.read].map(({ id }) => id)),
    ranges: index.placedRanges,
    programs,
    questions,
    unread,
  };
}

function besidesOf({ classes, pools, abilities }: DriverFacts): string {
  return JSON.stringify([
    [...ringClasses(classes).values()],
    classes.map((c) => c.pools),
    pools.map(({ model }) => model.name),
    [...abilities.transmit].map(({ item }) => item.name),
  ]);
}

/** The same programs for a text in which nothing that they say is said otherwise; null if something is. */
function afterShift(last: Remembered, facts: DriverFacts): Remembered | null {
  if (last.flows !== facts.flows || last.names !== facts.symbols.names) return null;
  const { functions } = facts.calls;
  const spacings = new Map<number, Spacing>();
  for (const now of functions) {
    const before = last.functions[now.id];
    if (before === undefined) return null;
    if (before.placed.item === now.placed.item) continue;
    const spaced = spacing(textOf(before), textOf(now));
    if (spaced !== null) spacings.set(now.id, spaced);
    else if (last.read.has(now.id) || !sameSurvey(before, now)) return null;
  }
  if (last.besides !== besidesOf(facts)) return null;
  const shift: Shift = new Map();
  const ranges: PlacedRange[] = [];
  for (const { range, fn, s, e } of last.ranges) {
    const now = functions[fn];
    if (now === undefined) return null;
    const spaced = spacings.get(fn);
    const from = now.placed.item.s;
    const before = last.functions[fn]?.placed.item.s ?? from;
    const start = spaced === undefined ? s : spaced.start(s - before) + from;
    const end = spaced === undefined ? e : spaced.end(e - before) + from;
    const { file, base } = now.placed;
    const at = sourceRange(file, { start: base + start, end: base + end });
    const same =
      at.line === range.line &&
      at.column === range.column &&
      at.endLine === range.endLine &&
      at.endColumn === range.endColumn;
    if (!same) shift.set(range, at);
    ranges.push({ range: same ? range : at, fn, s: start, e: end });
  }
  if (shift.size === 0) return { ...last, functions, ranges };
  const programs = last.programs.map((p) => shiftProgram(p, shift));
  const questions = last.questions.map((q) => ({ ...q, at: shift.get(q.at) ?? q.at }));
  const unread = last.unread.map((u) => ({ ...u, at: u.at === null ? null : (shift.get(u.at) ?? u.at) }));
  return { ...last, functions, ranges, programs, questions, unread };
}

function textOf({ placed: { file, base, item } }: FunctionRef): string {
  return item.errors.length > 0 ? '' : file.text.slice(base + item.s, base + item.e) + (item.brought ?? '');
}

/** What programs take from functions that they do not go through. */
function sameSurvey(a: FunctionRef, b: FunctionRef): boolean {
  const [x, y] = [surveyOf(a.placed.item), surveyOf(b.placed.item)];
  return (
    x.loops === y.loops &&
    fieldsOf(x.written) === fieldsOf(y.written) &&
    x.registrations.length + y.registrations.length === 0 &&
    [...x.effects].join() === [...y.effects].join()
  );
}

function fieldsOf(members: readonly { readonly field: string }[]): string {
  return [...new Set(members.map(({ field }) => field))].sort().join();
}
