/** Expected failures are values: every fallible call of the simulator returns this. */
export type Result<T, E = Refusal> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Why the simulator did not do what was asked, in words a user can act on. */
export interface Refusal {
  /** The kernel's errno name where the kernel has one for this mistake, else null. */
  readonly errno: string | null;
  /** What is wrong and what to do about it. */
  readonly message: string;
}

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function refuse(
  errno: string | null,
  message: string,
): { readonly ok: false; readonly error: Refusal } {
  return { ok: false, error: { errno, message } };
}
