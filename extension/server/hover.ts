/** What a page_pool or netmem helper does, what takes its place in the user's tree, and how the arguments go over. */
import type { Hover, Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { callText, codeSpan, escape, formArity, formFor, netmemApi, pageApi } from '../analyzer/index.ts';
import type { KernelTree, NetmemApi, PageApi } from '../analyzer/index.ts';
import { toRange, touches } from './documents.ts';
import type { DriverSnapshot } from './driver-session.ts';
import { normalised } from './drivers.ts';

/** Names that mean netmem wherever they stand; the others are explained only in drivers with page pools. */
const OWN = /page_pool|netmem|^PP_FLAG_/;

/** The hover at a place, or null. */
export function hoverAt(snapshot: DriverSnapshot, uri: string, position: Position): Hover | null {
  const key = normalised(uri);
  const document = snapshot.documents.get(key);
  if (document === undefined) return null;
  const offset = document.offsetAt(position);
  const word = wordAt(document.getText(), offset);
  if (word === null) return null;
  const value = describe(snapshot, key, document, word);
  return value === null ? null : { contents: { kind: 'markdown', value }, range: toRange(document, word) };
}

interface Word {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function describe(snapshot: DriverSnapshot, key: string, document: TextDocument, word: Word): string | null {
  const isDriver = snapshot.analysis.model.pools.length > 0 || snapshot.findings.length > 0;
  if (!isDriver && !OWN.test(word.name)) return null;
  const page = pageApi(word.name);
  if (page !== null) return pageSide(page, argumentsAfter(document.getText(), word.end), snapshot.tree);
  const netmem = netmemApi(word.name);
  if (netmem !== null) return netmemSide(netmem, snapshot.tree);
  return holder(snapshot, key, word);
}

function pageSide(api: PageApi, args: readonly string[] | null, tree: KernelTree): string {
  const form = formFor(api, tree);
  const parts = [`**\`${api.name}\`** — ${api.does}`];
  if (form === null) {
    const [newest] = api.forms;
    if (newest === undefined) parts.push('No netmem counterpart, by design.');
    else parts.push(`Netmem: \`${newest.name}()\`, ${since(newest.name)}. ${missing(tree)}`);
  } else {
    const given = args ?? Array.from({ length: formArity(form) }, (_, index) => `arg${index + 1}`);
    parts.push(
      `Netmem: \`${form.name}()\` from \`<${form.header}>\`, ${since(form.name)}; ${has(tree)}`,
      mapping(api.name, given, () => callText(form, given)),
    );
    if (api.pageArguments.length > 0)
      parts.push(
        `Becomes a \`netmem_ref\`: argument ${api.pageArguments.map((index) => index + 1).join(', ')}.`,
      );
    if (api.returnsPage)
      parts.push('Yields a `netmem_ref`: 0 says "none", and tests for `NULL` change with it.');
  }
  if (api.caveat !== null) parts.push(api.caveat);
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The call before and after. A macro that passes on other arguments than the form has cannot be shown. */
function mapping(name: string, args: readonly string[], after: () => string): string {
  try {
    return ['```c', `${name}(${args.join(', ')})`, `/* netmem: */ ${after()}`, '```'].join('\n');
  } catch {
    return '';
  }
}

function netmemSide(api: NetmemApi, tree: KernelTree): string {
  const known = tree.has(api.name) ? has(tree) : missing(tree);
  return [
    `**\`${api.name}\`** — ${api.does}`,
    `Declared in \`<${api.header}>\`, in mainline since ${api.since}; ${known}`,
  ].join('\n\n');
}

function holder(snapshot: DriverSnapshot, key: string, { start, end }: Word): string | null {
  for (const { role, reason, holders, pools } of snapshot.analysis.facts?.classes ?? []) {
    const here = holders.some(
      ({ nameAt, page }) => page && nameAt.file === key && touches(nameAt.range, start, end),
    );
    if (!here || role === 'private') continue;
    const from = pools.length === 0 ? '' : ` Comes from ${pools.map(codeSpan).join(', ')}.`;
    return `**${role} buffer** — ${escape(reason)}.${from}`.replace('..', '.');
  }
  return null;
}

function since(name: string): string {
  const release = netmemApi(name)?.since;
  return release === undefined ? 'in mainline' : `in mainline since ${release}`;
}

function has(tree: KernelTree): string {
  return tree.origin.kind === 'probed' ? 'this tree has it.' : `no tree found, ${tree.release} assumed.`;
}

function missing(tree: KernelTree): string {
  return tree.origin.kind === 'probed'
    ? 'This tree lacks it.'
    : `${tree.release}, which is assumed, lacks it.`;
}

function wordAt(text: string, offset: number): Word | null {
  let start = offset;
  let end = offset;
  while (start > 0 && /\w/.test(text.charAt(start - 1))) start -= 1;
  while (end < text.length && /\w/.test(text.charAt(end))) end += 1;
  const name = text.slice(start, end);
  return /^[A-Za-z_]\w*$/.test(name) ? { name, start, end } : null;
}

/** Longer argument lists are not worth a hover. */
const MAX_CALL = 600;

/** Arguments of the call whose name ends here, each on one line; null if this is no call. */
function argumentsAfter(text: string, at: number): string[] | null {
  const rest = text.slice(at, at + MAX_CALL);
  const open = /^\s*\(/.exec(rest);
  if (open === null) return null;
  const args: string[] = [];
  let depth = 1;
  let from = open[0].length;
  for (let i = from; i < rest.length; i += 1) {
    const character = rest.charAt(i);
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (depth > 0 && !(depth === 1 && character === ',')) continue;
    args.push(rest.slice(from, i).replace(/\s+/g, ' ').trim());
    from = i + 1;
    if (depth === 0) return args;
  }
  return null;
}
