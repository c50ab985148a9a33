/** One driver's analysis as work that can cross threads: plain data in, plain data out. */
import type { Analyzer } from '../analyzer/analyzer.ts';
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
import type { KernelTree, Release } from '../analyzer/kernel/tree.ts';
import { mayHoldBuffers } from '../analyzer/kernel/subject.ts';
import { resolveAnalysis, type ResolvedDriver } from '../analyzer/report/resolved.ts';
import type { DriverInput } from './discovery.ts';
import { displayName } from './display.ts';
import { readNamed, withHeaders } from './driver-sources.ts';
import { readSource, type ReadOutcome } from './source-files.ts';

export interface Job {
  readonly driver: DriverInput;
  /** Root of the kernel tree, or null to assume `release`. */
  readonly kernel: string | null;
  readonly release: Release;
  /** Show files relative to this directory, or absolute if null. */
  readonly displayBase: string | null;
  /** Skip the driver if no file mentions anything that a rule could look at. */
  readonly prefilter: boolean;
  readonly wantModel: boolean;
}

export interface JobResult {
  readonly driver: DriverInput;
  readonly resolved: ResolvedDriver;
  readonly model: DriverModel | null;
  /** Lines about files, for standard error. */
  readonly remarks: readonly string[];
  /** Files that were asked for and could not be used. */
  readonly problems: readonly string[];
  readonly filesRead: number;
  /** True if the prefilter found nothing to look at. */
  readonly skipped: boolean;
}

export async function runJob(job: Job, analyzer: Analyzer, tree: KernelTree): Promise<JobResult> {
  const { driver } = job;
  const display = (file: string): string => displayName(file, job.displayBase);
  const remarks: string[] = [];
  const problems: string[] = [];
  const read = (path: string): ReadOutcome => {
    const outcome = readSource(path, display(path));
    const asked = driver.only?.includes(path) ?? false;
    if (outcome.kind === 'unusable') (asked ? problems : remarks).push(outcome.problem);
    else if (outcome.remark !== null && (asked || driver.only === null)) remarks.push(outcome.remark);
    return outcome;
  };
  const named = readNamed(driver, read);
  const result = { driver, remarks, problems };
  const near = named.some(({ text }) => mayHoldBuffers(text));
  if (named.length === 0 || (job.prefilter && !near)) {
    const resolved = { findings: [], incomplete: [] };
    return { ...result, filesRead: named.length, resolved, model: null, skipped: true };
  }
  const files = await withHeaders(driver, named, job.kernel, read);
  const opened = analyzer.openDriver(files, tree, {
    name: driver.name,
    // What happens to a packet, any part of a driver may say.
    reading: job.prefilter && !job.wantModel ? 'relevant' : 'whole',
  });
  try {
    const analysis = opened.analysis();
    const all = resolveAnalysis(analysis, files, { driver: driver.name, display });
    const asked = driver.only === null ? null : new Set(driver.only.map(display));
    const resolved: ResolvedDriver = {
      findings: all.findings.filter(({ place }) => asked?.has(place.file) ?? true),
      incomplete: all.incomplete.filter(({ place }) => asked?.has(place.file) ?? true),
    };
    return {
      ...result,
      filesRead: files.length,
      resolved,
      model: job.wantModel ? analysis.model : null,
      skipped: false,
    };
  } finally {
    opened.dispose();
  }
}
