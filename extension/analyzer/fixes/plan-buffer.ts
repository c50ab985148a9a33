/** Buffers: one plan for each group of pages that holds payload, refused ones with their reasons. */
import type { KernelTree } from '../kernel/tree.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { writtenField } from '../model/names/written-names.ts';
import type { Location } from '../text/range.ts';
import type { FixPlan, PlannedEdit } from '../fix.ts';
import { type DriverPlan, type FileEdit, type Obstacle, refusal } from './driver-plan.ts';
import { GroupDecider, type DecidedGroup } from './group-decision.ts';
import type { PageWorld } from './page-world.ts';
import { renameEdits } from './rename.ts';
import { splitHelper } from './split-helper.ts';
import { Unreadable } from './unreadable.ts';

type Finish = (edits: readonly FileEdit[]) => readonly PlannedEdit[];

/**
 * @param pages reads the pages of the driver, which is dear: not asked where no alias class is to be converted
 * @param rename `page` becomes `netmem` in the names of what is converted
 */
export function planBuffers(
  facts: DriverFacts,
  tree: KernelTree,
  pages: () => PageWorld,
  rename: boolean,
  finish: Finish,
): DriverPlan[] {
  const decider = new GroupDecider(facts, tree, new Unreadable(facts));
  if (!facts.classes.some((c) => decider.isWanted(c))) return [];
  const world = pages();
  const decided = closeOverCookies(world.slots.groups().map((g) => decider.decide(g)));
  return decided.flatMap((j): DriverPlan[] => {
    switch (j.decision.k) {
      case 'leave':
        return [];
      case 'refuse': {
        const split = splitHelper(j.group, world.slots, decider, facts);
        if (split?.decision.k === 'convert')
          return [driverPlan(split, [], conversion(split, split.decision.edits, finish))];
        const { obstacles } = j.decision;
        const title = `${nameOf(j)} stays a page: ${obstacles[0]?.reason ?? 'not understood'}`;
        return [driverPlan(j, obstacles, refusal(`refuse:${idOf(j)}`, title, obstacles))];
      }
      case 'convert': {
        const edits = rename ? [...j.decision.edits, ...renameEdits(j.group, facts)] : j.decision.edits;
        return [driverPlan(j, [], conversion(j, edits, finish))];
      }
    }
  });
}

function conversion(j: DecidedGroup, edits: readonly FileEdit[], finish: Finish): FixPlan {
  const planned = finish(edits);
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

function driverPlan(decided: DecidedGroup, obstacles: readonly Obstacle[], plan: FixPlan): DriverPlan {
  const names = new Set(decided.classes.map((c) => c.id));
  for (const s of decided.group.sites) {
    names.add(s.name);
    names.add(`${s.owner}.${s.name}`);
    names.add(`${s.owner.replace(/^\w+ /, '')}.${s.name}`);
  }
  return {
    kind: 'buffer',
    plan,
    names,
    places: [...placesOf(decided), ...obstacles.map((o) => o.location)],
    obstacles,
  };
}

/** Every place that the group is about: declarations, calls, borders. */
function* placesOf({ group }: DecidedGroup): Generator<Location> {
  const point = (file: Location['file'], at: number): Location => ({ file, range: { start: at, end: at } });
  for (const s of group.sites) yield { file: s.file.path, range: s.nameAt };
  for (const e of group.edits) if (e.apiAt >= 0) yield point(e.file, e.apiAt);
  for (const b of [...group.borders, ...group.readable]) {
    yield b.location;
    if (b.callAt >= 0) yield point(b.location.file, b.callAt);
  }
}

/**
 * A page that is put away in a `void *` and taken out again as a page joins two groups that the types keep apart: one is
 * not converted without the other.
 */
function closeOverCookies(decided: readonly DecidedGroup[]): DecidedGroup[] {
  const taken = decided.filter((j) => j.group.pins.some((p) => p.cookie === true));
  return decided.map((j): DecidedGroup => {
    if (j.decision.k !== 'convert') return j;
    const put = j.group.borders.find((b) => b.cookie);
    const other = taken.find((t) => t !== j && t.classes.some((c) => j.classes.includes(c)));
    if (put === undefined || other === undefined) return j;
    const reason = `the page is kept in ${put.consumer} and taken out again as a page elsewhere`;
    const obstacle = { location: put.location, reason, cause: 'kept in a void * cookie' };
    return { ...j, decision: { k: 'refuse', obstacles: [obstacle] } };
  });
}

/** Named by the most lasting holder: a field, else whatever comes first. */
function nameOf(j: DecidedGroup): string {
  const { sites } = j.group;
  const field = sites.find((s) => s.kind === 'field');
  if (field !== undefined) return writtenField(`${field.owner}.${field.name}`);
  const named = sites.find((s) => s.kind === 'return') ?? sites.find((s) => s.name !== '');
  if (named === undefined) return 'this page';
  return named.kind === 'return' ? `${named.name}()` : `${named.name} in ${named.owner}()`;
}

function idOf(j: DecidedGroup): string {
  const [site] = j.group.sites;
  if (site !== undefined) return `${site.file.path}:${site.nameAt.start}`;
  const [edit] = j.group.edits;
  return `${edit?.file ?? ''}:${edit?.edits[0]?.range.start ?? 0}`;
}
