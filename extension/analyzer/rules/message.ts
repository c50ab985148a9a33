/**
 * Messages of findings: what to do comes first, in lower case as compilers write, in one line of a terminal. Why is
 * evidence, which editors show as related information and `check --explain` as notes.
 */
import type { Evidence } from '../finding.ts';
import type { Location } from '../text/range.ts';

/** Characters of a message at most. */
export const LONGEST_MESSAGE = 80;

/**
 * The first form that fits in a line: names of the driver can be of any length.
 * @param forms from the most to the least telling; the last is cut if it does not fit either
 */
export function fitting(...forms: readonly [string, ...string[]]): string {
  const found = forms.find((form) => form.length <= LONGEST_MESSAGE);
  if (found !== undefined) return found;
  const last = forms[forms.length - 1] ?? forms[0];
  return `${last.slice(0, LONGEST_MESSAGE - 1)}…`;
}

/** The reason for a finding, as the first of its evidence. */
export function because(location: Location, message: string): Evidence {
  return { location, message };
}
