/**
 * The worker's work, apart from the worker: takes requests, drives the runs in slices, and posts answers. Clock and
 * scheduling are handed in, so that tests drive it by hand.
 */
import type { FromWorker, RunKey, Slot, ToWorker } from './messages.ts';
import { RunSlot } from './run-slot.ts';
import type { Work } from './run-slot.ts';

export interface SessionHost {
  post(message: FromWorker): void;
  /** Calls back soon, after messages that wait. */
  schedule(slice: () => void): void;
  /** Milliseconds of any clock. */
  now(): number;
}

/** What is said of a defect; the console of the panel has the rest. */
const FAILED =
  'The simulator failed on this run, and ended it. Try another scenario; if it fails too, report the driver to us.';

/** Longest time without listening. */
const SLICE_MS = 10;
/** Answers about progress, in milliseconds from one to the next. */
const PROGRESS_MS = 80;

interface Job {
  readonly slot: Slot;
  readonly kind: 'run' | 'events';
  readonly work: Work;
}

export class Session {
  readonly #host: SessionHost;
  readonly #slots = new Map<Slot, RunSlot>();
  #jobs: Job[] = [];
  #scheduled = false;
  #lastProgress = -Infinity;

  constructor(host: SessionHost) {
    this.#host = host;
  }

  receive(message: ToWorker): void {
    const { slot } = message.key;
    if (message.type === 'run') {
      this.#jobs = this.#jobs.filter((job) => job.slot !== slot);
      const started = new RunSlot(message, (answer) => this.#post(answer));
      this.#slots.set(slot, started);
      this.#add({ slot, kind: 'run', work: started.run() });
      return;
    }
    const current = this.#slots.get(slot);
    if (current?.key.run !== message.key.run) return;
    switch (message.type) {
      case 'stop':
        if (this.#drop(slot, 'run')) current.stop();
        return;
      case 'continue':
        this.#drop(slot, 'run');
        this.#add({ slot, kind: 'run', work: current.run() });
        return;
      case 'seek':
        this.#guard(current.key, () => current.seek(message.step));
        return;
      case 'export':
        this.#guard(current.key, () => current.export(message.format));
        return;
      case 'events':
        this.#drop(slot, 'events');
        this.#add({ slot, kind: 'events', work: current.events(message.query) });
        return;
    }
  }

  #add(job: Job): void {
    this.#jobs.push(job);
    this.#wake();
  }

  /** Whether there was such a job. */
  #drop(slot: Slot, kind: Job['kind']): boolean {
    const before = this.#jobs.length;
    this.#jobs = this.#jobs.filter((job) => job.slot !== slot || job.kind !== kind);
    return this.#jobs.length < before;
  }

  #wake(): void {
    if (this.#scheduled || this.#jobs.length === 0) return;
    this.#scheduled = true;
    this.#host.schedule(() => {
      this.#scheduled = false;
      this.#slice();
      this.#wake();
    });
  }

  /** Works for a slice of time on the job whose turn it is. */
  #slice(): void {
    const job = this.#jobs.shift();
    if (job === undefined) return;
    const key = this.#slots.get(job.slot)?.key ?? null;
    const until = this.#host.now() + SLICE_MS;
    this.#guard(key, () => {
      do {
        if (job.work.next().done === true) return;
      } while (this.#host.now() < until);
      this.#jobs.push(job);
    });
  }

  /** Progress is for people: not more often than they can see. */
  #post(message: FromWorker): void {
    if (message.type === 'progress') {
      const now = this.#host.now();
      if (now - this.#lastProgress < PROGRESS_MS) return;
      this.#lastProgress = now;
    }
    this.#host.post(message);
  }

  /** A defect of the simulator ends the run it happened in, says so, and leaves the rest alone. */
  #guard(key: RunKey | null, action: () => void): void {
    try {
      action();
    } catch (error) {
      console.error(error);
      this.#host.post({ type: 'failure', key, text: FAILED });
    }
  }
}
