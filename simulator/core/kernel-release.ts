/**
 * The kernel releases that are known, oldest first: the one list of analyser and simulator. 6.12 is Debian's stable tree
 * with its backports, 7.1 to 7.3 were read in full (7.1.5, 7.2.12, 7.3.4). What came with which is in
 * release-features.ts. A driver for another release is run under the newest one not above it.
 */
export const KERNEL_RELEASES = ['6.12', '6.18', '7.1', '7.2', '7.3'] as const;
export type KernelRelease = (typeof KERNEL_RELEASES)[number];

/** Assumed where nobody names a release. */
export const NEWEST_RELEASE = '7.3' satisfies KernelRelease;

/** Whether `release` is `since` or newer. */
export function atLeast(release: KernelRelease, since: KernelRelease): boolean {
  return KERNEL_RELEASES.indexOf(release) >= KERNEL_RELEASES.indexOf(since);
}
