/** How far a driver is: the editor says what `netmem report` says, state by state and in the same words. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { READINESS_REQUEST, type Readiness, type ReadinessResult } from '../../extension/server/protocol.ts';
import { diskServer } from '../support/editor-and-terminal.ts';
import { stopAll } from './harness.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NETMEM = join(ROOT, 'dist/netmem.cjs');

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'netmem-readiness-'));
});
afterEach(() => {
  stopAll();
  rmSync(home, { recursive: true, force: true });
});

async function inEditor(file: string): Promise<Readiness> {
  const session = await diskServer();
  const uri = pathToFileURL(join(home, file)).toString();
  await session.open(uri, readFileSync(join(home, file), 'utf8'));
  const result = await session.client.sendRequest<ReadinessResult>(READINESS_REQUEST, { uri });
  if (!result.ok) throw new Error(result.error);
  return result.readiness;
}

function netmem(...args: string[]): string {
  return spawnSync(process.execPath, [NETMEM, ...args], { cwd: home, encoding: 'utf8' }).stdout;
}

interface Reported {
  readonly requirements: readonly {
    readonly requirement: string;
    readonly state: string;
    readonly open: number;
    readonly notes: number;
    readonly text: string;
  }[];
}

/** Compares all that both sides say. @returns how many requirements each state has */
async function compare(file: string): Promise<Record<string, number>> {
  const editor = await inEditor(file);
  const [terminal] = JSON.parse(netmem('report', '--format', 'json', '.')) as Reported[];
  const edited = editor.requirements.map(({ requirement, state, findings, notes }) => ({
    ...{ requirement, state, notes, open: findings.length - notes },
  }));
  const reported = terminal?.requirements.map(({ requirement, state, open, notes }) => ({
    ...{ requirement, state, notes, open },
  }));
  expect(edited).toEqual(reported);
  for (const [index, { state, why }] of editor.requirements.entries())
    if (state !== 'open') expect(why).toBe(terminal?.requirements[index]?.text);
  const page = netmem('report', '.');
  if (!editor.isDriver && (terminal?.requirements.every(({ open }) => open === 0) ?? false)) {
    expect(page).toContain('no buffers of a network driver here');
    return countOf(edited);
  }
  expect(page.split('\n', 1)[0]).toBe(`${editor.name}: ${editor.summary}`);
  for (const { requirement, label } of editor.requirements)
    expect(page).toMatch(new RegExp(`^  ${requirement}  ${label.replace(/[()]/g, '\\$&')} `, 'm'));
  const counts = countOf(edited);
  expect(editor.met).toBe(counts['met'] ?? 0);
  return counts;
}

function countOf(requirements: readonly { readonly state: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of requirements) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

test('of the example driver: a note keeps nothing open', async () => {
  cpSync(join(ROOT, 'extension/example'), home, { recursive: true });
  expect(await compare('tern_rx.c')).toEqual({ met: 1, open: 8 });
});

test('with the project’s settings: what is graded down to a hint no longer counts', async () => {
  cpSync(join(ROOT, 'extension/example'), home, { recursive: true });
  const settings = { rules: { RX3: 'hint', RX5: 'off', RX1: 'error' } };
  writeFileSync(join(home, '.netmemrc.json'), JSON.stringify(settings));
  expect(await compare('tern_rx.c')).toEqual({ met: 2, open: 7 });
});

test('with a baseline: what was accepted stays open, and says so', async () => {
  cpSync(join(ROOT, 'extension/example'), home, { recursive: true });
  const main = join(home, 'tern_main.c');
  writeFileSync(main, readFileSync(main, 'utf8').replace(/^.*netmem_tx.*$/m, ''));
  netmem('baseline', '.');
  const counts = await compare('tern_rx.c');
  expect(counts).toEqual({ met: 1, open: 8 });
  const { requirements } = await inEditor('tern_rx.c');
  const open = requirements.filter(({ state }) => state === 'open');
  for (const { label } of open) expect(label).toMatch(/^accepted \(\d+\)$/);
});

test('of C without any pool nothing is met', async () => {
  writeFileSync(join(home, 'plain.c'), 'int plain(int x)\n{\n\treturn x;\n}\n');
  const counts = await compare('plain.c');
  expect(counts['open']).toBeUndefined();
  expect(counts['not applicable']).toBeGreaterThan(5);
});
