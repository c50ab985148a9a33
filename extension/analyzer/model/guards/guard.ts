/**
 * Guards: when a place in a function is reached. A guard is a small disjunction of conjunctions of literals. It never
 * says less than the truth: what would grow too large gives way to what all of its parts agree on, at worst "always".
 */
import { type Atom, contradict, type Literal, kindOfAtom } from './atom.ts';

/** Literals that hold together, by the identity of their atoms. */
export type Conjunction = readonly Literal[];

/** One of these holds. None: the place is never reached. */
export type Guard = readonly Conjunction[];

export const ALWAYS: Guard = [[]];
export const NEVER: Guard = [];

/** More alternatives than this give way to what they have in common. */
const MOST_ALTERNATIVES = 16;
/** More than this are not compared with each other, which takes the square of their number, before they give way. */
const MOST_COMPARED = 128;
/** A conjunction keeps this many literals: the first, which enclose the others. */
const MOST_LITERALS = 24;

export function literal(l: Literal): Guard {
  return [[l]];
}

function same(a: Literal, b: Literal): boolean {
  return a.holds === b.holds && a.atom.id === b.atom.id;
}

function has(c: Conjunction, l: Literal): boolean {
  return c.some((other) => same(other, l));
}

/** True if `a` says all that `b` says. */
function within(a: Conjunction, b: Conjunction): boolean {
  return a.length >= b.length && b.every((l) => has(a, l));
}

/** Both conjunctions, or null if they contradict each other. */
function join(a: Conjunction, b: Conjunction): Conjunction | null {
  const out = [...a];
  for (const l of b) {
    if (has(out, l)) continue;
    if (out.some((other) => contradict(other, l))) return null;
    if (out.length < MOST_LITERALS) out.push(l);
  }
  return out;
}

/** Both hold. */
export function both(a: Guard, b: Guard): Guard {
  if (a === ALWAYS || b === NEVER) return b;
  if (b === ALWAYS || a === NEVER) return a;
  const out: Conjunction[] = [];
  for (const x of a) {
    for (const y of b) {
      const made = join(x, y);
      if (made !== null) out.push(made);
    }
  }
  return bounded(out);
}

/** The guard does not hold. Where it says less than the truth, this says more: it may hide what is possible. */
export function negated(g: Guard): Guard {
  let out: Guard = ALWAYS;
  for (const c of g) out = both(out, bounded(c.map((l): Conjunction => [{ ...l, holds: !l.holds }])));
  return out;
}

/** One of them holds. */
export function either(...guards: readonly Guard[]): Guard {
  const live = guards.filter((g) => g.length > 0);
  const [first] = live;
  if (first === undefined) return NEVER;
  return live.length === 1 ? first : bounded(live.flat());
}

function bounded(conjunctions: readonly Conjunction[]): Guard {
  let out = irredundant(conjunctions);
  if (out !== null && out.length === 0) return NEVER;
  if (out === null || out.length > MOST_ALTERNATIVES) {
    // What is said of memory counts most: the rest gives way first, beyond what all alternatives share.
    const all = out ?? conjunctions;
    const shared = common(all);
    const kept = all.map((c) => c.filter((l) => has(shared, l) || kindOfAtom(l.atom) !== null));
    out = irredundant(kept);
    if (out === null || out.length > MOST_ALTERNATIVES) out = [shared];
  }
  return out.some((c) => c.length === 0) ? ALWAYS : out;
}

/** Null if there are too many to compare. */
function irredundant(conjunctions: readonly Conjunction[]): Conjunction[] | null {
  const out: Conjunction[] = [];
  for (const c of conjunctions) {
    add(out, c);
    if (out.length > MOST_COMPARED) return null;
  }
  return out;
}

/** Adds an alternative. What another one covers goes, and so does a literal whose opposite another one asks for. */
function add(list: Conjunction[], given: Conjunction): void {
  let c = given;
  for (let i = 0; i < list.length; i++) {
    const other = list[i] ?? [];
    if (within(c, other)) return;
    const less = withoutOpposite(c, other);
    if (less !== null) {
      c = less;
      i = -1;
      continue;
    }
    const shorter = withoutOpposite(other, c);
    if (shorter === null) continue;
    list.splice(i, 1);
    add(list, shorter);
    add(list, c);
    return;
  }
  for (let i = list.length - 1; i >= 0; i--) if (within(list[i] ?? [], c)) list.splice(i, 1);
  list.push(c);
}

/** `c` without a literal that need not be asked for, since `other` asks for its opposite and for nothing that `c` does not. */
function withoutOpposite(c: Conjunction, other: Conjunction): Conjunction | null {
  if (other.length > c.length) return null;
  let opposite: Literal | null = null;
  for (const l of other) {
    if (has(c, l)) continue;
    const found = c.find((o) => o.atom.id === l.atom.id);
    if (opposite !== null || found === undefined) return null;
    opposite = found;
  }
  return opposite === null ? null : c.filter((l) => l !== opposite);
}

function common(conjunctions: readonly Conjunction[]): Conjunction {
  const [first, ...rest] = conjunctions;
  return (first ?? []).filter((l) => rest.every((c) => has(c, l)));
}

/** True if `a` can only hold where `b` does, as far as their literals show. */
export function implies(a: Guard, b: Guard): boolean {
  return a.every((x) => b.some((y) => within(x, y)));
}

/** The literals without which the guard cannot hold. */
export function necessary(g: Guard): Conjunction {
  return common(g);
}

/** What counts moments in the identity of a value. */
const MOMENT = /[#~]\d+(?:\.\d+)?|\.\d+\b|@\d+/g;

/** What an atom is about, in the words of the driver. */
export function subjectText({ subject }: Atom): string {
  return subject.id.replace(MOMENT, '');
}

/** As a condition in C, in the words of the driver; '' for always. */
export function guardText(g: Guard): string {
  if (g.length === 0) return '0';
  const words = ({ atom, holds }: Literal): string => {
    const text = atom.id.replace(MOMENT, '');
    return holds ? text : `!(${text})`;
  };
  const parts = g.map((c) => c.map(words).join(' && '));
  return parts.length === 1 ? (parts[0] ?? '') : parts.map((p) => `(${p})`).join(' || ');
}
