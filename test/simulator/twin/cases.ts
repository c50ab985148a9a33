/** The cases: which driver goes through which scenario, on which release, and what a kernel said. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TWIN_DRIVERS } from './drivers.ts';
import type { TwinDriver } from './drivers.ts';
import { isOutcome, isRecord } from './outcome.ts';
import type { Outcome, TwinRelease } from './outcome.ts';
import { TWIN_SCENARIOS } from './scenarios.ts';
import type { TwinScenario } from './scenarios.ts';

export interface TwinCase {
  readonly name: string;
  readonly release: TwinRelease;
  readonly driver: TwinDriver;
  readonly scenario: TwinScenario;
}

/** The compliant driver goes through all scenarios, the others through those that use their paths. */
export function casesOf(release: TwinRelease): readonly TwinCase[] {
  return TWIN_DRIVERS.flatMap((driver) =>
    TWIN_SCENARIOS.filter(
      ({ id, releases }) => releases.includes(release) && (driver.scenarios?.includes(id) ?? true),
    ).map((scenario) => ({ name: `${driver.id} ${scenario.id}`, release, driver, scenario })),
  );
}

function fileOf(release: TwinRelease): string {
  return join(import.meta.dirname, 'outcomes', `${release}.json`);
}

/** What the kernel did in each case, by its name. Empty where the twin never ran. */
export function recorded(release: TwinRelease): ReadonlyMap<string, Outcome> {
  if (!existsSync(fileOf(release))) return new Map();
  const kept: unknown = JSON.parse(readFileSync(fileOf(release), 'utf8'));
  const entries = isRecord(kept) ? Object.entries(kept) : [];
  return new Map(
    entries.map(([name, outcome]) => {
      if (!isOutcome(outcome)) throw new Error(`${fileOf(release)}: ${name} is no outcome`);
      return [name, outcome];
    }),
  );
}

/** Keeps what the kernel did; cases that did not run keep what they had. */
export function record(release: TwinRelease, outcomes: ReadonlyMap<string, Outcome>): void {
  const all = new Map([...recorded(release), ...outcomes]);
  const names = casesOf(release).map(({ name }) => name);
  const kept = names.flatMap((name) => {
    const outcome = all.get(name);
    return outcome === undefined ? [] : [`${JSON.stringify(name)}: ${JSON.stringify(outcome)}`];
  });
  writeFileSync(fileOf(release), `{\n${kept.join(',\n')}\n}\n`);
}
