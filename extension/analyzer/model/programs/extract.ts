/**
 * Path programs of a driver: finds where the kernel enters it, writes each path's tree, and keeps the one that does
 * most where a driver has several (a poll for each mode). What could not be found is left to the generic programs.
 */
import type { Operation, PathKind, PathProgram } from '../../../../simulator/contract/path-program.ts';
import type { FunctionRef } from '../call-graph.ts';
import type { DriverFacts } from '../driver-facts.ts';
import { DriverIndex } from './driver-index.ts';
import { napiPolls, QUEUE_PATHS, tableFunctions } from './entries.ts';
import { Lengths } from './lengths.ts';
import { classifyLoops } from './loops.ts';
import { below, cutBelow, hasBelow, kindsBelow, type Nodes, operationsOf, visitNodes } from './nodes.ts';
import { PathBuilder, type Direction } from './path-builder.ts';
import { headsAndFrags } from './heads.ts';
import { nameLastFragment } from './last-fragment.ts';
import { markUsual } from './usual.ts';
import { withPosts } from './posts.ts';
import { prune } from './prune.ts';
import { aliases, ringClasses } from './receive.ts';
import { Relevance } from './relevance.ts';
import { checkSplitTests } from './split-tests.ts';
import { surveyOf } from './survey.ts';
import { transmitClasses } from './transmit.ts';

/** Levels of a program's tree; those of drivers in the kernel have some 25. All that walks it recurses. */
const MAX_TREE = 200;

/** Position of the budget in a NAPI poll. */
const BUDGET = 1;

/** @returns the programs, and the index that knows what they were read from */
export function extractPrograms(facts: DriverFacts): {
  readonly programs: readonly PathProgram[];
  readonly index: DriverIndex;
} {
  const extraction = new Extraction(facts);
  return { programs: extraction.programs(), index: extraction.index };
}

class Extraction {
  readonly index: DriverIndex;
  private readonly relevance: Relevance;
  private readonly receive: Direction;
  private readonly queue: Direction;
  private readonly sending: Direction;
  private readonly completing: Direction;

  constructor(facts: DriverFacts) {
    const index = (this.index = new DriverIndex(facts));
    const ring = ringClasses(facts.classes);
    const names = new Set([...facts.abilities.transmit].map((f) => f.item.name));
    const mappings = transmitClasses(facts.classes, ring, names);
    const relevance = (this.relevance = new Relevance(index, ring, mappings));
    const lengths = new Lengths(index, relevance.receive, new Set(ring.keys()));
    const handsUp = !facts.calls.functions.some((f) => surveyOf(f.placed.item).effects.has('deliver'));
    const shared = { index, ring, aliases: aliases(facts.classes, ring), lengths, handsUp };
    this.receive = { ...shared, relevant: relevance.receive, transmit: null };
    this.queue = { ...this.receive, relevant: relevance.queue };
    const transmit = { ...shared, relevant: relevance.transmit };
    this.sending = { ...transmit, transmit: { mappings, completing: false } };
    this.completing = { ...transmit, transmit: { mappings, completing: true } };
  }

  programs(): readonly PathProgram[] {
    const { relevance } = this;
    const polls = napiPolls(this.index);
    const sends = tableFunctions('struct net_device_ops.ndo_start_xmit', this.index);
    const found = [
      this.first('rx-poll', relevance.richest(polls, false), this.receive, BUDGET),
      this.best('rx-refill', relevance.fillers(), this.receive),
      this.best('rx-release', relevance.releasers(), this.receive),
      this.first('tx-xmit', relevance.richest(sends, true), this.sending, -1),
      this.first('tx-complete', relevance.richest(polls, true), this.completing, BUDGET),
      ...QUEUE_PATHS.map(({ path, key }) =>
        this.first(path, tableFunctions(key, this.index), this.queue, -1),
      ),
    ];
    return found.filter((p) => p !== null);
  }

  /** The program of the first entry that does anything on this path. */
  private first(
    path: PathKind,
    entries: readonly FunctionRef[],
    direction: Direction,
    budget: number,
  ): PathProgram | null {
    for (const entry of entries) {
      if (!direction.relevant.has(entry)) continue;
      const made = this.program(path, entry, direction, budget);
      if (made !== null && (path !== 'rx-poll' || makesPackets(made))) return made;
    }
    return null;
  }

  /** The program of the entry that fills or empties most of the ring. */
  private best(path: PathKind, entries: readonly FunctionRef[], direction: Direction): PathProgram | null {
    let best: PathProgram | null = null;
    let most = 0;
    for (const entry of entries) {
      const made = this.program(path, entry, direction, -1);
      const score = made === null ? 0 : ringWorth(made);
      if (score > most) {
        best = made;
        most = score;
      }
    }
    return best;
  }

  private program(
    path: PathKind,
    entry: FunctionRef,
    direction: Direction,
    budget: number,
  ): PathProgram | null {
    const raw = new PathBuilder(direction).build(entry, budget);
    const shallow = cutBelow(raw.steps, MAX_TREE);
    // What says nothing is most of it, and goes before anything is said about the rest.
    const looped = withPosts(prune(classifyLoops(shallow ?? raw.steps, path, raw.budgeted)));
    const pruned = prune(checkSplitTests(headsAndFrags(looped), raw.buffers));
    const steps = markUsual(nameLastFragment(pruned), path);
    if (kindsBelow(steps).size === 0) return null;
    return {
      path,
      entry: entry.placed.item.name,
      origin: 'driver',
      buffers: raw.buffers,
      variables: raw.variables,
      ...(raw.cut || shallow !== null ? { cut: true as const } : {}),
      body: { node: 'sequence', at: raw.at, steps: [...steps] },
    };
  }
}

/** A poll that delivers packets of which nobody saw where they come from tells less than the generic one. */
function makesPackets({ body, buffers }: PathProgram): boolean {
  return !kindsBelow(body.steps).has('deliver') || (buffers.length > 0 && makes(body.steps));
}

/** A packet made where the ring is filled comes back by a list, which is not followed. */
function makes(nodes: Nodes): boolean {
  return nodes.some((node) => {
    if (node.node === 'operation') return MAKES.has(node.operation.kind);
    if (node.node === 'loop' && node.over === 'descriptors') return false;
    return below(node).some((list) => hasBelow(list, MAKES) && makes(list));
  });
}

const MAKES: ReadonlySet<Operation['kind']> = new Set([
  'build-skb',
  'alloc-skb',
  'add-frag',
  'add-frag-noacc',
]);

/**
 * A function that fills or empties the ring does so for many classes in loops over descriptors, and little besides.
 * Zero for what handles packets.
 */
function ringWorth(program: PathProgram): number {
  const fills = program.path === 'rx-refill';
  const all = operationsOf(program.body.steps);
  if (hasBelow(program.body.steps, HANDLES)) return 0;
  // Filling gives back what it could not use.
  if (!fills && hasBelow(program.body.steps, ALLOCATES)) return 0;
  const buffers = new Map<number, number>();
  visitNodes(program.body.steps, (node) => {
    if (node.node !== 'loop' || node.over !== 'descriptors') return;
    for (const op of operationsOf(node.body)) {
      const worth = fills ? fillWorth(op) : emptyWorth(op);
      if (worth > 0 && 'buffer' in op && op.buffer !== null)
        buffers.set(op.buffer, Math.max(worth, buffers.get(op.buffer) ?? 0));
    }
  });
  const worth = [...buffers.values()].reduce((sum, each) => sum + each, 0);
  return worth === 0 ? 0 : worth - Math.min(all.length, 900);
}

/** A ring of the pools is meant before one of other pages. */
function fillWorth(op: Operation): number {
  if (op.kind !== 'alloc') return 0;
  return op.from === 'pool' ? 10_000 : 1000;
}

function emptyWorth({ kind }: Operation): number {
  if (kind === 'put') return 10_000;
  return kind === 'free-page' ? 1000 : 0;
}

const ALLOCATES: ReadonlySet<Operation['kind']> = new Set(['alloc']);

const HANDLES: ReadonlySet<Operation['kind']> = new Set([
  'deliver',
  'add-frag',
  'build-skb',
  'alloc-skb',
  'run-xdp',
]);
