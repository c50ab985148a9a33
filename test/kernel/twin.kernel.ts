/**
 * `KERNEL_TREE=… npm run test:kernel -- twin`: the drivers run on that kernel, in software, one boot a case; each comes
 * out as kept in `test/simulator/twin/outcomes`, which the ordinary suite compares with the simulator. TWIN_CASES picks cases by a regular expression,
 * TWIN_RECORD=1 keeps what the kernel did as `test/simulator/twin/outcomes`, TWIN_WORK is where kernel and modules are
 * built (default: .twin beside the tree). Needs gcc make flex bison bc libelf-dev binutils qemu-system-x86.
 */
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { casesOf, record, recorded } from '../simulator/twin/cases.ts';
import { TWIN_DRIVERS } from '../simulator/twin/drivers.ts';
import type { Outcome } from '../simulator/twin/outcome.ts';
import { boot } from './twin/boot.ts';
import { build, releaseOf } from './twin/build.ts';
import type { Built } from './twin/build.ts';
import { observe } from './twin/observe.ts';

const TREE = process.env['KERNEL_TREE'];
const BUILD_TIME = 7_200_000;

describe.skipIf(TREE === undefined)('the twin', () => {
  const tree = resolve(TREE ?? '.');
  const work = resolve(process.env['TWIN_WORK'] ?? join(tree, '../.twin'));
  const wanted = new RegExp(process.env['TWIN_CASES'] ?? '');
  const release = TREE === undefined ? '7.3' : releaseOf(tree);
  const cases = casesOf(release).filter(({ name }) => wanted.test(name));
  const known = recorded(release);
  const outcomes = new Map<string, Outcome>();
  let built: Built;

  beforeAll(() => {
    built = build(tree, work, TWIN_DRIVERS);
  }, BUILD_TIME);

  afterAll(() => {
    if (process.env['TWIN_RECORD'] === '1') record(release, outcomes);
  });

  test('every driver is C to this kernel', () => {
    expect([...built.errors].map(([id, said]) => `${id}: ${said}`)).toEqual([]);
  });

  test.each(cases)('$name', ({ name, driver, scenario }) => {
    const session = boot(
      built,
      driver.id,
      scenario.steps,
      join(work, release, 'run', name.replace(' ', '/')),
    );
    const module = built.modules.get(driver.id) ?? '';
    const outcome = observe(session, scenario, module, driver.files);
    outcomes.set(name, outcome);
    if (process.env['TWIN_RECORD'] !== '1') expect(outcome).toEqual(known.get(name));
  });
});
