/** What can be known about a buffer: each fact is one thing done to it at one place. */
import type { AllocationSource, FactKind } from '../../kernel/entry/effect.ts';
import type { Span } from '../../syntax/ast.ts';

export type { AllocationSource, FactKind };

export type Direction = 'to-device' | 'from-device' | 'both' | 'unknown';

/** One fact, placed in a function. */
export interface Fact {
  readonly kind: FactKind;
  /** Identifier concerned: the function, macro or field. */
  readonly api: string;
  /** Span of the expression, relative to the item. */
  readonly at: Span;
  /** Span of the identifier itself. */
  readonly apiAt: Span;
  readonly source: AllocationSource | null;
  readonly direction: Direction;
  /** A mapping is ended whose length no fragment of a packet has: a constant, a whole buffer of a ring, or that of the head. */
  readonly wholeBuffer: boolean;
  /** Functions and members that made the value, as far as this function shows: `dma_map_single`, `skb-linear`. */
  readonly madeBy: readonly string[];
  /** Of an address that is told to the device: the field that it is put into, as `struct tag.field`; else null. */
  readonly postedInto: string | null;
  /**
   * Of a mapping that is ended or kept: where its address comes from, as far as this function shows
   * (`function-summary.ts`).
   */
  readonly from: readonly string[];
  /** Of an address that is kept: the field that it is put into, as a key, or the result of a call that points there; else ''. */
  readonly into: string;
}
