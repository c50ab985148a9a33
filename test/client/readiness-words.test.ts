import { expect, test } from 'vitest';
import { findingLabel, requirementLabel } from '../../extension/client/readiness-words.ts';
import type { ReadinessFinding, RequirementReadiness } from '../../extension/server/protocol.ts';

test.each([
  ['open (6)', 0, 'RX3 · 6 open'],
  ['accepted (2)', 0, 'RX3 · 2 accepted'],
  ['met', 1, 'RX3 · met, 1 note'],
  ['n/a', 2, 'RX3 · n/a, 2 notes'],
  ['unknown', 0, 'RX3 · unknown'],
])('a requirement that is %s with %d notes', (label, notes, expected) => {
  const requirement: RequirementReadiness = {
    requirement: 'RX3',
    title: 'payload is held as netmem_ref',
    state: 'open',
    label,
    why: null,
    findings: [],
    notes,
  };
  expect(requirementLabel(requirement)).toBe(expected);
});

test.each([
  ['page_pool_put_full_page', 'tsnep_main.c:960 put_full_page'],
  ['struct page *', 'tsnep_main.c:960 struct page *'],
  ['', 'tsnep_main.c:960'],
])('a finding about %j', (api, expected) => {
  const at = { line: 959, character: 2 };
  const finding: ReadinessFinding = {
    uri: 'file:///drivers/tsnep_main.c',
    range: { start: at, end: at },
    rule: 'rx3-page-api',
    api,
    severity: 'warning',
    message: 'use something else',
  };
  expect(findingLabel(finding)).toBe(expected);
});
