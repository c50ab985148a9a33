/** A case of the twin in the simulator, from the driver's sources. */
import type { KernelRelease } from '../../../simulator/core/kernel-release.ts';
import { KERNEL_RELEASES } from '../../../simulator/core/kernel-release.ts';
import type { DriverModel } from '../../../simulator/contract/driver-model.ts';
import type { TraceEvent } from '../../../simulator/contract/event.ts';
import type { RunConfig } from '../../../simulator/contract/config.ts';
import { createSimulation } from '../../../simulator/run/create.ts';
import { DEFAULT_CONFIG } from '../../../simulator/contract/parameters.ts';
import type { NetlinkViews, PagePoolView } from '../../../simulator/run/views.ts';
import type { MachineSnapshot } from '../../../simulator/contract/snapshot.ts';
import type { Verdict } from '../../../simulator/contract/verdict.ts';
import { validate } from '../../../simulator/contract/validate.ts';
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
  device: TwinDriver['device'],
  { config }: TwinScenario,
  release: TwinRelease,
): Outcome {
  const whole = validate({ ...DEFAULT_CONFIG, ...SETTING, ...QUEUES[device], ...config });
  if (!whole.ok) throw new Error(whole.error.message);
  const made = createSimulation({ model, config: whole.value, seed: 1, kernel: modelled(release) }, []);
  if (!made.ok) throw new Error(made.error.message);
  const run = made.value;
  run.runTo(LOOKED_AT, BUDGET);
  const looked = run.snapshot();
  const seen = run.netlink();
  run.runToEnd(BUDGET);
  const verdict = run.verdict();
  const end = run.snapshot();
  const told = faults(verdict, run.events(0, run.recorded));
  return {
    ended:
      verdict.bind.errno === 'oops' || told.some((fault) => fault.startsWith('oops')) ? 'oops' : 'normally',
    errno: { ...errnos(verdict, looked, whole.value), ...queueGetErrno(seen, whole.value) },
    frames: frames(looked),
    messages: {
      linear: looked.socket.linearMessages,
      device: looked.socket.dmabufMessages + looked.socket.copies,
      bytes: looked.socket.readBytes,
      truncated: looked.socket.truncated,
      returned: looked.socket.dmabufMessages + looked.socket.copies - looked.socket.tokensHeld,
    },
    wrong: 0,
    provider: providerOf(seen),
    pool: poolOf(seen),
    left: run
      .netlink()
      ['page-pool-get'].filter(isProvided)
      .map(({ inflight }) => inflight),
    sent: { messages: end.tx.sent, bytes: end.tx.completed * whole.value.txBytes, notified: end.tx.notified },
    faults: told,
  };
}

function providerOf(views: NetlinkViews): Outcome['provider'] {
  const queue = views['queue-get'].find(({ id }) => id === QUEUE);
  if (queue?.['io-uring'] !== undefined) return 'io-uring';
  return queue?.dmabuf === undefined ? 'none' : 'dmabuf';
}

/** A device that is down has no queues to ask for. */
function queueGetErrno(views: NetlinkViews, { deviceUp }: RunConfig): Outcome['errno'] {
  const known = views['queue-get'].some(({ id }) => id === QUEUE);
  return { queueGet: known ? '' : deviceUp ? 'EINVAL' : 'ENOENT' };
}

function isProvided(pool: PagePoolView): boolean {
  return pool.dmabuf !== undefined || pool['io-uring'] !== undefined;
}

function poolOf(views: NetlinkViews): Outcome['pool'] {
  const pool = views['page-pool-get'].find((one) => isProvided(one) && one['detach-time'] === undefined);
  const stats = views['page-pool-stats-get'].find(({ info }) => info.id === pool?.id);
  if (pool === undefined || stats === undefined) return null;
  const counts = Object.entries(stats).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return { inflight: pool.inflight, ...Object.fromEntries(counts) };
}

function errnos(verdict: Verdict, looked: MachineSnapshot, config: RunConfig): Outcome['errno'] {
  const errno: { -readonly [K in keyof Outcome['errno']]: Outcome['errno'][K] } = {};
  const opened = verdict.refused.find(({ request }) => request.startsWith('open queue'));
  if (config.deviceUp) errno.open = opened?.errno ?? '';
  const refused = verdict.refused.map((request) => ({
    ...request,
    split: request.request.includes('tcp-data-split'),
  }));
  if (config.tcpDataSplit !== 'unknown' && config.txMessages === 0) {
    errno.split = refused.find(({ split }) => split)?.errno ?? '';
  }
  if (config.provider !== 'pages') errno.bind = verdict.bind.errno ?? '';
  if (
    config.actions.some(({ action }) => !['close-socket', 'unbind', 'unregister-netdev'].includes(action))
  ) {
    errno.later =
      refused.find(({ request, split }) => !split && !request.startsWith('open queue'))?.errno ?? '';
  }
  if (config.txMessages > 0) {
    errno.bindTx = verdict.bindTx.errno ?? '';
    errno.send = looked.tx.error;
  }
  if (config.packets > 0 && config.reader !== 'never' && opened === undefined)
    errno.read = looked.socket.errno;
  return errno;
}

function frames({ packets }: MachineSnapshot): Outcome['frames'] {
  const by = packets.droppedBy;
  const sum = (...causes: readonly (keyof typeof by)[]) =>
    causes.reduce((total, cause) => total + (by[cause] ?? 0), 0);
  return {
    wire: packets.wire,
    delivered: packets.delivered,
    droppedByDevice: sum('link-down', 'no-descriptor', 'frame-too-long', 'queue-stopped'),
    droppedByDriver: sum('driver', 'unsplit-on-provider', 'alloc-skb'),
    droppedByStack: sum('checksum', 'malformed', 'no-socket', 'receive-buffer', 'unreadable'),
  };
}

/**
 * What a kernel would have told: WARNs and oopses. The twin's kernel watches the DMA interface (DMA_API_DEBUG) and WARNs of
 * what was not mapped through it. Rules broken without a word are the analyser's business.
 */
function faults(verdict: Verdict, events: readonly TraceEvent[]): readonly string[] {
  const told = verdict.requirements.flatMap(({ evidence }) => evidence);
  const lines = told.flatMap(({ consequence, at, operation }) => {
    const watched = consequence === 'corruption' && operation?.startsWith('dma_unmap_') === true;
    const kind =
      consequence === 'null-dereference' ? 'oops' : consequence === 'warn' || watched ? 'warn' : null;
    return kind === null || at === null ? [] : [`${kind} ${at.file}:${at.line}`];
  });
  const inStack = events.some(({ kind, at }) => kind === 'warn' && at === null);
  return [...new Set([...lines, ...(inStack ? ['warn stack'] : [])])];
}
