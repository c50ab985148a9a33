/** Converts a driver in passes: every pass applies all plans that hold together, until nothing changes any more. */
import type { Analyzer, DriverAnalysis, Driver, SourceFile } from '../analyzer.ts';
import type { Applicability, PlannedEdit } from '../fix.ts';
import type { KernelTree } from '../kernel/tree.ts';
import { applyEdits } from '../text/edits.ts';
import { LineIndex } from '../text/line-index.ts';
import type { FilePath } from '../text/range.ts';
import type { DriverPlan, Obstacle } from './driver-plan.ts';
import { Planner } from './planner.ts';
import { TakenEdits } from './taken-edits.ts';

export interface ConvertOptions {
  /** Apply plans of the grade `unsafe` too. */
  readonly unsafe: boolean;
  /** Rename `page` to `netmem` in converted names. */
  readonly rename: boolean;
  /** Says which plans to take; all if left out. */
  readonly wants?: (plan: DriverPlan, analysis: DriverAnalysis) => boolean;
}

/** A file with its text before and after. */
export interface ConvertedSource {
  readonly path: FilePath;
  readonly before: string;
  readonly after: string;
}

export interface DriverConversion {
  /** Only files that changed. */
  readonly files: readonly ConvertedSource[];
  /** Titles of the plans that were applied. */
  readonly applied: readonly string[];
  readonly edits: readonly PlannedEdit[];
  /** What was left alone, with reasons. Offsets and lines (from 1) refer to the converted text. */
  readonly obstacles: readonly (Obstacle & { readonly line: number })[];
  readonly passes: number;
  readonly counts: { readonly converted: number; readonly refused: number };
}

const MAX_PASSES = 8;

function mayApply(grade: Applicability, options: ConvertOptions): boolean {
  return grade === 'safe' || (grade === 'unsafe' && options.unsafe);
}

/** What one pass found, and the edits that it takes. Nothing of its analysis, which is as large as the driver. */
interface Pass {
  readonly applied: readonly string[];
  readonly taken: TakenEdits;
  readonly obstacles: readonly Obstacle[];
  readonly converted: number;
  readonly refused: number;
}

/**
 * A function of its own, so that the analysis and its plans can go before the text is read again: V8 keeps what the last turn
 * of a loop has in its variables. Four files of 4 MB took 1.55 GB for two analyses at a time.
 * @returns null if the driver holds no buffers
 */
function passOver(driver: Driver, tree: KernelTree, options: ConvertOptions): Pass | null {
  const analysis = driver.analysis();
  if (analysis.facts === undefined) return null;
  const plans = new Planner(analysis.facts, tree, options.rename).plans;
  const taken = new TakenEdits();
  const applied: string[] = [];
  let converted = 0;
  for (const group of plans) {
    const { plan } = group;
    if (plan.edits.length === 0 || !mayApply(plan.applicability, options)) continue;
    if (options.wants?.(group, analysis) === false || taken.clash(plan.edits)) continue;
    // Two plans may ask for the same header.
    taken.add(plan.edits);
    applied.push(plan.title);
    if (group.kind === 'buffer') converted++;
  }
  return {
    ...{ applied, taken, converted },
    obstacles: plans.flatMap((p) => p.obstacles),
    refused: plans.filter((p) => p.kind === 'buffer' && p.obstacles.length > 0).length,
  };
}

/** @returns null if an edit does not fit the text it was made for, which is a defect of the planner */
export function convertDriver(
  analyzer: Analyzer,
  files: readonly SourceFile[],
  tree: KernelTree,
  options: ConvertOptions,
): DriverConversion | null {
  const before = new Map(files.map((f) => [f.path, f.text]));
  const now = new Map(before);
  const driver = analyzer.openDriver(files, tree);
  const applied: string[] = [];
  const allEdits: PlannedEdit[] = [];
  let obstacles: readonly Obstacle[] = [];
  let passes = 0;
  let refused = 0;
  let converted = 0;
  try {
    for (; passes < MAX_PASSES; passes++) {
      const pass = passOver(driver, tree, options);
      if (pass === null) break;
      ({ obstacles, refused } = pass);
      converted += pass.converted;
      for (const title of pass.applied) applied.push(title);
      if (pass.taken.edits.length === 0) break;
      for (const [path, edits] of pass.taken.byFile()) {
        const text = now.get(path);
        if (text === undefined) return null;
        const done = applyEdits(text, edits);
        if (!done.ok) return null;
        now.set(path, done.text);
        driver.setFile({ path, text: done.text });
      }
      for (const edit of pass.taken.edits) allEdits.push(edit);
    }
  } finally {
    driver.dispose();
  }
  const lines = new Map([...now].map(([path, text]) => [path, new LineIndex(text)]));
  return {
    files: files.flatMap(({ path, text }) => {
      const after = now.get(path) ?? text;
      return after === text ? [] : [{ path, before: text, after }];
    }),
    applied,
    edits: allEdits,
    obstacles: obstacles.map((o) => ({
      ...o,
      line: (lines.get(o.location.file)?.position(o.location.range.start).line ?? 0) + 1,
    })),
    passes,
    counts: { converted, refused },
  };
}
