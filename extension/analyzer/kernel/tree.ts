/**
 * What the user's kernel tree offers. Fixes ask this, never a version number: backports and renames make version
 * tables wrong in both directions.
 */

/** Releases whose facts the catalogue knows, oldest first. */
export const RELEASES = ['6.12', '6.18', '7.1', '7.2'] as const;
export type Release = (typeof RELEASES)[number];

/** Identifiers and argument counts of one kernel tree. */
export interface KernelTree {
  /** `probed`: read from the user's include/. `assumed`: no tree found, so the named release is assumed (and said). */
  readonly origin: { readonly kind: 'probed'; readonly root: string } | { readonly kind: 'assumed' };
  /** The nearest known release, for messages and for the simulator's behaviour tables. */
  readonly release: Release;
  /** True if the tree declares the function, macro, field or enumerator. */
  has(identifier: string): boolean;
  /** Number of parameters of a function or function-like macro, or null if the tree lacks it. */
  arity(identifier: string): number | null;
}
