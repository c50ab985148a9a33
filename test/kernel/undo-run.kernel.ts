/**
 * Takes support for unreadable memory out of the drivers that have it, one place at a time, and runs each: the run that passed
 * has to fail with evidence for the requirement. `KERNEL_TREE` names a tree in which the drivers are ready (7.3);
 * `KERNEL_DRIVERS` narrows the run to drivers whose name matches, `KERNEL_CHANGES` to changes. A change takes some ten seconds.
 */
import { afterAll, describe, expect, test } from 'vitest';
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
import type { RequirementId, Verdict } from '../../simulator/contract/verdict.ts';
import { startRun } from '../../simulator/run/configure.ts';
import { changed, open, READY } from './undo/drivers.ts';

const wanted = new RegExp(process.env['KERNEL_CHANGES'] ?? '');

const rows: string[] = [];
afterAll(() => {
  process.stderr.write(`${rows.join('\n')}\n`);
});

function run(model: DriverModel, requirement: RequirementId): Verdict {
  const scenario = requirement.startsWith('TX') ? 'tx-works' : 'dmabuf-works';
  const started = startRun({ model, scenario, parameters: {}, seed: 1 });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd(500_000);
  return started.value.verdict();
}

/** Requirements that fail, each with where. */
const failing = ({ requirements }: Verdict): readonly string[] =>
  requirements.flatMap(({ requirement, state, evidence }) =>
    state === 'fails'
      ? evidence.map(({ at, assuming }) => {
          const where = at === null ? '' : ` ${at.file.slice(at.file.lastIndexOf('/') + 1)}:${at.line}`;
          return `${requirement}${where}${assuming === null ? '' : ` if ${assuming}`}`;
        })
      : [],
  );

describe.each(READY)('$name', (ready) => {
  const opened = open(ready);

  test.each(ready.changes.filter(({ what }) => wanted.test(what)))('$what', async (change) => {
    const { driver, files } = await opened;
    const { before, after } = changed(files, ready, change);
    driver.setFile(after);
    const { model } = driver.analysis();
    driver.setFile(before);
    const verdict = run(model, change.requirement);
    const found = failing(verdict);
    const isFound = found.some((text) => text.startsWith(change.requirement));
    rows.push(
      `${isFound ? 'fails ' : verdict.state} ${ready.name}: ${change.what} (${change.requirement}): ${isFound ? found.join('; ') : `${verdict.cause} ${found.join('; ')}`}`,
    );
    expect(verdict.state).toBe('fail');
    expect(found.filter((text) => text.startsWith(change.requirement))).not.toEqual([]);
  });
});
