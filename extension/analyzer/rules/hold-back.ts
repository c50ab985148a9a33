/**
 * Holds findings back where the C parser could not read the source: what stands there may be a guard, another use of
 * the buffer, or the very thing that is said to be missing.
 */
import type { Finding } from '../finding.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { FileModel } from '../model/names/symbols.ts';
import { type Location, type OffsetRange, overlaps } from '../text/range.ts';

/** What could not be read of one file. */
interface Unread {
  readonly gaps: readonly Location[];
  /** Gaps in structures and tables: macros that make fields, as a rule. They say nothing of the other fields. */
  readonly inTables: readonly Location[];
  /** The items that have a gap in them or beside them, each with its nearest gap. */
  readonly damaged: readonly { readonly range: OffsetRange; readonly gap: Location }[];
}

/** Requirements whose findings say that something is nowhere in the driver: it may be in what could not be read. */
const ABSENCE: ReadonlySet<string> = new Set(['RX2', 'RX4', 'TX2']);

/**
 * Tells the lines that a gap touches: what the parser skipped is seldom all that it misread. Remembers the line it saw
 * last: an enormous one may hold thousands of gaps.
 */
function lineFinder(text: string): (range: OffsetRange) => OffsetRange {
  let seen: OffsetRange = { start: 0, end: 0 };
  const lineOf = (at: number): OffsetRange => {
    if (at >= seen.start && at < seen.end) return seen;
    const end = text.indexOf('\n', at);
    seen = { start: text.lastIndexOf('\n', at) + 1, end: end < 0 ? text.length : end };
    return seen;
  };
  return ({ start, end }) => ({ start: lineOf(start).start, end: lineOf(end).end });
}

const known = new WeakMap<FileModel, Unread>();

function unreadOf(file: FileModel): Unread {
  let found = known.get(file);
  if (found === undefined) known.set(file, (found = findUnread(file)));
  return found;
}

function findUnread(file: FileModel): Unread {
  const gaps: Location[] = [];
  const inTables: Location[] = [];
  const damaged: { range: OffsetRange; gap: Location }[] = [];
  const linesOf = lineFinder(file.text);
  file.items.forEach(({ base, item }, i) => {
    const own = 'errors' in item ? (item.errors ?? []) : [];
    if (own.length === 0) return;
    const made = own.map((e): Location => {
      const range = linesOf({ start: base + e.s, end: base + e.e });
      return { file: file.path, range };
    });
    (item.k === 'decl' ? inTables : gaps).push(...made);
    const [gap] = made;
    if (gap === undefined || item.k === 'decl') return;
    // Where no item came of it, it may be a part of the one before or behind it.
    const touched = item.k === 'other' ? [file.items[i - 1], file.items[i + 1]] : [{ base, item }];
    for (const t of touched) {
      if (t !== undefined) damaged.push({ range: { start: t.base + t.item.s, end: t.base + t.item.e }, gap });
    }
  });
  return { gaps, inTables, damaged };
}

/**
 * The findings that stand on what was read: none on the lines that the parser could not read (they are reported as
 * incomplete), and those in the same function with low confidence and the lines as evidence.
 */
export function holdBack(findings: readonly Finding[], facts: DriverFacts): Finding[] {
  const byFile = new Map(facts.files.map((file) => [file.path, { file, unread: unreadOf(file) }]));
  const gaps = [...byFile.values()].flatMap(({ file, unread }) =>
    [...unread.gaps, ...unread.inTables].map((gap) => ({
      gap,
      text: file.text.slice(gap.range.start, gap.range.end),
    })),
  );
  if (gaps.length === 0) return [...findings];
  return findings.flatMap((f): Finding[] => {
    const { range } = f.location;
    const own = byFile.get(f.location.file)?.unread;
    if (own?.gaps.some((gap) => overlaps(gap.range, range)) === true) return [];
    const near =
      own?.damaged.find((d) => overlaps(d.range, range))?.gap ??
      (ABSENCE.has(f.requirement) ? gaps.find(({ text }) => text.includes(f.api))?.gap : undefined);
    if (near === undefined) return [f];
    const evidence = [
      { location: near, message: 'incomplete: the C parser could not read this, which bears on it' },
      ...f.evidence,
    ];
    return [{ ...f, confidence: 'low', evidence }];
  });
}
