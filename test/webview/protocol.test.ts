/** What crosses between page and host: accepted when it is a message of the protocol, dropped when not. */
import { expect, test } from 'vitest';
import { packData } from '../../simulator/contract/packed.ts';
import { referenceDriver } from '../../simulator/scenarios/reference-driver.ts';
import { PROTOCOL_VERSION, isFromPanel, isSavedRun, isToPanel } from '../../webview/protocol/messages.ts';
import { EMPTY_CHECKPOINT, readCheckpoint } from '../../webview/state/checkpoint.ts';

const at = { file: 'file:///d/a.c', line: 1, column: 1, endLine: 1, endColumn: 4 };
const { model } = referenceDriver();
const choice = {
  scenario: 'receive',
  parameters: { provider: 'dma-buf', packets: 10 },
  seed: 7,
  kernel: null,
};
const toPanel = {
  model: {
    type: 'model',
    version: PROTOCOL_VERSION,
    driver: 'file:///d',
    document: 'file:///d/a.c',
    packed: packData(model),
  },
  run: {
    type: 'openRun',
    run: { kind: 'netmem-run', version: PROTOCOL_VERSION, model, choice },
  },
  show: { type: 'show', scenario: null, parameters: { provider: 'dma-buf' }, focus: null },
  fixes: { type: 'fixes', places: [at] },
  notice: { type: 'notice', severity: 'info', text: 'Saved' },
  modelError: { type: 'modelError', message: 'no C file' },
};

test.each(Object.entries(toPanel))('%s is a message to the panel, and not from it', (_, message) => {
  expect(isToPanel(message)).toBe(true);
  expect(isFromPanel(message)).toBe(false);
});

test.each([
  ['of another version', { ...toPanel.model, version: PROTOCOL_VERSION + 1 }],
  ['without a model', { ...toPanel.model, packed: undefined }],
  ['with a run of another version', { ...toPanel.run, run: { ...toPanel.run.run, version: 99 } }],
  ['without a driver', { ...toPanel.model, driver: undefined }],
  ['with a parameter that is an object', { ...toPanel.show, parameters: { provider: {} } }],
  ['of an unknown type', { type: 'reload' }],
  ['that is nothing', null],
  ['that is a list', [toPanel.notice]],
])('a message %s is dropped', (_, message) => {
  expect(isToPanel(message)).toBe(false);
});

test.each([
  { type: 'ready', version: PROTOCOL_VERSION },
  { type: 'openSource', at },
  { type: 'quickFix', at },
  { type: 'findFixes', places: [at] },
  { type: 'export', format: 'pcapng', fileName: 'a.pcapng', content: new Uint8Array(4) },
  { type: 'chooseRun' },
  {
    type: 'marks',
    driver: 'file:///d',
    provider: 'dma-buf',
    binding: 'as if bound',
    marks: [{ at, kind: 'fault', text: 'NULL address' }],
  },
  { type: 'current', at: null },
  { type: 'failure', text: 'worker stopped' },
])('$type is a message from the panel', (message) => {
  expect(isFromPanel(message)).toBe(true);
});

test.each([
  ['a range that starts at line 0', { type: 'openSource', at: { ...at, line: 0 } }],
  ['content that is text', { type: 'export', format: 'run', fileName: 'a', content: 'x' }],
  ['an unknown format', { type: 'export', format: 'zip', fileName: 'a', content: new Uint8Array() }],
  [
    'a mark of unknown kind',
    { type: 'marks', driver: '', provider: '', marks: [{ at, kind: 'x', text: '' }] },
  ],
])('%s is dropped by the host', (_, message) => {
  expect(isFromPanel(message)).toBe(false);
});

test('a run file is recognised after a round through JSON', () => {
  expect(isSavedRun(JSON.parse(JSON.stringify(toPanel.run.run)))).toBe(true);
  expect(isSavedRun({ ...toPanel.run.run, kind: 'other' })).toBe(false);
});

test('a checkpoint survives a round through JSON', () => {
  const checkpoint = { ...EMPTY_CHECKPOINT, driver: 'file:///d', choice, position: 40 };
  expect(readCheckpoint(JSON.parse(JSON.stringify(checkpoint)))).toEqual(checkpoint);
});

test('a checkpoint keeps its good members and forgets the bad ones', () => {
  const read = readCheckpoint({
    ...EMPTY_CHECKPOINT,
    driver: 'file:///d',
    choice: { seed: -1 },
    position: 'x',
  });
  expect(read).toEqual({ ...EMPTY_CHECKPOINT, driver: 'file:///d' });
});

test.each([null, 'text', { v: 99, driver: 'file:///d' }])('%j is no checkpoint', (stored) => {
  expect(readCheckpoint(stored)).toEqual(EMPTY_CHECKPOINT);
});
