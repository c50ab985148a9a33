/** Which alias classes are sent, and how each is mapped. */
import type { AliasClass } from '../alias/alias-class.ts';
import type { SentFragments } from '../driver/sent-fragments.ts';
import { mappingOf, type Mapping } from '../transmit/transmit-mapping.ts';
import type { Mark } from './marks.ts';

export interface Transmit {
  /** How the class with this number is mapped; undefined for classes that are not sent. */
  readonly mappings: ReadonlyMap<number, Mapping>;
  /** Which of the unmapped addresses are of fragments. */
  readonly fragments: SentFragments;
  /** Values by which the completion knows what it must not unmap. */
  readonly marks: ReadonlySet<Mark>;
  /** The path cleans up what was sent, as opposed to sending it. */
  readonly completing: boolean;
}

/** @param ring classes of the receive ring, which are none of these. */
export function transmitClasses(
  classes: readonly AliasClass[],
  ring: ReadonlyMap<number, unknown>,
  transmit: ReadonlySet<string>,
): Transmit['mappings'] {
  const mappings = new Map<number, Mapping>();
  classes.forEach((c, i) => {
    if (ring.has(i)) return;
    const sent = c.facts.some(
      (f) =>
        f.kind === 'skb-frag' ||
        f.kind === 'skb-linear' ||
        f.kind === 'unmap-store' ||
        ((f.kind === 'map' || f.kind === 'unmap') && f.direction === 'to-device'),
    );
    if (sent) mappings.set(i, mappingOf(c, transmit));
  });
  return mappings;
}
