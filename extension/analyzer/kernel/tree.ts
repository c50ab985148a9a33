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

/** What of a tree decides which lines of a driver are compiled. */
export interface TreeBuild {
  readonly version: KernelVersion | null;
  /** `.config` by name: `y`, `m`, a number or a string. Null if there is none: options are unknown then. */
  readonly config: ReadonlyMap<string, string> | null;
  /** What the user says, over everything else: text as after `-D`, or null for a macro that is not defined. */
  readonly defines: ReadonlyMap<string, string | null>;
  /** What the driver's own Makefile says of macros by default; nothing if missing. */
  readonly flags?: ReadonlyMap<string, string | null>;
}

/** Version of a kernel as in the head of its Makefile. */
export interface KernelVersion {
  readonly version: number;
  readonly patchlevel: number;
  readonly sublevel: number;
}

/** Identifiers and argument counts of one kernel tree. */
export interface KernelTree {
  /** `probed`: read from the user's include/. `assumed`: no tree found, so the named release is assumed (and said). */
  readonly origin: { readonly kind: 'probed'; readonly root: string } | { readonly kind: 'assumed' };
  /** The nearest known release, for messages and for the simulator's behaviour tables. */
  readonly release: Release;
  /** What is known of the build; of the version, what `release` says, if this is missing. */
  readonly build?: TreeBuild;
  /** True if the tree declares the function, macro, field or enumerator. */
  has(identifier: string): boolean;
  /** Number of parameters of a function or function-like macro, or null if the tree lacks it or takes any number. */
  arity(identifier: string): number | null;
  /** True for what its headers `#define`, as far as they were read. Missing where none were. */
  isMacro?(identifier: string): boolean;
}
