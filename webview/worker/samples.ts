/**
 * Counters along a run, for the plots. The length of a run is not known while it runs, so the recorder starts dense
 * and drops every other sample when it has too many: a plot always gets between LIMIT / 2 and LIMIT points.
 */
import type { MachineSnapshot, PoolSnapshot } from '../../simulator/contract/snapshot.ts';

export const SERIES = [
  { key: 'delivered', label: 'delivered', plot: 'packets' },
  { key: 'read', label: 'read', plot: 'packets' },
  { key: 'dropped', label: 'dropped', plot: 'packets' },
  { key: 'faulted', label: 'faulted', plot: 'packets' },
  { key: 'posted', label: 'posted', plot: 'descriptors' },
  { key: 'completed', label: 'completed', plot: 'descriptors' },
  { key: 'cache', label: 'cache', plot: 'pool' },
  { key: 'ring', label: 'ring', plot: 'pool' },
  { key: 'inflight', label: 'inflight', plot: 'pool' },
  { key: 'free', label: 'free chunks', plot: 'provider' },
  { key: 'tokens', label: 'tokens held', plot: 'provider' },
  { key: 'queued', label: 'skbs in the socket', plot: 'provider' },
] as const;
export type SeriesKey = (typeof SERIES)[number]['key'];
export type PlotKey = (typeof SERIES)[number]['plot'];

/** Columns of equal length. */
export interface Samples {
  /** Nanoseconds. */
  readonly time: readonly number[];
  readonly step: readonly number[];
  readonly values: Readonly<Record<SeriesKey, readonly number[]>>;
}

/** The pool that the plots follow: the one behind the bound queue's payload. */
export function watchedPool(snapshot: MachineSnapshot, boundQueue: number): PoolSnapshot | undefined {
  const pools = snapshot.pools.filter(({ queue, state }) => queue === boundQueue && state === 'live');
  return (
    pools.find(({ provider }) => provider !== 'pages') ??
    pools.find(({ role }) => role === 'payload' || role === 'linear') ??
    pools.at(-1)
  );
}

function valueOf(key: SeriesKey, snapshot: MachineSnapshot, boundQueue: number): number {
  const queue = snapshot.queues.find(({ id }) => id === boundQueue);
  switch (key) {
    case 'delivered':
    case 'read':
    case 'dropped':
    case 'faulted':
      return snapshot.packets[key];
    case 'posted':
    case 'completed':
      return queue?.[key] ?? 0;
    case 'cache':
    case 'ring':
    case 'inflight':
      return watchedPool(snapshot, boundQueue)?.[key] ?? 0;
    case 'free':
      return snapshot.provider.free;
    case 'tokens':
      return snapshot.socket.tokensHeld;
    case 'queued':
      return snapshot.socket.queuedSkbs;
  }
}

const LIMIT = 256;

export class SampleRecorder {
  /** Machine steps from one sample to the next. */
  interval = 16;
  readonly #boundQueue: number;
  #snapshots: MachineRow[] = [];

  constructor(boundQueue: number) {
    this.#boundQueue = boundQueue;
  }

  add(snapshot: MachineSnapshot): void {
    if (this.#snapshots.at(-1)?.step === snapshot.step) return;
    const values = SERIES.map(({ key }) => valueOf(key, snapshot, this.#boundQueue));
    this.#snapshots.push({ time: snapshot.time, step: snapshot.step, values });
    if (this.#snapshots.length <= LIMIT) return;
    this.interval *= 2;
    this.#snapshots = this.#snapshots.filter((_, index) => index % 2 === 0);
  }

  samples(): Samples {
    const column = (key: SeriesKey): readonly number[] => {
      const index = SERIES.findIndex((series) => series.key === key);
      return this.#snapshots.map(({ values }) => values[index] ?? 0);
    };
    return {
      time: this.#snapshots.map(({ time }) => time),
      step: this.#snapshots.map(({ step }) => step),
      values: {
        delivered: column('delivered'),
        read: column('read'),
        dropped: column('dropped'),
        faulted: column('faulted'),
        posted: column('posted'),
        completed: column('completed'),
        cache: column('cache'),
        ring: column('ring'),
        inflight: column('inflight'),
        free: column('free'),
        tokens: column('tokens'),
        queued: column('queued'),
      },
    };
  }
}

interface MachineRow {
  readonly time: number;
  readonly step: number;
  readonly values: readonly number[];
}
