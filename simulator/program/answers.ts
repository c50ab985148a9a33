/** The answers of a run to the questions of its driver: one each, from the first packet to the last. */
import type { PathKind } from '../contract/driver-ir.ts';
import type { Compiled } from './compile.ts';

/** Paths that handle packets. */
const WITH_PACKETS: ReadonlySet<PathKind> = new Set(['rx-poll', 'tx-xmit', 'tx-complete']);

export class Answers {
  /** By question: the number of the answer, -1 for none of those that the driver tells apart. */
  private readonly chosen: Int8Array;
  /** Questions in the order in which they came up. */
  readonly asked: number[] = [];
  private readonly seen: Uint8Array;
  /** By question: 1 if it came up where packets are handled. */
  private readonly withPackets: Uint8Array;
  /** By question: 1 if it came up where a queue is made. */
  private readonly making: Uint8Array;

  /** @param chosen by question; default: with which a packet usually gets furthest */
  constructor({ questions }: Compiled, chosen: Int8Array | null = null) {
    this.chosen = chosen ?? Int8Array.from(questions, ({ predicted }) => predicted);
    this.seen = new Uint8Array(questions.length);
    this.withPackets = new Uint8Array(questions.length);
    this.making = new Uint8Array(questions.length);
  }

  of(question: number): number {
    return this.chosen[question];
  }

  /** @param path null where it is chosen between programs */
  consulted(question: number, path: PathKind | null): void {
    if (path !== null && WITH_PACKETS.has(path)) this.withPackets[question] = 1;
    else if (path === 'queue-mem-alloc') this.making[question] = 1;
    if (this.seen[question] === 1) return;
    this.seen[question] = 1;
    this.asked.push(question);
  }

  /** It came up where queues are set up, filled or emptied, and nowhere else. */
  isOfSetUp(question: number): boolean {
    return this.withPackets[question] === 0;
  }

  /** It decides, among other things perhaps, what a queue is made of. */
  decidesMaking(question: number): boolean {
    return this.making[question] === 1;
  }

  get all(): Int8Array {
    return this.chosen;
  }
}
