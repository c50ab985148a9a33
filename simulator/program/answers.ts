/** The answers of a run to the questions of its driver: one each, from the first packet to the last. */
import type { Compiled } from './compile.ts';

export class Answers {
  /** By question: the number of the answer, -1 for none of those that the driver tells apart. */
  private readonly chosen: Int8Array;
  /** Questions in the order in which they came up. */
  readonly asked: number[] = [];
  private readonly seen: Uint8Array;
  /** By question: 1 if it came up where packets are handled. */
  private readonly withPackets: Uint8Array;

  /** @param chosen by question; default: with which a packet usually gets furthest */
  constructor({ questions }: Compiled, chosen: Int8Array | null = null) {
    this.chosen = chosen ?? Int8Array.from(questions, ({ usual }) => usual);
    this.seen = new Uint8Array(questions.length);
    this.withPackets = new Uint8Array(questions.length);
  }

  of(question: number): number {
    return this.chosen[question];
  }

  /** @param withPackets on a path that handles packets */
  consulted(question: number, withPackets: boolean): void {
    if (withPackets) this.withPackets[question] = 1;
    if (this.seen[question] === 1) return;
    this.seen[question] = 1;
    this.asked.push(question);
  }

  /** It came up where queues are set up, filled or emptied, and nowhere else. */
  isOfSetUp(question: number): boolean {
    return this.withPackets[question] === 0;
  }

  get all(): Int8Array {
    return this.chosen;
  }
}
