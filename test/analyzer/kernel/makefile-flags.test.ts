/** Macros that a driver's Makefile defines or leaves out by default. */
import { expect, test } from 'vitest';
import { includeDirectories, makefileFlags } from '../../../extension/analyzer/kernel/makefile-flags.ts';

const flags = (text: string): Record<string, string | null> => Object.fromEntries(makefileFlags(text));

test.each([
  ['plain flags', 'ccflags-y += -DA -DB=2 -O2\n', { A: '1', B: '2' }],
  [
    'a switch that is off, and one that is on',
    'ENABLE_A = n\nENABLE_B = y\nifeq ($(ENABLE_A), y)\nEXTRA_CFLAGS += -DA\nendif\nifeq ($(ENABLE_B),y)\n\tEXTRA_CFLAGS += -DB\nendif\n',
    { A: null, B: '1' },
  ],
  [
    'the other arm',
    'A := 1\nifneq ($(A),1)\nccflags-y += -DX\nelse\nccflags-y += -DY\nendif\n',
    { X: null, Y: '1' },
  ],
  [
    'the part that Kbuild reads',
    'ifneq ($(KERNELRELEASE),)\nccflags-y += -DX\nelse\nKCFLAGS += -DY\nendif\n',
    { X: '1', Y: null },
  ],
  ['what a shell answers', 'ifneq ($(shell grep x y),)\nccflags-y += -DX\nendif\n', {}],
  [
    'what the user may set',
    'ifdef DEBUG\nccflags-y += -DX\nendif\nifeq ($(V),1)\nccflags-y += -DY\nendif\n',
    {},
  ],
  ['options of the kernel', 'ccflags-$(CONFIG_X) += -DX\n', {}],
  ['flags of one object', 'CFLAGS_a.o = -DX\n', {}],
  ['a value nobody knows', 'ccflags-y += -DX=$(shell date)\n', {}],
  [
    'defined in one place, left out in another',
    'A=n\nccflags-y += -DX\nifeq ($(A),y)\nccflags-y += -DX\nendif\n',
    { X: '1' },
  ],
  [
    'comments and continued lines',
    '# ccflags-y += -DX\nccflags-y += -DA \\\n  -DB # -DC\n',
    { A: '1', B: '1' },
  ],
  ['no definition at all', 'obj-m := a.o\n', {}],
  ['ends too many', 'endif\nelse\nccflags-y += -DX\n', { X: '1' }],
])('%s', (_, text, expected) => {
  expect(flags(text)).toEqual(expected);
});

test.each([
  ['its own and a sister', 'ccflags-y += -I$(src)/../core -I $(src)\n', ['makefile ../core', 'makefile ']],
  ['of the tree', 'subdir-ccflags-y += -I$(srctree)/drivers/net/acme/af/\n', ['tree drivers/net/acme/af']],
  ['by the older name of its own', 'EXTRA_CFLAGS += -I$(srctree)/$(src)/inc\n', ['makefile inc']],
  ['in a variable', 'AF = $(srctree)/drivers/net/af\nccflags-y += -I$(AF)\n', ['tree drivers/net/af']],
  ['over two lines', 'ccflags-y := -I$(src)/a \\\n -I$(src)/b\n', ['makefile a', 'makefile b']],
  ['of a variable of somebody else', 'ccflags-y += -I$(ELSEWHERE)/a\n', []],
  ['of this machine', 'ccflags-y += -I/usr/include\n', []],
  ['in no flags', 'all:\n\techo -I$(src)/a\n', []],
])('include directories: %s', (_, text, found) =>
  expect(includeDirectories(text).map(({ from, path }) => `${from} ${path}`)).toEqual(found),
);

test('include directories are bounded', () =>
  expect(
    includeDirectories(Array.from({ length: 1000 }, (_, i) => `ccflags-y += -I$(src)/${i}\n`).join('')),
  ).toHaveLength(32));
