/**
 * Lessons: scenarios about a mistake in a driver. They run a driver of their own that makes the mistake, since the
 * user's driver would show its own; everything else runs the user's driver.
 */
import { findScenario } from '../../simulator/scenarios/catalogue.ts';
import { referenceDriver } from '../../simulator/scenarios/reference-driver.ts';
import type { Scenario } from '../../simulator/scenarios/scenario.ts';

export function isLesson(scenario: Scenario): boolean {
  return Object.keys(scenario.driver).length > 0;
}

/** Whether the run of a scenario is about the lesson's driver instead of the user's. */
export function runsLesson(scenario: string): boolean {
  const found = findScenario(scenario);
  return found !== undefined && isLesson(found);
}

/** A line of the lesson's driver, to show beside its number; empty if there is none. */
export function lessonLine(scenario: string, line: number): string {
  const found = findScenario(scenario);
  if (found === undefined) return '';
  return referenceDriver(found.driver).listing.split('\n')[line - 1]?.trim() ?? '';
}
