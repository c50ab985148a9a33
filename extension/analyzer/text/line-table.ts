/** Lines of a text as reports print them: numbered from 1, with their words. The analyser itself works on offsets. */
import { LineIndex } from './line-index.ts';

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

export class LineTable {
  readonly #text: string;
  readonly #index: LineIndex;

  constructor(text: string) {
    this.#text = text;
    this.#index = new LineIndex(text);
  }

  get lineCount(): number {
    return this.#index.lineCount;
  }

  /** Where an offset is; beyond the end counts as the end. */
  position(offset: number): Position {
    const { line, column } = this.#index.position(offset);
    return { line: line + 1, column: column + 1 };
  }

  /** True if the line begins with this text. */
  startsWith(number: number, text: string): boolean {
    return this.#has(number) && this.#text.startsWith(text, this.#start(number));
  }

  /** Text of a line without its end; empty for a line that is not there. */
  line(number: number): string {
    if (!this.#has(number)) return '';
    const start = this.#start(number);
    const end = number === this.lineCount ? this.#text.length : this.#start(number + 1) - 1;
    return this.#text.slice(start, this.#text[end - 1] === '\r' && end > start ? end - 1 : end);
  }

  #has(number: number): boolean {
    return number >= 1 && number <= this.lineCount;
  }

  #start(number: number): number {
    return this.#index.offset({ line: number - 1, column: 0 });
  }
}
