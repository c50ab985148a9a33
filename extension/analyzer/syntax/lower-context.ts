/** What every lowering step needs: the masked text, the original, and the offset of the top-level item. */
import type { Span } from './ast.ts';
import type { RawNode } from './raw.ts';

export class LowerContext {
  readonly masked: string;
  readonly original: string;
  readonly base: number;
  /** Names of the structures around the one being read: anonymous ones are named by their place in these. */
  readonly tags: string[] = [];
  private anonymous = 0;

  constructor(masked: string, original: string, base: number) {
    this.masked = masked;
    this.original = original;
    this.base = base;
  }

  /** A tag for a structure without one: stable while the item's text is, unique in the driver if the item has a name. */
  anonymousTag(word: string, hint: string): string {
    const around = this.tags[this.tags.length - 1]?.replace(/^\w+ /, '') ?? '';
    return `${word} ${around}/${hint === '' ? this.anonymous++ : hint}`;
  }

  span(node: { readonly start: number; readonly end: number }): Span {
    return { s: node.start - this.base, e: node.end - this.base };
  }

  text(node: { readonly start: number; readonly end: number }): string {
    return this.masked.slice(node.start, node.end);
  }

  /** Operator between two operands. */
  between(left: RawNode, right: RawNode): string {
    return this.masked.slice(left.end, right.start).replace(/\/\*[^]*?\*\/|\/\/.*|[\s()\\]/g, '');
  }
}
