/** Packets a second through the whole receive path, and what memory a million of them leaves behind. */
import { DEFAULT_CONFIG } from '../../simulator/contract/parameters.ts';
import { createSimulation } from '../../simulator/run/create.ts';
import { referenceDriver } from '../../simulator/scenarios/reference-driver.ts';
import { cpuTime, median, report, type Row } from './row.ts';

const PACKETS = 1_000_000;
const RUNS = 5;
const MEGABYTE = 2 ** 20;

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function measure(provider: 'pages' | 'dmabuf' | 'zcrx'): Row[] {
  const config = { ...DEFAULT_CONFIG, provider, packets: PACKETS, history: false };
  const rates: number[] = [];
  let growth = 0;
  let arrived = 0;
  for (let i = 0; i < RUNS; i++) {
    const run = createSimulation({ model: referenceDriver().model, config, seed: 1, kernel: '6.18' });
    if (!run.ok) throw new Error(run.error.message);
    const simulation = run.value;
    simulation.runTo((PACKETS / 2 / config.rate) * 1e9);
    const half = memory();
    const before = simulation.snapshot().packets.wire;
    const time = cpuTime(() => simulation.runToEnd());
    growth = Math.max(0, memory() - half);
    const { packets } = simulation.snapshot();
    rates.push((packets.wire - before) / (time / 1e9));
    arrived = packets.delivered + packets.dropped;
  }
  const check = `${arrived} of ${PACKETS} packets delivered or dropped with a cause`;
  const agrees = arrived === PACKETS;
  return [
    {
      ...{ name: `sim: packets, ${provider}`, value: median(rates), unit: 'packets/s', against: null },
      ...{ bound: { of: 'value', atLeast: 1_000_000 }, check, agrees },
    },
    {
      ...{ name: `sim: growth, ${provider}`, value: growth / MEGABYTE / 0.5, unit: 'MB/million' },
      ...{ against: null, bound: { of: 'value', atMost: 1 }, check, agrees },
    },
  ];
}

report([...measure('pages'), ...measure('dmabuf'), ...measure('zcrx')]);
