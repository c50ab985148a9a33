/** The capture as tshark, which shares no code with us, reads it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Simulation } from '../../../simulator/run/simulation.ts';
import { captureWire } from '../../../simulator/trace/wire-capture.ts';
import { program } from '../../e2e/vscode/debian.mjs';
import { finishedRun } from './runs.ts';

const FIELDS = [
  'frame.time_relative',
  'frame.len',
  'frame.cap_len',
  'frame.comment',
  'ip.src',
  'ip.checksum.status',
  'tcp.checksum.status',
  'udp.checksum.status',
  'tcp.len',
  'tcp.seq_raw',
  'tcp.hdr_len',
  'tcp.analysis.flags',
  'frame.packet_flags_direction',
] as const;
type Field = (typeof FIELDS)[number];
type Row = Readonly<Record<Field, string>>;

const GOOD = '1';
const BAD = '0';
const tshark = program(['tshark'], 'tshark');
if (!tshark.ok) console.warn(`SKIPPED: captures are not read by tshark. ${tshark.error}`);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netmem-pcapng-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function read(simulation: Simulation): readonly Row[] {
  if (!tshark.ok) throw new Error(tshark.error);
  const file = join(folder, 'run.pcapng');
  writeFileSync(file, Buffer.concat([...captureWire(simulation)]));
  const checks = ['ip.check_checksum', 'tcp.check_checksum', 'udp.check_checksum'];
  const text = execFileSync(
    tshark.path,
    [
      ...['-n', '-r', file, '-T', 'fields', '-E', 'separator=|'],
      ...checks.flatMap((name) => ['-o', `${name}:TRUE`]),
      ...FIELDS.flatMap((name) => ['-e', name]),
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const values = line.split('|');
      return Object.fromEntries(FIELDS.map((name, index) => [name, values[index] ?? ''])) as Row;
    });
}

describe.skipIf(!tshark.ok)('tshark', () => {
  test('reads every frame of a good run, in time, with right checksums and no TCP complaint', () => {
    const rows = read(finishedRun('dmabuf-works', { packets: 100 }));
    expect(rows).toHaveLength(100);
    expect(new Set(rows.map((row) => row['ip.checksum.status']))).toEqual(new Set([GOOD]));
    expect(new Set(rows.map((row) => row['tcp.checksum.status']))).toEqual(new Set([GOOD]));
    expect(new Set(rows.map((row) => row['tcp.analysis.flags']))).toEqual(new Set(['']));
    expect(new Set(rows.map((row) => row['tcp.len']))).toEqual(new Set(['4096']));
    expect(rows.map((row) => Number(row['frame.time_relative']))).toEqual(
      rows.map((_, index) => index / 1_000_000),
    );
    expect(rows.every((row) => row['frame.comment'] === '')).toBe(true);
  });

  test('sees bad checksums, UDP, broken headers and the fate of each dropped frame', () => {
    const simulation = finishedRun('dmabuf-works', {
      udpShare: 20,
      malformedShare: 10,
      badChecksumShare: 10,
      otherShare: 30,
    });
    const rows = read(simulation);
    const { wire, dropped } = simulation.snapshot().packets;
    expect(rows).toHaveLength(wire);
    const bad = rows.filter(
      (row) => row['tcp.checksum.status'] === BAD || row['udp.checksum.status'] === BAD,
    );
    expect(bad.length).toBeGreaterThan(20);
    expect(rows.filter((row) => row['udp.checksum.status'] !== '').length).toBeGreaterThan(50);
    expect(rows.filter((row) => row['tcp.hdr_len'] === '8').length).toBeGreaterThan(20);
    expect(rows.filter((row) => row['frame.comment'].includes('dropped'))).toHaveLength(dropped);
    expect(new Set(rows.map((row) => row['ip.src'])).size).toBeGreaterThan(5);
  });

  test('sees what was sent, cut into segments', () => {
    const rows = read(finishedRun('tx-works'));
    expect(rows.reduce((sum, row) => sum + Number(row['tcp.len']), 0)).toBe(10 * 16_384);
    expect(rows.every((row) => row['tcp.checksum.status'] === GOOD)).toBe(true);
    expect(rows.every((row) => Number(row['frame.packet_flags_direction']) === 2)).toBe(true);
  });

  test('gets only the start of each frame of a long run', () => {
    const rows = read(finishedRun('dmabuf-works', { packets: 12_000 }));
    expect(rows).toHaveLength(12_000);
    expect(new Set(rows.map((row) => row['frame.cap_len']))).toEqual(new Set(['256']));
    expect(new Set(rows.map((row) => row['frame.len']))).toEqual(new Set(['4162']));
  });

  test('sees jumbo, tiny and odd lengths as they were on the wire', () => {
    for (const parameters of [
      { payloadBytes: 0 },
      { payloadBytes: 1 },
      { payloadBytes: 8191 },
      { headerBytes: 94, payloadBytes: 100 },
      { headerBytes: 54, payloadBytes: 100 },
    ]) {
      const simulation = finishedRun('dmabuf-works', { packets: 3, ...parameters });
      const { headerBytes, payloadBytes } = simulation.input.config;
      for (const row of read(simulation)) {
        expect(row['frame.len']).toBe(String(headerBytes + payloadBytes));
        expect(row['tcp.len']).toBe(String(payloadBytes));
        expect(row['tcp.checksum.status']).toBe(GOOD);
      }
    }
  });
});

test('a fork is captured with its own frames', () => {
  const original = finishedRun('dmabuf-works', { packets: 20 });
  original.seekTime(9_000);
  const forked = original.fork({ payloadBytes: 100 });
  if (!forked.ok) throw new Error(forked.error.message);
  forked.value.runToEnd();
  const sizes = [...forked.value.wire()].map(({ frame }) => frame.payloadBytes);
  expect(sizes).toHaveLength(20);
  const lengths = [...captureWire(forked.value)].slice(1).map((piece) => piece.length);
  expect(lengths.slice(0, 10).every((length) => length > 4096)).toBe(true);
  expect(lengths.slice(10).every((length) => length < 300)).toBe(true);
});
