/** Findings and evidence refer to each other: what is found is tripped over, and what is tripped over is found. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { crossReferences, showMe } from '../../support/cross-reference.ts';
import type { DriverAnalysis } from '../../../extension/analyzer/analyzer.ts';
import { REQUIREMENTS } from '../../../extension/analyzer/finding.ts';
import type { Evidence } from '../../../simulator/contract/verdict.ts';
import { findScenario } from '../../../simulator/scenarios/catalogue.ts';
import { analyse } from '../analyse.ts';
import { analyseDriver, COMPLIANT, mutate, run } from './compliant.ts';

const FOLDER = join(import.meta.dirname, '../../../extension/example');
const EXAMPLE = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
);

/** Evidence of all the runs that show any of the driver's findings. */
function evidenceOf(analysis: DriverAnalysis): readonly Evidence[] {
  const shows = new Map(analysis.findings.flatMap(showMe).map((show) => [show.scenario, show]));
  return [...shows.values()].flatMap(({ scenario, parameters }) =>
    run(analysis.model, scenario, parameters).requirements.flatMap(({ evidence }) => evidence),
  );
}

test('every requirement has runs that show it, and they exist', () => {
  for (const requirement of REQUIREMENTS) {
    const shows = showMe({ requirement });
    expect(shows.length).toBeGreaterThan(0);
    for (const { scenario } of shows) expect(findScenario(scenario)?.id).toBe(scenario);
  }
});

test('each finding about a place of the example driver comes to harm in one of its runs', async () => {
  const analysis = await analyse(EXAMPLE);
  const evidence = evidenceOf(analysis);
  const found = crossReferences(analysis, evidence, new Map(Object.entries(EXAMPLE)));
  // `tx2-declare` warns of the declaration because of the others on the transmit path.
  const placed = analysis.findings.filter(({ rule }) => rule !== 'tx2-declare');
  const missed = placed.filter((f) => found.ofFinding(f).every(({ relation }) => relation === 'line'));
  expect(missed.map(({ rule, api }) => `${rule} ${api}`)).toEqual([]);
});

test('no run of the example driver comes to harm where nothing was found', async () => {
  const analysis = await analyse(EXAMPLE);
  const evidence = evidenceOf(analysis);
  const found = crossReferences(analysis, evidence, new Map(Object.entries(EXAMPLE)));
  const unheard = evidence.filter(
    ({ consequence }, i) => consequence !== 'refused' && found.ofEvidence(i).length === 0,
  );
  expect(
    unheard.map(({ requirement, at, text }) => `${requirement} ${at?.file ?? ''}:${at?.line ?? 0} ${text}`),
  ).toEqual([]);
});

describe('a mutant', () => {
  const mutant = mutate({
    file: 'plover_rx.c',
    from: 'page_pool_dma_sync_netmem_for_cpu(rxq->pool, slot->netmem, offset, len);',
    to: 'dma_sync_single_for_cpu(rxq->dev, page_pool_get_dma_addr_netmem(slot->netmem), len, DMA_FROM_DEVICE);',
  });

  test('its finding and its evidence are at one place', async () => {
    const analysis = await analyseDriver(mutant.files);
    const evidence = evidenceOf(analysis);
    const { references } = crossReferences(analysis, evidence, new Map(Object.entries(mutant.files)));
    const [first] = references;
    expect(first).toMatchObject({ relation: 'place', finding: { requirement: 'RX6' } });
    expect(evidence[first?.evidence ?? -1]?.at?.line).toBe(mutant.lines.first);
  });

  test('without texts, and without findings, nothing refers to anything', async () => {
    const analysis = await analyseDriver(mutant.files);
    const evidence = evidenceOf(analysis);
    expect(crossReferences(analysis, evidence, new Map()).references).toEqual([]);
    const clean = await analyseDriver(COMPLIANT);
    expect(crossReferences(clean, evidence, new Map(Object.entries(COMPLIANT))).references).toEqual([]);
  });
});
