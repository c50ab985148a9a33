import { expect, test } from 'vitest';
import { inclusionsOf, linksFrom, modulesOf } from '../../../../extension/analyzer/model/reading/modules.ts';

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

/** What an untrusted Makefile could keep a server busy with for ever. */
test.each<[string, string, number]>([
  [
    'lists that double at each level',
    `obj-m := a0.o\n${Array.from({ length: 60 }, (_, i) => `a${i}-y := a${i + 1}.o a${i + 1}.o\n`).join('')}`,
    1,
  ],
  ['a list of itself', 'obj-m := a.o\na-y := b.o\nb-y := a.o b.o\n', 1],
  [
    'a row of lists as long as the file',
    `obj-m := a0.o\n${Array.from({ length: 50_000 }, (_, i) => `a${i}-y := a${i + 1}.o\n`).join('')}`,
    1,
  ],
  [
    'modules that share one with the next',
    `obj-m := ${Array.from({ length: 20_000 }, (_, i) => `m${i}.o`).join(' ')}\n${Array.from({ length: 20_000 }, (_, i) => `m${i}-y := x${i}.o x${i + 1}.o\n`).join('')}`,
    1,
  ],
  ['a name without an end', `obj-m := a.o ${'b'.repeat(400_000)}`, 1],
])('%s', (_, makefile, modules) => {
  expect(modulesOf(makefile)).toHaveLength(modules);
});

test('a path without an end links nothing', () => {
  expect(linksFrom('sub/'.repeat(100_000), 'sub/')).toBe(false);
  expect(linksFrom(`${'sub/'.repeat(50)}x.o`, 'sub/')).toBe(true);
});
