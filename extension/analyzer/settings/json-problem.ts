/** Words for a syntax error in a file that the user wrote. */
import { type ParseErrorCode, printParseErrorCode } from 'jsonc-parser';

/** `not JSON: close brace expected` */
export function jsonProblem(code: ParseErrorCode): string {
  const words = printParseErrorCode(code).replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  return `not JSON: ${words.toLowerCase()}`;
}

/** Files of people nest a few levels; the parser recurses, and an untrusted file could nest until the stack ends. */
const MAX_DEPTH = 64;
export const TOO_DEEP = `nested more than ${MAX_DEPTH} deep`;

/** Where a text nests too deep to be parsed, or null. */
export function tooDeep(text: string): number | null {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\' && quoted) at += 1;
    else if (character === '"' || character === '\n') quoted = character === '"' && !quoted;
    else if (quoted) continue;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > MAX_DEPTH) return at;
  }
  return null;
}
