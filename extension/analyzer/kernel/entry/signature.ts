/** Signatures of kernel functions and macros, as far as the analyser asks for them. */

/** A release of mainline, `6.14`; newer and older ones than the analyser's own list occur. */
export type Version = `${number}.${number}`;

/** A function, or a macro with parameters, which are spelled as if it were a function. */
export interface Signature {
  /** C type of the result; '' if it is the caller's own type or none. */
  readonly returns: string;
  /** Declarations of the parameters; a last one `...` stands for any number. */
  readonly parameters: readonly string[];
}

/** @param parameters as in a prototype: `struct page *page, int nr`; '' for none */
export function signature(returns: string, parameters: string): Signature {
  return { returns, parameters: parameters === '' ? [] : parameters.split(/,\s*/) };
}

/** Number of arguments, or null if any number will do. */
export function arity({ parameters }: Signature): number | null {
  return parameters.at(-1) === '...' ? null : parameters.length;
}

/** Positions of the parameters whose declaration matches. */
export function positions({ parameters }: Signature, declaration: RegExp): readonly number[] {
  return parameters.flatMap((parameter, index) => (declaration.test(parameter) ? [index] : []));
}

/** Position of the first such parameter, or -1. */
export function position(of: Signature | null, declaration: RegExp): number {
  return of === null ? -1 : (positions(of, declaration)[0] ?? -1);
}

export const PAGE_PARAMETER = /^(?:const )?struct page \*\w/;
export const POOL_PARAMETER = /^(?:const )?struct page_pool \*\w/;
export const DIRECTION_PARAMETER = /^enum dma_data_direction /;
export const OFFSET_PARAMETER = /\boffset$/;

const NETMEM_PARAMETER = /^(?:const )?netmem_ref /;

/** True if the signature names a netmem reference. */
export function takesNetmem({ returns, parameters }: Signature): boolean {
  return returns === 'netmem_ref' || parameters.some((parameter) => NETMEM_PARAMETER.test(parameter));
}

/** Sign of `a - b` for versions. */
export function compareVersions(a: Version, b: Version): number {
  const [x, y] = [a, b].map((v) => v.split('.').map(Number));
  const major = (x?.[0] ?? 0) - (y?.[0] ?? 0);
  return Math.sign(major === 0 ? (x?.[1] ?? 0) - (y?.[1] ?? 0) : major);
}
