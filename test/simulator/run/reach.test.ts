/** The denominator of coverage: what packets of the run can come to in the mode that ran, whatever else the driver has. */
import { expect, test } from 'vitest';
import type { DriverModel } from '../../../simulator/contract/driver-model.ts';
import type { Condition, Operation, ProgramNode } from '../../../simulator/contract/driver-ir.ts';
import type { Coverage } from '../../../simulator/contract/verdict.ts';
import { startRun } from '../../../simulator/run/configure.ts';
import { referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';

const at = { file: 'x.c', line: 7, column: 1, endLine: 7, endColumn: 2 };
const op = (operation: Operation): ProgramNode => ({ node: 'operation', at, api: operation.kind, operation });
const CONTINUE: ProgramNode = { node: 'exit', at, exit: 'continue' };

function when(condition: Partial<Condition>, ...then: readonly ProgramNode[]): ProgramNode {
  const test: Condition = {
    means: 'unknown',
    negated: false,
    buffer: null,
    bytes: null,
    text: 'c',
    ...condition,
  };
  return { node: 'branch', at, condition: test, then, otherwise: [] };
}

/** Six operations that every frame of the run comes to. */
const DELIVER: readonly ProgramNode[] = [
  op({ kind: 'alloc-skb' }),
  op({ kind: 'copy-header', buffer: 1 }),
  op({ kind: 'sync-for-cpu', buffer: 0, by: 'pool', interface: 'netmem' }),
  op({ kind: 'add-frag', buffer: 0, interface: 'netmem' }),
  op({ kind: 'mark-for-recycle' }),
  op({ kind: 'deliver' }),
];
const READ = op({ kind: 'cpu-access', buffer: 0, how: 'read' });

/** Coverage of the poll of the reference driver with another packet loop and no refill. */
function coverage(body: readonly ProgramNode[], parameters: Readonly<Record<string, number>> = {}): Coverage {
  const { model } = referenceDriver();
  const loop: ProgramNode = { node: 'loop', at, over: 'completions', body };
  const programs = (model.programs ?? []).map((program) =>
    program.path === 'rx-poll' ? { ...program, body: { ...program.body, steps: [loop] } } : program,
  );
  const driver: DriverModel = {
    ...{ ...model, programs },
    questions: [{ key: 'legacy', text: 'legacy', about: 'mode', answers: ['yes'], at }],
  };
  const started = startRun({
    ...{ model: driver, scenario: 'dmabuf-works', seed: 1 },
    parameters: { packets: 20, ...parameters },
    pins: [{ question: 'legacy', answer: 'none' }],
  });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd(100_000);
  const found = started.value.verdict().coverage.find(({ path }) => path === 'rx-poll');
  if (found === undefined) throw new Error('no poll ran');
  return found;
}

const figures = ({ executed, operations, all }: Coverage): readonly number[] => [executed, operations, all];

test('operations behind an early exit that every frame takes do not count', () => {
  expect(figures(coverage([...DELIVER, CONTINUE, READ, READ]))).toEqual([6, 6, 8]);
});

test('nor do those of another mode', () => {
  const legacy = { asks: { question: 0, answers: ['yes'], except: false } };
  expect(figures(coverage([when(legacy, READ), ...DELIVER]))).toEqual([6, 6, 7]);
});

test('what only pages come to counts where frames come to queues of pages', () => {
  const body = [when({ means: 'is-net-iov', negated: true, buffer: 0 }, READ), ...DELIVER];
  expect(figures(coverage(body))).toEqual([6, 6, 7]);
  const [executed, operations] = figures(coverage(body, { otherShare: 50 }));
  expect([executed, operations]).toEqual([7, 7]);
});

test('what short frames come to counts where some are sent', () => {
  const body = [when({ means: 'length-at-most', bytes: 256 }, READ), ...DELIVER];
  expect(figures(coverage(body))[1]).toBe(6);
  expect(figures(coverage(body, { payloadBytes: 64 }))[1]).toBe(7);
});

test('what the run can come to and did not counts as missed', () => {
  const body = [when({ means: 'slot-empty', buffer: 0 }, READ), ...DELIVER];
  expect(figures(coverage(body))).toEqual([6, 7, 7]);
});
