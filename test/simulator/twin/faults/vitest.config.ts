import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { switchedOff } from '../../switches/switched.mjs';
import { TWIN_FAULTS } from './faults.mjs';

/** The replay with one deliberate fault in the simulator: TWIN_FAULT is its number. */
const fault = TWIN_FAULTS[Number(process.env['TWIN_FAULT'])];
const source = fault === undefined ? null : switchedOff(fault);
if (source !== null && !source.ok) throw new Error(source.problem);
const texts = source?.texts ?? new Map<string, string>();

export default defineConfig({
  plugins: [
    {
      name: 'deliberate-fault',
      enforce: 'pre',
      load: (id) => texts.get(id.split('?')[0] ?? id) ?? null,
    },
  ],
  test: {
    root: resolve(import.meta.dirname, '../../../..'),
    include: ['test/simulator/twin/twin.test.ts'],
    testTimeout: 60_000,
  },
});
