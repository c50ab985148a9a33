/** Variables, labels and slots of the driver IR: what a helper returns decides what its caller does. */
import { expect, test } from 'vitest';
import type { DriverModel } from '../../../simulator/contract/driver-model.ts';
import type { Condition, Operation, ProgramNode } from '../../../simulator/contract/driver-ir.ts';
import { startRun } from '../../../simulator/run/configure.ts';
import type { Verdict } from '../../../simulator/contract/verdict.ts';
import { referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';

const at = { file: 'x.c', line: 7, column: 1, endLine: 7, endColumn: 2 };
const op = (operation: Operation): ProgramNode => ({ node: 'operation', at, api: operation.kind, operation });
const branch = (
  condition: Partial<Condition>,
  then: readonly ProgramNode[],
  otherwise: readonly ProgramNode[] = [],
): ProgramNode => ({
  node: 'branch',
  at,
  condition: { means: 'unknown', negated: false, buffer: null, bytes: null, text: 'x', ...condition },
  then,
  otherwise,
});
const DELIVER: readonly ProgramNode[] = [
  op({ kind: 'alloc-skb' }),
  op({ kind: 'copy-header', buffer: 1 }),
  op({ kind: 'add-frag', buffer: 0, interface: 'netmem' }),
  op({ kind: 'mark-for-recycle' }),
  op({ kind: 'deliver' }),
];
const PUT = op({ kind: 'put', buffer: 0, interface: 'netmem', direct: true });

/** The reference driver with another packet loop. */
function run(body: readonly ProgramNode[], variables: readonly string[] = []): Verdict {
  const { model } = referenceDriver();
  const changed: DriverModel = {
    ...model,
    programs: (model.programs ?? []).map((program) => {
      if (program.path !== 'rx-poll') return program;
      const refill = program.body.steps.filter(({ node }) => node === 'call');
      const loop: ProgramNode = { node: 'loop', at, over: 'completions', body };
      return { ...program, variables, body: { ...program.body, steps: [loop, ...refill] } };
    }),
  };
  const started = startRun({
    model: changed,
    scenario: 'dmabuf-works',
    parameters: { packets: 40, explore: false },
    seed: 1,
  });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd(100_000);
  return started.value.verdict();
}

test('a known variable decides a test, whatever its sides weigh', () => {
  const body = (value: number): ProgramNode[] => [
    { node: 'assign', at, variable: 0, value, from: null },
    { node: 'assign', at, variable: 1, value: null, from: 0 },
    branch({ variable: { variable: 1, compare: '<', value: 0 } }, [PUT], DELIVER),
  ];
  expect(run(body(0), ['err', 'ret']).packets.delivered).toBe(40);
  expect(run(body(-12), ['err', 'ret']).packets.delivered).toBe(0);
});

test('an unknown variable leaves the test to its meaning', () => {
  const body: ProgramNode[] = [
    { node: 'assign', at, variable: 0, value: 1, from: null },
    { node: 'assign', at, variable: 0, value: null, from: null },
    branch(
      { means: 'skb-null', negated: true, variable: { variable: 0, compare: '==', value: 0 } },
      [PUT],
      DELIVER,
    ),
  ];
  expect(run(body, ['skb']).packets.delivered).toBe(40);
});

test('where packets arrive one way only, that way is taken, whatever the source expects', () => {
  expect(run([branch({ expected: true }, [PUT], DELIVER)]).packets.delivered).toBe(40);
  expect(run([branch({}, [PUT], DELIVER)]).packets.delivered).toBe(40);
});

test('a goto leads to its label', () => {
  const body: ProgramNode[] = [
    branch({ means: 'always' }, [{ node: 'goto', at, label: 3 }]),
    ...DELIVER,
    { node: 'label', at, label: 3 },
    PUT,
  ];
  const verdict = run(body);
  expect(verdict.packets.delivered).toBe(0);
  expect(verdict.requirements.flatMap(({ evidence }) => evidence)).toEqual([]);
});

test('a buffer left in its slot stays with the device, one whose slot is cleared is lost there', () => {
  const kept = run([op({ kind: 'sync-for-cpu', buffer: 0, by: 'pool', interface: 'netmem' })]);
  expect(kept.requirements.flatMap(({ evidence }) => evidence)).toEqual([]);
  const cleared = run([op({ kind: 'clear-slot', buffer: 0 })]);
  expect(cleared.requirements.find(({ requirement }) => requirement === 'RX7')).toMatchObject({
    state: 'fails',
    evidence: [{ consequence: 'leak', operation: 'clear-slot', at: { line: 7 } }],
  });
  const attached = run([op({ kind: 'clear-slot', buffer: 0 }), ...DELIVER]);
  expect(attached.packets.delivered).toBe(40);
  expect(attached.requirements.flatMap(({ evidence }) => evidence)).toEqual([]);
});

test('a loop over fragments begins with the buffer in hand', () => {
  const fragments: ProgramNode = {
    node: 'loop',
    at,
    over: 'fragments',
    body: [op({ kind: 'add-frag', buffer: 0, interface: 'netmem' })],
  };
  const [alloc, copy, , mark, deliver] = DELIVER;
  const steps = [alloc, copy, fragments, mark, deliver].filter((step) => step !== undefined);
  const verdict = run(steps);
  expect(verdict.packets).toMatchObject({ delivered: 40, read: 40 });
});

test('a frame is counted once, however many packets the driver makes of it', () => {
  const header = [op({ kind: 'alloc-skb' }), op({ kind: 'copy-header', buffer: 1 })];
  const verdict = run([...DELIVER, ...header, op({ kind: 'deliver' })]);
  expect(verdict.packets).toMatchObject({ wire: 40, delivered: 40, read: 40, dropped: 0, inFlight: 0 });
  const dropped = run([...header, op({ kind: 'free-skb' }), PUT]);
  expect(dropped.packets).toMatchObject({ delivered: 0, dropped: 40, inFlight: 0 });
});

/** States of the pools after a restart of the queue, whose buffers loops with these bodies give back one by one. */
function poolsAfterRestart(...bodies: readonly (readonly ProgramNode[])[]): readonly string[] {
  const { model } = referenceDriver();
  const steps = bodies.map((body): ProgramNode => ({ node: 'loop', at, over: 'descriptors', body }));
  const programs = (model.programs ?? []).map((program) =>
    program.path === 'rx-release' ? { ...program, body: { ...program.body, steps } } : program,
  );
  const parameters = { packets: 40, explore: false };
  const started = startRun({
    ...{ model: { ...model, programs }, parameters, seed: 1 },
    scenario: 'queue-restart-under-load',
  });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd(100_000);
  return started.value.snapshot().pools.map(({ state }) => state);
}

test('a path that empties a ring finds a buffer in every slot that has one', () => {
  const skip = branch({ means: 'slot-empty', buffer: 0 }, [{ node: 'exit', at, exit: 'continue' }]);
  const header = op({ kind: 'put', buffer: 1, interface: 'netmem', direct: false });
  const clear = op({ kind: 'clear-slot', buffer: 0 });
  expect(poolsAfterRestart([header, skip, PUT, clear])).not.toContain('dying');
  const full = branch({ means: 'slot-empty', negated: true, buffer: 0 }, [
    { node: 'exit', at, exit: 'continue' },
  ]);
  expect(poolsAfterRestart([header, full, PUT, clear])).toContain('dying');
});

test('a loop for each ring gives back what is in that ring', () => {
  const header = op({ kind: 'put', buffer: 1, interface: 'netmem', direct: false });
  expect(poolsAfterRestart([header], [PUT])).not.toContain('dying');
  expect(poolsAfterRestart([PUT], [header])).not.toContain('dying');
  expect(poolsAfterRestart([header], [header])).toContain('dying');
});

test('a packet of several buffers is built around the first, and each buffer is in it once', () => {
  const build: readonly ProgramNode[] = [
    op({ kind: 'build-skb', buffer: 0 }),
    op({ kind: 'mark-for-recycle' }),
    op({ kind: 'deliver' }),
  ];
  const body = [
    branch({ means: 'first-fragment' }, [], [op({ kind: 'add-frag', buffer: 0, interface: 'page' })]),
    branch({ means: 'last-fragment' }, build),
  ];
  const { model } = referenceDriver();
  const programs = (model.programs ?? []).map((program) => {
    if (program.path !== 'rx-poll') return program;
    const refill = program.body.steps.filter(({ node }) => node === 'call');
    const loop: ProgramNode = { node: 'loop', at, over: 'completions', body };
    return { ...program, body: { ...program.body, steps: [loop, ...refill] } };
  });
  const pages = { provider: 'pages', tcpDataSplit: 'unknown', reader: 'plain', payloadBytes: 8000 };
  const started = startRun({
    ...{ model: { ...model, programs }, seed: 1, scenario: 'queue-restart-under-load' },
    parameters: { packets: 120, explore: false, ...pages },
  });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd(100_000);
  const snapshot = started.value.snapshot();
  expect(snapshot.packets.delivered).toBeGreaterThan(100);
  const { readBytes } = snapshot.socket;
  expect(readBytes).toBe(8000 * snapshot.packets.read);
  expect(snapshot.pools.filter(({ state }) => state === 'dying')).toEqual([]);
});
