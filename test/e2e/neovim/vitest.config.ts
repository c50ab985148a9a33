import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Other editors: one at a time, each with a language server of its own. */
export default defineConfig({
  test: {
    root: resolve(import.meta.dirname, '../../..'),
    include: ['test/e2e/neovim/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 150_000,
  },
});
