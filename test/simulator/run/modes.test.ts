/** A run answers what its driver asks of device and configuration: in one way throughout, so that packets arrive. */
import { expect, test } from 'vitest';
import type { DriverModel, Question } from '../../../simulator/contract/driver-model.ts';
import type { Condition, Operation, PathKind, ProgramNode } from '../../../simulator/contract/driver-ir.ts';
import type { Verdict } from '../../../simulator/contract/verdict.ts';
import { startRun } from '../../../simulator/run/configure.ts';
import type { Pin } from '../../../simulator/run/simulation.ts';
import { referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';

const at = { file: 'x.c', line: 7, column: 1, endLine: 7, endColumn: 2 };
const op = (operation: Operation): ProgramNode => ({ node: 'operation', at, api: operation.kind, operation });

/** `if (question is answer) then else otherwise` */
function asks(
  question: number,
  answer: string,
  then: readonly ProgramNode[],
  otherwise: readonly ProgramNode[] = [],
): ProgramNode {
  const condition: Condition = {
    ...{ means: 'unknown', negated: false, buffer: null, bytes: null, text: `question ${question}` },
    asks: { question, answers: [answer], except: false },
  };
  return { node: 'branch', at, condition, then, otherwise };
}

const question = (key: string, about: Question['about'], answers: readonly string[]): Question => ({
  ...{ key, text: key, about, answers, at },
});

const DELIVER: readonly ProgramNode[] = [
  op({ kind: 'alloc-skb' }),
  op({ kind: 'copy-header', buffer: 1 }),
  op({ kind: 'sync-for-cpu', buffer: 0, by: 'pool', interface: 'netmem' }),
  op({ kind: 'add-frag', buffer: 0, interface: 'netmem' }),
  op({ kind: 'mark-for-recycle' }),
  op({ kind: 'deliver' }),
];
const DROP = op({ kind: 'put', buffer: 0, interface: 'netmem', direct: true });
const READ = op({ kind: 'cpu-access', buffer: 0, how: 'read' });

/** The reference driver with another packet loop, and the questions that it asks. */
function model(body: readonly ProgramNode[], questions: readonly Question[]): DriverModel {
  const { model: reference } = referenceDriver();
  const programs = (reference.programs ?? []).map((program) => {
    if (program.path !== 'rx-poll') return program;
    const refill = program.body.steps.filter(({ node }) => node === 'call');
    const loop: ProgramNode = { node: 'loop', at, over: 'completions', body };
    return { ...program, body: { ...program.body, steps: [loop, ...refill] } };
  });
  return { ...reference, programs, questions };
}

function run(
  driver: DriverModel,
  pins: readonly Pin[] = [],
  scenario = 'dmabuf-works',
  packets = 60,
): Verdict {
  const started = startRun({ model: driver, scenario, parameters: { packets }, pins, seed: 1 });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd(100_000);
  return started.value.verdict();
}

const answers = ({ choices }: Verdict): readonly string[] =>
  choices.map(({ question: asked, answer }) => `${asked}: ${answer ?? 'no'}`);

test('what a switch asks is answered so that packets arrive, and the verdict says how', () => {
  const body = [asks(0, 'RX_ERROR', [DROP], [asks(0, 'RX_DONE', DELIVER, [DROP])])];
  const verdict = run(model(body, [question('type', 'packet', ['RX_ERROR', 'RX_DONE'])]));
  expect(verdict.state).toBe('pass');
  expect(verdict.packets.delivered).toBe(60);
  expect(answers(verdict)).toEqual(['type: RX_DONE']);
});

test('two questions, of which each alone leads nowhere, are answered together', () => {
  const body = [asks(0, 'yes', [asks(1, 'yes', DELIVER, [DROP])], [DROP])];
  const verdict = run(
    model(body, [question('ready', 'packet', ['yes']), question('good', 'packet', ['yes'])]),
  );
  expect(answers(verdict)).toEqual(['ready: yes', 'good: yes']);
  expect(verdict.packets.delivered).toBe(60);
});

test('a driver is run in the mode in which it works with device memory', () => {
  const body = [asks(0, 'LEGACY', [READ, ...DELIVER], DELIVER)];
  const verdict = run(model(body, [question('format', 'mode', ['LEGACY'])]));
  expect([verdict.state, ...answers(verdict)]).toEqual(['pass', 'format: no']);
});

test('a pinned mode is kept to, whatever comes of it', () => {
  const body = [asks(0, 'LEGACY', [READ, ...DELIVER], DELIVER)];
  const driver = model(body, [question('format', 'mode', ['LEGACY'])]);
  const verdict = run(driver, [{ question: 'format', answer: 'LEGACY' }]);
  expect([verdict.state, verdict.blame, ...answers(verdict)]).toEqual(['fail', 'driver', 'format: LEGACY']);
  expect(run(driver, [{ question: 'format', answer: 'none' }]).state).toBe('pass');
});

/** The nodes without what is done to the buffers of the header ring. */
function withoutHeaderRing(nodes: readonly ProgramNode[]): readonly ProgramNode[] {
  return nodes.flatMap((node): readonly ProgramNode[] => {
    switch (node.node) {
      case 'operation':
        return 'buffer' in node.operation && node.operation.buffer === 1 ? [] : [node];
      case 'loop':
      case 'call':
        return [{ ...node, body: withoutHeaderRing(node.body) }];
      case 'branch':
        if (node.condition.buffer === 1) return [];
        return [
          { ...node, then: withoutHeaderRing(node.then), otherwise: withoutHeaderRing(node.otherwise) },
        ];
      case 'sequence':
        return [{ ...node, steps: withoutHeaderRing(node.steps) }];
      default:
        return [node];
    }
  });
}

test('a flag of the descriptor that says whether a frame was split is found out', () => {
  // Headers come in memory of the driver's own, beside the rings, if the device puts them there.
  const deliver = DELIVER.map((node) =>
    node.node === 'operation' && node.operation.kind === 'copy-header'
      ? op({ kind: 'copy-header', buffer: null })
      : node,
  );
  const whole = model([asks(0, 'yes', deliver, [DROP])], [question('hsplit', 'packet', ['yes'])]);
  const programs = (whole.programs ?? []).map((program) => ({
    ...program,
    body: { ...program.body, steps: withoutHeaderRing(program.body.steps) },
  }));
  const verdict = run({ ...whole, programs }, [], 'split-failures');
  expect(answers(verdict)).toEqual(['hsplit: for frames that are split']);
  expect(verdict.packets.droppedBy['unsplit-on-provider']).toBeGreaterThan(0);
  expect(verdict.packets.droppedBy.malformed ?? 0).toBe(0);
});

test('same driver, same seed: the same answers', () => {
  const body = [asks(0, 'yes', [asks(1, 'yes', [DROP], DELIVER)], [DROP])];
  const driver = model(body, [question('a', 'packet', ['yes']), question('b', 'packet', ['yes'])]);
  expect(run(driver)).toEqual(run(driver));
});

/** The reference driver without its own program for a path. */
function without(path: PathKind): DriverModel {
  const { model: reference } = referenceDriver();
  return {
    ...reference,
    programs: (reference.programs ?? []).filter((program) => program.path !== path),
    unread: [{ path, why: 'nobody wrote it', at }],
  };
}

test.each(['rx-poll', 'rx-refill'] as const)('with a stand-in for %s a run is inconclusive', (path) => {
  const verdict = run(without(path));
  expect([verdict.state, verdict.blame]).toEqual(['inconclusive', 'nobody']);
  expect(verdict.cause).toContain('was not read: nobody wrote it');
  expect(verdict.at).toEqual(at);
});

test('a stand-in puts nothing to the test', () => {
  const states = new Map(run(without('rx-poll')).requirements.map((r) => [r.requirement, r.state]));
  expect([states.get('RX5'), states.get('RX6'), states.get('RX7')]).toEqual([
    ...['not-reached', 'not-reached', 'not-reached'],
  ]);
});

test.each(['tx-xmit', 'tx-complete'] as const)('so it is with one for %s where packets are sent', (path) => {
  expect(run(without(path), [], 'tx-works').state).toBe('inconclusive');
  expect(run(without(path)).state).toBe('pass');
});

test('a driver that drops every packet, and nobody knows why, is not blamed', () => {
  const verdict = run(model([DROP], []));
  expect([verdict.state, verdict.blame]).toEqual(['inconclusive', 'nobody']);
  expect(verdict.cause).toContain('none of 60 packets arrived');
});

const pagesOnly = (operation: Operation): ProgramNode => ({
  ...{ node: 'operation', at, api: operation.kind, operation },
  doubt: 'pages-only',
});

test('memory of a provider where its conditions keep it away blames nobody', () => {
  const read: Operation = { kind: 'cpu-access', buffer: 0, how: 'read' };
  const wrong = run(model([op(read), ...DELIVER], []));
  expect([wrong.state, wrong.blame]).toEqual(['fail', 'driver']);
  const unread = run(model([pagesOnly(read), ...DELIVER], []));
  expect([unread.state, unread.blame, unread.at]).toEqual(['inconclusive', 'nobody', at]);
  expect(unread.requirements.flatMap(({ evidence }) => evidence)).toEqual([]);
});

test('a mistake before the run goes where it cannot stays the driver’s', () => {
  const early = asks(0, 'yes', [READ], [pagesOnly({ kind: 'cpu-access', buffer: 0, how: 'read' })]);
  const driver = model([early, ...DELIVER], [question('short', 'packet', ['yes'])]);
  expect(run(driver, [{ question: 'short', answer: 'yes' }]).state).toBe('fail');
  expect(run(driver, [{ question: 'short', answer: 'no' }]).state).toBe('inconclusive');
});

test('what the driver does wrong with packets of another kind is found after all went well', () => {
  const verdict = run(
    model([asks(0, 'yes', [READ, ...DELIVER], DELIVER)], [question('tunnelled', 'packet', ['yes'])]),
  );
  expect([verdict.state, verdict.packets.delivered]).toEqual(['fail', 60]);
  expect(verdict.requirements.flatMap(({ evidence }) => evidence.map((e) => e.assuming))).toEqual([
    'tunnelled',
  ]);
});

test('a run that only sends says nothing of it', () => {
  const verdict = run(
    model([asks(0, 'yes', [READ, ...DELIVER], DELIVER)], [question('tunnelled', 'packet', ['yes'])]),
    [],
    'tx-works',
    0,
  );
  expect(verdict.requirements.flatMap(({ evidence }) => evidence.map((e) => e.assuming))).toEqual([]);
});

test('so is a mistake that waits behind a second answer', () => {
  const body = [
    asks(0, 'yes', [asks(1, 'yes', [READ], DELIVER)], [...DELIVER, op({ kind: 'read-skb-head' })]),
  ];
  const verdict = run(
    model(body, [question('tunnelled', 'packet', ['yes']), question('marked', 'packet', ['yes'])]),
  );
  expect(verdict.state).toBe('fail');
  expect(verdict.requirements.flatMap(({ evidence }) => evidence.map((e) => e.assuming))).toEqual([
    'tunnelled and marked',
  ]);
});

test('a copy of short packets only is found in a run of long ones', () => {
  const short: Condition = {
    ...{ means: 'length-at-most', negated: false, buffer: null, bytes: 256, text: 'len <= copybreak' },
  };
  const body: readonly ProgramNode[] = [
    { node: 'branch', at, condition: short, then: [READ, ...DELIVER], otherwise: DELIVER },
  ];
  const verdict = run(model(body, []));
  expect(verdict.state).toBe('fail');
  expect(verdict.requirements.flatMap(({ evidence }) => evidence.map((e) => e.assuming))).toEqual([
    'a payload of 64 bytes',
  ]);
});

const assumed = ({ requirements }: Verdict): readonly (string | null)[] =>
  requirements.flatMap(({ evidence }) => evidence.map((e) => e.assuming));

test('what becomes of frames that the device does not split is tried with all that says so at once', () => {
  const branch = (condition: Partial<Condition>, then: readonly ProgramNode[]): ProgramNode => ({
    ...{ node: 'branch', at, then, otherwise: [] },
    condition: { means: 'unknown', negated: false, buffer: null, bytes: null, text: 'c', ...condition },
  });
  // Headers come in memory of the driver's own; without them it adds payload to a packet that has none, and looks for headers.
  const [, , ...rest] = DELIVER;
  const headers = [op({ kind: 'alloc-skb' }), op({ kind: 'copy-header', buffer: null })];
  const gro = op({ kind: 'cpu-access', buffer: 0, how: 'gro-headers' });
  const both = asks(0, 'yes', [asks(1, 'yes', headers)]);
  const add = [...rest.slice(0, -1), gro, ...rest.slice(-1)];
  const drop = [branch({ means: 'is-net-iov', buffer: 0 }, [DROP, { node: 'exit', at, exit: 'continue' }])];
  const driver = (unsplit: readonly ProgramNode[]): DriverModel => {
    const whole = model(
      [both, asks(0, 'yes', [], unsplit), ...add],
      [question('hsplit', 'packet', ['yes']), question('hdr_len', 'packet', ['yes'])],
    );
    const programs = (whole.programs ?? []).map((program) => ({
      ...program,
      body: { ...program.body, steps: withoutHeaderRing(program.body.steps) },
    }));
    return { ...whole, programs };
  };
  expect(assumed(run(driver([])))).toContain('the device does not split the frame');
  expect(assumed(run(driver(drop)))).not.toContain('the device does not split the frame');
});

/** The reference driver that gives the buffers of its payload ring back in another way when a queue stops. */
function releasing(by: readonly ProgramNode[]): DriverModel {
  const { model: reference } = referenceDriver();
  const loop: ProgramNode = { node: 'loop', at, over: 'descriptors', body: by };
  const programs = (reference.programs ?? []).map((program) =>
    program.path === 'rx-release' ? { ...program, body: { ...program.body, steps: [loop] } } : program,
  );
  return { ...reference, programs, questions: [question('ring', 'mode', ['yes'])] };
}

test('buffers of a provider that are given back in a wrong way when it leaves are found', () => {
  const LEAVES = 'the provider leaves while its memory is in the ring';
  const page = op({ kind: 'put', buffer: 0, interface: 'page', direct: false });
  const netmem = op({ kind: 'put', buffer: 0, interface: 'netmem', direct: false });
  expect(assumed(run(releasing([page])))).toEqual([LEAVES]);
  expect(assumed(run(releasing([netmem])))).toEqual([]);
  const otherwise = run(releasing([asks(0, 'yes', [page], [netmem, netmem])]));
  expect(assumed(otherwise)).toEqual([`${LEAVES} and ring`]);
});

test('a reference kept of a buffer that went up is dropped as what the buffer is', () => {
  const drop = (by: 'page' | 'netmem'): ProgramNode =>
    op({ kind: 'put', buffer: 0, interface: by, direct: true });
  const failing = ({ requirements }: Verdict): readonly string[] =>
    requirements.flatMap(({ requirement, state }) => (state === 'fails' ? [requirement] : []));
  expect(failing(run(model([...DELIVER, drop('page')], [])))).toEqual(['RX3']);
  expect(failing(run(model([...DELIVER, drop('netmem')], [])))).toEqual([]);
  expect(failing(run(model([...DELIVER, drop('page')], []), [], 'pages-work'))).toEqual([]);
});

/** The nodes with header buffers that are allocated as netmem. */
function withNetmemHeaders(nodes: readonly ProgramNode[]): readonly ProgramNode[] {
  return nodes.map((node): ProgramNode => {
    switch (node.node) {
      case 'operation': {
        const { operation } = node;
        if (operation.kind !== 'alloc' || operation.buffer !== 1) return node;
        return { ...node, operation: { ...operation, interface: 'netmem' } };
      }
      case 'loop':
      case 'call':
        return { ...node, body: withNetmemHeaders(node.body) };
      case 'branch':
        return {
          ...node,
          then: withNetmemHeaders(node.then),
          otherwise: withNetmemHeaders(node.otherwise),
        };
      case 'sequence':
        return { ...node, steps: withNetmemHeaders(node.steps) };
      default:
        return node;
    }
  });
}

test('headers in memory of the provider are told as that, whatever the driver does with them first', () => {
  const driver = model([op({ kind: 'dma-address', buffer: 1, interface: 'page' }), ...DELIVER], []);
  const flags = driver.pools.find(({ role }) => role === 'payload')?.flags;
  if (flags === undefined) throw new Error('no pool of payload');
  const shared: DriverModel = {
    ...driver,
    pools: driver.pools.map((pool) => ({ ...pool, flags })),
    programs: (driver.programs ?? []).map((program) => ({
      ...program,
      body: { ...program.body, steps: withNetmemHeaders(program.body.steps) },
    })),
  };
  const failed = run(shared).requirements.filter(({ state }) => state === 'fails');
  expect(failed.map(({ requirement }) => requirement)).toEqual(['RX5']);
});

test('a pin that the driver does not ask, or an answer that it does not tell apart, is refused', () => {
  const driver = model([asks(0, 'LEGACY', DELIVER, DELIVER)], [question('format', 'mode', ['LEGACY'])]);
  const pinnedTo = (name: string, answer: string): string => {
    const pins = [{ question: name, answer }];
    const started = startRun({ model: driver, scenario: 'dmabuf-works', parameters: {}, pins, seed: 1 });
    return started.ok ? '' : started.error.message;
  };
  expect(pinnedTo('form', 'LEGACY')).toBe('the driver does not ask form');
  expect(pinnedTo('format', 'OTHER')).toBe('format is not answered by OTHER; known are LEGACY, no');
  expect(pinnedTo('format', 'none')).toBe('');
});
