/**
 * The log of a run in columns: 36 bytes a record, grown in doublings up to a limit, then used as a ring that keeps
 * the newest records. Writing the same record number again is harmless: a run that was rewound repeats itself.
 */
const HISTORY_BYTES_PER_RECORD = 36;

export class History {
  private capacity: number;
  private readonly limit: number;
  private times: Float64Array;
  private steps: Int32Array;
  private kinds: Uint8Array;
  private queues: Int8Array;
  private places: Int32Array;
  private packets: Int32Array;
  private netmems: Float64Array;
  private values: Int32Array;
  /** Records ever written: the number of the next new one. */
  private written = 0;

  /** @param limit records kept; 0 keeps none. */
  constructor(limit: number) {
    this.limit = limit;
    this.capacity = Math.min(limit, 1024);
    this.times = new Float64Array(this.capacity);
    this.steps = new Int32Array(this.capacity);
    this.kinds = new Uint8Array(this.capacity);
    this.queues = new Int8Array(this.capacity);
    this.places = new Int32Array(this.capacity);
    this.packets = new Int32Array(this.capacity);
    this.netmems = new Float64Array(this.capacity);
    this.values = new Int32Array(this.capacity);
  }

  /** Number after the newest record. */
  get end(): number {
    return this.written;
  }

  /** Number of the oldest record still kept. */
  get begin(): number {
    return Math.max(0, this.written - this.limit);
  }

  /** Bytes the columns take now. */
  get bytes(): number {
    return this.capacity * HISTORY_BYTES_PER_RECORD;
  }

  /** Writes record number `seq`: the next one, or one that was written before. */
  write(
    seq: number,
    time: number,
    step: number,
    kind: number,
    queue: number,
    place: number,
    packet: number,
    netmem: number,
    value: number,
  ): void {
    if (this.limit === 0) return;
    if (seq < this.written - this.limit) return;
    while (seq >= this.capacity && this.capacity < this.limit) this.grow();
    const at = seq % this.capacity;
    this.times[at] = time;
    this.steps[at] = step;
    this.kinds[at] = kind;
    this.queues[at] = queue;
    this.places[at] = place;
    this.packets[at] = packet;
    this.netmems[at] = netmem;
    this.values[at] = value;
    if (seq >= this.written) this.written = seq + 1;
  }

  /** The record, or null when it was never written or is no longer kept. */
  read(seq: number): HistoryRecord | null {
    if (seq < this.begin || seq >= this.written) return null;
    const at = seq % this.capacity;
    return {
      time: this.times[at],
      step: this.steps[at],
      kind: this.kinds[at],
      queue: this.queues[at],
      place: this.places[at],
      packet: this.packets[at],
      netmem: this.netmems[at],
      value: this.values[at],
    };
  }

  /** A copy that goes its own way: what a fork starts from. */
  copyUpTo(end: number, limit: number): History {
    const copy = new History(limit);
    for (let seq = this.begin; seq < Math.min(end, this.written); seq++) {
      const r = this.read(seq);
      if (r !== null) copy.write(seq, r.time, r.step, r.kind, r.queue, r.place, r.packet, r.netmem, r.value);
    }
    return copy;
  }

  private grow(): void {
    const capacity = Math.min(this.limit, this.capacity * 2);
    this.times = widen(this.times, new Float64Array(capacity));
    this.steps = widen(this.steps, new Int32Array(capacity));
    this.kinds = widen(this.kinds, new Uint8Array(capacity));
    this.queues = widen(this.queues, new Int8Array(capacity));
    this.places = widen(this.places, new Int32Array(capacity));
    this.packets = widen(this.packets, new Int32Array(capacity));
    this.netmems = widen(this.netmems, new Float64Array(capacity));
    this.values = widen(this.values, new Int32Array(capacity));
    this.capacity = capacity;
  }
}

export interface HistoryRecord {
  readonly time: number;
  readonly step: number;
  /** Index into EVENT_KINDS. */
  readonly kind: number;
  /** -1: none; the same for the other numbers. */
  readonly queue: number;
  readonly place: number;
  readonly packet: number;
  readonly netmem: number;
  readonly value: number;
}

interface Column {
  set(source: ArrayLike<number>): void;
}

function widen<T extends Column & ArrayLike<number>>(old: ArrayLike<number>, fresh: T): T {
  fresh.set(old);
  return fresh;
}
