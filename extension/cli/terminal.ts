/** Where output goes, and what it may look like there. Results go to standard output, everything else to standard error. */
import colours from 'picocolors';
import { visible } from '../analyzer/report/visible.ts';
import { PLAIN, type Style } from '../analyzer/report/writer.ts';

export interface Terminal {
  out(text: string): void;
  /** One line for a person: what happened, and what to do. What would not show in it is written out. */
  message(text: string): void;
  /** True if standard output goes to somebody's eyes and not into a file or a program. */
  readonly isScreen: boolean;
  /** Style for standard output: coloured on a terminal only. */
  readonly style: Style;
  /** Shows a line that the next one replaces; does nothing unless standard error is a terminal. */
  progress(text: string): void;
  readonly cwd: string;
  readStdin(): Promise<string>;
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
    style: process.stdout.isTTY && colours.isColorSupported ? COLOURED : PLAIN,
    progress: (text) => {
      if (!process.stderr.isTTY) return;
      clear();
      if (text === '') return;
      process.stderr.write(visible(text).slice(0, process.stderr.columns - 1));
      progressShown = true;
    },
    cwd,
    readStdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

const COLOURED: Style = {
  error: (text) => colours.bold(colours.red(text)),
  warning: (text) => colours.bold(colours.magenta(text)),
  note: (text) => colours.bold(colours.cyan(text)),
  bold: colours.bold,
  dim: colours.dim,
  good: colours.green,
};
