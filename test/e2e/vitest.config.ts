import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The user interface suites: one VS Code and one browser at a time, with room for a slow machine. */
export default defineConfig({
  test: {
    root: resolve(import.meta.dirname, '../..'),
    include: ['test/e2e/ui/**/*.test.ts', 'test/**/*.browser.test.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // Another program's start decides here; what failed once is marked in the output.
    retry: 1,
    // VS Code draws lenses and decorations when it finds the time; vitest would wait for one second.
    expect: { poll: { timeout: 30_000 } },
  },
});
