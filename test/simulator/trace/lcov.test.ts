/** The coverage of runs in lcov's format. */
import { expect, test } from 'vitest';
import type { DriverVariant } from '../../../simulator/scenarios/reference-driver.ts';
import { referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';
import { startRun } from '../../../simulator/run/configure.ts';
import type { Simulation } from '../../../simulator/run/simulation.ts';
import { lcovOf } from '../../../simulator/trace/lcov.ts';

function ran(scenario: string, variant: DriverVariant = {}): Simulation {
  const model = referenceDriver(variant).model;
  const started = startRun({ model, scenario, parameters: { packets: 20 }, seed: 1 });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd();
  return started.value;
}

/** Counts by line of the one file. */
function linesOf(lcov: string): ReadonlyMap<number, number> {
  return new Map(
    [...lcov.matchAll(/^DA:(\d+),(\d+)$/gm)].map(([, line, count]) => [Number(line), Number(count)]),
  );
}

function lineOf(text: string): number {
  return (
    referenceDriver()
      .listing.split('\n')
      .findIndex((line) => line.includes(text)) + 1
  );
}

const RECEIVED = lineOf('skb_add_rx_frag_netmem');
const SENT = lineOf('skb_frag_dma_map');

test('a run of reception covers what received, and not what sends', () => {
  const lines = linesOf(lcovOf([ran('dmabuf-works')], (file) => file));
  expect(lines.get(RECEIVED)).toBeGreaterThanOrEqual(20);
  expect(lines.get(SENT)).toBe(0);
});

test('runs add up: what one of them ran is covered', () => {
  const lines = linesOf(lcovOf([ran('dmabuf-works'), ran('tx-works')], (file) => file));
  expect(lines.get(RECEIVED)).toBeGreaterThanOrEqual(20);
  expect(lines.get(SENT)).toBeGreaterThan(0);
});

test('the totals are those of the lines, and a file has one record', () => {
  const lcov = lcovOf([ran('dmabuf-works')], () => 'shown.c');
  const lines = [...linesOf(lcov).values()];
  expect(lcov).toContain(`LF:${lines.length}\nLH:${lines.filter((count) => count > 0).length}\n`);
  expect(lcov.match(/^SF:.*$/gm)).toEqual(['SF:shown.c']);
  expect(lcov.endsWith('end_of_record\n')).toBe(true);
});

test('a condition has two branches, of which a run takes those that it met', () => {
  const branches = lcovOf([ran('dmabuf-works')], (file) => file).match(/^BRDA:.*$/gm) ?? [];
  expect(branches.length).toBeGreaterThan(0);
  expect(branches.length % 2).toBe(0);
  expect(branches.some((branch) => branch.endsWith(',0'))).toBe(true);
  expect(branches.some((branch) => !branch.endsWith(',0'))).toBe(true);
});
