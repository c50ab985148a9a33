/**
 * One run in the worker. What takes long is a generator that yields every few hundred steps: whoever drives it lets
 * messages through in between, so that stop and seek are heard while a run of millions of packets is under way.
 */
import { startRun } from '../../simulator/run/configure.ts';
import type { TraceEvent } from '../../simulator/contract/event.ts';
import type { Simulation } from '../../simulator/run/simulation.ts';
import type { MachineSnapshot } from '../../simulator/contract/snapshot.ts';
import { runsLesson } from '../state/lessons.ts';
import { eventTest } from './event-filter.ts';
import { fileOf } from './exports.ts';
import type { FileFormat } from './exports.ts';
import type { EventQuery, FromWorker, RunKey, ToWorker } from './messages.ts';
import { SampleRecorder } from './samples.ts';

/** Work that can be interrupted at each yield. */
export type Work = Generator<undefined, void, undefined>;

type Post = (message: FromWorker) => void;
type RunRequest = Extract<ToWorker, { type: 'run' }>;

/** Records looked at between two yields. */
const SCAN = 1000;
const BUCKETS = 240;
/** Records told of one step. */
const STEP_EVENTS = 24;

export class RunSlot {
  readonly key: RunKey;
  readonly #post: Post;
  readonly #request: RunRequest;
  #simulation: Simulation | null = null;
  #samples: SampleRecorder | null = null;
  /** Furthest step that was run to. */
  #end = 0;
  /** Sequence numbers that match the filter asked for last; null: all of them. */
  #matches: { readonly filter: string; readonly seqs: readonly number[] | null } = { filter: '', seqs: null };

  constructor(request: RunRequest, post: Post) {
    this.key = request.key;
    this.#request = request;
    this.#post = post;
  }

  /** Runs to the end; again after a stop. */
  *run(): Work {
    const simulation = this.#simulation ?? this.#start();
    if (simulation === null) return;
    if (simulation.position < this.#end) simulation.seek(this.#end);
    const { config } = simulation.input;
    const samples = (this.#samples ??= new SampleRecorder(config.boundQueue));
    samples.add(simulation.snapshot());
    while (simulation.runToEnd(samples.interval) === 'budget') {
      this.#end = simulation.position;
      const snapshot = simulation.snapshot();
      samples.add(snapshot);
      this.#post({ type: 'progress', key: this.key, fraction: fraction(snapshot, simulation), snapshot });
      yield;
    }
    this.#finish(true);
    yield* this.#timeline();
  }

  /** Says what the part that ran came to. */
  stop(): void {
    if (this.#simulation !== null && !this.#simulation.done) this.#finish(false);
  }

  seek(step: number): void {
    const simulation = this.#simulation;
    if (simulation === null) return;
    simulation.seek(Math.min(step, this.#end));
    const { oldest, recorded, position } = simulation;
    const first =
      oldest +
      firstRow(
        recorded - oldest,
        (row) => (simulation.events(oldest + row, oldest + row + 1)[0]?.step ?? 0) >= position,
      );
    const events = simulation.events(first, first + STEP_EVENTS).filter((event) => event.step === position);
    this.#post({ type: 'moment', key: this.key, snapshot: simulation.snapshot(), events });
  }

  /** Answers a question about the log. */
  *events(query: EventQuery): Work {
    const simulation = this.#simulation;
    if (simulation === null) return;
    if (this.#matches.filter !== query.filter) yield* this.#scan(query.filter);
    const { seqs } = this.#matches;
    const first = simulation.oldest;
    const total = seqs === null ? simulation.recorded - first : seqs.length;
    const seqAt = (row: number): number => (seqs === null ? first + row : (seqs[row] ?? -1));
    const here = simulation.position;
    const rows: TraceEvent[] = [];
    let past = 0;
    this.#atEnd(() => {
      for (let row = query.from; row < Math.min(query.from + query.count, total); row++) {
        rows.push(...simulation.events(seqAt(row), seqAt(row) + 1));
      }
      past = firstRow(total, (row) => (simulation.events(seqAt(row), seqAt(row) + 1)[0]?.step ?? 0) > here);
    });
    this.#post({ type: 'events', key: this.key, query, total, past, rows });
  }

  /** Answers with the content of a file. */
  export(format: FileFormat): void {
    const simulation = this.#simulation;
    if (simulation === null) return;
    this.#atEnd(() => {
      this.#post({ type: 'exported', key: this.key, format, content: fileOf(simulation, format) });
    });
  }

  #start(): Simulation | null {
    const { model, choice, key } = this.#request;
    const started = startRun({
      model: runsLesson(choice.scenario) ? null : model,
      scenario: choice.scenario,
      parameters: choice.parameters,
      seed: choice.seed,
      ...(choice.kernel !== null && { kernel: choice.kernel }),
    });
    if (!started.ok) {
      this.#post({ type: 'refused', key, errno: started.error.errno, message: started.error.message });
      return null;
    }
    this.#simulation = started.value;
    return started.value;
  }

  #finish(complete: boolean): void {
    const simulation = this.#simulation;
    if (simulation === null || this.#samples === null) return;
    this.#end = simulation.position;
    this.#matches = { filter: '', seqs: null };
    const end = simulation.snapshot();
    this.#samples.add(end);
    this.#post({
      type: 'finished',
      key: this.key,
      outcome: {
        verdict: simulation.verdict(),
        end,
        netlink: simulation.netlink(),
        samples: this.#samples.samples(),
        recorded: simulation.recorded,
        oldest: simulation.oldest,
        complete,
      },
    });
  }

  *#scan(filter: string): Work {
    const simulation = this.#simulation;
    const test = eventTest(filter);
    if (simulation === null || test === null) {
      this.#matches = { filter, seqs: null };
      return;
    }
    const seqs: number[] = [];
    for (let from = simulation.oldest; from < simulation.recorded; from += SCAN) {
      this.#atEnd(() => {
        for (const event of simulation.events(from, from + SCAN)) if (test(event)) seqs.push(event.seq);
      });
      yield;
    }
    this.#matches = { filter, seqs };
  }

  *#timeline(): Work {
    const simulation = this.#simulation;
    if (simulation === null || this.#end === 0) return;
    const counts = new Array<number>(BUCKETS).fill(0);
    const warnings = new Array<number>(BUCKETS).fill(0);
    const errors = new Array<number>(BUCKETS).fill(0);
    for (let from = simulation.oldest; from < simulation.recorded; from += SCAN) {
      this.#atEnd(() => {
        for (const { step, severity } of simulation.events(from, from + SCAN)) {
          const bucket = Math.min(BUCKETS - 1, Math.floor((step / this.#end) * BUCKETS));
          counts[bucket] = (counts[bucket] ?? 0) + 1;
          if (severity === 'info') continue;
          const column = severity === 'error' ? errors : warnings;
          column[bucket] = (column[bucket] ?? 0) + 1;
        }
      });
      yield;
    }
    this.#post({ type: 'timeline', key: this.key, buckets: { counts, warnings, errors } });
  }

  /** Events are described by what the machine knows at the end: evidence is forgotten when the run is rewound. */
  #atEnd(read: () => void): void {
    const simulation = this.#simulation;
    if (simulation === null) return;
    const here = simulation.position;
    simulation.seek(this.#end);
    read();
    simulation.seek(here);
  }
}

function fraction(snapshot: MachineSnapshot, { input: { config } }: Simulation): number {
  const expected = config.packets + config.txMessages;
  return expected === 0 ? 0 : Math.min(1, (snapshot.packets.wire + snapshot.tx.sent) / expected);
}

/** First row for which `test` holds, when it holds for all after it; `total` if for none. */
function firstRow(total: number, test: (row: number) => boolean): number {
  let low = 0;
  let high = total;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
