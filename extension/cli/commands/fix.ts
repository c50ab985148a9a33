/** `netmem fix`: converts drivers, as a patch or in place. */
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import {
  commitMessage,
  convertDriver,
  count,
  keepLineEndings,
  mayHoldBuffers,
  NEWEST,
  planResolves,
  shellWord,
  unifiedDiff,
  visibleLines,
  withFlags,
} from '../../analyzer/index.ts';
import type {
  ConvertedSource,
  DriverAnalysis,
  DriverConversion,
  DriverPlan,
  Release,
} from '../../analyzer/index.ts';
import { loadAnalyzer } from '../analyzer-host.ts';
import { discover, type DriverInput } from '../discovery.ts';
import { displayName, slashed } from '../display.ts';
import { readNamed, withHeaders } from '../driver-sources.ts';
import { sayLeftOut } from '../each-driver.ts';
import { EXIT, worse, type ExitCode } from '../exit-code.ts';
import { realOnce } from '../../files/real-path.ts';
import { readableRoots } from '../../files/work-tree.ts';
import { isInterrupted, recover } from '../fix-recovery.ts';
import { findKernelRoot, isKernelRoot, kernelTree } from '../kernel-tree.ts';
import { isExcluded, loadSettings } from '../settings-file.ts';
import { BYTE_ORDER_MARK, readSource, type ReadOutcome } from '../source-files.ts';
import type { Terminal } from '../terminal.ts';
import { type FileChange, writeAll } from '../write-files.ts';

export interface FixOptions {
  readonly diff: boolean;
  readonly write: boolean;
  readonly unsafe: boolean;
  readonly only?: readonly string[];
  readonly class?: string;
  readonly rename: boolean;
  readonly commitMessage: boolean;
  /** List every place that is left alone. */
  readonly verbose: boolean;
  readonly kernel?: string;
  readonly release?: Release;
  readonly config?: string;
  readonly define: readonly string[];
}

interface Converted {
  readonly driver: DriverInput;
  readonly kernel: string | null;
  readonly conversion: DriverConversion;
}

export async function fix(
  paths: readonly string[],
  options: FixOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  let exit: ExitCode = EXIT.clean;
  const usage = (text: string): void => {
    terminal.message(text);
    exit = worse(exit, EXIT.usage);
  };
  if (options.kernel !== undefined && !isKernelRoot(resolve(terminal.cwd, options.kernel))) {
    usage(`${options.kernel}: not a kernel tree (no include/net/page_pool); name its root directory`);
    return exit;
  }
  const config = options.config === undefined ? null : resolve(terminal.cwd, options.config);
  const found = await discover(paths, terminal.cwd, (path) => {
    const settings = loadSettings(dirname(path), config);
    return settings.ok && isExcluded(path, settings.value);
  });
  found.problems.forEach(usage);
  const displayBase = paths.some(isAbsolute) ? null : terminal.cwd;
  if (!settleInterrupted(found.drivers, options.write, displayBase, terminal)) return worse(exit, EXIT.usage);
  const analyzer = await loadAnalyzer();
  const converted: Converted[] = [];
  const changes: FileChange[] = [];
  const convert = async (driver: DriverInput): Promise<void> => {
    const display = (file: string): string => displayName(file, displayBase);
    const settings = loadSettings(driver.directory, config);
    if (!settings.ok) {
      usage(settings.error);
      return;
    }
    const treeName = options.kernel ?? (settings.value.settings.kernelTree || undefined);
    const base = options.kernel === undefined ? settings.value.base : terminal.cwd;
    const kernel = treeName === undefined ? findKernelRoot(driver.directory) : resolve(base, treeName);
    const within = readableRoots(driver.directory, kernel, realOnce);
    const inexact = new Set<string>();
    const marked = new Set<string>();
    const read = (path: string): ReadOutcome => {
      const outcome = readSource(path, display(path), within);
      if (outcome.kind === 'unusable') usage(outcome.problem);
      else {
        if (!outcome.exact) inexact.add(path);
        if (outcome.marked) marked.add(path);
      }
      return outcome;
    };
    const named = readNamed(driver, read);
    if (!named.some(({ text }) => mayHoldBuffers(text))) return;
    const sources = await withHeaders(driver, named, kernel, read);
    const define = [...settings.value.settings.define, ...options.define];
    const plain = kernelTree(kernel, options.release ?? settings.value.settings.release ?? NEWEST, define);
    const tree = withFlags(plain, driver.flags);
    const conversion = convertDriver(analyzer, sources, tree, {
      unsafe: options.unsafe,
      rename: options.rename,
      wants: (plan, analysis) =>
        wants(plan, analysis, options) && isAsked(plan, driver.only) && staysInside(plan, driver),
    });
    if (conversion === null) throw new Error('the edits do not fit');
    const odd = conversion.files.filter((f) => inexact.has(f.path));
    if (odd.length > 0) {
      for (const f of odd)
        usage(`${display(f.path)}: not UTF-8, so its driver is left alone; convert it with iconv first`);
      return;
    }
    // Modules of a directory share headers; what both convert alike is one change.
    const written = conversion.files.map((f) => asOnDisk(f, marked.has(f.path)));
    const files = written.filter(
      (f) => !changes.some(({ path, after }) => path === f.path && after === f.after),
    );
    const clash = files.find((f) => changes.some(({ path }) => path === f.path));
    if (clash !== undefined) {
      usage(`${display(clash.path)}: two modules convert it differently; convert them one after the other`);
      return;
    }
    converted.push({ driver, kernel, conversion: { ...conversion, files } });
    for (const f of files)
      changes.push({ path: f.path, name: display(f.path), before: f.before, after: f.after });
  };
  // One driver that the analyser or a writer cannot cope with takes no other down.
  const leftAlone = (driver: DriverInput, what: string, error: unknown): void => {
    sayLeftOut(driver, what, error, terminal);
    exit = worse(exit, EXIT.findings);
  };
  for (const driver of found.drivers)
    await convert(driver).catch((error: unknown) => leftAlone(driver, 'it was left alone', error));
  if (options.write) {
    const written = writeAll(changes);
    if (!written.ok) {
      written.problems.forEach(usage);
      return worse(exit, EXIT.usage);
    }
    written.remarks.forEach((remark) => terminal.message(remark));
  }
  const wantsDiff = options.diff || (!options.write && !options.commitMessage);
  const each = (what: string, print: (c: Converted) => void): void => {
    for (const c of converted) {
      try {
        print(c);
      } catch (error) {
        leftAlone(c.driver, what, error);
      }
    }
  };
  if (wantsDiff) each('its patch was left out', (c) => printDiff(c, terminal));
  if (options.commitMessage) each('its commit message was left out', (c) => printMessage(c, terminal));
  each('its summary was left out', (c) => summarise(c, options, displayBase, terminal));
  return exit;
}

/** The texts as the file has them: with its byte order mark, and with the end that each line has. */
function asOnDisk({ path, before, after }: ConvertedSource, marked: boolean): ConvertedSource {
  const mark = marked ? BYTE_ORDER_MARK : '';
  return {
    path,
    before: mark + before,
    after: mark + keepLineEndings(before, after),
  };
}

/** A driver that a killed fix left half converted has to be whole before anything is computed from it. */
function settleInterrupted(
  drivers: readonly DriverInput[],
  write: boolean,
  displayBase: string | null,
  terminal: Terminal,
): boolean {
  const files = drivers.flatMap(({ sources, headers }) => [...sources, ...headers]);
  const directories = [...new Set(files.map((file) => dirname(file)))].sort();
  let settled = true;
  for (const directory of directories) {
    const name = displayName(directory, displayBase);
    if (!write) {
      if (!isInterrupted(directory)) continue;
      terminal.message(
        `${name}: a fix was interrupted here; netmem fix --write ${shellWord(name)} finishes it`,
      );
      settled = false;
      continue;
    }
    const recovery = recover(directory, name);
    if (recovery.kind === 'done') terminal.message(recovery.what);
    if (recovery.kind === 'stuck') {
      terminal.message(recovery.problem);
      settled = false;
    }
  }
  return settled;
}

function wants(plan: DriverPlan, analysis: DriverAnalysis, options: FixOptions): boolean {
  if (options.class !== undefined && !plan.names.has(options.class)) return false;
  const { only } = options;
  if (only === undefined || only.length === 0) return true;
  return analysis.findings.some(
    (f) => (only.includes(f.rule) || only.includes(f.requirement)) && planResolves(plan, f),
  );
}

/** Of files named one by one, only what they have part in is converted. */
function isAsked({ plan }: DriverPlan, only: readonly string[] | null): boolean {
  return only === null || plan.edits.some((e) => only.includes(e.file));
}

/** Headers of the tree and of a family of drivers have other users, which nobody would convert. */
function staysInside({ plan }: DriverPlan, { sources, headers }: DriverInput): boolean {
  return plan.edits.every(({ file }) => sources.includes(file) || headers.includes(file));
}

function subjectOf(driver: DriverInput, kernel: string | null): string {
  return kernel === null ? driver.name : relative(kernel, driver.directory).replace(/^drivers\//, '');
}

/** Places that are listed unasked. */
const FEW = 10;

/** Paths are relative to where the command runs, so that git apply takes the patch there; else to the tree's root. */
function printDiff({ kernel, driver, conversion }: Converted, terminal: Terminal): void {
  const inside = conversion.files.every((f) => !relative(terminal.cwd, f.path).startsWith('..'));
  const base = inside ? terminal.cwd : (kernel ?? driver.directory);
  const diffs = conversion.files.map((f) => unifiedDiff(slashed(relative(base, f.path)), f.before, f.after));
  if (!inside && diffs.length > 0)
    terminal.message(`paths are relative to ${base}: git -C ${shellWord(base)} apply`);
  for (const diff of diffs) terminal.out(terminal.isScreen ? visibleLines(diff) : diff);
}

function printMessage({ kernel, driver, conversion }: Converted, terminal: Terminal): void {
  if (conversion.files.length > 0) terminal.out(`${commitMessage(subjectOf(driver, kernel), conversion)}\n`);
}

function summarise(
  { driver, conversion }: Converted,
  { write: wrote, verbose }: FixOptions,
  displayBase: string | null,
  terminal: Terminal,
): void {
  const { counts, files } = conversion;
  const asked = driver.only === null ? null : new Set(driver.only);
  const obstacles = conversion.obstacles.filter((o) => asked?.has(o.location.file) ?? true);
  const name = displayName(driver.directory, displayBase);
  if (counts.converted + counts.refused === 0) return;
  const verb = wrote ? 'converted' : 'to convert';
  const left = counts.refused === 0 ? '' : `, ${counts.refused} left alone`;
  terminal.message(
    `${name}: ${count(counts.converted, 'buffer')} ${verb} in ${count(files.length, 'file')}${left}`,
  );
  const causes = new Map<string, number>();
  for (const o of obstacles) causes.set(o.cause, (causes.get(o.cause) ?? 0) + 1);
  // A list of causes is worth reading where it is shorter than the list of places.
  const summed = causes.size < obstacles.length ? [...causes] : [];
  for (const [cause, times] of summed.sort((a, b) => b[1] - a[1])) terminal.message(`  ${times} × ${cause}`);
  if (!verbose && obstacles.length > FEW) {
    terminal.message(`  ${count(obstacles.length, 'place')} left alone; netmem fix --verbose lists them`);
    return;
  }
  for (const o of obstacles)
    terminal.message(`  ${displayName(o.location.file, displayBase)}:${o.line}: ${o.reason}`);
}
