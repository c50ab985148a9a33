/**
 * Answers to the questions of a driver with which its packets arrive: what the device would say, and how it is set up. As
 * where drivers are tested without their devices (SymDrive, DDT), unknown values are searched, and success is favoured: a
 * short run tells what a choice is worth, and each question that came up in it is answered otherwise once.
 */
import { ok, type Result } from '../core/result.ts';
import type { PathKind } from '../contract/driver-ir.ts';
import { ASK, BY_PACKET, WORDS } from '../program/code.ts';
import type { Compiled } from '../program/compile.ts';
import type { Fault } from '../record/evidence.ts';
import {
  isRight,
  PERFECT,
  PLAIN,
  questionsOfHead,
  rank,
  runPilot,
  type Pilot,
  type Traffic,
} from './pilot.ts';
import { pinned } from './pins.ts';
import type { SimulationInput } from './simulation.ts';

/** New questions that are answered otherwise behind one answer. */
const MOST_NEW = 8;
/** Pilot runs of one search. */
const MOST_PILOTS = 800;
/** Further ones where the search starts again, and those of one start. */
const MOST_ELSEWHERE = 800;
const PILOTS_ELSEWHERE = 160;

/** What a search came to. */
export interface Found {
  /** By question: the number of the answer, or one of those that depend on the packet (program/code.ts). */
  readonly answers: Int8Array;
  /** Mistakes that packets of other kinds run into, where those of the run arrive. */
  readonly elsewhere: readonly OtherFault[];
}

/** A mistake that a run with one other answer, or with other packets, meets. */
export interface OtherFault {
  readonly fault: Fault;
  readonly assuming: string;
}

/**
 * @param looksElsewhere packets of other kinds are tried as well
 * @returns a refusal for pins that the driver does not know
 */
export function findAnswers(
  input: SimulationInput,
  compiled: Compiled,
  looksElsewhere: boolean,
): Result<Found> {
  const pins = pinned(compiled, input.pins ?? []);
  if (!pins.ok) return pins;
  const search = new Search(input, compiled, pins.value);
  const answers = search.run();
  return ok({ answers, elsewhere: looksElsewhere ? search.elsewhere() : [] });
}

class Search {
  private readonly input: SimulationInput;
  private readonly compiled: Compiled;
  private pilots = 0;
  /** Pilot runs that may have been made when this part of the search ends. */
  private limit = MOST_PILOTS;
  private traffic: Traffic = PLAIN;
  /** Frames that are all alike arrive. */
  private arrives = false;
  private readonly fixed = new Set<number>();
  private best: Int8Array;
  private found: Pilot;
  /** The answers that do for frames that are all alike. */
  private plain: Int8Array;

  constructor(
    input: SimulationInput,
    compiled: Compiled,
    pins: readonly (readonly [question: number, answer: number])[],
  ) {
    this.input = input;
    this.compiled = compiled;
    this.best = Int8Array.from(compiled.questions, ({ predicted }) => predicted);
    for (const [question, answer] of pins) {
      this.best[question] = answer;
      this.fixed.add(question);
    }
    this.found = this.pilot(this.best);
    this.plain = this.best;
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
    if (!isRight(this.found)) this.startElsewhere();
    if (this.input.config.txMessages > 0) this.send();
    if (this.found.score < PERFECT) return this.best;
    this.simplify();
    this.arrives = true;
    this.plain = this.best;
    // What looks like a constant when all frames are alike may be a flag of the descriptor.
    this.traffic = MIXED;
    this.found = this.pilot(this.best);
    this.climb(higher, (question) => (this.isPlain(question) ? BY_PACKET : []));
    return this.best;
  }

  /** The same for what is sent: answers with which the driver maps packets, and lets go of what it mapped. */
  private send(): void {
    const { traffic } = this;
    const received = this.found;
    this.limit = this.pilots + PILOTS_SENDING;
    this.traffic = SENDING;
    this.found = this.pilot(this.best);
    const before = new Set(received.asked);
    this.climb(
      (pilot) => pilot.score > this.found.score,
      (question) => (before.has(question) ? [] : this.all(question)),
    );
    // As with what is received: another kind of packet is no way around a mistake, another mode is.
    this.climb(
      (pilot) => rank(pilot) > rank(this.found),
      (question) =>
        before.has(question) || this.compiled.questions[question].about !== 'mode' ? [] : this.all(question),
    );
    this.traffic = traffic;
    this.found = { ...received, answers: this.best };
  }

  /**
   * Where all that is near leads nowhere, another start may: with each of the functions that a pointer may hold, and each
   * format that the driver tells apart, answers to all else are searched again.
   */
  private startElsewhere(): void {
    const start = this.found;
    for (const question of start.asked) {
      const { about, answers } = this.compiled.questions[question];
      if (about !== 'mode' || answers.length < 2 || this.fixed.has(question)) continue;
      for (const answer of answers.keys()) {
        if (answer === start.answers[question]) continue;
        const before = this.found;
        this.limit = Math.min(this.pilots + PILOTS_ELSEWHERE, MOST_PILOTS + MOST_ELSEWHERE);
        const first = this.try(start.answers, question, answer);
        if (first === null) return;
        this.settle(first);
        this.fixed.add(question);
        this.climb(
          (pilot) => rank(pilot) > rank(this.found),
          (other) => this.all(other),
        );
        this.fixed.delete(question);
        if (rank(this.found) <= rank(before) || this.found.score < PERFECT) this.settle(before);
        if (isRight(this.found)) return;
      }
    }
  }

  /**
   * What a run in which all packets arrive says nothing about: packets of other lengths, and those of which the driver learns
   * otherwise from their descriptors. Each such answer once, and once more each that is asked for only behind it.
   */
  elsewhere(): readonly OtherFault[] {
    // A run that only sends was asked nothing about what is received.
    if (!this.arrives || this.input.config.packets === 0) return [];
    const out = new Map<string, OtherFault>();
    const { places, programs } = this.compiled;
    const look = (pilot: Pilot, assuming: string, path: PathKind = 'rx-poll'): void => {
      for (const fault of pilot.met) {
        if (programs[places[fault.place].program].path !== path) continue;
        // Of a buffer that seems lost where much is assumed, the code that keeps it may not have been read.
        if (this.traffic !== PLAIN && fault.consequence === 'leak') continue;
        const key = `${fault.place}/${fault.requirement}`;
        if (!out.has(key)) out.set(key, { fault, assuming });
      }
    };
    this.limit = this.pilots + PILOTS_OTHERWISE;
    for (const { traffic, text } of OTHER_PACKETS) {
      this.traffic = traffic;
      look(this.pilot(this.best), text);
    }
    this.traffic = STOPPED;
    for (const [pilot, text] of this.stopped()) look(pilot, text, 'rx-release');
    this.traffic = UNSPLIT;
    for (const [pilot, text] of this.unsplit()) look(pilot, text);
    this.traffic = PLAIN;
    const { best } = this;
    const first = this.pilot(best);
    const seen = new Set(first.asked);
    for (const question of first.asked) {
      // A queue that could not be made gets no packets.
      if (first.making.has(question)) continue;
      for (const [pilot, text] of this.otherwise(best, question)) {
        look(pilot, text);
        for (const next of pilot.asked) {
          if (seen.has(next)) continue;
          seen.add(next);
          for (const [second, more] of this.otherwise(pilot.answers, next))
            look(second, `${text} and ${more}`);
        }
      }
    }
    return [...out.values()];
  }

  /** Runs in which the queue stops with memory of the provider in its ring, and what its driver asks then is answered otherwise. */
  private *stopped(): Iterable<readonly [Pilot, string]> {
    if (this.input.config.provider === 'pages') return;
    const first = this.pilot(this.best);
    yield [first, LEAVES];
    const asked = questionsIn(this.compiled, 'rx-release');
    const seen = new Set(first.asked);
    for (const question of first.asked) {
      if (!asked.has(question)) continue;
      for (const [pilot, text] of this.otherwise(this.best, question, true)) {
        yield [pilot, `${LEAVES} and ${text}`];
        for (const next of pilot.asked) {
          if (seen.has(next) || !asked.has(next)) continue;
          seen.add(next);
          for (const [second, more] of this.otherwise(pilot.answers, next, true))
            yield [second, `${LEAVES} and ${text} and ${more}`];
        }
      }
    }
  }

  /** Runs with frames that the device does not split, and with one further answer each, with how. */
  private *unsplit(): Iterable<readonly [Pilot, string]> {
    const heads = questionsOfHead(this.input, this.compiled, this.plain);
    if (heads.size === 0) return;
    const answers = this.plain.slice();
    for (const question of heads)
      if (!this.fixed.has(question)) answers[question] = answers[question] === -1 ? 0 : -1;
    const first = this.pilot(answers);
    yield [first, NOT_SPLIT];
    for (const question of first.asked) {
      if (heads.has(question) || first.making.has(question)) continue;
      for (const [pilot, text] of this.otherwise(answers, question))
        yield [pilot, `${NOT_SPLIT} and ${text}`];
    }
  }

  /** Runs in which one question about packets is answered otherwise, with how. */
  private *otherwise(
    answers: Int8Array,
    question: number,
    ofModes = false,
  ): Iterable<readonly [Pilot, string]> {
    const { about, answers: known, text } = this.compiled.questions[question];
    if ((about !== 'packet' && !ofModes) || this.fixed.has(question)) return;
    for (const answer of this.all(question)) {
      if (answer === answers[question]) continue;
      const pilot = this.try(answers, question, answer);
      if (pilot === null) return;
      yield [pilot, told(text, answer < 0 ? null : known[answer])];
    }
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
    if (this.pilots >= this.limit) return null;
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
    return runPilot(this.input, this.compiled, answers, this.traffic);
  }
}

/** A run that was no better, and what came up in it for the first time. */
interface Elsewhere {
  readonly pilot: Pilot;
  readonly more: readonly number[];
}

/** The answer to a question in words: `x == Y`, or the condition itself. */
function told(text: string, answer: string | null): string {
  if (answer === 'yes') return text;
  return answer === null ? `not: ${text}` : `${text} == ${answer}`;
}

/** Questions that programs of the path ask. */
function questionsIn({ programs }: Compiled, path: PathKind): ReadonlySet<number> {
  const asked = new Set<number>();
  for (const program of programs) {
    if (program.path !== path) continue;
    for (let pc = 0; pc < program.code.length; pc += WORDS)
      if (program.code[pc] === ASK) asked.add(program.code[pc + 1]);
  }
  return asked;
}

type IsBetter = (pilot: Pilot) => boolean;
/** Packets to send, and none to receive. */
const SENDING: Traffic = { packets: 0, txMessages: 4, txBytes: 8192 };
/** Pilot runs with packets to send. */
const PILOTS_SENDING = 400;
/** Frames of other lengths. */
const OTHER_PACKETS: readonly { readonly traffic: Traffic; readonly text: string }[] = [
  { traffic: { payloadBytes: 64 }, text: 'a payload of 64 bytes' },
];
/** Frames that the device does not split. */
const UNSPLIT: Traffic = { splitFailureShare: 100 };
const NOT_SPLIT = 'the device does not split the frame';
/** The provider leaves once the frames are done with. */
const STOPPED: Traffic = { actions: [{ at: 1_000_000, action: 'unbind' }] };
const LEAVES = 'the provider leaves while its memory is in the ring';
/** Pilot runs of other packets. */
const PILOTS_OTHERWISE = 300;
const MIXED: Traffic = { payloadSizes: 'powers', payloadBytes: 8192, splitFailureShare: 20 };
