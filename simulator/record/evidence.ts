/**
 * What went wrong, by place and consequence: the first occurrence with its moment, and how often. Fixed columns, so
 * that a fault in every packet of a long run costs nothing.
 */
import type { Consequence, RequirementId } from '../contract/verdict.ts';
import { REQUIREMENTS } from '../contract/verdict.ts';

export interface Fault {
  readonly place: number;
  readonly requirement: RequirementId;
  readonly consequence: Consequence;
  readonly text: string;
  readonly time: number;
  readonly step: number;
  readonly seq: number;
  readonly packet: number;
  count: number;
}

export class EvidenceLog {
  /** In the order of first occurrence. */
  readonly faults: Fault[] = [];
  /** Those that say nothing about the driver, by the doubt about their places. */
  readonly doubted: Fault[] = [];
  private readonly index = new Map<string, Fault>();
  /** How often each requirement was put to the test, by its index in REQUIREMENTS. */
  readonly exercised: Int32Array = new Int32Array(REQUIREMENTS.length);

  exercise(requirement: number): void {
    this.exercised[requirement]++;
  }

  /** Counts the fault; true when it is the first of its kind at its place. @param isDoubted it says nothing about the driver */
  add(fault: Omit<Fault, 'count'>, isDoubted = false): boolean {
    const key = `${fault.place}/${fault.requirement}/${fault.consequence}`;
    const known = this.index.get(key);
    if (known !== undefined) {
      known.count++;
      return false;
    }
    const first: Fault = { ...fault, count: 1 };
    (isDoubted ? this.doubted : this.faults).push(first);
    this.index.set(key, first);
    return true;
  }
}

/** Indices into `exercised`. */
export const RX1 = 0;
export const RX2 = 1;
export const RX3 = 2;
export const RX4 = 3;
export const RX5 = 4;
export const RX6 = 5;
export const RX7 = 6;
export const TX1 = 7;
export const TX2 = 8;
