/**
 * Findings the user has accepted, kept in a file outside the sources, since kernel code takes no tool comments. An
 * entry covers a line (by fingerprint, so it survives edits elsewhere), a function or a file. Editor and terminal use
 * the same functions; comments in the file survive an added entry.
 */
import { applyEdits, modify, parse, type ParseError } from 'jsonc-parser';
import { jsonProblem, TOO_DEEP, tooDeep } from './json-problem.ts';
import { LineTable } from '../text/line-table.ts';
import type { ResolvedFinding } from '../findings/resolved.ts';

export const BASELINE_FILE = '.netmem-baseline.json';
const BASELINE_VERSION = 1;

export const SCOPES = ['line', 'function', 'file'] as const;
export type Scope = (typeof SCOPES)[number];

interface EntryBase {
  readonly rule: string;
  /** Relative to the baseline file, `/` as separator. */
  readonly file: string;
  /** Why it is accepted, in the user's words. */
  readonly reason: string;
}
export type BaselineEntry =
  | (EntryBase & { readonly scope: 'line'; readonly fingerprint: string })
  | (EntryBase & { readonly scope: 'function'; readonly function: string })
  | (EntryBase & { readonly scope: 'file' });

export interface Baseline {
  readonly entries: readonly BaselineEntry[];
}

/** What an entry is compared with. `file` is relative to the baseline file. */
export interface BaselineSubject {
  readonly rule: string;
  readonly file: string;
  readonly function: string | null;
  readonly fingerprint: string;
}

export type BaselineResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

export const EMPTY_BASELINE: Baseline = { entries: [] };
const EMPTY_TEXT = `{\n  "version": ${BASELINE_VERSION},\n  "entries": []\n}\n`;

/** Reads a baseline file. The error says line and cause. */
export function parseBaseline(text: string): BaselineResult<Baseline> {
  const deep = tooDeep(text);
  if (deep !== null) return fail(`line ${new LineTable(text).position(deep).line}: ${TOO_DEEP}`);
  const errors: ParseError[] = [];
  const root: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const { line } = new LineTable(text).position(error.offset);
    return fail(`line ${line}: ${jsonProblem(error.error)}`);
  }
  if (field(root, 'version') !== BASELINE_VERSION) return fail(`"version" is not ${BASELINE_VERSION}`);
  const list = field(root, 'entries');
  if (!Array.isArray(list)) return fail('"entries" is not a list');
  const entries: BaselineEntry[] = [];
  for (const [index, item] of list.entries()) {
    const entry = readEntry(item);
    if (entry === null) {
      return fail(
        `entry ${index + 1} lacks "rule", "file", or what its "scope" (${SCOPES.join(', ')}) needs`,
      );
    }
    entries.push(entry);
  }
  return { ok: true, value: { entries } };
}

/** The first entry that covers the finding, or null. */
export function isSuppressed(baseline: Baseline, subject: BaselineSubject): BaselineEntry | null {
  const found = indexOf(baseline).get(fileKey(subject));
  if (found === undefined) return null;
  const inFunction = subject.function === null ? undefined : found.functions.get(subject.function);
  const candidates = [found.whole, inFunction, found.lines.get(subject.fingerprint)];
  const numbers = candidates.filter((number) => number !== undefined);
  return baseline.entries[Math.min(...numbers)] ?? null;
}

/** Entries that cover none of the findings: the code has changed, and they can go. */
export function unusedEntries(
  baseline: Baseline,
  subjects: readonly BaselineSubject[],
): readonly BaselineEntry[] {
  const covered = new Set(subjects.flatMap(keysOf));
  return baseline.entries.filter((entry) => !covered.has(keyOf(entry)));
}

/** The entry for a finding. A function entry outside of a function becomes a line entry. */
function entryFor(subject: BaselineSubject, scope: Scope, reason: string): BaselineEntry {
  const { rule, file, fingerprint } = subject;
  if (scope === 'file') return { rule, file, scope, reason };
  if (scope === 'function' && subject.function !== null) {
    return { rule, file, scope, function: subject.function, reason };
  }
  return { rule, file, scope: 'line', fingerprint, reason };
}

/**
 * The baseline's text with one more entry; an empty text makes a new file. Formatting and comments stay.
 * An entry that is covered already changes nothing.
 */
export function addEntry(
  text: string,
  subject: BaselineSubject,
  scope: Scope,
  reason: string,
): BaselineResult<string> {
  const before = text.trim() === '' ? EMPTY_TEXT : text;
  const parsed = parseBaseline(before);
  if (!parsed.ok) return parsed;
  const entry = entryFor(subject, scope, reason);
  if (isSuppressed(parsed.value, subject)?.scope === entry.scope) return { ok: true, value: before };
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };
  const edits = modify(before, ['entries', -1], entry, { formattingOptions, isArrayInsertion: true });
  return { ok: true, value: applyEdits(before, edits) };
}

/** A new baseline file that covers these findings line by line. */
export function writeBaseline(subjects: readonly BaselineSubject[], reason: string): string {
  const entries = subjects.map((subject) => entryFor(subject, 'line', reason));
  return `${JSON.stringify({ version: BASELINE_VERSION, entries }, null, 2)}\n`;
}

/** The finding with the reason of the entry that covers it, if one does. @param file relative to the baseline file */
export function suppressBy(baseline: Baseline, finding: ResolvedFinding, file: string): ResolvedFinding {
  const { rule, fingerprint } = finding;
  const entry = isSuppressed(baseline, { rule, file, fingerprint, function: finding.function });
  return entry === null ? finding : { ...finding, suppressed: entry.reason };
}

/** Numbers of the first entries of a rule in a file. */
interface FileEntries {
  whole?: number;
  readonly functions: Map<string, number>;
  readonly lines: Map<string, number>;
}

const indexes = new WeakMap<Baseline, ReadonlyMap<string, FileEntries>>();

/** The entries by rule and file: a baseline of many entries is asked about many findings. */
function indexOf(baseline: Baseline): ReadonlyMap<string, FileEntries> {
  const known = indexes.get(baseline);
  if (known !== undefined) return known;
  const index = new Map<string, FileEntries>();
  for (const [number, entry] of baseline.entries.entries()) {
    const key = fileKey(entry);
    let entries = index.get(key);
    if (entries === undefined) index.set(key, (entries = { functions: new Map(), lines: new Map() }));
    if (entry.scope === 'file') entries.whole ??= number;
    else {
      const [names, name] =
        entry.scope === 'function' ? [entries.functions, entry.function] : [entries.lines, entry.fingerprint];
      if (!names.has(name)) names.set(name, number);
    }
  }
  indexes.set(baseline, index);
  return index;
}

function fileKey({ rule, file }: { readonly rule: string; readonly file: string }): string {
  return `${rule}\0${file}`;
}

/** Equal to one of a subject's keys if the entry covers the subject. */
function keyOf(entry: BaselineEntry): string {
  switch (entry.scope) {
    case 'line':
      return `line\0${fileKey(entry)}\0${entry.fingerprint}`;
    case 'function':
      return `function\0${fileKey(entry)}\0${entry.function}`;
    case 'file':
      return `file\0${fileKey(entry)}`;
  }
}

function keysOf(subject: BaselineSubject): string[] {
  const file = fileKey(subject);
  const inFunction = subject.function === null ? [] : [`function\0${file}\0${subject.function}`];
  return [`line\0${file}\0${subject.fingerprint}`, ...inFunction, `file\0${file}`];
}

function readEntry(item: unknown): BaselineEntry | null {
  const rule = field(item, 'rule');
  const file = field(item, 'file');
  const scope = field(item, 'scope');
  const reason = field(item, 'reason') ?? '';
  if (typeof rule !== 'string' || typeof file !== 'string' || typeof reason !== 'string') return null;
  if (scope === 'file') return { rule, file, scope, reason };
  const name = field(item, scope === 'function' ? 'function' : 'fingerprint');
  if (typeof name !== 'string') return null;
  if (scope === 'function') return { rule, file, scope, function: name, reason };
  return scope === 'line' ? { rule, file, scope, fingerprint: name, reason } : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function fail(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
