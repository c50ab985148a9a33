/** Two texts of a function that differ in the space between words only, and where a place of one is in the other. */

export interface Spacing {
  /** Where what begins at this offset begins now. */
  start(offset: number): number;
  /** Where what ends before this offset ends now. */
  end(offset: number): number;
}

/** @returns null if the texts differ otherwise, or in where lines end; comments and directives go to the end of theirs */
export function spacing(before: string, now: string): Spacing | null {
  // A backslash goes with what follows it, be that the end of a line.
  if (/\\\s/.test(before) || words(before) !== words(now) || before === '') return null;
  const places = new Int32Array(before.length);
  let to = 0;
  for (let from = 0; from < before.length; from++) {
    if (isSpace(before, from)) continue;
    while (isSpace(now, to)) to++;
    places[from] = to++;
  }
  const at = (offset: number): number => places[offset] ?? 0;
  return { start: at, end: (offset) => at(offset - 1) + 1 };
}

function words(text: string): string {
  return text.replace(/\s+/g, (space) => (space.includes('\n') ? '\n' : ' '));
}

function isSpace(text: string, at: number): boolean {
  return /\s/.test(text.charAt(at));
}
