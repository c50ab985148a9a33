/** Conversions that can be previewed: one for each group of buffers, each applied whole or not at all. */
import { type GroupPlan, Planner } from '../analyzer/fixes/planner.ts';
import type { FixPlan, PlannedEdit } from '../analyzer/fix.ts';
import { findingsAt } from './diagnostics.ts';
import { touches } from './documents.ts';
import type { DriverSnapshot } from './driver-session.ts';
import { normalised } from './drivers.ts';
import { placeOf } from './explain.ts';
import type { Conversion, ConversionsParams, ConvertedFile, ProtocolRange } from './protocol.ts';

const planners = new WeakMap<DriverSnapshot, Planner>();

/** Made once for a snapshot: planning a large driver takes longer than a keystroke may. */
function plannerOf(snapshot: DriverSnapshot): Planner | null {
  const { facts } = snapshot.analysis;
  if (facts === undefined) return null;
  const planner = planners.get(snapshot) ?? new Planner(facts, snapshot.tree);
  planners.set(snapshot, planner);
  return planner;
}

/** All conversions of the driver, or those that concern a place. */
export function conversions(snapshot: DriverSnapshot, { uri, range }: ConversionsParams): Conversion[] {
  const plans = range === undefined ? allPlans(snapshot) : plansAt(snapshot, uri, range);
  return plans.map((plan) => toConversion(snapshot, plan));
}

function allPlans(snapshot: DriverSnapshot): readonly FixPlan[] {
  return plannerOf(snapshot)?.groups.map(({ plan }) => plan) ?? [];
}

/** Plans for the buffer that is declared or found fault with at the range. */
export function plansAt(snapshot: DriverSnapshot, uri: string, range: ProtocolRange): readonly FixPlan[] {
  const document = snapshot.documents.get(normalised(uri));
  const planner = plannerOf(snapshot);
  if (document === undefined || planner === null) return [];
  const start = document.offsetAt(range.start);
  const end = document.offsetAt(range.end);
  const found = new Map<string, FixPlan>();
  for (const finding of findingsAt(snapshot, uri, range))
    for (const plan of planner.plansFor(finding)) found.set(plan.id, plan);
  for (const group of planner.groups)
    if (holds(group, normalised(uri), start, end)) found.set(group.plan.id, group.plan);
  return [...found.values()];
}

/** True if the group has a declaration of its buffer there. */
function holds({ judged: { group } }: GroupPlan, key: string, start: number, end: number): boolean {
  return group.sites.some(({ file, nameAt }) => file.path === key && touches(nameAt, start, end));
}

function toConversion(snapshot: DriverSnapshot, plan: FixPlan): Conversion {
  return {
    id: plan.id,
    title: plan.title,
    applicability: plan.applicability,
    files: filesOf(snapshot, plan.edits),
    refusals: plan.refusals.map(({ location, reason }) => `${placeOf(snapshot, location)}: ${reason}`),
  };
}

function filesOf(snapshot: DriverSnapshot, edits: readonly PlannedEdit[]): ConvertedFile[] {
  return [...new Set(edits.map(({ file }) => file))].flatMap((file) => {
    const document = snapshot.documents.get(file);
    if (document === undefined) return [];
    const own = edits.filter((edit) => edit.file === file);
    return [
      {
        uri: document.uri,
        before: document.getText(),
        edits: own.map(({ range, newText, reason }) => ({
          start: range.start,
          end: range.end,
          newText,
          reason,
        })),
      },
    ];
  });
}
