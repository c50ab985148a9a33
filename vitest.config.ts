import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', '**/*.browser.test.ts', '**/node_modules/**'],
    // Every core: by default one is left idle, so that two cores run one file of tests at a time.
    maxWorkers: '100%',
    testTimeout: 60_000,
  },
});
