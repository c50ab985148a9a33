/** What must hold in every run, whatever the driver, the configuration and the traffic. */
import { createSimulation } from '../../../simulator/run/create.ts';
import { CHUNK_PLACES } from '../../../simulator/contract/snapshot.ts';
import type { MachineSnapshot } from '../../../simulator/contract/snapshot.ts';
import type { Simulation } from '../../../simulator/run/simulation.ts';
import type { TraceEvent } from '../../../simulator/contract/event.ts';
import type { Consequence } from '../../../simulator/contract/verdict.ts';
import type { RandomRun } from './random-run.ts';
import { WatchedMemory } from './watched-memory.ts';

/** Steps after which a run of a few hundred packets is held to hang. */
const MAX_STEPS = 200_000;
/** Looks at the whole machine on the way. */
const LOOKS = 8;

export interface FuzzOutcome {
  /** Invariants that did not hold; empty when all is well. */
  readonly broken: readonly string[];
  readonly steps: number;
  readonly refused: boolean;
}

/** Runs it to the end with every invariant on. */
export function checkRun({ input }: RandomRun): FuzzOutcome {
  let memory: WatchedMemory | null = null;
  const made = createSimulation(input, [], (inner) => (memory = new WatchedMemory(inner)));
  if (!made.ok) return { broken: [], steps: 0, refused: true };
  const watched = memory as WatchedMemory | null;
  if (watched === null) return { broken: ['the machine has no memory'], steps: 0, refused: false };
  const simulation = made.value;
  const broken: string[] = [];
  for (let look = 0; look < LOOKS && !simulation.done; look++) {
    simulation.runToEnd(look < LOOKS - 1 ? 40 * (look + 1) : MAX_STEPS);
    broken.push(...countersAddUp(simulation, simulation.snapshot()));
  }
  if (!simulation.done) broken.push(`no end after ${simulation.position} steps`);
  broken.push(...atTheEnd(simulation), ...watched.broken, ...readsOfDeviceMemory(simulation, watched));
  return { broken: [...new Set(broken)], steps: simulation.position, refused: false };
}

function countersAddUp(simulation: Simulation, snapshot: MachineSnapshot): readonly string[] {
  const { packets, pools, provider, socket, queues, tx } = snapshot;
  const broken: string[] = [];
  const check = (holds: boolean, text: string) => {
    if (!holds) broken.push(`step ${simulation.position}: ${text}`);
  };
  const { wire, delivered, dropped, faulted, inFlight, read } = packets;
  check(inFlight >= 0, `${inFlight} frames in flight`);
  check(
    wire === delivered + dropped + faulted + inFlight,
    `${wire} frames on the wire, ${delivered + dropped + faulted + inFlight} accounted for`,
  );
  const byCause = Object.values(packets.droppedBy).reduce((sum, frames) => sum + frames, 0);
  check(byCause === dropped, `${dropped} dropped, ${byCause} by cause`);
  check(read <= delivered, `${read} read of ${delivered} delivered`);
  for (const pool of pools) {
    check(pool.inflight === pool.hold - pool.release, `pool ${pool.id}: inflight is not hold - release`);
    check(pool.inflight >= pool.cache + pool.ring, `pool ${pool.id}: keeps more than it has`);
    check(pool.cache <= pool.cacheSize, `pool ${pool.id}: cache of ${pool.cache}`);
    check(pool.state !== 'gone' || pool.inflight === 0, `pool ${pool.id}: gone with buffers out`);
  }
  for (const queue of queues) {
    check(queue.posted >= 0 && queue.posted <= queue.size, `queue ${queue.id}: ${queue.posted} posted`);
  }
  const places = CHUNK_PLACES.map((_, index) => provider.chunks.filter((place) => place === index).length);
  const free = places[CHUNK_PLACES.indexOf('free')] ?? 0;
  check(free === provider.free, `${provider.free} free chunks, ${free} found`);
  check(provider.chunks.length === provider.total, `${provider.chunks.length} chunks of ${provider.total}`);
  check(socket.queuedBytes >= 0, `${socket.queuedBytes} bytes queued`);
  check(tx.mapped >= 0, `${tx.mapped} mapped`);
  check(tx.completed <= tx.sent && tx.notified <= tx.completed, `TX counts ${JSON.stringify(tx)}`);
  const lost = places[CHUNK_PLACES.indexOf('lost')] ?? 0;
  check(lost === 0 || mayLose(simulation), `${lost} chunks lost, and nobody is to blame`);
  return broken;
}

const LOSING: readonly Consequence[] = ['leak', 'null-dereference', 'warn'];

function mayLose(simulation: Simulation): boolean {
  return simulation
    .verdict()
    .requirements.some(({ evidence }) => evidence.some(({ consequence }) => LOSING.includes(consequence)));
}

/** When nothing more can happen, nothing is left on the way. */
function atTheEnd(simulation: Simulation): readonly string[] {
  const { packets, queues, skbsInFlight, socket } = simulation.snapshot();
  const halted = simulation
    .verdict()
    .requirements.some(({ evidence }) =>
      evidence.some(({ consequence }) => consequence === 'null-dereference'),
    );
  if (!simulation.done || halted) return [];
  const broken: string[] = [];
  if (packets.inFlight !== 0) broken.push(`end: ${packets.inFlight} frames never ended`);
  if (skbsInFlight !== socket.queuedSkbs + socket.unreadSkbs)
    broken.push(`end: ${skbsInFlight} skbs, ${socket.queuedSkbs} queued, ${socket.unreadSkbs} unread`);
  const stuck = queues.find(({ completed }) => completed > 0);
  if (stuck !== undefined) broken.push(`end: queue ${stuck.id} has completions`);
  return broken;
}

/**
 * From the log: each access of the CPU to a net_iov has its fault right after it, and data of device memory reaches a
 * reader only as a token.
 */
function readsOfDeviceMemory(simulation: Simulation, memory: WatchedMemory): readonly string[] {
  const broken: string[] = [];
  const frags = new Map<number, number[]>();
  // A request with a length may end inside a frag: the frag then has several tokens.
  const tokens = new Map<number, Set<number>>();
  let before: TraceEvent | null = null;
  for (const event of simulation.events(simulation.oldest, simulation.recorded)) {
    if (before !== null && !(event.kind === 'fault' && event.at === before.at)) {
      broken.push(`record ${before.seq}: the CPU reads ${before.text} without a fault`);
    }
    before = null;
    const packet = event.packet ?? -1;
    const isNetIov = event.netmem !== null && memory.isNetIov(event.netmem);
    switch (event.kind) {
      case 'cpu-access':
        if (isNetIov && event.text.includes('reads')) before = event;
        break;
      case 'frag':
        if (isNetIov) frags.set(packet, [...(frags.get(packet) ?? []), event.netmem]);
        break;
      case 'gro-merge': {
        const held = Number(/frame (\d+)$/.exec(event.text)?.[1]);
        frags.set(held, [...(frags.get(held) ?? []), ...(frags.get(packet) ?? [])]);
        break;
      }
      case 'token':
        if (event.netmem !== null) tokens.set(packet, (tokens.get(packet) ?? new Set()).add(event.netmem));
        break;
      case 'read': {
        const unreadable = new Set(frags.get(packet)).size;
        const lent = tokens.get(packet)?.size ?? 0;
        if (unreadable !== lent) {
          broken.push(`record ${event.seq}: ${unreadable} device frags read through ${lent} tokens`);
        }
        break;
      }
      default:
        break;
    }
  }
  return broken;
}
