/** SARIF as code scanning takes it: valid by the schema, stable across edits, accepted findings suppressed. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import type { Log, Result } from 'sarif';
import { describe, expect, test } from 'vitest';
import type { ResolvedFinding } from '../../extension/analyzer/findings/resolved.ts';
import { writeSarif } from '../../extension/analyzer/report/sarif.ts';
import { RULES } from '../../extension/analyzer/rules/all.ts';
import { DRIVER, EXAMPLE, netmem, scratch, write } from './netmem.ts';

const require = createRequire(import.meta.url);

/** The schema of SARIF 2.1.0. It is of draft 4, which differs from what ajv reads only in the name of its id. */
function validator(): (log: unknown) => string[] {
  const file = require
    .resolve('@microsoft/jest-sarif/package.json')
    .replace('package.json', 'lib/schemas/sarif-2.1.0-rtm.5.json');
  const { $schema, id, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  expect({ $schema, id }).toEqual({
    $schema: 'http://json-schema.org/draft-04/schema#',
    id: expect.stringContaining('sarif-2.1.0') as unknown,
  });
  const validate = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
    unicodeRegExp: false,
  }).compile(schema);
  return (log) => {
    validate(log);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? ''}`);
  };
}

const errors = validator();

function sarif(cwd: string, ...args: string[]): Log {
  const { out } = netmem(['check', '--format', 'sarif', ...args], { cwd });
  return JSON.parse(out) as Log;
}

function results(log: Log): Result[] {
  return log.runs[0]?.results ?? [];
}

function fingerprint(result: Result | undefined): string {
  return result?.partialFingerprints?.['netmem/v1'] ?? '';
}

test('the validator is not asleep', () => {
  expect(errors({ version: '2.1.0', runs: [{ tool: { driver: {} } }] })).not.toEqual([]);
});

describe('the log of the example driver', () => {
  const log = sarif(EXAMPLE, '.');

  test('is valid', () => {
    expect(results(log).length).toBeGreaterThan(5);
    expect(errors(log)).toEqual([]);
  });

  test('names every rule, with its page', () => {
    const rules = log.runs[0]?.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    for (const rule of rules) {
      expect(rule.help?.markdown).toContain(`# ${rule.id}`);
      expect(rule.helpUri).toMatch(/^https:/);
    }
  });

  test('gives every result a place with a relative name, its rule and a fingerprint of its own', () => {
    const prints = results(log).map(fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
    for (const { locations, ruleId, ruleIndex } of results(log)) {
      const place = locations?.[0]?.physicalLocation;
      expect(place?.artifactLocation?.uri).toMatch(/^tern\w*\.[ch]$/);
      expect(place?.region?.startLine).toBeGreaterThan(0);
      expect(RULES[ruleIndex ?? -1]?.id).toBe(ruleId);
    }
  });

  test('carries evidence as related locations', () => {
    const related = results(log).flatMap(({ relatedLocations }) => relatedLocations ?? []);
    expect(related.length).toBeGreaterThan(0);
    for (const { message, physicalLocation } of related) {
      expect(message?.text).not.toBe('');
      expect(physicalLocation?.region?.startLine).toBeGreaterThan(0);
    }
  });
});

test('fixes become changes by file, insertions among them', () => {
  const place = { file: 'foo/a b.c', line: 3, column: 2, endLine: 3, endColumn: 9 };
  const here = { ...place, endColumn: 2 };
  const finding: ResolvedFinding = {
    driver: 'foo',
    rule: 'rx3-page-api',
    requirement: 'RX3',
    severity: 'warning',
    confidence: 'high',
    place,
    function: 'foo_refill',
    source: '\told(x);',
    api: 'old',
    replacement: 'new',
    message: 'old() is old',
    evidence: [],
    aliasClass: null,
    fixes: [
      {
        title: 'Use new()',
        kind: 'safe',
        edits: [
          { place, newText: 'new(x)' },
          { place: here, newText: '/* new */ ' },
          { place: { ...place, file: 'foo/foo.h' }, newText: 'new' },
        ],
      },
      { title: 'Think about it', kind: 'advice', edits: [] },
    ],
    fingerprint: '0123456789abcdef',
    suppressed: null,
  };
  const log = JSON.parse(
    writeSarif({ version: '1.0.0', rules: [], findings: [finding], incomplete: [] }),
  ) as Log;
  expect(errors(log)).toEqual([]);
  const region = { startLine: 3, startColumn: 2, endLine: 3, endColumn: 9 };
  expect(results(log)[0]?.fixes).toEqual([
    {
      description: { text: 'Use new() (safe)' },
      artifactChanges: [
        {
          artifactLocation: { uri: 'foo/a%20b.c' },
          replacements: [
            { deletedRegion: region, insertedContent: { text: 'new(x)' } },
            { deletedRegion: { ...region, endColumn: 2 }, insertedContent: { text: '/* new */ ' } },
          ],
        },
        {
          artifactLocation: { uri: 'foo/foo.h' },
          replacements: [{ deletedRegion: region, insertedContent: { text: 'new' } }],
        },
      ],
    },
  ]);
});

test('fingerprints survive edits elsewhere, and tell equal lines apart', () => {
  const cwd = scratch({ 'foo/foo.c': DRIVER });
  const before = new Set(results(sarif(cwd, 'foo')).map(fingerprint));
  write(cwd, { 'foo/foo.c': `/* A line more. */\n\n${DRIVER}` });
  expect(new Set(results(sarif(cwd, 'foo')).map(fingerprint))).toEqual(before);

  const sync = '\tdma_sync_single_for_cpu(rxq->dev, buf->dma, len, DMA_FROM_DEVICE);\n';
  write(cwd, { 'foo/foo.c': DRIVER.replace(sync, sync + sync) });
  const twice = results(sarif(cwd, '--select', 'RX6', 'foo')).map(fingerprint);
  expect(twice).toHaveLength(2);
  expect(new Set(twice).size).toBe(2);
});

test('accepted findings stay in the log as suppressed ones, with the reason', () => {
  const cwd = scratch({ 'foo/foo.c': DRIVER });
  netmem(['baseline', '--reason', 'the board has no such memory', 'foo'], { cwd });
  const { out, code } = netmem(['check', '--format', 'sarif', 'foo'], { cwd });
  const log = JSON.parse(out) as Log;
  expect(errors(log)).toEqual([]);
  expect(results(log).length).toBeGreaterThan(0);
  for (const { suppressions } of results(log))
    expect(suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: 'the board has no such memory' },
    ]);
  expect(code).toBe(0);
});

test('names with blanks and absolute paths become addresses', () => {
  const cwd = scratch({ 'a b/foo.c': DRIVER });
  const uris = (log: Log): string[] =>
    results(log).map(({ locations }) => locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '');
  expect(new Set(uris(sarif(cwd, 'a b')))).toEqual(new Set(['a%20b/foo.c']));
  expect(new Set(uris(sarif('/', `${cwd}/a b`)))).toEqual(new Set([`file://${cwd}/a%20b/foo.c`]));
});

test('a clean driver gives a valid log without results', () => {
  const log = sarif(scratch({ 'foo/foo.c': 'int foo;\n' }), 'foo');
  expect(errors(log)).toEqual([]);
  expect(results(log)).toEqual([]);
});

describe('annotations for GitHub', () => {
  test('are workflow commands with place, rule and message, nothing in them unescaped', () => {
    const cwd = scratch({ 'a,b/foo.c': DRIVER });
    const { out, err } = netmem(['check', '--format', 'github', 'a,b'], { cwd });
    expect(err).toBe('');
    const lines = out.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines)
      expect(line).toMatch(
        /^::(error|warning|notice) file=a%2Cb\/foo\.c,line=\d+,endLine=\d+,col=\d+,endColumn=\d+,title=[a-z0-9-]+::\S/,
      );
  });
});
