/** The errno values a page pool or a memory provider returns (include/uapi/asm-generic/errno*.h), positive. */
export const E2BIG = 7;
export const ENOMEM = 12;
export const EFAULT = 14;
export const EINVAL = 22;
export const EOPNOTSUPP = 95;

const NAMES: Readonly<Record<number, string>> = {
  [E2BIG]: 'E2BIG',
  [ENOMEM]: 'ENOMEM',
  [EFAULT]: 'EFAULT',
  [EINVAL]: 'EINVAL',
  [EOPNOTSUPP]: 'EOPNOTSUPP',
};

/** The name of one of them. */
export function errnoName(errno: number): string {
  return NAMES[errno] ?? `errno ${errno}`;
}
