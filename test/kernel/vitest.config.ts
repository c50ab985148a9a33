import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The conversion against a real kernel tree: opt-in, because it needs one and takes minutes. See `prepare.sh`. */
export default defineConfig({
  test: {
    root: resolve(import.meta.dirname, '../..'),
    include: ['test/kernel/**/*.kernel.ts'],
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
  },
});
