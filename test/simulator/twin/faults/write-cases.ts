/** Writes the file that TWIN_REPLAY names: every kept case with the model of its driver. Run by `run.mjs`. */
import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import type { DriverModel } from '../../../../simulator/contract/driver-model.ts';
import { analyseDriver } from '../../../analyzer/programs/compliant.ts';
import { casesOf, recorded } from '../cases.ts';
import { ported } from '../drivers.ts';
import { RECORDED_RELEASES } from '../outcome.ts';
import type { Replay, ReplayCase } from './replay-file.ts';

test('the cases are written', async () => {
  const models: Record<string, DriverModel> = {};
  const cases: ReplayCase[] = [];
  for (const release of RECORDED_RELEASES) {
    const known = recorded(release);
    for (const { name, driver, scenario } of casesOf(release)) {
      const kernel = known.get(name);
      if (kernel === undefined) continue;
      const key = `${driver.id} ${release}`;
      models[key] ??= (await analyseDriver(ported(driver.files, release))).model;
      cases.push({ name, release, driver: key, device: driver.device, scenario, kernel });
    }
  }
  const replay: Replay = { models, cases };
  writeFileSync(process.env['TWIN_REPLAY'] ?? '', JSON.stringify(replay));
});
