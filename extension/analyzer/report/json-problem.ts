/** Words for a syntax error in a file that the user wrote. */
import { type ParseErrorCode, printParseErrorCode } from 'jsonc-parser';

/** `not JSON: close brace expected` */
export function jsonProblem(code: ParseErrorCode): string {
  const words = printParseErrorCode(code).replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  return `not JSON: ${words.toLowerCase()}`;
}
