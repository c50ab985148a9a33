/** Where control goes at the end of statements. */
import type { Stmt } from '../../syntax/ast.ts';

/** True if control cannot fall out of the end of the statements. */
export function leaves(body: readonly Stmt[]): boolean {
  const last = body.at(-1);
  switch (last?.k) {
    case 'break':
    case 'continue':
    case 'return':
    case 'goto':
      return true;
    case 'block':
      return leaves(last.body);
    case 'if':
      return last.otherwise !== null && leaves([last.then]) && leaves([last.otherwise]);
    default:
      return false;
  }
}
