import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', '**/*.browser.test.ts', '**/node_modules/**'],
    // Every core: by default one is left idle, which on two cores doubles the time (584 s, of which tests 477 s).
    maxWorkers: '100%',
    testTimeout: 60_000,
  },
});
