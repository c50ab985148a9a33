/**
 * A fix of five files in three directories, with a fault at every step that it takes on the disk: the process is killed, or no
 * space is left, and the user saves a file. Nothing is lost, and the next run finishes the fix or takes it back.
 */
import {
  constants,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as Disk from '../../extension/files/disk.ts';
import { recover } from '../../extension/cli/fix-recovery.ts';
import { type Written, writeAll } from '../../extension/cli/write-files.ts';
import {
  type Call,
  change,
  clear,
  directory,
  disk,
  isKilled,
  kill,
  revive,
  setUp,
  texts,
} from '../support/faulty-disk.ts';

vi.mock('../../extension/files/disk.ts', async (original) => {
  const { throughHooks } = await import('../support/faulty-disk.ts');
  return throughHooks(await original<typeof Disk>());
});

/** `cp` runs in a process of its own, which takes longer than all the rest. */
vi.mock('node:child_process', () => ({ spawnSync: () => ({ status: 0 }) }));

beforeEach(setUp);
afterEach(clear);

const NAMES = ['a.c', 'b.c', 'm/c.c', 'm/d.h', 'z/e.c'] as const;
const DIRECTORIES = ['', 'm', 'z'];
const before = Object.fromEntries(NAMES.map((name) => [name, `${name} is old`]));
const after = Object.fromEntries(NAMES.map((name) => [name, `${name} is made new`]));
const MINE = 'what the user saved';

/** What happens at a step, from 1. */
type Fault = (step: number, call: Call) => void;

const killAt =
  (at: number): Fault =>
  (step, call) => {
    if (step === at) kill(call);
  };
/** Calls that a disk may refuse for want of space. */
const TAKES_SPACE = new Set(['write', 'sync', 'link', 'rename', 'remove', 'setMode', 'setOwner']);
const full = (step: number, from: number, to: number, call: Call): void => {
  const creates = call.name === 'open' && (Number(call.args[1]) & constants.O_CREAT) !== 0;
  if (step >= from && step <= to && (creates || TAKES_SPACE.has(call.name)))
    throw Object.assign(new Error('full'), { code: 'ENOSPC' });
};

/** As editors save: into the file that is there, or by a new one that takes its name. */
const SAVES = {
  'in place': (path: string) => writeFileSync(path, MINE),
  'by a rename': (path: string) => {
    writeFileSync(`${path}~`, MINE);
    renameSync(`${path}~`, path);
  },
} as const;
type Way = keyof typeof SAVES;
const WAYS: readonly Way[] = ['in place', 'by a rename'];
const saveAt =
  (at: number, name: string, way: Way): Fault =>
  (step) => {
    if (step === at) SAVES[way](join(directory(), name));
  };

interface Outcome {
  readonly steps: number;
  /** Null if the process was killed. */
  readonly written: Written | null;
}

/** Runs a fix on fresh files. */
function fix(...faults: readonly Fault[]): Outcome {
  for (const entry of readdirSync(directory())) rmSync(join(directory(), entry), { recursive: true });
  const changes = NAMES.map((name) => change(name, before[name] ?? '', after[name] ?? ''));
  let steps = 0;
  disk.before = (call) => {
    steps += 1;
    for (const fault of faults) fault(steps, call);
  };
  try {
    const written = writeAll(changes);
    return { steps, written: isKilled() ? null : written };
  } finally {
    revive();
  }
}

/** Steps of a fix that nothing happens to. */
function stepsOf(...faults: readonly Fault[]): number {
  // The first looks for the work tree, which the others know.
  fix();
  let steps = 0;
  fix(...faults, (step) => (steps = step));
  return steps;
}

/** Only names and bytes cost; what is there can be removed and renamed. */
const noRoomFrom =
  (from: number): Fault =>
  (step, call) => {
    if (!['rename', 'remove'].includes(call.name)) full(step, from, Infinity, call);
  };

/**
 * Every step of a fix, with a file that something happens to: another at each step, or every file at each step if FAULTS=all is
 * set, as the attack suite does.
 */
function forEachStep(action: (step: number, name: string) => void): void {
  const steps = stepsOf();
  for (let step = 1; step <= steps; step += 1)
    for (const name of process.env['FAULTS'] === 'all' ? NAMES : [NAMES[step % NAMES.length] ?? 'a.c'])
      action(step, name);
}

/** What the next runs do, in each directory. Follows the way out that a message names. */
function settle(order: readonly string[] = DIRECTORIES): readonly string[] {
  const said: string[] = [];
  for (let runs = 0; runs < 4; runs += 1) {
    const results = order.map((name) => recover(join(directory(), name), name || '.'));
    const problems = results.flatMap((result) => (result.kind === 'stuck' ? [result.problem] : []));
    if (problems.length === 0) return said;
    said.push(...problems);
    for (const problem of new Set(problems)) {
      const [, place = '', left = ''] =
        /^(.*)\/[^/]*: .* take what you want from ([^,]+), remove that/.exec(problem) ?? [];
      expect(left, problem).not.toBe('');
      const path = left.startsWith('/') ? left : join(directory(), place, left);
      kept.push(readFileSync(path, 'utf8'));
      unlinkSync(path);
    }
  }
  throw new Error(`not settled: ${said.join('\n')}`);
}

/** Texts that the user took out of files that messages name. */
let kept: string[] = [];

/** All old or all new; no other file is left. */
function expectWhole(but: string | null): void {
  const left = texts();
  const others = NAMES.filter((name) => name !== but);
  const states = others.map((name) =>
    left[name] === before[name] ? 'old' : left[name] === after[name] ? 'new' : `${name}: ${left[name]}`,
  );
  expect(new Set(states).size, states.join()).toBe(1);
  expect(['old', 'new']).toContain(states[0]);
}

const isKept = (): boolean => [...Object.values(texts()), ...kept].includes(MINE);

beforeEach(() => (kept = []));

// Hundreds of fixes each, and all files at all steps where FAULTS=all.
vi.setConfig({ testTimeout: 600_000 });

describe('killed at every step', () => {
  test.each([[DIRECTORIES], [[...DIRECTORIES].reverse()]])(
    'the next run, which looks at %j in turn, finishes or takes back',
    (order) => {
      const results = new Set<string>();
      let step = 1;
      for (; fix(killAt(step)).written === null; step += 1) {
        expect(settle(order)).toEqual([]);
        const left = texts();
        expect([JSON.stringify(before), JSON.stringify(after)], `step ${step}`).toContain(
          JSON.stringify(left),
        );
        results.add(JSON.stringify(left));
      }
      expect(step).toBeGreaterThan(100);
      expect(results.size).toBe(2);
    },
  );

  test('a run that finishes a killed one is killed as well, at any step of it', () => {
    const steps = stepsOf();
    // Half of the files are in place.
    const first = Math.floor(steps * 0.75);
    for (let second = 1, last = false; !last; second += 1) {
      fix(killAt(first));
      let count = 0;
      disk.before = (call) => {
        count += 1;
        if (count === second) kill(call);
      };
      for (const name of DIRECTORIES) recover(join(directory(), name), name);
      last = !isKilled();
      revive();
      expect(settle()).toEqual([]);
      expectWhole(null);
    }
  });
});

describe('no space left', () => {
  test('at any one step: all or nothing, and the next run leaves nothing else behind', () => {
    forEachStep((step) => {
      const { written } = fix((at, call) => full(at, step, step, call));
      settle();
      expect([before, after], `step ${step}`).toContainEqual(texts());
      if (written?.ok === false) expect(texts()).toEqual(before);
    });
  });

  test('from any step on, not even to remove a file: what is left is said, and the next run removes it', () => {
    forEachStep((step) => {
      const { written } = fix((at, call) => full(at, step, Infinity, call));
      const said = written === null ? [] : written.ok ? written.remarks : written.problems;
      const left = Object.keys(texts()).filter((name) => name.endsWith('.old'));
      for (const name of left) expect(said.join('\n'), `step ${step}`).toContain(name.split('/').at(-1));
      settle();
      if (written?.ok === true) expect(texts(), `step ${step}`).toEqual(after);
    });
  });

  test('from any step on: every text is there, and the next run settles it once there is room', () => {
    forEachStep((step) => {
      fix(noRoomFrom(step));
      settle();
      expect([before, after], `step ${step}`).toContainEqual(texts());
    });
  });
});

describe.each(WAYS)('the user saves a file %s at every step', (way) => {
  test('the save stays, the others are all old or all new', () => {
    forEachStep((step, name) => {
      fix(saveAt(step, name, way));
      settle();
      expect(texts()[name], `${name}, step ${step}`).toBe(MINE);
      expectWhole(name);
    });
  });

  test.each([0, 3])('and %i steps later the process is killed: nothing is lost', (later) => {
    forEachStep((step, name) => {
      fix(saveAt(step, name, way), killAt(step + later));
      settle();
      expect(isKept(), `${name}, step ${step}`).toBe(true);
      expectWhole(name);
    });
  });

  test('and no space is left from then on: nothing is lost', () => {
    forEachStep((step, name) => {
      fix(saveAt(step, name, way), noRoomFrom(step));
      settle();
      expect(isKept(), `${name}, step ${step}`).toBe(true);
      expectWhole(name);
    });
  });
});

test('the files are the ones that are checked', () => {
  fix();
  expect(texts()).toEqual(after);
  expect(statSync(join(directory(), 'm')).isDirectory()).toBe(true);
});
