/** What the editor shows of a run, beside the code. */
import { bindingOf } from '../../simulator/contract/binding.ts';
import type { SourceRange } from '../../simulator/contract/driver-model.ts';
import type { Evidence, Verdict } from '../../simulator/contract/verdict.ts';
import type { SourceMark } from '../protocol/messages.ts';

/**
 * Whether a place can be opened in the editor. Operations of a generic path carry the driver's name instead of a
 * file, since no line of the source is to blame for them.
 */
export function isInSource(at: SourceRange | null): at is SourceRange {
  return at !== null && isFile(at);
}

function isFile({ file }: SourceRange): boolean {
  return file.includes('/');
}

/** One line for the place of a piece of evidence. */
function faultText(evidence: Evidence): string {
  const times = evidence.count > 1 ? ` (${evidence.count} times)` : '';
  const assuming = evidence.assuming === null ? '' : `, assuming ${evidence.assuming}`;
  return `${evidence.requirement}: ${evidence.text}${assuming}${times}`;
}

/** Places of the driver that a verdict blames: of its evidence, and of requests that were refused. */
export function blamedPlaces(verdict: Verdict): readonly SourceRange[] {
  const { at, bind, bindTx, refused, requirements } = verdict;
  const evidence = requirements.flatMap((requirement) => requirement.evidence);
  const all = [at, ...[bind, bindTx, ...refused, ...evidence].map((blamed) => blamed.at)].filter(isInSource);
  return all.filter((place, index) => all.findIndex((other) => isSamePlace(place, other)) === index);
}

/** Whether two ranges begin at the same place. */
export function isSamePlace(a: SourceRange, b: SourceRange): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

/** The same fault at the same place is one, whatever called the function. */
function oncePerPlace(evidence: readonly Evidence[]): readonly Evidence[] {
  const merged = new Map<string, Evidence>();
  for (const item of evidence) {
    const key = JSON.stringify([item.requirement, item.text, item.assuming, item.at]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? item : { ...known, count: known.count + item.count });
  }
  return [...merged.values()];
}

/** @param explores whether the run goes on past refused requests: what happens behind one is assumed */
export function marksOf(verdict: Verdict, explores: boolean): readonly SourceMark[] {
  const past = bindingOf(verdict, explores) === 'as if bound';
  const evidence = oncePerPlace(verdict.requirements.flatMap((requirement) => requirement.evidence));
  const faults = evidence.flatMap((item): readonly SourceMark[] =>
    !isInSource(item.at)
      ? []
      : past && item.consequence !== 'refused'
        ? [{ at: item.at, kind: 'assumed', text: `if bound, ${faultText(item)}` }]
        : [{ at: item.at, kind: 'fault', text: faultText(item) }],
  );
  const executed = verdict.executed
    .filter(isInSource)
    .map((at): SourceMark => ({ at, kind: 'executed', text: '' }));
  return [...faults, ...executed];
}
