/**
 * The shape of the kernel API catalogue: what drivers call on pages, what takes its place for netmem, and how a call
 * is rewritten. The data is in `api-*.ts`; nothing here or there looks at C.
 */
import type { KernelTree } from './tree.ts';

/** Header that declares an identifier, as a driver includes it. */
export type Header =
  | 'net/page_pool/types.h'
  | 'net/page_pool/helpers.h'
  | 'net/netmem.h'
  | 'linux/skbuff.h'
  | 'net/xdp.h'
  | 'net/netdev_queues.h'
  | 'linux/mm.h'
  | 'linux/dma-mapping.h';

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

/** Number of arguments in the call text of a form. */
export function formArity(form: NetmemForm): number {
  const inside = form.call.slice(form.call.indexOf('(') + 1, form.call.lastIndexOf(')')).trim();
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
