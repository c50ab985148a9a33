/** How often each operation of the driver's own paths ran, and how its conditions came out. */
import type { SourceRange } from '../contract/driver-model.ts';
import type { Machine } from '../machine/machine.ts';
import * as code from '../program/code.ts';

export interface CoveredPlace {
  readonly at: SourceRange;
  /** Times that the operation ran; of a condition 1 if it was decided. */
  readonly count: number;
  /** Null for an operation. */
  readonly condition: { readonly held: boolean; readonly failed: boolean } | null;
}

/**
 * In the order of the programs. Stand-ins are left out, and so are conditions that nobody decided: whether they were asked is
 * not recorded.
 */
export function coveredPlaces({ compiled, executed, decided }: Machine): readonly CoveredPlace[] {
  return compiled.programs.flatMap(({ origin, firstPlace, lastPlace }) => {
    if (origin !== 'driver') return [];
    return compiled.places
      .slice(firstPlace, lastPlace)
      .flatMap(({ at, isOperation }, index): CoveredPlace[] => {
        const place = firstPlace + index;
        if (isOperation) return [{ at, count: executed[place], condition: null }];
        const outcome = decided[place];
        if (outcome === 0) return [];
        const held = (outcome & (code.HELD | code.WAS_TRUE)) !== 0;
        const failed = (outcome & (code.FAILED | code.WAS_FALSE)) !== 0;
        return [{ at, count: 1, condition: { held, failed } }];
      });
  });
}
