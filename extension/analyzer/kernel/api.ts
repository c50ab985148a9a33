/**
 * Views of the table for conversions and hovers: what drivers call on pages, what takes its place for netmem, and how a
 * call is rewritten. Nothing here looks at C.
 */
import type { Header } from './entry/entry.ts';
import { arity, PAGE_PARAMETER, positions, type Signature } from './entry/signature.ts';
import { type NamedEntry, TABLE } from './table.ts';
import type { KernelTree } from './tree.ts';

/**
 * A call on the netmem side. `call` is its text with `$0`, `$1`, ... for the page call's arguments in order; a tree
 * that lacks `name`, or has it with another number of arguments, gets the next form.
 */
export interface NetmemForm {
  readonly name: string;
  readonly call: string;
  readonly header: Header;
}

export interface PageApi {
  /** Function, macro or field on the page side. */
  readonly name: string;
  /** Positions of the arguments that are pages and become netmem references. */
  readonly pageArguments: readonly number[];
  /** The call yields a page and its netmem form a reference, so tests and NULLs change with it. */
  readonly returnsPage: boolean;
  /** Forms in order of preference; empty where netmem has no counterpart by design. */
  readonly forms: readonly NetmemForm[];
  /** What it does, in a sentence, for the hover. */
  readonly does: string;
  /** What to mind when it is replaced, or why it has no counterpart. */
  readonly caveat: string | null;
}

/** Netmem-side identifier with no page-side namesake of its own, for the hover. */
export interface NetmemApi {
  readonly name: string;
  readonly header: Header;
  readonly does: string;
  /** Release from which mainline has it. */
  readonly since: string;
}

/** The form behind the spelling in the table. Throws if the table lacks its header or has no such signature. */
function formOf(spelling: string): NetmemForm {
  const [name = ''] = spelling.split('(');
  const entry = TABLE.get(name);
  if (entry?.signature === undefined || entry.signature === null)
    throw new Error(`kernel table: ${name} is no function that could be a netmem form`);
  const call = spelling === name ? callOf(name, entry.signature) : spelling;
  const former = entry.formerly?.find(({ signature }) => arity(signature) === textArity(call));
  const header = arity(entry.signature) === textArity(call) ? entry.header : former?.header;
  if (header === undefined) throw new Error(`kernel table: no header declares ${call}`);
  return { name, call, header };
}

/** The call with its arguments in order. */
function callOf(name: string, { parameters }: Signature): string {
  return `${name}(${parameters.map((_, index) => `$${index}`).join(', ')})`;
}

function pageView(entry: NamedEntry): PageApi[] {
  const { name, netmem, text, caveat, signature } = entry;
  if (netmem === undefined || text === undefined) return [];
  return [
    {
      name,
      pageArguments: signature === null ? [] : positions(signature, PAGE_PARAMETER),
      returnsPage: signature?.returns === 'struct page *',
      forms: netmem.map(formOf),
      does: text,
      caveat: caveat ?? null,
    },
  ];
}

function netmemView({ name, netmem, text, header, since }: NamedEntry): NetmemApi[] {
  if (netmem !== undefined || text === undefined || header === undefined || since === undefined) return [];
  return [{ name, header, does: text, since }];
}

export const PAGE_APIS: readonly PageApi[] = [...TABLE.values()].flatMap(pageView);
export const NETMEM_APIS: readonly NetmemApi[] = [...TABLE.values()].flatMap(netmemView);

const PAGE_BY_NAME = new Map(PAGE_APIS.map((entry) => [entry.name, entry]));
const NETMEM_BY_NAME = new Map(NETMEM_APIS.map((entry) => [entry.name, entry]));

/** The page-side entry of this name, or null. */
export function pageApi(name: string): PageApi | null {
  return PAGE_BY_NAME.get(name) ?? null;
}

/** The netmem-side entry of this name, or null. */
export function netmemApi(name: string): NetmemApi | null {
  return NETMEM_BY_NAME.get(name) ?? null;
}

/** Number of arguments in the call text of a form. */
export function formArity(form: NetmemForm): number {
  return textArity(form.call);
}

function textArity(call: string): number {
  const inside = call.slice(call.indexOf('(') + 1, call.lastIndexOf(')')).trim();
  return inside === '' ? 0 : inside.split(',').length;
}

/**
 * The form that `tree` can compile: the first whose name the tree declares with that many arguments (an unknown number
 * of arguments counts as right). Null if it has none.
 */
export function formFor(api: PageApi, tree: KernelTree): NetmemForm | null {
  return (
    api.forms.find((form) => {
      if (!tree.has(form.name)) return false;
      const arity = tree.arity(form.name);
      return arity === null || arity === formArity(form);
    }) ?? null
  );
}

/** The text of a form's call with the arguments put in. `args` are C texts; a missing one is an error of the caller. */
export function callText(form: NetmemForm, args: readonly string[]): string {
  return form.call.replace(/\$(\d)/g, (_, index: string) => {
    const text = args[Number(index)];
    if (text === undefined) throw new Error(`${form.name}: argument ${index} is missing`);
    return text;
  });
}
