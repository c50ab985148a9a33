/** What every lowering step needs: the masked text, the original, and the offset of the top-level item. */
import type { Span } from './ast.ts';
import type { RawNode } from './raw.ts';

/** Where a part of the parsed text stands in the piece of the file that it was made from. */
export type Origin = (start: number, end: number) => { readonly start: number; readonly end: number };

export class LowerContext {
  readonly masked: string;
  readonly original: string;
  private readonly base: number;
  private readonly origin: Origin | null;
  /** Names of the structures around the one being read: anonymous ones are named by their place in these. */
  readonly tags: string[] = [];
  private anonymous = 0;
  private masks: boolean | null = null;

  /**
   * @param base offset in the parsed text that spans are relative to; with an origin, an offset in the piece
   * @param origin null if the parsed text is the piece's own
   */
  constructor(masked: string, original: string, base: number, origin: Origin | null) {
    this.masked = masked;
    this.original = original;
    this.base = base;
    this.origin = origin;
  }

  /** True if the mask has changed anything. */
  get isMasked(): boolean {
    return (this.masks ??= this.masked !== this.original);
  }

  /** A tag for a structure without one: stable while the item's text is, unique in the driver if the item has a name. */
  anonymousTag(word: string, hint: string): string {
    const around = this.tags[this.tags.length - 1]?.replace(/^\w+ /, '') ?? '';
    return `${word} ${around}/${hint === '' ? this.anonymous++ : hint}`;
  }

  span(node: { readonly start: number; readonly end: number }): Span {
    const { start, end } = this.origin === null ? node : this.origin(node.start, node.end);
    return { s: start - this.base, e: end - this.base };
  }

  text(node: { readonly start: number; readonly end: number }): string {
    return this.masked.slice(node.start, node.end);
  }

  /** Operator between two operands. */
  between(left: RawNode, right: RawNode): string {
    return this.masked.slice(left.end, right.start).replace(/\/\*[^]*?\*\/|\/\/.*|[\s()\\]/g, '');
  }
}
