/** Drives a worker session by hand: the test decides when a slice of work is done and how long it took. */
import { referenceDriver } from '../../simulator/scenarios/reference-driver.ts';
import type { DriverVariant } from '../../simulator/scenarios/reference-driver.ts';
import type { RunChoice } from '../../webview/protocol/messages.ts';
import type { FromWorker, RunKey, ToWorker } from '../../webview/worker/messages.ts';
import { Session } from '../../webview/worker/session.ts';

export const CHOICE: RunChoice = {
  scenario: 'dmabuf-works',
  parameters: { packets: 200 },
  seed: 1,
  kernel: null,
};

export function model(variant: DriverVariant = {}): Extract<ToWorker, { type: 'run' }>['model'] {
  return referenceDriver(variant).model;
}

export class WorkerDriver {
  readonly answers: FromWorker[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #session: Session;
  #clock = 0;

  /** @param turns how often the session looks at the clock before its slice is over. */
  constructor(turns = Infinity) {
    this.#session = new Session({
      post: (message) => this.answers.push(message),
      schedule: (slice) => this.#waiting.push(slice),
      now: () => (this.#clock += 1000 / turns),
    });
  }

  send(message: ToWorker): void {
    this.#session.receive(message);
  }

  run(choice: RunChoice = CHOICE, key: RunKey = { slot: 'main', run: 1 }, driver = model()): void {
    this.send({ type: 'run', key, model: driver, choice });
  }

  /** Does one slice of work; false when there is nothing to do. */
  slice(): boolean {
    const next = this.#waiting.shift();
    next?.();
    return next !== undefined;
  }

  /** Works until nothing is left to do. */
  settle(): void {
    while (this.slice());
  }

  /** The newest answer of a type; fails the test if there is none. */
  last<T extends FromWorker['type']>(type: T): Extract<FromWorker, { type: T }> {
    const isWanted = (answer: FromWorker): answer is Extract<FromWorker, { type: T }> => answer.type === type;
    const found = this.answers.filter(isWanted).at(-1);
    if (found === undefined) throw new Error(`no answer of type ${type}`);
    return found;
  }

  all(type: FromWorker['type']): readonly FromWorker[] {
    return this.answers.filter((answer) => answer.type === type);
  }
}
