/** A case of the twin in the simulator, from the driver's sources. */
import type { KernelRelease } from '../../../simulator/core/kernel-release.ts';
import { KERNEL_RELEASES } from '../../../simulator/core/kernel-release.ts';
import type { DriverModel } from '../../../simulator/driver-model/driver-model.ts';
import type { RunConfig } from '../../../simulator/run/config.ts';
import { createSimulation } from '../../../simulator/run/create.ts';
import { DEFAULT_CONFIG } from '../../../simulator/run/parameters.ts';
import type { MachineSnapshot, PoolSnapshot } from '../../../simulator/run/snapshot.ts';
import type { Verdict } from '../../../simulator/run/verdict.ts';
import { validate } from '../../../simulator/run/validate.ts';
import type { TwinDriver } from './drivers.ts';
import type { Outcome, TwinRelease } from './outcome.ts';
import { LOOKED_AT, QUEUE } from './scenarios.ts';
import type { TwinScenario } from './scenarios.ts';

/** The device behind each driver, and the wire: one frame at a time, all before the first read, no options in TCP. */
const SETTING: Partial<RunConfig> = {
  rssQueues: 1,
  flowRule: '5-tuple',
  headerBytes: 54,
  rate: 50_000,
  readInterval: 20_000_000,
  receiveBuffer: 16_777_216,
  mtu: 9000,
};

/** Descriptors that the drivers use: both keep one of their ring free. */
const QUEUES: Readonly<Record<TwinDriver['device'], Partial<RunConfig>>> = {
  plover: { rxQueues: 4, ringSize: 255 },
  tern: { rxQueues: 8, ringSize: 511 },
};

const BUDGET = 200_000;

/** The release modelled that comes nearest, from below. */
export function modelled(release: TwinRelease): KernelRelease {
  const known = KERNEL_RELEASES.filter((candidate) => number(candidate) <= number(release));
  return known.at(-1) ?? KERNEL_RELEASES[0];
}

function number(release: string): number {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return major * 1000 + minor;
}

export function simulate(
  model: DriverModel,
  driver: TwinDriver,
  { config }: TwinScenario,
  release: TwinRelease,
): Outcome {
  const whole = validate({ ...DEFAULT_CONFIG, ...SETTING, ...QUEUES[driver.device], ...config });
  if (!whole.ok) throw new Error(whole.error.message);
  const made = createSimulation({ model, config: whole.value, seed: 1, kernel: modelled(release) }, []);
  if (!made.ok) throw new Error(made.error.message);
  const run = made.value;
  run.runTo(LOOKED_AT, BUDGET);
  const looked = run.snapshot();
  run.runToEnd(BUDGET);
  const verdict = run.verdict();
  const end = run.snapshot();
  const bound = looked.provider.bound && whole.value.boundQueue === QUEUE;
  const told = faults(verdict);
  return {
    ended: verdict.bind.errno === 'oops' || told.some((fault) => fault.startsWith('oops')) ? 'oops' : 'normally',
    errno: errnos(verdict, looked, whole.value),
    frames: frames(looked),
    messages: {
      linear: looked.socket.linearMessages,
      device: looked.socket.dmabufMessages + looked.socket.copies,
      bytes: looked.socket.readBytes,
    },
    wrong: 0,
    provider: bound ? (whole.value.provider === 'zcrx' ? 'io-uring' : 'dmabuf') : 'none',
    pool: bound ? poolOf(looked.pools.find(isBound)) : null,
    left: end.pools.filter(({ state, provider: kind }) => state === 'dying' && kind !== 'pages').map(({ inflight }) => inflight),
    sent: { messages: end.tx.sent, bytes: end.tx.completed * whole.value.txBytes, notified: end.tx.notified },
    faults: told,
  };
}

function isBound({ provider, state, queue }: PoolSnapshot): boolean {
  return provider !== 'pages' && state === 'live' && queue === QUEUE;
}

function poolOf(pool: PoolSnapshot | undefined): Readonly<Record<string, number>> | null {
  return pool === undefined ? null : { inflight: pool.inflight, ...pool.stats };
}

function errnos(verdict: Verdict, looked: MachineSnapshot, config: RunConfig): Outcome['errno'] {
  const errno: { -readonly [K in keyof Outcome['errno']]: Outcome['errno'][K] } = {};
  if (config.deviceUp) errno.open = '';
  const refused = verdict.refused.map((request) => ({ ...request, split: request.request.includes('tcp-data-split') }));
  if (config.tcpDataSplit !== 'unknown' && config.txMessages === 0) {
    errno.split = refused.find(({ split }) => split)?.errno ?? '';
  }
  if (config.provider !== 'pages') errno.bind = verdict.bind.errno ?? '';
  if (config.actions.some(({ action }) => !['close-socket', 'unbind', 'unregister-netdev'].includes(action))) {
    errno.later = refused.find(({ split }) => !split)?.errno ?? '';
  }
  if (config.txMessages > 0) {
    errno.bindTx = verdict.bindTx.errno ?? '';
    errno.send = looked.tx.error;
  }
  if (config.packets > 0 && config.reader !== 'never') errno.read = looked.socket.errno;
  return errno;
}

function frames({ packets }: MachineSnapshot): Outcome['frames'] {
  const by = packets.droppedBy;
  const sum = (...causes: readonly (keyof typeof by)[]) => causes.reduce((total, cause) => total + (by[cause] ?? 0), 0);
  return {
    wire: packets.wire,
    delivered: packets.delivered,
    droppedByDevice: sum('link-down', 'no-descriptor', 'frame-too-long', 'queue-stopped'),
    droppedByDriver: sum('driver', 'unsplit-on-provider', 'alloc-skb'),
    droppedByStack: sum('checksum', 'malformed', 'no-socket', 'receive-buffer', 'unreadable'),
  };
}

/** What a kernel would have told: WARNs and oopses. Rules broken without a word are the analyser's business. */
function faults(verdict: Verdict): readonly string[] {
  const told = verdict.requirements.flatMap(({ evidence }) => evidence);
  const lines = told.flatMap(({ consequence, at }) => {
    const kind = consequence === 'null-dereference' ? 'oops' : consequence === 'warn' ? 'warn' : null;
    return kind === null || at === null ? [] : [`${kind} ${at.file}:${at.line}`];
  });
  return [...new Set(lines)];
}
