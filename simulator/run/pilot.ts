/** Short runs of a driver that tell what answers to its questions are worth. */
import { OPERATION_BASE, OPERATION_KINDS, WORDS } from '../program/code.ts';
import type { Compiled } from '../program/compile.ts';
import { Machine } from '../machine/machine.ts';
import { PoolMemory } from '../machine/pool-memory.ts';
import type { RunConfig } from '../contract/config.ts';
import { DROP_CAUSES } from '../contract/snapshot.ts';
import { DEFAULT_CONFIG } from '../contract/parameters.ts';
import { TX1, type Fault } from '../record/evidence.ts';
import type { SimulationInput } from './simulation.ts';

/** Frames of a pilot run: more than its rings have descriptors, so that what is not filled again is missed. */
const PILOT_FRAMES = 32;
const PILOT_RING = 16;
const PILOT_CHUNKS = 256;
const PILOT_STEPS = 2_000;
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

export interface Pilot {
  readonly answers: Int8Array;
  readonly score: number;
  /** Mistakes of the driver that the run met. */
  readonly faults: number;
  /** Those that say something about the driver. */
  readonly met: readonly Fault[];
  /** Questions in the order in which they came up. */
  readonly asked: readonly number[];
  /** Questions that decide what a queue is made of. */
  readonly making: ReadonlySet<number>;
}

/** What is sent and received, where it is other than the default. */
export type Traffic = Partial<RunConfig>;

/** Frames that are all alike. */
export const PLAIN: Traffic = {};
/** One run with these answers, in which a packet that ends in an oops is the end of the packet only. */
export function runPilot(
  input: SimulationInput,
  compiled: Compiled,
  answers: Int8Array,
  traffic: Traffic,
): Pilot {
  const machine = runMachine(input, compiled, answers, traffic);
  const { evidence } = machine;
  const faults = evidence.faults.length + evidence.doubted.length;
  // What happens after the run went where it cannot go proves nothing.
  const doubted = evidence.doubted.at(0);
  const met = evidence.faults.filter(({ step }) => doubted === undefined || step < doubted.step);
  const { asked } = machine.answers;
  const making = new Set(asked.filter((question) => machine.answers.decidesMaking(question)));
  return { answers, score: worth(machine), faults, met, asked, making };
}

function runMachine(
  input: SimulationInput,
  compiled: Compiled,
  answers: Int8Array,
  traffic: Traffic,
): Machine {
  const config = { ...pilotConfig(input.config), ...traffic };
  const memory = new PoolMemory(config, input.kernel);
  const machine = new Machine({ ...input, config, memory, compiled, answers, pilot: true });
  for (let steps = 0; steps < PILOT_STEPS; steps++) if (!machine.advance()) break;
  return machine;
}

/**
 * Questions about a packet by which the driver gives it a head: they are asked around what copies headers, and not around what
 * adds payload. Of a frame that the device did not split all of them are answered otherwise.
 */
export function questionsOfHead(
  input: SimulationInput,
  compiled: Compiled,
  answers: Int8Array,
): ReadonlySet<number> {
  const { executed } = runMachine(input, compiled, answers, PLAIN);
  const asked = (kinds: readonly string[]): Set<number> =>
    new Set(
      kinds
        .flatMap((kind) => placesOf(compiled).get(kind) ?? [])
        .filter((place) => executed[place] > 0)
        .flatMap((place) => compiled.places[place].under.map(({ question }) => question)),
    );
  const payload = asked(['add-frag', 'add-frag-noacc']);
  return new Set(
    [...asked(['copy-header'])].filter(
      (question) => !payload.has(question) && compiled.questions[question].about === 'packet',
    ),
  );
}

/** Every frame came out as it should, and nothing was wrong. */
export function isRight({ score, faults }: Pilot): boolean {
  return score === PERFECT && faults === 0;
}

/** How far frames get first, then how little is wrong. */
export function rank({ score, faults }: Pilot): number {
  return score * 1_000 - faults;
}

/** Every frame came out as it should. */
export const PERFECT = 1_000;

/** Frames that came out as they should, and where none did how far they got. */
function worth(machine: Machine): number {
  if (machine.config.txMessages > 0) return worthOfSending(machine);
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

/** Packets that were sent and let go of, and where none was how much was done for them. */
function worthOfSending({ tx, evidence, compiled, programs, executed }: Machine): number {
  if (tx.sent > 0 && tx.completed === tx.sent && tx.mapped === 0 && evidence.exercised[TX1] > 0)
    return PERFECT;
  let done = 0;
  for (const { firstPlace, lastPlace } of [programs.xmit, programs.clean])
    for (let place = firstPlace; place < lastPlace; place++)
      if (compiled.places[place].isOperation && executed[place] > 0) done++;
  return Math.min(PERFECT - 1, 10 * tx.completed + done);
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
