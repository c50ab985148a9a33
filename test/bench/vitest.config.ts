import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Benches that drive the user interface. */
export default defineConfig({
  test: {
    root: resolve(import.meta.dirname, '../..'),
    include: ['test/bench/verdict-runs.ts'],
    testTimeout: 180_000,
  },
});
