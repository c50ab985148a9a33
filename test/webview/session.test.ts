/** The worker: runs in slices, is stopped, goes on, goes back, and answers for the run that was asked about. */
import { expect, test } from 'vitest';
import { startRun } from '../../simulator/run/configure.ts';
import { CHOICE, WorkerDriver, model } from './worker-driver.ts';

const KEY = { slot: 'main', run: 1 } as const;

test('a run comes to the same verdict and machine as the simulator by itself', () => {
  const worker = new WorkerDriver();
  worker.run();
  worker.settle();
  const direct = startRun({ model: model(), ...CHOICE, kernel: '7.1' });
  if (!direct.ok) throw new Error(direct.error.message);
  direct.value.runToEnd();
  const { outcome } = worker.last('finished');
  expect(outcome.complete).toBe(true);
  expect(outcome.verdict).toEqual(direct.value.verdict());
  expect(outcome.end).toEqual(direct.value.snapshot());
});

test('one slice does a part of a long run, and says how far it is', () => {
  const worker = new WorkerDriver(3);
  worker.run({ ...CHOICE, parameters: { packets: 2000 } });
  worker.slice();
  expect(worker.all('finished')).toEqual([]);
  const { fraction, snapshot } = worker.last('progress');
  expect(fraction).toBeGreaterThan(0);
  expect(fraction).toBeLessThan(1);
  expect(snapshot.packets.wire).toBeLessThan(2000);
});

test('stop says what the part that ran came to; continue goes on to the same end', () => {
  const worker = new WorkerDriver(3);
  worker.run();
  worker.slice();
  worker.send({ type: 'stop', key: KEY });
  worker.settle();
  const stopped = worker.last('finished').outcome;
  expect(stopped.complete).toBe(false);
  expect(stopped.verdict.state).toBe('pending');
  worker.send({ type: 'continue', key: KEY });
  worker.settle();
  const whole = new WorkerDriver();
  whole.run();
  whole.settle();
  const { outcome } = worker.last('finished');
  expect(outcome.complete).toBe(true);
  expect(outcome.end).toEqual(whole.last('finished').outcome.end);
});

test('seek shows the machine after that many steps, back and forth', () => {
  const worker = new WorkerDriver();
  worker.run();
  worker.settle();
  const { end } = worker.last('finished').outcome;
  for (const step of [0, 100, 99, end.step]) {
    worker.send({ type: 'seek', key: KEY, step });
    expect(worker.last('moment').snapshot.step).toBe(step);
  }
  expect(worker.last('moment').snapshot).toEqual(end);
});

test('seek beyond the end stays at the end', () => {
  const worker = new WorkerDriver();
  worker.run();
  worker.settle();
  worker.send({ type: 'seek', key: KEY, step: 1e9 });
  expect(worker.last('moment').snapshot).toEqual(worker.last('finished').outcome.end);
});

test('a newer run of the slot replaces the one under way, and questions about the old one are dropped', () => {
  const worker = new WorkerDriver(3);
  worker.run();
  worker.slice();
  worker.run(CHOICE, { slot: 'main', run: 2 });
  worker.send({ type: 'seek', key: KEY, step: 1 });
  worker.settle();
  expect(worker.all('finished').map(({ key }) => key?.run)).toEqual([2]);
  expect(worker.all('moment')).toEqual([]);
});

test('two slots run side by side', () => {
  const worker = new WorkerDriver(3);
  worker.run();
  worker.run({ ...CHOICE, parameters: { packets: 200, provider: 'zcrx' } }, { slot: 'compared', run: 1 });
  worker.settle();
  expect(
    worker
      .all('finished')
      .map(({ key }) => key?.slot)
      .sort(),
  ).toEqual(['compared', 'main']);
});

test('parameters out of range are refused with the reason', () => {
  const worker = new WorkerDriver();
  worker.run({ ...CHOICE, parameters: { mtu: 1 } });
  worker.settle();
  expect(worker.last('refused')).toMatchObject({ errno: 'EINVAL' });
  expect(worker.last('refused').message).toContain('mtu');
});

test('the log is answered in windows, and a filter keeps what matches', () => {
  const worker = new WorkerDriver();
  worker.run();
  worker.settle();
  const ask = (filter: string, from: number, count: number) => {
    worker.send({ type: 'events', key: KEY, query: { filter, from, count } });
    worker.settle();
    return worker.last('events');
  };
  const { recorded } = worker.last('finished').outcome;
  const all = ask('', 10, 5);
  expect(all.total).toBe(recorded);
  expect(all.rows.map(({ seq }) => seq)).toEqual([10, 11, 12, 13, 14]);
  expect(all.past).toBe(recorded);
  const wires = ask('kind:wire', 0, 1000);
  expect(wires.total).toBe(200);
  expect(wires.rows.every(({ kind }) => kind === 'wire')).toBe(true);
  expect(ask('kind:wire packet:7', 0, 10).rows).toMatchObject([{ kind: 'wire', packet: 7 }]);
  expect(ask('-kind:wire', 0, 1).total).toBe(recorded - 200);
});

test('rows after the moment shown are counted as future, and keep their text', () => {
  const worker = new WorkerDriver();
  worker.run(CHOICE, KEY, model({ mistake: 'tx-copy' }));
  worker.settle();
  const query = { filter: '', from: 0, count: 100_000 };
  worker.send({ type: 'events', key: KEY, query });
  worker.settle();
  const atEnd = worker.last('events');
  worker.send({ type: 'seek', key: KEY, step: 50 });
  worker.send({ type: 'events', key: KEY, query });
  worker.settle();
  const earlier = worker.last('events');
  expect(earlier.rows).toEqual(atEnd.rows);
  expect(earlier.past).toBe(earlier.rows.filter(({ step }) => step <= 50).length);
  expect(earlier.past).toBeLessThan(earlier.total);
});

test('the timeline counts every record once', () => {
  const worker = new WorkerDriver();
  worker.run();
  worker.settle();
  const { counts } = worker.last('timeline').buckets;
  expect(counts.reduce((sum, value) => sum + value, 0)).toBe(worker.last('finished').outcome.recorded);
});

test('samples are columns of equal length whose last entry is the end', () => {
  const worker = new WorkerDriver();
  worker.run({ ...CHOICE, parameters: { packets: 4000 } });
  worker.settle();
  const { samples, end } = worker.last('finished').outcome;
  expect(samples.step.at(-1)).toBe(end.step);
  expect(samples.values.delivered.at(-1)).toBe(end.packets.delivered);
  expect(samples.step.length).toBeLessThanOrEqual(257);
  for (const column of Object.values(samples.values)) expect(column.length).toBe(samples.time.length);
});

test('a run is written as a packet capture and as a timeline, whatever moment is shown', () => {
  const worker = new WorkerDriver();
  worker.run();
  worker.settle();
  worker.send({ type: 'seek', key: KEY, step: 20 });
  worker.send({ type: 'export', key: KEY, format: 'pcapng' });
  const capture = worker.last('exported').content;
  expect([...capture.slice(0, 4)]).toEqual([0x0a, 0x0d, 0x0d, 0x0a]);
  expect(capture.length).toBeGreaterThan(200 * 4096);
  worker.send({ type: 'export', key: KEY, format: 'trace' });
  const timeline: unknown = JSON.parse(new TextDecoder().decode(worker.last('exported').content));
  expect(timeline).toHaveProperty('traceEvents.length');
  worker.send({ type: 'seek', key: KEY, step: 20 });
  expect(worker.last('moment').snapshot.step).toBe(20);
});

test('a lesson runs its own driver and checks what it promises', () => {
  const worker = new WorkerDriver();
  worker.run({ ...CHOICE, scenario: 'payload-read', parameters: {} });
  worker.settle();
  const { verdict } = worker.last('finished').outcome;
  expect(verdict.blame).toBe('driver');
  expect(verdict.expectations.length).toBeGreaterThan(0);
  expect(verdict.expectations.filter(({ holds }) => !holds)).toEqual([]);
});
