/** Offsets to lines and columns and back, for the borders: reports and editors. */

/** 0-based line and UTF-16 column, as LSP counts them. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

export class LineIndex {
  private readonly starts: Uint32Array;
  private readonly length: number;

  constructor(text: string) {
    // A file of many lines is indexed at each keystroke: no list that grows by one.
    let starts = new Uint32Array(64 + (text.length >> 4));
    let count = 1;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      if (count === starts.length) {
        const grown = new Uint32Array(2 * count);
        grown.set(starts);
        starts = grown;
      }
      starts[count++] = at + 1;
    }
    this.starts = starts.subarray(0, count);
    this.length = text.length;
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** Where `offset` lies; offsets outside are clamped to the text. */
  position(offset: number): LineColumn {
    const wanted = Math.min(Math.max(offset, 0), this.length);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= wanted) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: wanted - (this.starts[low] ?? 0) };
  }

  /** The offset of a position; lines and columns outside are clamped. */
  offset(position: LineColumn): number {
    const line = Math.min(Math.max(position.line, 0), this.starts.length - 1);
    const start = this.starts[line] ?? 0;
    const end = this.starts[line + 1] ?? this.length + 1;
    return Math.min(start + Math.max(position.column, 0), end - 1);
  }
}
