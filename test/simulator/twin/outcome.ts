/** What a case comes to, on a kernel and in the simulator: the same fields from both, so that they compare. */

/** Releases that the twin runs on. 6.12 has neither zero-copy receive over io_uring nor sending from device memory. */
export const TWIN_RELEASES = ['6.12', '7.3'] as const;
export type TwinRelease = (typeof TWIN_RELEASES)[number];
/** Those whose outcomes are kept. */
export const RECORDED_RELEASES: readonly TwinRelease[] = ['6.12', '7.3'];

/** Requests of a case that a kernel answers, with their errno; an empty text is success, what was not asked is absent. */
export const REQUESTS = ['open', 'split', 'bind', 'later', 'bindTx', 'send', 'read', 'queueGet'] as const;
export type Request = (typeof REQUESTS)[number];

export interface Outcome {
  /** An oops stops the kernel; what would have come after it is then no part of the outcome. */
  readonly ended: 'normally' | 'oops' | 'hung';
  readonly errno: Readonly<Partial<Record<Request, string>>>;
  /** Data frames of the measured connection. */
  readonly frames: {
    readonly wire: number;
    /** In the socket. */
    readonly delivered: number;
    readonly droppedByDevice: number;
    readonly droppedByDriver: number;
    readonly droppedByStack: number;
  };
  /** What reads and completions brought. */
  readonly messages: {
    readonly linear: number;
    readonly device: number;
    readonly bytes: number;
    /** Frames whose data MSG_TRUNC dropped unread. */
    readonly truncated: number;
    /** Tokens, or entries of the refill ring, that the user gave back. */
    readonly returned: number;
  };
  /** Bytes read that are not the ones sent. */
  readonly wrong: number;
  /** queue-get of the bound queue after the traffic. */
  readonly provider: 'none' | 'dmabuf' | 'io-uring';
  /** page-pool-get and page-pool-stats-get of the pool with the provider after the traffic; null without one. */
  readonly pool: Readonly<Record<string, number>> | null;
  /** Buffers in flight of each pool with a provider that outlives device and binding. */
  readonly left: readonly number[];
  readonly sent: {
    /** Messages that sendmsg() took. */
    readonly messages: number;
    /** Bytes that reached the wire. */
    readonly bytes: number;
    /** Zero-copy notifications. */
    readonly notified: number;
  };
  /** `oops plover_rx.c:120`, `warn plover_tx.c:33`: the driver's line, in order, each once. */
  readonly faults: readonly string[];
}

/** One difference of two outcomes, as `path: kernel, simulator`. */
export interface Difference {
  /** `frames.delivered`, `pool.alloc-fast`, … */
  readonly field: string;
  readonly kernel: string;
  readonly simulator: string;
}

export function differences(kernel: Outcome, simulator: Outcome): readonly Difference[] {
  const stopped = kernel.ended !== 'normally' && kernel.ended === simulator.ended;
  const left = flat(stopped ? untilStopped(kernel) : kernel);
  const right = flat(stopped ? untilStopped(simulator) : simulator);
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((field) => {
    const pair = { field, kernel: left.get(field) ?? '-', simulator: right.get(field) ?? '-' };
    return pair.kernel === pair.simulator ? [] : [pair];
  });
}

/** The requests that come before the traffic, and what stopped the kernel. */
function untilStopped({ ended, errno: { open, split, bind }, faults }: Outcome): object {
  return { ended, errno: { open, split, bind }, faults };
}

function flat(outcome: object): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(outcome) as [string, unknown][]) {
    if (Array.isArray(value)) fields.set(name, value.map(String).sort().join(', '));
    else if (isRecord(value))
      for (const [key, inner] of Object.entries(value)) fields.set(`${name}.${key}`, String(inner));
    else fields.set(name, typeof value === 'string' || typeof value === 'number' ? String(value) : 'none');
  }
  return fields;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value read from a file is an outcome. */
export function isOutcome(value: unknown): value is Outcome {
  return (
    isRecord(value) &&
    typeof value['ended'] === 'string' &&
    ['errno', 'frames', 'messages', 'sent'].every((name) => isRecord(value[name])) &&
    ['left', 'faults'].every((name) => Array.isArray(value[name]))
  );
}
