/** What got better and what worse since an earlier `netmem report --format json`. */
import { REQUIREMENTS, stateLabel } from '../analyzer/index.ts';
import type { Readiness, Requirement } from '../analyzer/index.ts';

export interface Change {
  readonly driver: string;
  readonly directory: string;
  readonly requirement: Requirement;
  /** As reports write states: `open (7)`. */
  readonly before: string;
  readonly after: string;
  readonly direction: 'better' | 'worse';
}

export interface Comparison {
  readonly changes: readonly Change[];
  /** Drivers that the earlier report does not have, and that only it has. */
  readonly appeared: readonly string[];
  readonly gone: readonly string[];
}

/** What an earlier report says of one requirement. */
interface EarlierState {
  readonly state: Readiness['requirements'][number]['state'];
  readonly open: number;
  readonly accepted: number;
}

/** By driver and directory, then by requirement. */
export type EarlierReport = ReadonlyMap<string, ReadonlyMap<Requirement, EarlierState>>;

const STATES = ['met', 'open', 'not applicable', 'unknown'] as const;

/** @returns what is wrong with the text, if it is no such report */
export function readEarlierReport(text: string): EarlierReport | string {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (!Array.isArray(data)) return 'no list of drivers; it is made by netmem report --format json';
  const report = new Map<string, ReadonlyMap<Requirement, EarlierState>>();
  for (const [index, entry] of data.entries()) {
    const driver: unknown = member(entry, 'driver');
    const directory: unknown = member(entry, 'directory');
    const requirements: unknown = member(entry, 'requirements');
    if (typeof driver !== 'string' || typeof directory !== 'string' || !Array.isArray(requirements))
      return `entry ${index} has no driver, directory and requirements`;
    const states = new Map<Requirement, EarlierState>();
    for (const one of requirements as readonly unknown[]) {
      const requirement = REQUIREMENTS.find((known) => known === member(one, 'requirement'));
      const state = STATES.find((known) => known === member(one, 'state'));
      if (requirement === undefined || state === undefined)
        return `entry ${index} (${driver}) has a requirement or a state that is none`;
      const [open, accepted] = [count(one, 'open'), count(one, 'accepted')];
      if (open === null || accepted === null) return `entry ${index} (${driver}) has a count that is none`;
      states.set(requirement, { state, open, accepted });
    }
    report.set(keyOf(driver, directory), states);
  }
  return report;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** 0 where it is missing, null for what is no count. */
function count(value: unknown, name: string): number | null {
  const found = member(value, name);
  if (found === undefined) return 0;
  return typeof found === 'number' && Number.isSafeInteger(found) && found >= 0 ? found : null;
}

function keyOf(driver: string, directory: string): string {
  return `${driver}\n${directory}`;
}

/** A driver that stands in another directory, as reports from elsewhere name it, is the same if its name is one driver's alone. */
export function compareReports(before: EarlierReport, after: readonly Readiness[]): Comparison {
  const changes: Change[] = [];
  const appeared: string[] = [];
  const seen = new Set<string>();
  for (const { driver, directory, requirements } of after) {
    const key = sameDriver(driver, directory, before, after);
    if (key !== null) seen.add(key);
    const earlier = key === null ? undefined : before.get(key);
    if (earlier === undefined) {
      appeared.push(driver);
      continue;
    }
    for (const now of requirements) {
      const then = earlier.get(now.requirement);
      const away = then === undefined ? 0 : distance(then, now);
      if (then === undefined || away === 0) continue;
      changes.push({
        ...{ driver, directory, requirement: now.requirement },
        before: stateLabel(then.state, then.open, then.accepted),
        after: stateLabel(now.state, now.open, now.accepted),
        direction: away > 0 ? 'better' : 'worse',
      });
    }
  }
  const gone = [...before.keys()].filter((key) => !seen.has(key)).map((key) => key.split('\n')[0] ?? key);
  return { changes, appeared, gone };
}

/** Its key in the earlier report; null if that does not have it. */
function sameDriver(
  driver: string,
  directory: string,
  before: EarlierReport,
  after: readonly Readiness[],
): string | null {
  const key = keyOf(driver, directory);
  if (before.has(key)) return key;
  const named = [...before.keys()].filter((other) => other.startsWith(`${driver}\n`));
  const [only] = named;
  const isOne = named.length === 1 && after.filter((one) => one.driver === driver).length === 1;
  return isOne && only !== undefined ? only : null;
}

/** Above 0 if it got better. Findings that are accepted are still there. */
function distance(before: EarlierState, after: EarlierState): number {
  const steps = rank(after) - rank(before);
  if (steps !== 0 || after.state !== 'open') return steps;
  return before.open + before.accepted - (after.open + after.accepted);
}

function rank({ state }: EarlierState): number {
  switch (state) {
    case 'met':
    case 'not applicable':
      return 2;
    case 'unknown':
      return 1;
    case 'open':
      return 0;
  }
}

/** Those of one driver. */
export function changesOf({ driver, directory }: Readiness, { changes }: Comparison): readonly Change[] {
  return changes.filter((change) => change.driver === driver && change.directory === directory);
}

/** As lines for a terminal. */
export function writeComparison({ changes, appeared, gone }: Comparison, name: string): string {
  const better = changes.filter(({ direction }) => direction === 'better').length;
  const lines = [`Since ${name}: ${better} better, ${changes.length - better} worse`];
  for (const { driver, requirement, before, after, direction } of changes)
    lines.push(`  ${direction === 'better' ? '+' : '-'} ${driver} ${requirement}: ${before} -> ${after}`);
  if (appeared.length > 0) lines.push(`  new: ${appeared.join(', ')}`);
  if (gone.length > 0) lines.push(`  gone: ${gone.join(', ')}`);
  return `${lines.join('\n')}\n`;
}
