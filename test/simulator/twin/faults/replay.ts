/**
 * Replays the cases of a file that `write-cases.ts` made; prints the names of those that differ from the kernel without
 * an explanation, as JSON. Bundled with a deliberate fault in the simulator.
 */
import { readFileSync } from 'node:fs';
import { EXPLAINED, explains } from '../explained.ts';
import { differences } from '../outcome.ts';
import { simulate } from '../simulate.ts';
import { isReplay } from './replay-file.ts';
import type { ReplayCase } from './replay-file.ts';

const [, , path = ''] = process.argv;
const kept: unknown = JSON.parse(readFileSync(path, 'utf8'));
if (!isReplay(kept)) throw new Error(`${path} holds no cases`);
const { models, cases } = kept;

function comesOut({ name, release, driver, device, scenario, kernel }: ReplayCase): boolean {
  const model = models[driver];
  if (model === undefined) return false;
  try {
    const found = differences(kernel, simulate(model, device, scenario, release));
    return found.every(({ field }) => EXPLAINED.some((entry) => explains(entry, release, name, field)));
  } catch {
    return false;
  }
}

process.stdout.write(JSON.stringify(cases.filter((one) => !comesOut(one)).map(({ name }) => name)));
