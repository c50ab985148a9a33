/** Directories of every shape that could make the command slow or large, each at any size. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SHAPES } from './growth-shapes.ts';

export interface TreeShape {
  readonly name: string;
  readonly largest: number;
  /** True if what it names is not all there, which ends in 2. */
  readonly isWrong?: boolean;
  /** Writes it below a directory that is there. @returns the arguments of `netmem` */
  readonly make: (home: string, n: number) => readonly string[];
}

const numbers = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
const many = (n: number, piece: (i: number) => string): string => numbers(n).map(piece).join('');

function write(home: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
}

/** A driver with so many pages given back, a line each; spread over functions that are read. */
function puts(n: number): string {
  const lines = shape('pages given back on lines');
  return copies(lines.text, Math.min(n, lines.largest), Math.ceil(n / lines.largest));
}

function shape(name: string): (typeof SHAPES)[number] {
  const found = SHAPES.find((s) => s.name === name);
  if (found === undefined) throw new Error(`no shape ${name}`);
  return found;
}

/** A driver of a shape with its receive function again and again, under other names. */
export function copies(text: (n: number) => string, n: number, times: number): string {
  const whole = text(n);
  const start = whole.indexOf('static int heron_rx(');
  const receive = whole.slice(start, whole.indexOf('static int heron_poll('));
  return whole + many(Math.max(0, times - 1), (i) => receive.replace('heron_rx(', `heron_rx${i}(`));
}

const SMALL = puts(1);
/** Characters of a file that are just read. */
const FILE = 4 * 1024 * 1024 - 300_000;

/** Files of nearly 4 MB, a driver each or one of all. */
function large(name: string, of: string): TreeShape {
  return {
    name,
    largest: 4,
    make: (home, n) => {
      const { text, largest } = shape(of);
      const files = numbers(Math.ceil(n)).map((i) => {
        const share = Math.min(1, n - i);
        const times = Math.max(1, Math.floor((FILE * share) / text(largest).length));
        const own = copies(text, largest, times);
        // The structures and functions of each file are its own.
        write(home, { [`heron${i}.c`]: own.replace(/\bheron(?=_|\b)/g, `heron${i}`) });
        return `heron${i}.o`;
      });
      write(home, { Makefile: `obj-m += all.o\nall-y := ${files.join(' ')}\n` });
      return ['.'];
    },
  };
}

export const TREES: readonly TreeShape[] = [
  {
    name: 'directories in each other',
    largest: 1900,
    make: (home, n) => {
      for (const depth of numbers(n)) write(home, { [`${'d/'.repeat(depth)}heron.c`]: SMALL });
      return ['.'];
    },
  },
  {
    name: 'objects made of the next one in a Makefile',
    largest: 120_000,
    make: (home, n) => {
      write(home, { Makefile: many(n, (i) => `obj-m += m${i}.o\nm${i}-y := m${i + 1}.o\n`) });
      for (const i of numbers(3)) write(home, { [`m${i}.c`]: SMALL });
      return ['.'];
    },
  },
  {
    name: 'modules of one Makefile',
    largest: 6000,
    make: (home, n) => {
      write(home, { Makefile: many(n, (i) => `obj-m += m${i}.o\n`), 'heron.c': SMALL });
      for (const i of numbers(n)) write(home, { [`m${i}.c`]: 'int x;\n' });
      return ['.'];
    },
  },
  {
    name: 'directories of one Makefile',
    largest: 6000,
    make: (home, n) => {
      write(home, { Makefile: `obj-m += m.o\nm-y := ${many(n, (i) => `s${i}/a.o `)}\n`, 'm.c': SMALL });
      for (const i of numbers(n)) write(home, { [`s${i}/a.c`]: 'int x;\n' });
      return ['.'];
    },
  },
  {
    name: 'entries of a baseline, and a twenty-fifth of it in findings',
    largest: 150_000,
    make: (home, n) => {
      const entry = { rule: 'rx7-recycling', file: 'heron.c', reason: '', scope: 'line' };
      const entries = numbers(n).map((i) => ({ ...entry, fingerprint: String(i) }));
      write(home, { '.netmem-baseline.json': JSON.stringify({ version: 1, entries }) });
      write(home, { 'heron.c': puts(Math.round(n / 25)) });
      return ['.'];
    },
  },
  {
    name: 'files of a list',
    largest: 12_000,
    make: (home, n) => {
      for (const i of numbers(n)) write(home, { [`m${i}.c`]: i === 0 ? SMALL : 'int x;\n' });
      write(home, { list: many(n, (i) => `m${i}.c\n`) });
      return ['--files-from', 'list'];
    },
  },
  {
    name: 'files of a list that are not there',
    isWrong: true,
    largest: 160_000,
    make: (home, n) => {
      write(home, { 'm.c': SMALL, list: `${many(n, (i) => `gone${i}.c\n`)}m.c\n` });
      return ['--files-from', 'list'];
    },
  },
  {
    name: 'headers of a list',
    largest: 8000,
    make: (home, n) => {
      write(home, { Makefile: 'obj-m += m0.o m1.o\n', 'm0.c': SMALL });
      write(home, { 'm1.c': SMALL + many(n, (i) => `#include "h${i}.h"\n`) });
      for (const i of numbers(n)) write(home, { [`h${i}.h`]: 'int x;\n' });
      write(home, { list: many(n, (i) => `h${i}.h\n`) });
      return ['--files-from', 'list'];
    },
  },
  {
    name: 'includes of what is not there',
    largest: 50_000,
    make: (home, n) => {
      write(home, { 'm.c': many(n, (i) => `#include "gone${i}.h"\n`) + SMALL });
      for (const i of numbers(Math.round(n / 50))) write(home, { [`h${i}.h`]: 'int x;\n' });
      return ['.'];
    },
  },
  {
    name: 'headers that include the next one',
    largest: 5000,
    make: (home, n) => {
      write(home, { 'm.c': `#include "h0.h"\n${SMALL}` });
      for (const i of numbers(n))
        write(home, { [`h${i}.h`]: `#include "h${i + 1}.h"\nstruct page *x${i};\n` });
      return ['.'];
    },
  },
  {
    name: 'drivers beside each other',
    largest: 2400,
    make: (home, n) => {
      for (const i of numbers(n))
        write(home, { [`d${i}/heron.c`]: SMALL, [`d${i}/Makefile`]: 'obj-m += heron.o\n' });
      return ['.'];
    },
  },
  large('files of 4 MB of pages given back on lines', 'pages given back on lines'),
  large('files of 4 MB of pages given back on one line', 'pages given back on one line'),
  large('files of 4 MB of locals', 'locals that hold a page'),
  large('files of 4 MB of gotos', 'gotos back'),
  large('files of 4 MB of pages tested', 'pages tested'),
  large('files of 4 MB of parentheses', 'parentheses'),
];
