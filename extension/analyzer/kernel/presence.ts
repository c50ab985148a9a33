/** Which identifiers a release has, and with how many arguments: what is answered where there is no tree to read. */
import type { Entry } from './entry/entry.ts';
import { arity, compareVersions, type Signature, type Version } from './entry/signature.ts';
import type { Release } from './tree.ts';

/** The parts of an entry that say which releases have it. */
export type Lifetime = Pick<Entry, 'since' | 'until' | 'backported'>;

/** True if the release has the identifier. */
export function isIn({ since, until, backported }: Lifetime, release: Release): boolean {
  if (backported?.includes(release) === true) return true;
  if (since !== undefined && compareVersions(release, since) < 0) return false;
  return until === undefined || compareVersions(release, until) < 0;
}

/** The signature in the release, or null for what is not called. A backport brings the signature of its own time. */
export function signatureIn(entry: Entry, release: Release): Signature | null {
  if (entry.backported?.includes(release) === true) return entry.signature;
  const former = entry.formerly?.find(({ until }) => compareVersions(release, until) < 0);
  return former?.signature ?? entry.signature;
}

/** Number of arguments in the release; null if the release lacks the identifier or takes any number. */
export function arityIn(entry: Entry, release: Release): number | null {
  const signature = isIn(entry, release) ? signatureIn(entry, release) : null;
  return signature === null ? null : arity(signature);
}

/** First release of mainline with the identifier, where the table says one. */
export function sinceOf(entry: Lifetime | null): Version | null {
  return entry?.since ?? null;
}
