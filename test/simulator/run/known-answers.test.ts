/** Answers of a search hold while only places of the source change. */
import { expect, test } from 'vitest';
import type { DriverModel } from '../../../simulator/contract/driver-model.ts';
import { DEFAULT_CONFIG } from '../../../simulator/contract/parameters.ts';
import { compiledModel } from '../../../simulator/machine/machine.ts';
import { knownAnswers } from '../../../simulator/run/known-answers.ts';
import { referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';

const driver = referenceDriver({}).model;

function answersOf(model: DriverModel, boundQueue = 3): unknown {
  const input = { model, config: { ...DEFAULT_CONFIG, boundQueue }, seed: 1, kernel: '7.3' } as const;
  const found = knownAnswers(input, compiledModel(model), true);
  return found.ok ? found.value : found;
}

/** The driver with a line put above all of its text. */
function movedDown(model: DriverModel): DriverModel {
  const move = (key: string, value: unknown): unknown =>
    typeof value === 'number' && /^(?:line|endLine)$/.test(key) ? value + 1 : value;
  return JSON.parse(JSON.stringify(model, move)) as DriverModel;
}

test('a driver that only moved in its file is not searched again', () => {
  const before = answersOf(driver);
  expect(answersOf(movedDown(driver))).toBe(before);
});

test('another driver, and another configuration, is', () => {
  const before = answersOf(driver);
  expect(answersOf(referenceDriver({ queueIdx: 'unset' }).model)).not.toBe(before);
  expect(answersOf(driver, 1)).not.toBe(before);
  expect(answersOf(driver)).toBe(before);
});
