/**
 * What the user's kernel tree offers. Fixes ask this, never a version number: backports and renames make version
 * tables wrong in both directions.
 */
import {
  KERNEL_RELEASES,
  type KernelRelease,
  NEWEST_RELEASE,
} from '../../../simulator/core/kernel-release.ts';

/** Releases whose facts are known, oldest first: one list for analyser and simulator. */
export const RELEASES = KERNEL_RELEASES;
export type Release = KernelRelease;
/** Assumed where neither a tree nor the user says another one. */
export const NEWEST = NEWEST_RELEASE;

/** Identifiers and argument counts of one kernel tree. */
export interface KernelTree {
  /** `probed`: read from the user's include/. `assumed`: no tree found, so the named release is assumed (and said). */
  readonly origin: { readonly kind: 'probed'; readonly root: string } | { readonly kind: 'assumed' };
  /** The nearest known release, for messages and for the simulator's behaviour tables. */
  readonly release: Release;
  /** True if the tree declares the function, macro, field or enumerator. */
  has(identifier: string): boolean;
  /** Number of parameters of a function or function-like macro, or null if the tree lacks it or takes any number. */
  arity(identifier: string): number | null;
}
