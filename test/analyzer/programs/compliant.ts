/** The compliant driver of test/support, whole or with lines replaced, run in the simulator from its sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DriverAnalysis } from '../../../extension/analyzer/analyzer.ts';
import type { DriverModel } from '../../../simulator/contract/driver-model.ts';
import type { ParameterValue } from '../../../simulator/run/configure.ts';
import { startRun } from '../../../simulator/run/configure.ts';
import type { Verdict } from '../../../simulator/contract/verdict.ts';
import { analyse } from '../analyse.ts';

const FOLDER = join(import.meta.dirname, '../../support/compliant');

export const COMPLIANT: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
);

/** A line of the driver and what stands there instead. */
export interface Mutation {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Mutant {
  readonly files: Readonly<Record<string, string>>;
  /** Where the changed text begins and ends. */
  readonly lines: { readonly first: number; readonly last: number };
}

/** The driver with one change. Throws if the text is not there exactly once. */
export function mutate({ file, from, to }: Mutation): Mutant {
  const text = COMPLIANT[file] ?? '';
  const at = text.indexOf(from);
  if (at < 0 || text.includes(from, at + 1)) throw new Error(`${file}: not there once: ${from}`);
  const first = text.slice(0, at).split('\n').length;
  const files = { ...COMPLIANT, [file]: text.slice(0, at) + to + text.slice(at + from.length) };
  return { files, lines: { first, last: first + to.split('\n').length - 1 } };
}

export function analyseDriver(files: Readonly<Record<string, string>>): Promise<DriverAnalysis> {
  return analyse({ ...files });
}

/** Runs a model to its end. */
export function run(
  model: DriverModel,
  scenario: string,
  parameters: Readonly<Record<string, ParameterValue>>,
): Verdict {
  const started = startRun({ model, scenario, parameters, seed: 1 });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd(200_000);
  return started.value.verdict();
}
