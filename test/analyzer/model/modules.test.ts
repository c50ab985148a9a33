import { expect, test } from 'vitest';
import { inclusionsOf, modulesOf } from '../../../extension/analyzer/model/modules.ts';

test('a directory with two modules, one of several objects over several lines', () => {
  const makefile = `# comment
obj-$(CONFIG_TERN) += tern.o
tern-y := tern_main.o \\
	tern_rx.o sub/tern_tx.o
tern-$(CONFIG_PTP) += tern_ptp.o
obj-m += gull.o
`;
  expect(modulesOf(makefile)).toEqual([
    { name: 'tern', objects: ['tern_main', 'tern_rx', 'sub/tern_tx', 'tern_ptp'] },
    { name: 'gull', objects: ['gull'] },
  ]);
});

test('modules that share an object are one', () => {
  const makefile = 'obj-$(A) += a.o\nobj-$(B) += b.o\na-objs := a_main.o lib.o\nb-objs := b_main.o lib.o\n';
  expect(modulesOf(makefile)).toEqual([{ name: 'a', objects: ['b_main', 'lib', 'a_main'] }]);
});

test('a Makefile that only descends has no modules', () => {
  expect(modulesOf('obj-$(CONFIG_X) += x/\nccflags-y += -I$(src)\n')).toEqual([]);
});

test('inclusions', () => {
  expect(inclusionsOf('#include "a.h"\n # include <net/b/c.h>\n')).toEqual([
    { path: 'a.h', system: false },
    { path: 'net/b/c.h', system: true },
  ]);
});
