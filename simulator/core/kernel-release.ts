/**
 * The kernel releases whose behaviour is modelled. 6.12 is Debian's stable tree with its backports, 7.1 the newest
 * one that was read in full; 7.2 is 7.1 with the changes to devmem that were merged for it. A driver for another
 * release is run under the newest one not above it.
 */
export const KERNEL_RELEASES = ['6.12', '6.18', '7.1', '7.2'] as const;
export type KernelRelease = (typeof KERNEL_RELEASES)[number];

export const NEWEST_RELEASE: KernelRelease = '7.1';

/** Whether `release` is `since` or newer. */
export function atLeast(release: KernelRelease, since: KernelRelease): boolean {
  return KERNEL_RELEASES.indexOf(release) >= KERNEL_RELEASES.indexOf(since);
}
