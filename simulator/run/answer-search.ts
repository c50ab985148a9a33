/**
 * Answers to the questions of a driver with which its packets arrive: what the device would say, and how it is set up. As
 * where drivers are tested without their devices (SymDrive, DDT), unknown values are searched, and success is favoured: a
 * short run tells what a choice is worth, and each question that came up in it is answered otherwise once.
 */
import { BY_PACKET, OPERATION_BASE, OPERATION_KINDS, WORDS } from '../program/code.ts';
import type { Compiled } from '../program/compile.ts';
import { Machine } from '../machine/machine.ts';
import { PoolMemory } from '../machine/pool-memory.ts';
import type { RunConfig } from '../contract/config.ts';
import { DROP_CAUSES } from '../contract/snapshot.ts';
import { DEFAULT_CONFIG } from '../contract/parameters.ts';
import type { Pin, SimulationInput } from './simulation.ts';

/** Frames of a pilot run: more than its rings have descriptors, so that what is not filled again is missed. */
const PILOT_FRAMES = 32;
const PILOT_RING = 16;
/** New questions that are answered otherwise behind one answer. */
const MOST_NEW = 8;
const PILOT_CHUNKS = 256;
const PILOT_STEPS = 2_000;
/** Pilot runs of one search. */
const MOST_PILOTS = 800;

/** What a run has come to when operations of the kind have been done for its frames. */
const PROGRESS: ReadonlyMap<string, number> = new Map([
  ['alloc', 1],
  ['post', 1],
  ['sync-for-cpu', 2],
  ['alloc-skb', 3],
  ['build-skb', 4],
  ['copy-header', 2],
  ['add-frag', 8],
  ['add-frag-noacc', 4],
  ['mark-for-recycle', 2],
  ['deliver', 10],
]);

interface Pilot {
  readonly answers: Int8Array;
  readonly score: number;
  /** Mistakes of the driver that the run met. */
  readonly faults: number;
  /** Questions in the order in which they came up. */
  readonly asked: readonly number[];
}

/** @returns by question: the number of the answer, or one of those that depend on the packet (program/code.ts) */
export function findAnswers(input: SimulationInput, compiled: Compiled): Int8Array {
  return new Search(input, compiled).run();
}

class Search {
  private readonly input: SimulationInput;
  private readonly compiled: Compiled;
  private pilots = 0;
  private traffic: Traffic = PLAIN;
  private readonly fixed = new Set<number>();
  private best: Int8Array;
  private found: Pilot;

  constructor(input: SimulationInput, compiled: Compiled) {
    this.input = input;
    this.compiled = compiled;
    this.best = Int8Array.from(compiled.questions, ({ usual }) => usual);
    for (const [question, answer] of pinned(compiled, input.pins ?? [])) {
      this.best[question] = answer;
      this.fixed.add(question);
    }
    this.found = this.pilot(this.best);
  }

  run(): Int8Array {
    const higher = (pilot: Pilot): boolean => pilot.score > this.found.score;
    // While packets do not arrive, fewer mistakes on the way are a step towards it.
    const nearer = (pilot: Pilot): boolean =>
      pilot.score === this.found.score && pilot.score < PERFECT && pilot.faults < this.found.faults;
    this.climb(
      (pilot) => higher(pilot) || nearer(pilot),
      (question) => this.all(question),
    );
    // In which mode a device is does not depend on its driver's mistakes; what its packets are like does not either, and
    // is no way around a mistake.
    const works = this.found.score;
    this.climb(
      (pilot) => pilot.score >= works && pilot.faults < this.found.faults,
      (question) => (this.compiled.questions[question].about === 'mode' ? this.all(question) : []),
    );
    if (works < PERFECT) return this.best;
    this.simplify();
    // What looks like a constant when all frames are alike may be a flag of the descriptor.
    this.traffic = MIXED;
    this.found = this.pilot(this.best);
    this.climb(higher, (question) => (this.isPlain(question) ? BY_PACKET : []));
    return this.best;
  }

  /** A condition about a packet that holds or does not. */
  private isPlain(question: number): boolean {
    const { about, answers } = this.compiled.questions[question];
    return about === 'packet' && answers.length === 1;
  }

  private all(question: number): readonly number[] {
    const { answers, open } = this.compiled.questions[question];
    const known = answers.map((_, number) => number);
    return open ? [-1, ...known] : known;
  }

  /** Takes the first neighbour that is better, again and again. */
  private climb(isBetter: IsBetter, candidates: (question: number) => readonly number[]): void {
    while (this.step(isBetter, candidates));
  }

  private step(isBetter: IsBetter, candidates: (question: number) => readonly number[]): boolean {
    const { best, found } = this;
    const elsewhere: Elsewhere[] = [];
    for (const question of found.asked) {
      if (this.fixed.has(question)) continue;
      for (const answer of candidates(question)) {
        if (answer === best[question]) continue;
        const pilot = this.try(best, question, answer);
        if (pilot === null) return false;
        if (isBetter(pilot)) return this.settle(pilot);
        const more = pilot.asked.filter((asked) => !found.asked.includes(asked));
        if (more.length > 0) elsewhere.push({ pilot, more: more.slice(0, MOST_NEW) });
      }
    }
    // Behind a first answer others may wait for a second one.
    for (const { pilot, more } of elsewhere) {
      for (const question of more) {
        if (this.fixed.has(question)) continue;
        for (const answer of candidates(question)) {
          if (answer === pilot.answers[question]) continue;
          const second = this.try(pilot.answers, question, answer);
          if (second === null) return false;
          if (isBetter(second)) return this.settle(second);
        }
      }
    }
    return false;
  }

  private settle(pilot: Pilot): true {
    this.best = pilot.answers;
    this.found = pilot;
    return true;
  }

  /** A run with one other answer; null if there have been enough. */
  private try(answers: Int8Array, question: number, answer: number): Pilot | null {
    if (this.pilots >= MOST_PILOTS) return null;
    const other = answers.slice();
    other[question] = answer;
    return this.pilot(other);
  }

  /** Nothing special, wherever that does as well: no option of a mode, no kind of packet that needs one of its own. */
  private simplify(): void {
    for (const question of this.found.asked) {
      if (!this.compiled.questions[question].open || this.best[question] < 0 || this.fixed.has(question))
        continue;
      const { score, faults } = this.found;
      const asGood = (pilot: Pilot): boolean => pilot.score >= score && pilot.faults <= faults;
      if (!this.take(question, -1, asGood)) this.takeWithMore(question, asGood);
    }
  }

  /** Leaves the special case, and answers what comes up instead. */
  private takeWithMore(question: number, isGood: IsBetter): void {
    const { best, found } = this;
    this.take(question, -1, () => true);
    const isNew = (asked: number): boolean => !found.asked.includes(asked);
    this.climb(
      (pilot) => pilot.score > this.found.score,
      (asked) => (isNew(asked) ? this.all(asked) : []),
    );
    if (isGood(this.found)) return;
    this.best = best;
    this.found = found;
  }

  /** Answers one question otherwise if the run is good for it. */
  private take(question: number, answer: number, isGood: IsBetter): boolean {
    const pilot = this.try(this.best, question, answer);
    return pilot !== null && isGood(pilot) && this.settle(pilot);
  }

  private pilot(answers: Int8Array): Pilot {
    this.pilots++;
    const { input, compiled, traffic } = this;
    const config = { ...pilotConfig(input.config), ...traffic };
    const memory = new PoolMemory(config, input.kernel);
    const machine = new Machine({ ...input, config, memory, compiled, answers, pilot: true });
    for (let steps = 0; steps < PILOT_STEPS; steps++) if (!machine.advance()) break;
    const faults = machine.evidence.faults.length;
    return { answers, score: worth(machine), faults, asked: machine.answers.asked };
  }
}

/** Numbers of the questions and answers that are pinned; what the driver does not ask is left out. */
export function pinned(
  { questions }: Compiled,
  pins: readonly Pin[],
): readonly (readonly [question: number, answer: number])[] {
  return pins.flatMap(({ question, answer }) => {
    const number = questions.findIndex(({ key, text }) => key === question || text === question);
    if (number < 0) return [];
    return [[number, questions[number].answers.indexOf(answer)] as const];
  });
}

/** A run that was no better, and what came up in it for the first time. */
interface Elsewhere {
  readonly pilot: Pilot;
  readonly more: readonly number[];
}

type IsBetter = (pilot: Pilot) => boolean;
type Traffic = Partial<RunConfig>;

/** Frames that are all alike. */
const PLAIN: Traffic = {};
/** Frames of several buffers, and some that the device does not split. */
const MIXED: Traffic = { payloadSizes: 'powers', payloadBytes: 8192, splitFailureShare: 20 };

const PERFECT = 1_000;

/** Frames that came out as they should, and where none did how far they got. */
function worth(machine: Machine): number {
  const { counters, user, config, compiled } = machine;
  const arrived = config.provider === 'pages' ? counters.delivered : user.readFrames - user.plainFrames;
  // What was not split cannot arrive, and may be where the driver is mistaken; so may any place where a frame gets far.
  const right = arrived + counters.byCause[UNSPLIT] + counters.faultedUnsplit;
  if (arrived > 0 && right === counters.wire) return PERFECT;
  const far = right + (counters.faulted - counters.faultedUnsplit) / 2;
  const frames = counters.wire === 0 ? 0 : Math.floor((far * 900) / counters.wire);
  let progress = 0;
  for (const [operation, places] of placesOf(compiled))
    if (places.some((place) => machine.executed[place] > 0)) progress += PROGRESS.get(operation) ?? 0;
  return frames + progress;
}

const UNSPLIT = DROP_CAUSES.indexOf('unsplit-on-provider');

const placesByOperation = new WeakMap<Compiled, ReadonlyMap<string, readonly number[]>>();

/** Places of the driver's polls by the operation there. */
function placesOf(compiled: Compiled): ReadonlyMap<string, readonly number[]> {
  const known = placesByOperation.get(compiled);
  if (known !== undefined) return known;
  const found = new Map<string, number[]>();
  for (const program of compiled.programs) {
    if (program.path !== 'rx-poll' || program.origin === 'generic') continue;
    for (let pc = 0; pc < program.code.length; pc += WORDS) {
      if (program.code[pc] < OPERATION_BASE) continue;
      const kind = OPERATION_KINDS[program.code[pc] - OPERATION_BASE];
      const places = found.get(kind);
      if (places === undefined) found.set(kind, [program.code[pc + 5]]);
      else places.push(program.code[pc + 5]);
    }
  }
  placesByOperation.set(compiled, found);
  return found;
}

/** A short run of the same driver in which the user and the administrator do all as they should. */
function pilotConfig({ provider, rxBufLen, xdp, tcpDataSplit, payloadBytes, mtu }: RunConfig): RunConfig {
  const pages = provider === 'pages';
  return {
    ...DEFAULT_CONFIG,
    ...{ provider, rxBufLen, payloadBytes, mtu },
    xdp: pages && xdp,
    tcpDataSplit: pages ? tcpDataSplit : 'enabled',
    reader: pages ? 'plain' : 'devmem',
    packets: PILOT_FRAMES,
    rxQueues: 2,
    boundQueue: 1,
    rssQueues: 1,
    ringSize: PILOT_RING,
    chunks: PILOT_CHUNKS,
    history: false,
  };
}
