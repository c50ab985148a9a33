/** The generator of rules, run in a copy of the folders that it writes to. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Rule } from '../../extension/analyzer/rules/rule.ts';
import { analyse, NEWEST } from '../analyzer/analyse.ts';
import { ROOT, scratch } from '../cli/netmem.ts';

const ALL = 'extension/analyzer/rules/all.ts';
const GENERATOR = 'extension/packaging/new-rule.mjs';

function copy(): string {
  const home = scratch();
  for (const folder of ['extension/docs/rules', 'test/analyzer/rules'])
    mkdirSync(join(home, folder), { recursive: true });
  for (const file of [ALL, GENERATOR]) cpSync(join(ROOT, file), join(home, file));
  return home;
}

function generate(home: string, ...args: string[]) {
  return spawnSync(process.execPath, [join(home, GENERATOR), ...args], { encoding: 'utf8' });
}

test('makes rule, page and test, and puts the rule behind the last one of its requirement', () => {
  const home = copy();
  expect(generate(home, 'rx3-foo-bar').status).toBe(0);
  for (const file of [
    'extension/analyzer/rules/rx3-foo-bar.ts',
    'extension/docs/rules/rx3-foo-bar.md',
    'test/analyzer/rules/rx3-foo-bar.test.ts',
  ])
    expect(existsSync(join(home, file)), file).toBe(true);
  const all = readFileSync(join(home, ALL), 'utf8');
  expect(all).toContain("import { rx3FooBar } from './rx3-foo-bar.ts';\nimport { rx4");
  expect(all).toMatch(/ {2}rx3\w+,\n {2}rx3FooBar,\n {2}rx4/);
});

test('never overwrites one, and takes no name without a requirement', () => {
  const home = copy();
  generate(home, 'tx2-foo');
  const again = generate(home, 'tx2-foo');
  expect(again.status).toBe(2);
  expect(again.stderr).toContain('there already');
  for (const args of [[], ['foo'], ['rx9-foo'], ['rx1_foo']]) {
    const { status, stderr } = generate(home, ...args);
    expect({ args, status }).toEqual({ args, status: 2 });
    expect(stderr).toContain('rx1 to rx7, tx1 or tx2');
  }
});

test('the rule works as it is: it reports the wrong example of its page, and nothing of the right one', async () => {
  const home = copy();
  generate(home, 'rx5-foo');
  for (const file of ['rules/rule.ts', 'finding.ts'])
    symlinkSync(join(ROOT, 'extension/analyzer', file), join(home, 'extension/analyzer', file));
  const made: unknown = await import(join(home, 'extension/analyzer/rules/rx5-foo.ts'));
  const { rx5Foo } = made as { readonly rx5Foo: Rule };
  const page = readFileSync(join(home, 'extension/docs/rules/rx5-foo.md'), 'utf8');
  const reported = [...page.matchAll(/```c\n([^`]*)```/g)].map(async ([, text = '']) => {
    const { facts } = await analyse({ 'foo.c': text });
    if (facts === undefined) throw new Error('no facts');
    return rx5Foo.run({ facts, tree: NEWEST }).map(({ api }) => api);
  });
  expect(await Promise.all(reported)).toEqual([['kmap_local_page'], []]);
});
