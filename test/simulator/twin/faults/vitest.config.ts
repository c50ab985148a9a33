import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: resolve(import.meta.dirname, '../../../..'),
    include: ['test/simulator/twin/faults/write-cases.ts'],
    testTimeout: 600_000,
  },
});
