/**
 * What a kernel did with each driver (`npm run test:kernel -- twin` keeps it), compared with what the simulator does with
 * the same sources now.
 */
import { describe, expect, test } from 'vitest';
import type { DriverModel } from '../../../simulator/contract/driver-model.ts';
import { analyseDriver } from '../../analyzer/programs/compliant.ts';
import { casesOf, recorded } from './cases.ts';
import type { TwinCase } from './cases.ts';
import { ported } from './drivers.ts';
import { EXPLAINED, explains } from './explained.ts';
import { differences, RECORDED_RELEASES } from './outcome.ts';
import { simulate } from './simulate.ts';

const models = new Map<string, Promise<DriverModel>>();

function modelOf({ driver, release }: TwinCase): Promise<DriverModel> {
  const key = `${driver.id} ${release}`;
  const model =
    models.get(key) ?? analyseDriver(ported(driver.files, release)).then((analysis) => analysis.model);
  models.set(key, model);
  return model;
}

/** Entries of the table that a case needed. */
const needed = new Set<unknown>();

describe.each(RECORDED_RELEASES)('on %s', (release) => {
  const kernel = recorded(release);

  test('every case ran on the kernel', () => {
    const missing = casesOf(release).filter(({ name }) => !kernel.has(name));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test.each(casesOf(release))('$name', async (one) => {
    const outcome = kernel.get(one.name);
    if (outcome === undefined) throw new Error(`${one.name} never ran on ${release}`);
    const simulated = simulate(await modelOf(one), one.driver.device, one.scenario, release);
    const open = differences(outcome, simulated).filter(({ field }) => {
      const entries = EXPLAINED.filter((entry) => explains(entry, release, one.name, field));
      for (const entry of entries) needed.add(entry);
      return entries.length === 0;
    });
    expect(open.map((one) => `${one.field}: ${one.kernel}, simulator ${one.simulator}`)).toEqual([]);
  });
});

test('no difference is explained that is gone', () => {
  expect(EXPLAINED.filter((entry) => !needed.has(entry)).map(({ why }) => why)).toEqual([]);
});

test('each release that is said to be recorded has cases', () => {
  expect(RECORDED_RELEASES).not.toEqual([]);
  expect(RECORDED_RELEASES.filter((release) => casesOf(release).length === 0)).toEqual([]);
});
