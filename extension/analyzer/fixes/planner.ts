/** Conversion plans of a driver at one moment, made when somebody asks. */
import type { Finding } from '../finding.ts';
import type { Applicability, FixPlan, PlannedEdit } from '../fix.ts';
import type { KernelTree } from '../kernel/tree.ts';
import type { DriverFacts } from '../model/driver-facts.ts';
import type { FilePath, Location } from '../text/range.ts';
import { netmemInclude } from './includes.ts';
import { keepOrder } from './declaration-order.ts';
import { type FileEdit, Judge, type JudgedGroup, type Obstacle } from './judge.ts';
import { layOut } from './layout.ts';
import { readPages } from './page-graph.ts';
import type { PageWorld } from './page-world.ts';
import { splitHelper } from './split-helper.ts';
import { Unreadable } from './unreadable.ts';

/** A group's plan with what it is about. */
export interface GroupPlan {
  readonly plan: FixPlan;
  /** What a user may call it: fields, variables, functions, and ids of buffer classes. */
  readonly names: ReadonlySet<string>;
  readonly judged: JudgedGroup;
  readonly obstacles: readonly Obstacle[];
}

/** Best first. */
const GRADES: readonly Applicability[] = ['safe', 'unsafe', 'advice'];

export class Planner {
  private readonly facts: DriverFacts;
  private readonly tree: KernelTree;
  private made: readonly GroupPlan[] | null = null;
  private pages: PageWorld | null = null;
  private index: Map<string, Set<GroupPlan>> | null = null;

  constructor(facts: DriverFacts, tree: KernelTree) {
    this.facts = facts;
    this.tree = tree;
  }

  private get world(): PageWorld {
    return (this.pages ??= readPages(this.facts, this.tree));
  }

  /** One plan for each group of pages that holds payload, refused ones with their reasons. */
  get groups(): readonly GroupPlan[] {
    this.made ??= this.makeGroups();
    return this.made;
  }

  private makeGroups(): GroupPlan[] {
    const judge = new Judge(this.facts, this.tree, new Unreadable(this.facts));
    const judged = closeOverCookies(this.world.slots.groups().map((g) => judge.judge(g)));
    return judged.flatMap((j): GroupPlan[] => {
      switch (j.verdict.k) {
        case 'leave':
          return [];
        case 'refuse': {
          const split = splitHelper(j.group, this.world.slots, judge, this.facts);
          if (split?.verdict.k === 'convert')
            return [groupPlan(split, [], this.conversion(split, split.verdict.edits))];
          return [groupPlan(j, j.verdict.obstacles, this.refused(j, j.verdict.obstacles))];
        }
        case 'convert':
          return [groupPlan(j, [], this.conversion(j, j.verdict.edits))];
      }
    });
  }

  /** Plans that mend the place of a finding, or say why nothing does. */
  plansFor(finding: Pick<Finding, 'location' | 'bufferClass'>): readonly FixPlan[] {
    this.index ??= this.makeIndex();
    const { file, range } = finding.location;
    const here = this.index.get(`${file}:${range.start}`);
    const plans = here === undefined ? [] : [...here].map((g) => g.plan);
    return plans.sort((a, b) => GRADES.indexOf(a.applicability) - GRADES.indexOf(b.applicability));
  }

  /** The plans that the place has part in, or all. */
  conversions(at: Location | null): readonly FixPlan[] {
    if (at === null) return this.groups.map((g) => g.plan);
    const touches = (l: Location): boolean =>
      l.file === at.file && l.range.start <= at.range.end && at.range.start <= l.range.end;
    return this.groups
      .filter(
        ({ plan, judged: { group }, obstacles }) =>
          plan.edits.some((e) => touches({ file: e.file, range: e.range })) ||
          group.sites.some((s) => touches({ file: s.file.path, range: s.nameAt })) ||
          [...group.borders, ...obstacles].some((b) => touches(b.location)),
      )
      .map((g) => g.plan);
  }

  private makeIndex(): Map<string, Set<GroupPlan>> {
    const index = new Map<string, Set<GroupPlan>>();
    for (const g of this.groups) {
      for (const key of placesOf(g)) {
        const known = index.get(key);
        if (known === undefined) index.set(key, new Set([g]));
        else known.add(g);
      }
    }
    return index;
  }

  /** Edits of several groups in kernel style, with the headers they need. */
  finish(edits: readonly FileEdit[]): PlannedEdit[] {
    const byFile = new Map<FilePath, FileEdit[]>();
    for (const e of edits) {
      const list = byFile.get(e.file);
      if (list === undefined) byFile.set(e.file, [e]);
      else list.push(e);
    }
    const out: PlannedEdit[] = [];
    const files = [...this.facts.files].sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const file of files) {
      const own = byFile.get(file.path);
      if (own === undefined) continue;
      const include = netmemInclude(file, this.world.units);
      const laid = keepOrder(file, layOut(file.text, own));
      for (const e of include === null ? laid : [include, ...laid]) out.push({ ...e, file: file.path });
    }
    return out;
  }

  private conversion(j: JudgedGroup, edits: readonly FileEdit[]): FixPlan {
    const planned = this.finish(edits);
    const files = new Set(planned.map((e) => e.file)).size;
    const places = `${edits.length} place${edits.length === 1 ? '' : 's'}${files > 1 ? ` in ${files} files` : ''}`;
    return {
      id: `convert:${idOf(j)}`,
      title: `Convert ${nameOf(j)} to netmem (${places})`,
      applicability: 'safe',
      edits: planned,
      refusals: [],
    };
  }

  private refused(j: JudgedGroup, obstacles: readonly Obstacle[]): FixPlan {
    return {
      id: `refuse:${idOf(j)}`,
      title: `${nameOf(j)} stays a page: ${obstacles[0]?.reason ?? 'not understood'}`,
      applicability: 'advice',
      edits: [],
      refusals: obstacles.map(({ location, reason }) => ({ location, reason })),
    };
  }
}

/** Every place that the plan is about: declarations, calls, borders. */
function* placesOf({
  judged: { group },
  obstacles,
}: Pick<GroupPlan, 'judged' | 'obstacles'>): Generator<string> {
  for (const s of group.sites) yield `${s.file.path}:${s.nameAt.start}`;
  for (const e of group.edits) if (e.apiAt >= 0) yield `${e.file}:${e.apiAt}`;
  for (const o of obstacles) yield `${o.location.file}:${o.location.range.start}`;
  for (const b of [...group.borders, ...group.readable]) {
    yield `${b.location.file}:${b.location.range.start}`;
    if (b.callAt >= 0) yield `${b.location.file}:${b.callAt}`;
  }
}

/** True if the plan is about the place of the finding. */
export function planResolves(plan: GroupPlan, finding: Pick<Finding, 'location'>): boolean {
  const wanted = `${finding.location.file}:${finding.location.range.start}`;
  for (const place of placesOf(plan)) if (place === wanted) return true;
  return false;
}

/**
 * A page that is put away in a `void *` and taken out again as a page joins two groups that the types keep apart: one is
 * not converted without the other.
 */
function closeOverCookies(judged: readonly JudgedGroup[]): JudgedGroup[] {
  const taken = judged.filter((j) => j.group.pins.some((p) => p.cookie === true));
  return judged.map((j): JudgedGroup => {
    if (j.verdict.k !== 'convert') return j;
    const put = j.group.borders.find((b) => b.cookie);
    const other = taken.find((t) => t !== j && t.classes.some((c) => j.classes.includes(c)));
    if (put === undefined || other === undefined) return j;
    const reason = `the page is kept in ${put.consumer} and taken out again as a page elsewhere`;
    const obstacle = { location: put.location, reason, cause: 'kept in a void * cookie' };
    return { ...j, verdict: { k: 'refuse', obstacles: [obstacle] } };
  });
}

function groupPlan(judged: JudgedGroup, obstacles: readonly Obstacle[], plan: FixPlan): GroupPlan {
  const names = new Set(judged.classes.map((c) => c.id));
  for (const s of judged.group.sites) {
    names.add(s.name);
    names.add(`${s.owner}.${s.name}`);
    names.add(`${s.owner.replace(/^\w+ /, '')}.${s.name}`);
  }
  return { plan, names, judged, obstacles };
}

/** Named by the most lasting holder: a field, else whatever comes first. */
function nameOf(j: JudgedGroup): string {
  const { sites } = j.group;
  const field = sites.find((s) => s.kind === 'field');
  if (field !== undefined) return `${field.owner}.${field.name}`;
  const named = sites.find((s) => s.kind === 'return') ?? sites.find((s) => s.name !== '');
  if (named === undefined) return 'this page';
  return named.kind === 'return' ? `${named.name}()` : `${named.name} in ${named.owner}()`;
}

function idOf(j: JudgedGroup): string {
  const [site] = j.group.sites;
  if (site !== undefined) return `${site.file.path}:${site.nameAt.start}`;
  const [edit] = j.group.edits;
  return `${edit?.file ?? ''}:${edit?.edits[0]?.range.start ?? 0}`;
}
