/** `netmem check`: findings, in the format asked for. */
import { readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { count, fixKind, writeReport } from '../../analyzer/index.ts';
import type { Format, Report, ResolvedFinding } from '../../analyzer/index.ts';
import { textOfLines } from '../../files/names.ts';
import { MEGABYTE, readInput } from '../../files/read-file.ts';
import { reasonOf } from '../../files/reason.ts';
import { writeEach } from '../each-driver.ts';
import { EXIT, worse, type ExitCode } from '../exit-code.ts';
import { changedLines, type ChangedLines } from '../patch-lines.ts';
import { ruleEntries } from '../rule-pages.ts';
import { analyse, type AnalysedDriver, type Session } from '../session.ts';
import { MAX_INPUT_BYTES, type Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';
import { sessionOptions, type SharedOptions } from './options.ts';

export interface CheckOptions extends SharedOptions {
  readonly format: Format;
  /** A patch to look at: a file, or `-`. */
  readonly diff?: string;
  /** A list of paths: a file, or `-`. */
  readonly filesFrom?: string;
  readonly explain: boolean;
  /** List the places that could not be read. */
  readonly verbose: boolean;
}

export async function check(
  paths: readonly string[],
  options: CheckOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const scope = await readScope(paths, options, terminal);
  if (scope === null) return EXIT.usage;
  if (scope.paths.length === 0) {
    terminal.message(scope.lines === null ? NO_PATHS : 'the patch touches no C file; nothing to check');
    return scope.lines === null ? EXIT.usage : EXIT.clean;
  }
  const session = await analyse(
    scope.paths,
    sessionOptions(options, { model: 'none', fixes: true }),
    terminal,
  );
  const { lines } = scope;
  const reportOf = (drivers: readonly AnalysedDriver[]): Report => ({
    version: VERSION,
    rules: ruleEntries(options.format === 'sarif'),
    findings: drivers
      .flatMap((driver) => driver.findings)
      .filter((finding) => lines === null || isOnChangedLine(finding, lines, terminal.cwd)),
    incomplete: drivers.flatMap((driver) => driver.incomplete),
  });
  const style = { style: terminal.style, explain: options.explain };
  const written = writeEach(
    session.drivers,
    (drivers) => writeReport(options.format, reportOf(drivers), style),
    terminal,
  );
  terminal.out(written.text);
  const report = reportOf(session.drivers);
  if (options.format === 'text') summarise(report, session, options.verbose, terminal);
  const found = report.findings.some((finding) => finding.suppressed === null);
  return worse(session.exit, found || !written.isWhole ? EXIT.findings : EXIT.clean);
}

/** Ten times the names of all files of a kernel. */
const MAX_LIST_BYTES = 32 * MEGABYTE;

const NO_PATHS =
  'no path given, and no C file here; name a driver: netmem check drivers/net/ethernet/VENDOR/DRIVER';

interface Scope {
  readonly paths: readonly string[];
  readonly lines: ChangedLines | null;
}

async function readScope(
  paths: readonly string[],
  options: CheckOptions,
  terminal: Terminal,
): Promise<Scope | null> {
  const { diff } = options;
  // As a path, `-` is the list of files that other commands are fed.
  const filesFrom = options.filesFrom ?? (paths.includes('-') ? '-' : undefined);
  if (diff === '-' && filesFrom === '-') {
    terminal.message('--diff - and the list of files both want standard input; give one of them a file');
    return null;
  }
  const listed = filesFrom === undefined ? '' : await readNamed(filesFrom, MAX_LIST_BYTES, terminal);
  const patch = diff === undefined ? null : await readNamed(diff, MAX_INPUT_BYTES, terminal);
  if (listed === null || (diff !== undefined && patch === null)) return null;
  const all = [
    ...paths.filter((path) => path !== '-'),
    ...listed.split(/\r?\n|\0/).filter((line) => line !== ''),
  ];
  const isHere = patch === null && filesFrom === undefined && paths.length === 0 && hasSources(terminal.cwd);
  if (patch === null) return { paths: isHere ? ['.'] : all, lines: null };
  const lines = changedLines(patch, terminal.cwd, (name) =>
    terminal.message(`--diff: ${name}: outside of the work tree; left out`),
  );
  // A patch of binaries, modes and pure renames has no lines.
  if (lines.size === 0 && patch.trim() !== '' && !/^diff --(?:git|cc|combined) /m.test(patch)) {
    terminal.message('--diff: no unified diff in the input; feed it what git diff prints');
    return null;
  }
  const changed = [...lines.keys()].filter((path) => /\.[ch]$/.test(path));
  const roots = new Set(all.map((path) => resolve(terminal.cwd, path)));
  const wanted = changed.filter((path) => roots.size === 0 || isUnder(path, roots));
  return { paths: wanted.map((path) => path.replace(`${terminal.cwd}/`, '')), lines };
}

/** True for a directory with C files in it: a driver's. */
function hasSources(directory: string): boolean {
  try {
    return readdirSync(directory).some((name) => name.endsWith('.c'));
  } catch {
    return false;
  }
}

/** True if the path, or a directory above it, is one of these. */
function isUnder(path: string, roots: ReadonlySet<string>): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (roots.has(at)) return true;
    if (dirname(at) === at) return false;
  }
}

async function readNamed(name: string, limit: number, terminal: Terminal): Promise<string | null> {
  try {
    const bytes =
      name === '-' ? await terminal.readStdin(limit) : readInput(resolve(terminal.cwd, name), limit);
    // Git says names as they are, in whatever encoding.
    return textOfLines(bytes);
  } catch (error) {
    terminal.message(`${name === '-' ? 'standard input' : name}: ${reasonOf(error)}`);
    return null;
  }
}

function isOnChangedLine({ place }: ResolvedFinding, lines: ChangedLines, cwd: string): boolean {
  const changed = lines.get(resolve(cwd, place.file));
  if (changed === undefined) return false;
  for (let line = place.line; line <= place.endLine; line += 1) if (changed.has(line)) return true;
  return false;
}

/** The last line a person reads: how many, and what next. */
function summarise(report: Report, session: Session, verbose: boolean, terminal: Terminal): void {
  const open = report.findings.filter((finding) => finding.suppressed === null);
  const accepted = report.findings.length - open.length;
  const parts = (['error', 'warning'] as const).flatMap((severity) => {
    const number = open.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [count(number, severity)];
  });
  const notes = open.filter(({ severity }) => severity === 'info' || severity === 'hint').length;
  if (notes > 0) parts.push(count(notes, 'note'));
  const where = `in ${count(session.filesChecked, 'file')} of ${count(session.drivers.length, 'driver')}`;
  const more = accepted === 0 ? '' : `, ${accepted} accepted`;
  const unread = report.incomplete.length;
  const near = report.incomplete.filter(({ bearsOn }) => bearsOn.length > 0).length;
  if (verbose)
    for (const { place, reason } of report.incomplete)
      terminal.message(`${place.file}:${place.line}: could not be read: ${reason}`);
  const listed = verbose ? '' : ' (--verbose lists them)';
  if (near > 0)
    terminal.message(`${count(near, 'place')} could not be read; what is near may be missing${listed}`);
  else if (unread > 0)
    terminal.message(`${count(unread, 'place')} could not be read; nothing there names a buffer${listed}`);
  if (session.drivers.length === 0 && session.filesChecked === 0) return;
  terminal.message(`${parts.length === 0 ? 'no findings' : parts.join(', ')} ${where}${more}`);
  const fixable = (kind: string): number => open.filter((finding) => fixKind(finding) === kind).length;
  const safe = fixable('safe');
  const unsafe = fixable('unsafe');
  if (safe + unsafe === 0) return;
  const hidden = unsafe === 0 ? '' : ` (${unsafe} more with --unsafe)`;
  terminal.message(`${safe} can be fixed${hidden}: netmem fix --diff PATH`);
}
