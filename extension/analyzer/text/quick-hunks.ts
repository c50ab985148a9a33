/**
 * Hunks of a diff between texts with thousands of changes, in the time of their length. Lines that are equal soonest after
 * a change go together, so that the diff may be longer than the shortest; it says the same.
 */

export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: string[];
}

/** How many lines after a change are looked through for the first equal ones. */
const WINDOW = 64;

const NO_END = '\\ No newline at end of file';

/** A line with the sign that a diff puts before it. */
interface Step {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** @param context unchanged lines around each change */
export function quickHunks(before: string, after: string, context: number): Hunk[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const steps = stepsBetween(old, fresh);
  const hunks: Hunk[] = [];
  let oldLine = 1;
  let newLine = 1;
  for (let at = 0; at < steps.length;) {
    if (steps[at]?.sign === ' ') {
      at += 1;
      oldLine += 1;
      newLine += 1;
      continue;
    }
    // The hunk before ends at least a context earlier.
    const start = Math.max(0, at - context);
    const end = endOfHunk(steps, at, context);
    const back = at - start;
    const lines = steps.slice(start, end);
    const oldLines = lines.filter(({ sign }) => sign !== '+').length;
    const newLines = lines.filter(({ sign }) => sign !== '-').length;
    hunks.push({
      oldStart: oldLine - back,
      newStart: newLine - back,
      ...{ oldLines, newLines },
      lines: lines.flatMap(({ sign, line }) =>
        line.endsWith('\n') ? [sign + line.slice(0, -1)] : [sign + line, NO_END],
      ),
    });
    oldLine += oldLines - back;
    newLine += newLines - back;
    at = end;
  }
  return hunks;
}

/** Where a hunk ends that begins with the change at `at`: after the last change with less than two contexts to the next. */
function endOfHunk(steps: readonly Step[], at: number, context: number): number {
  let last = at;
  for (let i = at; i < steps.length && i - last <= 2 * context; i += 1) if (steps[i]?.sign !== ' ') last = i;
  return Math.min(steps.length, last + 1 + context);
}

function stepsBetween(old: readonly string[], fresh: readonly string[]): Step[] {
  const steps: Step[] = [];
  let i = 0;
  let j = 0;
  const remove = (count: number): void => {
    for (const line of old.slice(i, i + count)) steps.push({ sign: '-', line });
    i += count;
  };
  const add = (count: number): void => {
    for (const line of fresh.slice(j, j + count)) steps.push({ sign: '+', line });
    j += count;
  };
  while (i < old.length || j < fresh.length) {
    const line = old[i];
    if (line !== undefined && line === fresh[j]) {
      steps.push({ sign: ' ', line });
      i += 1;
      j += 1;
      continue;
    }
    const [removed, added] = nextEqual(old, i, fresh, j);
    remove(removed);
    add(added);
  }
  return steps;
}

/** How many lines of each side to pass until both have the same line; all in sight if none is near. */
function nextEqual(
  old: readonly string[],
  i: number,
  fresh: readonly string[],
  j: number,
): readonly [number, number] {
  for (let sum = 1; sum <= WINDOW; sum += 1)
    for (let removed = 0; removed <= sum; removed += 1) {
      const line = old[i + removed];
      if (line !== undefined && line === fresh[j + sum - removed]) return [removed, sum - removed];
    }
  return [Math.min(WINDOW, old.length - i), Math.min(WINDOW, fresh.length - j)];
}

/** With their ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
