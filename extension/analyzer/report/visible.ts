/**
 * Text of strangers where somebody reads it: names of files and lines of source may hold what a terminal takes for commands
 * to itself, what turns the direction of reading, or what a CI service takes for commands to it.
 */

/** Control characters, the ends of lines that are none to C, marks of direction, and what has no width. */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
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
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}

/** The same data as `JSON.stringify` writes, in characters that do nothing to a terminal; ends with a line feed. */
export function writePlainJson(data: unknown, indent = 2): string {
  const text = JSON.stringify(data, null, indent).replaceAll('##[', '#\\u0023[');
  return `${text.replace(HIDDEN, (c) => (c === '\n' ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`))}\n`;
}

/** A word of a command line that somebody may copy into a shell. */
export function shellWord(text: string): string {
  return /^[\w./+@%=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
