/**
 * Untrusted text where somebody reads it: names of files and lines of source may hold what a terminal takes for commands
 * to itself, what turns the direction of reading, or what a CI service takes for commands to it.
 */

/**
 * Control characters, the ends of lines that are none to C, marks of direction, what has no width (joiners, fillers, selectors
 * of variants, tags), and bytes of a name in another encoding, which are single surrogates (`files/names.ts`).
 */
const HIDDEN = new RegExp(
  [
    String.raw`[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f`,
    String.raw`\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff`,
    String.raw`\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]`,
  ].join(''),
  'gu',
);
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text on one line, with what does not show written as C writes it. */
export function visible(text: string): string {
  return text
    .replace(HIDDEN, (character) => SHORT[character] ?? escaped(character))
    .replace(/^(\s*):(?=:)/, '$1\\x3a')
    .replaceAll('##[', '#\\x23[');
}

/** Lines for a terminal: as they are, tabs and ends of lines of any kind included, but for what does not show. */
export function visibleLines(text: string): string {
  return text.replace(HIDDEN, (character, at: number) => {
    const kept = character === '\n' || character === '\t' || (character === '\r' && text[at + 1] === '\n');
    return kept ? character : escaped(character);
  });
}

function escaped(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  // A byte of a name.
  if (point >= 0xdc80 && point <= 0xdcff) return `\\x${(point - 0xdc00).toString(16)}`;
  const code = point.toString(16);
  if (code.length > 4) return `\\U${code.padStart(8, '0')}`;
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}

/** The same data as `JSON.stringify` writes, in characters that do nothing to a terminal; ends with a line feed. */
export function writePlainJson(data: unknown, indent = 2): string {
  const text = JSON.stringify(data, null, indent).replaceAll('##[', '#\\u0023[');
  return `${text.replace(HIDDEN, (c) => (c === '\n' ? c : jsonEscape(c)))}\n`;
}

/** JSON has escapes for units of UTF-16 only. */
function jsonEscape(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** A word of a command line that somebody may copy into a shell. */
export function shellWord(text: string): string {
  return /^[\w./+@%=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
