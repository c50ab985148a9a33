/**
 * Values of local variables along the paths of a function. Joins are lazy: two values are only made one if a use
 * is reached by both, so that a variable used for the head of a packet and then for its fragments stays two.
 */
import type { SummaryWriter } from './function-summary.ts';

/** A join whose inputs are unified at the first read. */
export interface Join {
  readonly inputs: LocalValue[];
  /** Tape node once read, else -1. */
  node: number;
}

/** Tape node, or a join, or -1: nothing known, or NULL. */
export type LocalValue = number | Join;

/** Values by variable number. */
export type Env = LocalValue[];

/** A join being connected, and the next of its inputs. */
interface Frame {
  readonly join: Join;
  next: number;
}

/** Node of a value; the joins behind it get theirs. Joins lie as deep as labels follow one another. */
export function read(value: LocalValue | undefined, summary: SummaryWriter): number {
  if (value === undefined || typeof value === 'number') return value ?? -1;
  const work: Frame[] = [];
  const known = enter(value, work, summary);
  settle(work, summary);
  return known ?? value.node;
}

/** The node of a value that has one, or null for a join that was given one now and waits for its inputs. */
function enter(value: LocalValue, work: Frame[], summary: SummaryWriter): number | null {
  if (typeof value === 'number') return value;
  if (value.node >= 0) return value.node;
  if (value.inputs.every((v) => v === -1)) return -1;
  value.node = summary.node();
  work.push({ join: value, next: 0 });
  return null;
}

/** Connects waiting joins to their inputs, each once all behind that input is connected. */
function settle(work: Frame[], summary: SummaryWriter): void {
  for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
    const input = frame.join.inputs[frame.next];
    if (input === undefined) {
      work.pop();
      continue;
    }
    // An input that has to be entered first is come back to: it has a node then.
    const n = enter(input, work, summary);
    if (n === null) continue;
    frame.next += 1;
    if (n >= 0) link(frame.join, n, summary, typeof input !== 'number');
  }
}

/** @param isJoin of `n`: what its value comes from may be known later */
function link(join: Join, n: number, summary: SummaryWriter, isJoin: boolean): void {
  summary.unify(join.node, n);
  summary.make(join.node, ...summary.madeBy(n));
  if (isJoin || summary.hasSources(n)) summary.comesFrom(join.node, [n]);
}

/** Adds an input to a join that may have been read already (back edges). */
export function feed(join: Join, input: LocalValue, summary: SummaryWriter): void {
  if (input === join || join.inputs.includes(input)) return;
  join.inputs.push(input);
  if (join.node < 0) return;
  const n = read(input, summary);
  if (n >= 0) link(join, n, summary, typeof input !== 'number');
}

/** Joins environments of alternative paths; null is a path that does not arrive. */
export function joinEnvs(envs: readonly (Env | null)[]): Env | null {
  const live = envs.filter((e) => e !== null);
  const [first] = live;
  if (first === undefined || live.length === 1) return first ?? null;
  let size = 0;
  for (const env of live) size = Math.max(size, env.length);
  const out: Env = [];
  for (let i = 0; i < size; i++) {
    const value = first[i] ?? -1;
    out.push(live.every((e) => (e[i] ?? -1) === value) ? value : joined(live, i));
  }
  return out;
}

/** The values of one variable, some of them different: all that are known, as one. */
function joined(envs: readonly Env[], variable: number): LocalValue {
  const values = new Set<LocalValue>(envs.map((e) => e[variable] ?? -1));
  values.delete(-1);
  const [only] = values;
  if (only === undefined) return -1;
  return values.size === 1 ? only : { inputs: [...values], node: -1 };
}

/** Environment at a loop head or label: every value a join that later edges may feed. */
export function openEnv(env: Env): Env {
  return env.map((v) => ({ inputs: v === -1 ? [] : [v], node: -1 }));
}

/** Feeds an open environment from a back edge. */
export function closeEnv(open: Env, back: Env | null, summary: SummaryWriter): void {
  if (back === null) return;
  open.forEach((join, i) => {
    const value = back[i];
    if (typeof join === 'object' && value !== undefined && value !== -1) feed(join, value, summary);
  });
}
