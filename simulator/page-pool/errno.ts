/** The errno values a page pool or a memory provider returns (include/uapi/asm-generic/errno*.h), positive. */
export const ENOMEM = 12;
export const EFAULT = 14;
export const EINVAL = 22;
export const E2BIG = 7;
export const EOPNOTSUPP = 95;
