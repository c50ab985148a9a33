/** From the paths of a command line to analysed drivers, with the user's settings and baseline applied. */
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { applySettings, NEWEST, suppressBy } from '../analyzer/index.ts';
import type { Confidence, Release, ResolvedFinding, ResolvedIncomplete } from '../analyzer/index.ts';
import { discover, type DriverInput } from './discovery.ts';
import { slashed } from './display.ts';
import { sayLeftOut } from './each-driver.ts';
import { errorLine } from './error-line.ts';
import { EXIT, worse, type ExitCode } from './exit-code.ts';
import type { Job, JobResult } from './job.ts';
import { lowMemory } from './low-memory.ts';
import { findKernelRoot, isKernelRoot } from './kernel-tree.ts';
import { isRuleName } from './rule-pages.ts';
import { scan } from './scan.ts';
import {
  isExcluded,
  loadBaseline,
  loadSettings,
  type LoadedBaseline,
  type LoadedSettings,
} from './settings-file.ts';
import type { Terminal } from './terminal.ts';
import { displayName } from './display.ts';

/** What the options of a command line say; null where they say nothing. */
export interface SessionOptions {
  readonly kernel: string | null;
  readonly release: Release | null;
  readonly config: string | null;
  /** Macros, over those of the settings. */
  readonly define: readonly string[];
  readonly confidence: Confidence | null;
  readonly select: readonly string[];
  readonly threads: number;
  readonly useBaseline: boolean;
  readonly wantModel: boolean;
  readonly wantPrograms: boolean;
  readonly wantModes?: boolean;
  /** Findings come with what can be done about them. */
  readonly wantFixes: boolean;
}

export interface AnalysedDriver {
  readonly input: DriverInput;
  readonly result: JobResult;
  /** After settings; suppressed ones are marked, not dropped. */
  readonly findings: readonly ResolvedFinding[];
  readonly incomplete: readonly ResolvedIncomplete[];
  readonly baselinePath: string;
}

export interface Session {
  readonly drivers: readonly AnalysedDriver[];
  /** `clean` if all went well; what the findings mean is the command's business. */
  readonly exit: ExitCode;
  /** Files that were judged; others were only read to understand them. */
  readonly filesChecked: number;
}

interface Context {
  readonly settings: LoadedSettings;
  readonly baseline: LoadedBaseline;
}

/** Analyses what `paths` name. Everything that went wrong has been said on the terminal. */
export async function analyse(
  paths: readonly string[],
  options: SessionOptions,
  terminal: Terminal,
): Promise<Session> {
  let exit: ExitCode = EXIT.clean;
  const usage = (text: string): void => {
    terminal.message(text);
    exit = worse(exit, EXIT.usage);
  };
  if (options.kernel !== null && !isKernelRoot(resolve(terminal.cwd, options.kernel))) {
    usage(`${options.kernel}: not a kernel tree (no include/net/page_pool); name its root directory`);
    return { drivers: [], exit, filesChecked: 0 };
  }
  const unknown = options.select.find((name) => !isRuleName(name));
  if (unknown !== undefined) {
    usage(`--select: ${unknown} is neither a rule nor a requirement; netmem rules lists them`);
    return { drivers: [], exit, filesChecked: 0 };
  }
  const contexts = new Map<string, Context | null>();
  const contextOf = (directory: string): Context | null => {
    const known = contexts.get(directory);
    if (known !== undefined) return known;
    const loaded = loadContext(directory, options, terminal);
    if (!loaded.ok) usage(loaded.error);
    const context = loaded.ok ? loaded.value : null;
    contexts.set(directory, context);
    return context;
  };
  const found = await discover(paths, terminal.cwd, (path) => {
    const context = contextOf(dirname(path));
    return context !== null && isExcluded(path, context.settings);
  });
  found.problems.forEach(usage);

  const displayBase = paths.some(isAbsolute) ? null : terminal.cwd;
  const many = found.drivers.length > 1;
  const jobs = found.drivers.flatMap((driver): Job[] => {
    const context = contextOf(driver.directory);
    return context === null ? [] : [jobOf(driver, context, options, displayBase, many, terminal.cwd)];
  });
  const { results, crashes } = await scan(jobs, options.threads, (done, name) => {
    if (many) terminal.progress(`${done}/${jobs.length} ${name}`);
  });
  terminal.progress('');
  for (const { driver, error } of crashes) {
    const cause = lowMemory(error) ?? `internal error, the driver was left out: ${errorLine(error)}`;
    terminal.message(`${displayName(driver, terminal.cwd)}: ${cause}`);
    if (process.env['NETMEM_DEBUG'] !== undefined)
      error.split('\n').forEach((line) => terminal.message(line));
    // What the others say counts; a command that is left with nothing has failed.
    exit = worse(exit, results.length > 0 ? EXIT.findings : EXIT.internal);
  }
  for (const result of results) {
    for (const failure of result.failures) {
      terminal.message(`${displayName(result.driver.directory, terminal.cwd)}: internal error, ${failure}`);
      exit = worse(exit, EXIT.findings);
    }
    result.problems.forEach(usage);
    result.remarks.forEach((remark) => terminal.message(remark));
  }
  const drivers = results.flatMap((result): AnalysedDriver[] => {
    const context = contextOf(result.driver.directory);
    if (context === null || result.skipped) return [];
    try {
      return [applyContext(result, context, options, terminal.cwd)];
    } catch (error) {
      sayLeftOut(result.driver, 'the driver was left out', error, terminal);
      exit = worse(exit, results.length > 1 ? EXIT.findings : EXIT.internal);
      return [];
    }
  });
  return {
    drivers,
    exit,
    filesChecked: results.reduce(
      (sum, { driver, filesRead }) => sum + Math.min(driver.only?.length ?? filesRead, filesRead),
      0,
    ),
  };
}

function loadContext(directory: string, options: SessionOptions, terminal: Terminal) {
  const file = options.config === null ? null : resolve(terminal.cwd, options.config);
  const settings = loadSettings(directory, file);
  if (!settings.ok) return settings;
  const baseline = loadBaseline(directory, settings.value);
  if (!baseline.ok) return baseline;
  return { ok: true as const, value: { settings: settings.value, baseline: baseline.value } };
}

function jobOf(
  driver: DriverInput,
  { settings: { settings, base } }: Context,
  options: SessionOptions,
  displayBase: string | null,
  many: boolean,
  cwd: string,
): Job {
  const named =
    options.kernel !== null
      ? resolve(cwd, options.kernel)
      : settings.kernelTree === ''
        ? null
        : resolve(base, settings.kernelTree);
  return {
    driver,
    kernel: named ?? findKernelRoot(driver.directory),
    release: options.release ?? settings.release ?? NEWEST,
    define: [...settings.define, ...options.define],
    displayBase,
    prefilter: many,
    wantModel: options.wantModel,
    wantPrograms: options.wantPrograms,
    ...(options.wantModes === undefined ? {} : { wantModes: options.wantModes }),
    wantFixes: options.wantFixes,
  };
}

function applyContext(
  result: JobResult,
  context: Context,
  options: SessionOptions,
  cwd: string,
): AnalysedDriver {
  const { settings } = context.settings;
  const findings = applySettings(result.resolved.findings, {
    rules: settings.rules,
    select: options.select.length > 0 ? options.select : settings.select,
    confidence: options.confidence ?? settings.confidence,
  });
  const { baseline, path } = context.baseline;
  return {
    input: result.driver,
    result,
    findings: options.useBaseline
      ? findings.map((finding) => suppressBy(baseline, finding, baselineName(finding, cwd, path)))
      : findings,
    incomplete: result.resolved.incomplete,
    baselinePath: path,
  };
}

/** The finding's file as the baseline file names it. */
export function baselineName(finding: ResolvedFinding, cwd: string, baselinePath: string): string {
  return slashed(relative(dirname(baselinePath), resolve(cwd, finding.place.file)));
}
