/** Conversion plans of a driver at one moment, made when somebody asks. */
import type { Finding } from '../finding.ts';
import type { Applicability, FixPlan, PlannedEdit } from '../fix.ts';
import type { KernelTree } from '../kernel/tree.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { FileModel } from '../model/names/symbols.ts';
import type { FilePath, Location } from '../text/range.ts';
import { keepOrder } from './declaration-order.ts';
import type { DriverPlan, FileEdit } from './driver-plan.ts';
import { netmemInclude } from './includes.ts';
import { layOut, type ReasonedEdit } from './layout.ts';
import { readPages } from './page-graph.ts';
import type { PageWorld } from './page-world.ts';
import { planBuffers } from './plan-buffer.ts';
import { planPools } from './plan-pool.ts';
import { planSync } from './plan-sync.ts';
import { planTransmit } from './plan-transmit.ts';

/** Best first. */
const GRADES: readonly Applicability[] = ['safe', 'unsafe', 'advice'];

function key(at: Location): string {
  return `${at.file}:${at.range.start}`;
}

/** Insertions at one place become one, so that no two edits of a plan are the same. */
function joined(edits: readonly FileEdit[]): FileEdit[] {
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  const out: FileEdit[] = [];
  for (const e of sorted) {
    const last = out.at(-1);
    if (
      last !== undefined &&
      e.range.end === e.range.start &&
      last.range.end === e.range.start &&
      last.range.start === e.range.start
    )
      out[out.length - 1] = { ...last, newText: last.newText + e.newText };
    else out.push(e);
  }
  return out;
}

/** True if the plan is about the place of the finding. */
export function planResolves(plan: DriverPlan, finding: Pick<Finding, 'location'>): boolean {
  const wanted = key(finding.location);
  return plan.places.some((place) => key(place) === wanted);
}

export class Planner {
  private readonly facts: DriverFacts;
  private readonly tree: KernelTree;
  private readonly rename: boolean;
  private made: readonly DriverPlan[] | null = null;
  private pages: PageWorld | null = null;
  private index: Map<string, DriverPlan[]> | null = null;
  /** What is asked again for each plan. */
  private sortedFiles: readonly FileModel[] | null = null;
  private readonly includes = new Map<FileModel, ReasonedEdit | null>();

  /** @param rename `page` becomes `netmem` in the names of what is converted */
  constructor(facts: DriverFacts, tree: KernelTree, rename = false) {
    this.facts = facts;
    this.tree = tree;
    this.rename = rename;
  }

  private get world(): PageWorld {
    return (this.pages ??= readPages(this.facts, this.tree));
  }

  /** All plans, the refused ones too. */
  get plans(): readonly DriverPlan[] {
    if (this.made !== null) return this.made;
    const { facts, tree } = this;
    const finish = (edits: readonly FileEdit[]): PlannedEdit[] => this.finish(edits);
    const buffers = planBuffers(facts, tree, () => this.world, this.rename, finish);
    const planned = new Set(buffers.flatMap((b) => [...b.names]));
    const open = new Set(facts.classes.flatMap((c) => (planned.has(c.id) ? c.pools : [])));
    this.made = [
      ...buffers,
      ...planPools(facts, tree, open, finish),
      ...planTransmit(facts, tree, finish),
      ...planSync(facts, tree, finish),
    ];
    return this.made;
  }

  /** Plans that mend the place of a finding, or say why nothing does; best first. */
  plansFor(finding: Pick<Finding, 'location'>): readonly FixPlan[] {
    this.index ??= this.makeIndex();
    const here = this.index.get(key(finding.location)) ?? [];
    return here
      .map((g) => g.plan)
      .sort((a, b) => GRADES.indexOf(a.applicability) - GRADES.indexOf(b.applicability));
  }

  private makeIndex(): Map<string, DriverPlan[]> {
    const index = new Map<string, DriverPlan[]>();
    for (const plan of this.plans) {
      for (const k of new Set(plan.places.map(key))) {
        const known = index.get(k);
        if (known === undefined) index.set(k, [plan]);
        else known.push(plan);
      }
    }
    return index;
  }

  /** The plans that the place has part in, or all. */
  conversions(at: Location | null): readonly FixPlan[] {
    if (at === null) return this.plans.map((p) => p.plan);
    const touches = (l: Location): boolean =>
      l.file === at.file && l.range.start <= at.range.end && at.range.start <= l.range.end;
    return this.plans
      .filter(({ plan, places }) => plan.edits.some(touches) || places.some(touches))
      .map((p) => p.plan);
  }

  private includeFor(file: FileModel): ReasonedEdit | null {
    let known = this.includes.get(file);
    if (known === undefined) this.includes.set(file, (known = netmemInclude(file, this.world.units)));
    return known;
  }

  /** Edits in kernel style, with the headers they need. */
  private finish(edits: readonly FileEdit[]): PlannedEdit[] {
    const byFile = new Map<FilePath, FileEdit[]>();
    for (const e of edits) {
      const list = byFile.get(e.file);
      if (list === undefined) byFile.set(e.file, [e]);
      else list.push(e);
    }
    const out: PlannedEdit[] = [];
    this.sortedFiles ??= [...this.facts.files].sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const file of this.sortedFiles) {
      const own = byFile.get(file.path);
      if (own === undefined) continue;
      const names = own.some((e) => e.newText.includes('netmem'));
      const include = names ? this.includeFor(file) : null;
      const laid = keepOrder(file, layOut(file.text, joined(own)));
      for (const e of include === null ? laid : [include, ...laid]) out.push({ ...e, file: file.path });
    }
    return out;
  }
}
