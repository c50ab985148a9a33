/** Reads a macro definition without the parser: its name, its parameters, and its body as text. */
import type { DefineItem } from './ast.ts';
import { matchParenthesis, skipSpace } from './scan.ts';

const HEAD = /^#[ \t]*define[ \t]+(\w+)/;

/** @param text the whole directive, from `#` up to its last line's end */
export function readDefine(text: string): DefineItem | null {
  const head = HEAD.exec(text);
  const name = head?.[1];
  if (head === null || name === undefined) return null;
  let at = head[0].length;
  let params: string[] | null = null;
  if (text.charAt(at) === '(') {
    const close = matchParenthesis(text, at);
    params = text
      .slice(at + 1, close - 1)
      .split(',')
      .map((p) => p.trim())
      .filter((p) => p !== '');
    at = close;
  }
  const s = Math.min(skipSpace(text, at), text.length);
  const comment = text.slice(s).search(/\/[*/]/);
  const body = (comment < 0 ? text.slice(s) : text.slice(s, s + comment)).trimEnd();
  return { k: 'define', s: 0, e: text.length, name, params, body, bodyAt: { s, e: s + body.length } };
}
