import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isKernelMakefile } from '../../extension/client/kernel-makefile.ts';

test.each([
  readFileSync('extension/example/Makefile', 'utf8'),
  'obj-y += foo/\n',
  'ifneq ($(CONFIG_FOO),)\n\tobj-$(CONFIG_FOO) += foo.o\nendif\n',
  'subdir-ccflags-y := -I$(src)\n',
  'export KBUILD_MODULES\n',
])('kernel sources: %j', (text) => {
  expect(isKernelMakefile(text)).toBe(true);
});

test.each(['', 'all: main.o\n\tcc -o main main.o\n', 'OBJS = obj-list.o\nclean:\n\trm -f $(OBJS)\n'])(
  'anybody’s C: %j',
  (text) => {
    expect(isKernelMakefile(text)).toBe(false);
  },
);
