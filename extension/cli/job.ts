/** One driver's analysis as work that can cross threads: plain data in, plain data out. */
import { mayHoldBuffers, modesOfDriver, resolveAnalysis, withFlags } from '../analyzer/index.ts';
import type {
  Analyzer,
  DriverModes,
  KernelTree,
  Release,
  ResolvedDriver,
  ResolvedFinding,
} from '../analyzer/index.ts';
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
import { realOnce } from '../files/real-path.ts';
import { readableRoots } from '../files/work-tree.ts';
import type { DriverInput } from './discovery.ts';
import { displayNames } from './display.ts';
import { errorLine } from './error-line.ts';
import { readNamed, withHeaders } from './driver-sources.ts';
import { readSource, type ReadOutcome } from './source-files.ts';

export interface Job {
  readonly driver: DriverInput;
  /** Root of the kernel tree, or null to assume `release`. */
  readonly kernel: string | null;
  readonly release: Release;
  /** What the user says of macros. */
  readonly define: readonly string[];
  /** Show files relative to this directory, or absolute if null. */
  readonly displayBase: string | null;
  /** Skip the driver if no file mentions anything that a rule could look at. */
  readonly prefilter: boolean;
  readonly wantModel: boolean;
  /** The model comes with its driver IR. */
  readonly wantPrograms: boolean;
  /** What decides between modes is looked for, and what is open in each. */
  readonly wantModes?: boolean;
  /** The command says of findings how they can be fixed, which costs more than finding them. */
  readonly wantFixes: boolean;
}

export interface JobResult {
  readonly driver: DriverInput;
  readonly resolved: ResolvedDriver;
  readonly model: DriverModel | null;
  /** Null if they are not wanted. */
  readonly modes: DriverModes | null;
  /** Lines about files, for standard error. */
  readonly remarks: readonly string[];
  /** Files that were asked for and could not be used. */
  readonly problems: readonly string[];
  /** Parts of the answer that are missing because the analyser failed, each as the rest of a line about the driver. */
  readonly failures: readonly string[];
  readonly filesRead: number;
  /** True if the prefilter found nothing to look at. */
  readonly skipped: boolean;
}

export async function runJob(job: Job, analyzer: Analyzer, tree: KernelTree): Promise<JobResult> {
  const { driver } = job;
  const display = displayNames(job.displayBase);
  const remarks: string[] = [];
  const problems: string[] = [];
  const failures: string[] = [];
  const within = readableRoots(driver.directory, job.kernel, realOnce);
  const only = driver.only === null ? null : new Set(driver.only);
  const read = (path: string): ReadOutcome => {
    const outcome = readSource(path, display(path), within);
    const asked = only?.has(path) ?? false;
    if (outcome.kind === 'unusable') (asked ? problems : remarks).push(outcome.problem);
    else if (outcome.remark !== null && (asked || driver.only === null)) remarks.push(outcome.remark);
    return outcome;
  };
  const named = readNamed(driver, read);
  const result = { driver, remarks, problems, failures };
  const near = named.some(({ text }) => mayHoldBuffers(text));
  if (named.length === 0 || (job.prefilter && !near)) {
    const resolved = { findings: [], incomplete: [] };
    return { ...result, filesRead: named.length, resolved, model: null, modes: null, skipped: true };
  }
  const files = await withHeaders(driver, named, job.kernel, read);
  const opened = analyzer.openDriver(files, withFlags(tree, driver.flags), {
    name: driver.name,
    // What happens to a packet, any part of a driver may say.
    reading: job.prefilter && !job.wantModel ? 'relevant' : 'whole',
  });
  try {
    const analysis = opened.analysis();
    const all = resolveAnalysis(analysis, files, {
      ...{ driver: driver.name, display, fixes: job.wantFixes, traces: job.wantModel },
    });
    const asked = driver.only === null ? null : new Set(driver.only.map(display));
    const findings = all.findings.filter(({ place }) => asked?.has(place.file) ?? true);
    const resolved: ResolvedDriver = {
      findings: job.wantFixes ? withFixes(findings, failures) : findings,
      incomplete: all.incomplete.filter(({ place }) => asked?.has(place.file) ?? true),
      traces: all.traces,
    };
    return {
      ...result,
      filesRead: files.length,
      resolved,
      model: job.wantModel ? modelOf(analysis.model, job.wantPrograms, failures) : null,
      modes: job.wantModes === true ? shownModes(modesOfDriver(analysis), display) : null,
      skipped: false,
    };
  } finally {
    opened.dispose();
  }
}

/** The modes with files as the user knows them. */
function shownModes(modes: DriverModes, display: (file: string) => string): DriverModes {
  const settings = modes.settings.map(({ setting, answers }) => ({
    setting,
    answers: answers.map((answer) => {
      const { selectedAt: at } = answer;
      return at === null ? answer : { ...answer, selectedAt: { ...at, file: display(at.file) } };
    }),
  }));
  return { ...modes, settings };
}

/** The findings with their fixes made, so that nothing can fail once all drivers are printed together. */
function withFixes(findings: readonly ResolvedFinding[], failures: string[]): readonly ResolvedFinding[] {
  try {
    return findings.map((finding) => ({ ...finding }));
  } catch (error) {
    failures.push(`its fixes were left out: ${errorLine(error)}`);
    return findings.map((finding) => Object.defineProperty(finding, 'fixes', { value: [] }));
  }
}

/** The model, with its driver IR if that is wanted; without it, the documented generic programs take its place. */
function modelOf(model: DriverModel, withPrograms: boolean, failures: string[]): DriverModel {
  const { version, name, pools, capabilities } = model;
  const bare: DriverModel = { version, name, pools, capabilities };
  if (!withPrograms) return bare;
  try {
    return { ...model };
  } catch (error) {
    failures.push(`its driver IR was left out: ${errorLine(error)}`);
    return bare;
  }
}
