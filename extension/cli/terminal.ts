/** Where output goes, and what it may look like there. Results go to standard output, everything else to standard error. */
import picocolors from 'picocolors';
import { PLAIN, visible } from '../analyzer/index.ts';
import type { Style } from '../analyzer/index.ts';
import { MEGABYTE, tooLarge } from '../files/read-file.ts';
import { isColoured } from './colour.ts';

/** Of a patch or a trace: what a text of JavaScript can hold, and more than anybody means. */
export const MAX_INPUT_BYTES = 256 * MEGABYTE;

export interface Terminal {
  out(text: string): void;
  /** One line for a person: what happened, and what to do. What would not show in it is written out. */
  message(text: string): void;
  /** True if standard output goes to somebody's eyes and not into a file or a program. */
  readonly isScreen: boolean;
  /** Style for standard output. */
  readonly style: Style;
  /** Shows a line that the next one replaces; does nothing unless standard error is a terminal. */
  progress(text: string): void;
  readonly cwd: string;
  /** Throws if it is more than `limit` bytes, by default as many as a trace may have. */
  readStdin(limit?: number): Promise<Buffer>;
}

/** The terminal of this process. @param cwd where it runs */
export function processTerminal(cwd: string): Terminal {
  let progressShown = false;
  const clear = (): void => {
    if (progressShown) process.stderr.write('\r\x1b[K');
    progressShown = false;
  };
  return {
    out: (text) => {
      clear();
      process.stdout.write(text);
    },
    message: (text) => {
      clear();
      process.stderr.write(`netmem: ${visible(text)}\n`);
    },
    isScreen: process.stdout.isTTY,
    style: isColoured(process.argv.slice(2), process.env, process.stdout.isTTY) ? COLOURED : PLAIN,
    progress: (text) => {
      if (!process.stderr.isTTY) return;
      clear();
      if (text === '') return;
      process.stderr.write(visible(text).slice(0, process.stderr.columns - 1));
      progressShown = true;
    },
    cwd,
    readStdin: async (limit = MAX_INPUT_BYTES) => {
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of process.stdin) {
        if (!Buffer.isBuffer(chunk)) continue;
        chunks.push(chunk);
        length += chunk.length;
        if (length > limit) throw tooLarge(length, limit);
      }
      return Buffer.concat(chunks);
    },
  };
}

const colours = picocolors.createColors(true);

const COLOURED: Style = {
  error: (text) => colours.bold(colours.red(text)),
  warning: (text) => colours.bold(colours.magenta(text)),
  note: (text) => colours.bold(colours.cyan(text)),
  bold: colours.bold,
  dim: colours.dim,
  good: colours.green,
};
