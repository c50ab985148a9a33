/** A few hundred random runs with a fixed seed; `npm run fuzz -- sim` makes as many as wanted. */
import { expect, test } from 'vitest';
import { checkRun } from './invariants.ts';
import { randomRun } from './random-run.ts';

const RUNS = 400;
/** Milliseconds. On two cores: 24 s at a load of 10, more than 30 s at a load of 17. */
const BOUND = 300_000;

test(
  `${RUNS} random machines keep every invariant`,
  () => {
    let refused = 0;
    for (let seed = 1; seed <= RUNS; seed++) {
      const outcome = checkRun(randomRun(seed));
      expect(outcome.broken, `seed ${seed}`).toEqual([]);
      if (outcome.refused) refused++;
    }
    // A generator whose configurations are mostly refused would test nothing.
    expect(refused).toBeLessThan(RUNS / 10);
  },
  BOUND,
);
