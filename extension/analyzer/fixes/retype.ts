/** Rewrites declarations: `struct page *` becomes `netmem_ref`, one pointer less. */
import type { TextEdit } from '../fix.ts';
import type { DeclarationSite } from './slots.ts';

/** The edits of a declaration, or why there are none. */
export type Retyped =
  | { readonly ok: true; readonly edits: readonly TextEdit[] }
  | { readonly ok: false; readonly reason: string };

const UNUSUAL = 'the declaration has an unusual shape';

/** Retypes declarators that share one type specifier: all that it declares have to be among them. */
export function retype(sites: readonly DeclarationSite[]): Retyped {
  const [first] = sites;
  if (first === undefined) return { ok: true, edits: [] };
  const { text } = first.file;
  if (!/^struct\s+page$/.test(text.slice(first.baseAt.start, first.baseAt.end)))
    return { ok: false, reason: 'the type is not written as struct page *' };
  const listed = first.kind === 'field' || first.kind === 'global' || first.kind === 'local';
  if (listed && declaratorCount(first) !== sites.length)
    return { ok: false, reason: 'its declaration also declares something that stays a page' };
  const constant = constantBefore(text, first.baseAt.start);
  const edits: TextEdit[] = [];
  for (const site of sites) {
    const start = site === first ? first.baseAt.end : site.declarator.start;
    const stop = site.name === '' ? site.declarator.end : site.nameAt.start;
    const shape = /^(\s*)(?:\*\s*)*\*(\s*)$/.exec(text.slice(start, stop));
    if (shape === null) return { ok: false, reason: UNUSUAL };
    const [, gap = '', tail = ''] = shape;
    const stars = '*'.repeat(site.stars - 1);
    if (site !== first) edits.push({ range: { start, end: stop }, newText: stars });
    else {
      const range = { start: first.baseAt.start - constant, end: stop };
      const named = site.name !== '';
      // A result type on a line of its own keeps its line.
      const newText = tail.includes('\n')
        ? `netmem_ref${stars === '' ? '' : ` ${stars}`}${tail}`
        : `netmem_ref${named || stars !== '' ? gap || ' ' : ''}${stars}`;
      edits.push({ range, newText });
    }
  }
  return { ok: true, edits };
}

/** Length of a `const` right before `at`, with the blanks behind it; 0 if there is none. */
function constantBefore(text: string, at: number): number {
  let end = at;
  while (/\s/.test(text.charAt(end - 1))) end--;
  const start = end - 'const'.length;
  return end < at && text.slice(start, end) === 'const' && !/\w/.test(text.charAt(start - 1))
    ? at - start
    : 0;
}

/** Number of declarators of the declaration: commas outside of brackets up to its end. */
function declaratorCount(site: DeclarationSite): number {
  const { text } = site.file;
  let depth = 0;
  let count = 1;
  for (let i = site.baseAt.end; i < text.length; i++) {
    const c = text.charAt(i);
    if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    else if (depth === 0 && c === ',') count++;
    if (depth < 0 || (depth === 0 && c === ';')) break;
  }
  return count;
}
