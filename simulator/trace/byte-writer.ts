/** Bytes in order, growing as needed. */
export class ByteWriter {
  private data = new Uint8Array(256);
  private view = new DataView(this.data.buffer);
  length = 0;

  u8(value: number): void {
    this.reserve(1);
    this.data[this.length++] = value;
  }

  /** Little endian, as the other side of a capture file reads. */
  u16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.length, value, true);
    this.length += 2;
  }

  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  /** Network order. */
  net16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.length, value, false);
    this.length += 2;
  }

  net32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, false);
    this.length += 4;
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.data.set(bytes, this.length);
    this.length += bytes.length;
  }

  zeros(count: number): void {
    this.reserve(count);
    this.data.fill(0, this.length, this.length + count);
    this.length += count;
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.data.slice(0, this.length);
  }

  private reserve(count: number): void {
    if (this.length + count <= this.data.length) return;
    const grown = new Uint8Array(Math.max(this.data.length * 2, this.length + count));
    grown.set(this.data.subarray(0, this.length));
    this.data = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** UTF-8 without the platform's encoder, which the simulator does not have. Texts here are short. */
export function utf8(text: string): Uint8Array {
  const bytes = new ByteWriter();
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.u8(code);
    else if (code < 0x800) {
      bytes.u8(0xc0 | (code >> 6));
      bytes.u8(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
      bytes.u8(0xe0 | (code >> 12));
      bytes.u8(0x80 | ((code >> 6) & 0x3f));
      bytes.u8(0x80 | (code & 0x3f));
    } else {
      bytes.u8(0xf0 | (code >> 18));
      bytes.u8(0x80 | ((code >> 12) & 0x3f));
      bytes.u8(0x80 | ((code >> 6) & 0x3f));
      bytes.u8(0x80 | (code & 0x3f));
    }
  }
  return bytes.take();
}
