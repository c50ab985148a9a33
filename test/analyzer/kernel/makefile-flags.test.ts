/** Macros that a driver's Makefile defines or leaves out by default. */
import { expect, test } from 'vitest';
import { makefileFlags } from '../../../extension/analyzer/kernel/makefile-flags.ts';

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
