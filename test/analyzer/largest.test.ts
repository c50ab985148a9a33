/**
 * Drivers of every shape that could be too deep or too many for the analyser, as large as is read: it ends, and says what it
 * leaves out. How the time grows is the business of `npm run bench -- growth`.
 */
import { expect, test } from 'vitest';
import { filePath } from '../../extension/analyzer/text/range.ts';
import { SHAPES } from '../support/growth-shapes.ts';
import { analyserForTests, NEWEST } from './analyse.ts';

/** Pieces of what is not bounded by the size of a function: more than recursion bore. */
const MANY = 3000;

/** What may be said of a place that was not understood. */
const SAID = [
  /could not read this/,
  /nested|deep/,
  /may lead to more than 256 functions/,
  /lead to more than 200000 functions/,
  /more than 1024 pools|pools; /,
  /findings; from here on they are left out/,
  /more than 100000 things to buffers/,
];

test.each(SHAPES)(
  '$name',
  async ({ isOneFunction, largest, text }) => {
    const driver = (await analyserForTests()).openDriver(
      [{ path: filePath('heron.c'), text: text(isOneFunction ? largest : Math.min(largest, MANY)) }],
      NEWEST,
    );
    const { findings, incomplete } = driver.analysis();
    driver.dispose();
    expect(findings.map(({ requirement }) => requirement)).toContain('RX3');
    for (const { reason } of incomplete)
      expect(
        SAID.some((words) => words.test(reason)),
        reason,
      ).toBe(true);
  },
  120_000,
);
