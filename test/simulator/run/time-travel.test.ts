/** Seeking equals running there, byte for byte; forks share the past and nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startRun } from '../../../simulator/run/configure.ts';
import { createSimulation } from '../../../simulator/run/create.ts';
import type { Simulation } from '../../../simulator/run/simulation.ts';
import { SCENARIOS } from '../../../simulator/scenarios/catalogue.ts';
import { randomRun } from '../fuzz/random-run.ts';

function scenarioRun(scenario: string, parameters: Record<string, number | string> = {}): Simulation {
  const made = startRun({ model: null, scenario, parameters, seed: 1 });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

function randomSimulation(seed: number): Simulation {
  const made = createSimulation(randomRun(seed).input);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

/** All that can be seen of a moment. */
function moment(simulation: Simulation): string {
  return JSON.stringify([
    simulation.position,
    simulation.time,
    simulation.done,
    simulation.snapshot(),
    simulation.verdict(),
    simulation.digest(),
  ]);
}

function runToStep(simulation: Simulation, step: number): void {
  while (simulation.position < step && simulation.step());
}

const percent = fc.integer({ min: 0, max: 100 });
const someSeed = fc.integer({ min: 1, max: 100_000 });

describe('seek', () => {
  test('to any step of a random run, from any other, equals running there', () => {
    fc.assert(
      fc.property(someSeed, fc.array(percent, { minLength: 1, maxLength: 4 }), (seed, stops) => {
        const travelled = randomSimulation(seed);
        travelled.runToEnd();
        const length = travelled.position;
        for (const stop of stops) {
          const step = Math.floor((length * stop) / 100);
          travelled.seek(step);
          const straight = randomSimulation(seed);
          runToStep(straight, step);
          expect(moment(travelled)).toBe(moment(straight));
        }
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  test('past the end stops at the end, and before the start at the start', () => {
    const simulation = scenarioRun('dmabuf-works');
    const start = moment(simulation);
    simulation.seek(1e9);
    const end = moment(simulation);
    simulation.runToEnd();
    expect(moment(simulation)).toBe(end);
    simulation.seek(-5);
    expect(moment(simulation)).toBe(start);
  });

  test('by time equals running to that time', () => {
    fc.assert(
      fc.property(someSeed, percent, percent, (seed, first, second) => {
        const travelled = randomSimulation(seed);
        travelled.runToEnd();
        const duration = travelled.time;
        for (const stop of [first, second]) {
          const time = Math.floor((duration * stop) / 100);
          travelled.seekTime(time);
          const straight = randomSimulation(seed);
          straight.seekTime(time);
          expect(moment(travelled)).toBe(moment(straight));
        }
      }),
      { numRuns: 30, seed: 4 },
    );
  });

  test('then running on gives the log that the first run gave', () => {
    const simulation = scenarioRun('queue-restart-under-load');
    simulation.runToEnd();
    const log = simulation.events(0, simulation.recorded);
    const end = moment(simulation);
    simulation.seek(100);
    simulation.runToEnd();
    expect(moment(simulation)).toBe(end);
    expect(simulation.events(0, simulation.recorded)).toEqual(log);
  });

  test.each(SCENARIOS.map(({ id }) => id))('%s: the middle again, after the end', (id) => {
    const simulation = scenarioRun(id);
    simulation.runToEnd();
    const middle = simulation.position >> 1;
    simulation.seek(middle);
    const straight = scenarioRun(id);
    runToStep(straight, middle);
    expect(moment(simulation)).toBe(moment(straight));
  });
});

describe('fork', () => {
  test('shares the past, changes the future, and leaves the original alone', () => {
    const original = scenarioRun('dmabuf-works', { packets: 400 });
    runToStep(original, 300);
    const before = moment(original);
    const forked = original.fork({ tokenReturn: 'never', payloadBytes: 8000 });
    if (!forked.ok) throw new Error(forked.error.message);
    const fork = forked.value;
    expect(fork.position).toBe(300);
    expect(fork.snapshot()).toEqual(original.snapshot());
    fork.runToEnd();
    expect(moment(original)).toBe(before);
    original.runToEnd();
    expect(original.snapshot().socket.tokensHeld).toBe(0);
    expect(fork.snapshot().socket.tokensHeld).toBeGreaterThan(0);
  });

  test('can be rewound across the moment it began', () => {
    const original = scenarioRun('dmabuf-works');
    runToStep(original, 700);
    const forked = original.fork({ payloadBytes: 100 });
    if (!forked.ok) throw new Error(forked.error.message);
    const fork = forked.value;
    fork.runToEnd();
    const end = moment(fork);
    fork.seek(650);
    runToStep(original, 0);
    original.seek(650);
    expect(fork.snapshot()).toEqual(original.snapshot());
    fork.runToEnd();
    expect(moment(fork)).toBe(end);
  });

  test('of a fork works', () => {
    const original = scenarioRun('dmabuf-works');
    runToStep(original, 200);
    const first = original.fork({ payloadBytes: 100 });
    if (!first.ok) throw new Error(first.error.message);
    runToStep(first.value, 400);
    const second = first.value.fork({ payloadBytes: 2000 });
    if (!second.ok) throw new Error(second.error.message);
    expect(second.value.position).toBe(400);
    expect(second.value.snapshot()).toEqual(first.value.snapshot());
    second.value.runToEnd();
    expect(second.value.done).toBe(true);
  });

  test.each([
    [{ ringSize: 8 }, /ringSize shapes the machine/],
    [{ payloadBytes: -1 }, /payloadBytes: -1 is outside/],
  ])('refuses %j', (changes, message) => {
    const forked = scenarioRun('dmabuf-works').fork(changes);
    expect(forked.ok).toBe(false);
    if (!forked.ok) expect(forked.error.message).toMatch(message);
  });
});

test('the same seed is the same run, another seed another one', () => {
  const run = (seed: number) => {
    const made = startRun({ model: null, scenario: 'payload-sizes', parameters: {}, seed });
    if (!made.ok) throw new Error(made.error.message);
    made.value.runToEnd();
    return made.value.digest();
  };
  expect(run(3)).toBe(run(3));
  expect(run(3)).not.toBe(run(4));
});

test('a run without history cannot go back, and says so', () => {
  const made = createSimulation({
    ...randomRun(1).input,
    config: { ...randomRun(1).input.config, history: false },
  });
  if (!made.ok) throw new Error(made.error.message);
  made.value.runToEnd();
  expect(made.value.recorded).toBe(0);
  expect(() => made.value.seek(0)).toThrow(/without history/);
});
