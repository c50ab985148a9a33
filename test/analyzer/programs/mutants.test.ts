/**
 * From C to verdict: a driver that does everything right passes with every provider, and for each requirement a driver
 * with one line changed fails on that line.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile, hasCompiler } from '../../support/compile.ts';
import { writeMinikernel } from '../../support/minikernel.ts';
import { analyseDriver, COMPLIANT, mutate, run } from './compliant.ts';
import { MUTATIONS } from './mutations.ts';

const RX = ['RX1', 'RX3', 'RX4', 'RX5', 'RX6', 'RX7'] as const;

const PAGES = { provider: 'pages', reader: 'plain' } as const;
const PROVIDERS = [
  { provider: 'pages', scenario: 'pages-work' },
  { provider: 'dmabuf', scenario: 'dmabuf-works' },
  { provider: 'zcrx', scenario: 'zcrx-works' },
] as const;

describe('the compliant driver', () => {
  test('has no finding', async () => {
    const { findings, incomplete } = await analyseDriver(COMPLIANT);
    expect(findings.map(({ rule, api }) => `${rule} ${api}`)).toEqual([]);
    expect(incomplete).toEqual([]);
  });

  test.each(PROVIDERS)('passes with $provider, every path its own', async ({ provider, scenario }) => {
    const { model } = await analyseDriver(COMPLIANT);
    const verdict = run(model, scenario, {});
    expect(verdict).toMatchObject({ state: 'pass', blame: 'nobody', packets: { dropped: 0, faulted: 0 } });
    expect(verdict.packets.read).toBe(verdict.packets.wire);
    expect(verdict.coverage.map(({ origin }) => origin)).not.toContain('generic');
    if (provider === 'pages') return;
    const states = verdict.requirements.filter(({ requirement }) => RX.some((id) => id === requirement));
    expect(states.map(({ requirement, state }) => `${requirement} ${state}`)).toEqual(
      RX.map((id) => `${id} holds`),
    );
  });

  test.each(PROVIDERS)('holds with $provider where conditions are explored', async ({ scenario }) => {
    const { model } = await analyseDriver(COMPLIANT);
    const verdict = run(model, scenario, { explore: true, otherShare: 10, udpShare: 10, malformedShare: 5 });
    expect(verdict.requirements.flatMap(({ evidence }) => evidence)).toEqual([]);
  });

  test('sends from a dma-buf', async () => {
    const { model } = await analyseDriver(COMPLIANT);
    const verdict = run(model, 'tx-works', {});
    expect(verdict.state).toBe('pass');
    const states = verdict.requirements.filter(({ requirement }) => requirement.startsWith('TX'));
    expect(states.map(({ state }) => state)).toEqual(['holds', 'holds']);
  });
});

describe('one line changed', () => {
  test.each(MUTATIONS)('$requirement fails there: $what', async (mutation) => {
    const mutant = mutate(mutation);
    const { model } = await analyseDriver(mutant.files);
    const scenario = mutation.scenario ?? 'dmabuf-works';
    const verdict = run(model, scenario, { explore: true });
    const failed = verdict.requirements.find(({ requirement }) => requirement === mutation.requirement);
    expect(failed?.state).toBe('fails');
    const places = failed?.evidence.map(({ at }) => `${at?.file ?? ''}:${at?.line ?? 0}`);
    const { first, last } = mutant.lines;
    const changed = Array.from({ length: last - first + 1 }, (_, i) => `${mutation.file}:${first + i}`);
    expect(places?.filter((place) => changed.includes(place))).not.toEqual([]);
  });

  test.each(MUTATIONS)('on pages the change harms nobody: $what', async (mutation) => {
    const { model } = await analyseDriver(mutate(mutation).files);
    const verdict = run(model, 'pages-work', PAGES);
    expect(verdict.packets).toMatchObject({ faulted: 0, dropped: 0 });
  });
});

describe('buffers of more than a page', () => {
  const declared = COMPLIANT['plover_main.c']?.replace(
    '.ndo_queue_mem_size',
    '.supported_params\t= QCFG_RX_PAGE_SIZE,\n\t.ndo_queue_mem_size',
  );
  const pool = COMPLIANT['plover_rx.c']?.replace(
    /(\.flags\t\t= PP_FLAG_DMA_MAP \| PP_FLAG_DMA_SYNC_DEV,\n)(\t\t\.pool_size\t= PLOVER_RING_SIZE,\n[^;]*\.netdev)/,
    '$1\t\t.order\t\t= get_order(rxq->rx_page_size),\n$2',
  );
  const DRIVERS = [
    { what: 'not declared', files: COMPLIANT, errno: 'EOPNOTSUPP' },
    { what: 'declared only', files: { ...COMPLIANT, 'plover_main.c': declared ?? '' }, errno: 'EINVAL' },
    {
      what: 'declared and looked at',
      files: { ...COMPLIANT, 'plover_main.c': declared ?? '', 'plover_rx.c': pool ?? '' },
      errno: null,
    },
  ];

  test.each(DRIVERS)('$what: $errno', async ({ files, errno }) => {
    const { model } = await analyseDriver(files);
    const verdict = run(model, 'zcrx-large-buffers', {});
    expect(verdict.bind).toMatchObject({ errno, blame: errno === null ? 'nobody' : 'driver' });
    expect(verdict.packets.read).toBe(verdict.packets.wire);
  });
});

describe.runIf(hasCompiler())('all of it is C', () => {
  const root = mkdtempSync(join(tmpdir(), 'netmem-compliant-'));
  beforeAll(() => {
    writeMinikernel(join(root, '6.18'), '6.18');
    for (const [name, text] of Object.entries(COMPLIANT)) writeFileSync(join(root, name), text);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test.each(Object.keys(COMPLIANT).filter((name) => name.endsWith('.c')))('%s', (name) => {
    expect(compile(join(root, name), join(root, '6.18'))).toBe('');
  });

  test.each(MUTATIONS)('$requirement: $what', (mutation) => {
    const { files } = mutate(mutation);
    writeFileSync(join(root, mutation.file), files[mutation.file] ?? '');
    expect(compile(join(root, mutation.file), join(root, '6.18'))).toBe('');
  });
});
