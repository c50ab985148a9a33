/**
 * Driver IR: finds where the kernel enters it, writes each path's tree, and keeps the one that does
 * most where a driver has several (a poll for each mode). What could not be found is left to the generic programs.
 */
import { XMIT } from '../../kernel/structures.ts';
import type { Question, SourceRange, UnreadPath } from '../../../../simulator/contract/driver-model.ts';
import type { Operation, PathKind, PathProgram } from '../../../../simulator/contract/driver-ir.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { DriverFacts } from '../driver/driver-facts.ts';
import { SentFragments } from '../driver/sent-fragments.ts';
import { DriverIndex } from './driver-index.ts';
import { napiPolls, QUEUE_PATHS, tableFunctions } from './entries.ts';
import { Lengths } from './lengths.ts';
import { classifyLoops } from './loops.ts';
import { below, cutBelow, hasBelow, kindsBelow, type Nodes, operationsOf, visitNodes } from './nodes.ts';
import { Modes } from './modes.ts';
import { PathBuilder, type Direction, type RawProgram } from './path-builder.ts';
import { Questions } from './questions.ts';
import { nameCompletions } from './completions.ts';
import { headsAndFrags } from './heads.ts';
import { nameLastFragment } from './last-fragment.ts';
import { doubtedMarks, type Mark, marksAsked, storedMarks, storesMark, withMarks } from './marks.ts';
import { predictBranches } from './branch-prediction.ts';
import { withPosts } from './posts.ts';
import { prune } from './prune.ts';
import { aliases, ringClasses } from './receive.ts';
import { Relevance } from './relevance.ts';
import { checkSplitTests } from './split-tests.ts';
import { surveyOf } from './survey.ts';
import { transmitClasses } from './transmit.ts';
import { withoutUnasked } from './kept.ts';

/** Levels of a program's tree; those of drivers in the kernel have some 25. All that walks it recurses. */
const MAX_TREE = 200;
/** Programs of one path: polls, or functions that fill a ring. */
const MOST_PROGRAMS = 3;
/** Position of the budget in a NAPI poll. */
const BUDGET = 1;

/** @returns the programs, and the index that knows what they were read from */
export function extractPrograms(facts: DriverFacts): Extracted & { readonly index: DriverIndex } {
  const extraction = new Extraction(facts);
  const programs = extraction.programs();
  const { index, questions } = extraction;
  return { programs, questions: questions.all, unread: extraction.unread(programs), index };
}

/** The paths of a driver, and what they ask. */
export interface Extracted {
  readonly programs: readonly PathProgram[];
  readonly questions: readonly Question[];
  readonly unread: readonly UnreadPath[];
}

class Extraction {
  readonly index: DriverIndex;
  readonly questions: Questions;
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
    const entries = [...napiPolls(index), ...tableFunctions(XMIT, index)];
    const modes = new Modes(index, relevance.closure(entries));
    const questions = (this.questions = new Questions((subject) => modes.isMode(subject)));
    const shared = { index, ring, aliases: aliases(facts.classes, ring), lengths, questions, handsUp };
    this.receive = { ...shared, relevant: relevance.receive, transmit: null };
    this.queue = { ...this.receive, relevant: relevance.queue };
    const transmit = { ...shared, relevant: relevance.transmit };
    const fragments = new SentFragments(facts, names);
    const none = { mappings, fragments, marks: new Set<Mark>() };
    this.sending = { ...transmit, transmit: { ...none, completing: false } };
    this.completing = { ...transmit, transmit: { ...none, completing: true } };
  }

  programs(): readonly PathProgram[] {
    const { relevance } = this;
    const polls = napiPolls(this.index);
    const sends = tableFunctions(XMIT, this.index);
    const found = [
      ...this.all('rx-poll', relevance.richest(polls, false), this.receive, BUDGET),
      ...this.refills(),
      ...this.best('rx-release', relevance.releasers(), this.receive),
      ...this.transmission(relevance.richest(sends, true), relevance.richest(polls, true)),
      ...QUEUE_PATHS.flatMap(({ path, key }) =>
        this.all(path, tableFunctions(key, this.index), this.queue, -1).slice(0, 1),
      ),
    ];
    return withoutUnasked(found);
  }

  /** What sends and what completes: the one stores marks by which the other knows what it must not unmap. */
  private transmission(sends: readonly FunctionRef[], polls: readonly FunctionRef[]): readonly PathProgram[] {
    const completions = this.all('tx-complete', polls, this.completing, BUDGET);
    const marks = marksAsked(completions);
    const { sending } = this;
    const transmit = sending.transmit === null ? null : { ...sending.transmit, marks };
    const sent = this.all('tx-xmit', sends, { ...sending, transmit }, -1);
    const all = [...sent, ...completions];
    if (storesMark(sent)) return all.map((program) => withMarks(program, marks));
    if (marks.size === 0) return all;
    // A mark that was not seen stored on the way of a packet may be stored where reading did not get to.
    const elsewhere = storedMarks(
      this.index.facts.calls.functions.map(({ placed }) => placed.item),
      marks,
    );
    return all.map((program) => doubtedMarks(program, elsewhere));
  }

  /** The paths of packets that have no program, and where reading came closest to one. */
  unread(programs: readonly PathProgram[]): readonly UnreadPath[] {
    const { index, relevance } = this;
    const polls = napiPolls(index);
    const sends = tableFunctions(XMIT, index);
    const named = (f: FunctionRef | undefined): SourceRange | null =>
      f === undefined ? null : index.range(index.view(f), f.placed.item.nameAt);
    const { ring } = this.receive;
    const places: Readonly<Record<Packets, () => Omit<UnreadPath, 'path'>>> = {
      'rx-poll': () =>
        polls.length === 0
          ? { why: 'no NAPI poll was found', at: index.firstFact(ring, ['frag', 'build-skb', 'allocate']) }
          : {
              why: `no packet was seen made in ${namesOf(polls)}`,
              at: named(relevance.richest(polls, false)[0] ?? polls[0]),
            },
      'rx-refill': () => ({
        why: 'no loop was found that fills a ring',
        at: index.firstFact(ring, ['allocate']),
      }),
      'rx-release': () => ({
        why: 'no loop was found that empties a ring',
        at: index.firstFact(ring, ['release', 'put-page']),
      }),
      'tx-xmit': () =>
        sends.length === 0
          ? { why: 'no ndo_start_xmit was found', at: null }
          : { why: `nothing was seen mapped in ${namesOf(sends)}`, at: named(sends[0]) },
      'tx-complete': () => ({ why: 'no NAPI poll was seen to unmap a packet', at: named(polls[0]) }),
    };
    return PACKETS.flatMap((path) =>
      programs.some((program) => program.path === path) ? [] : [{ path, ...places[path]() }],
    );
  }

  /** The programs of the entries that do anything on this path, one for each format of the driver's queues. */
  private all(
    path: PathKind,
    entries: readonly FunctionRef[],
    direction: Direction,
    budget: number,
  ): readonly PathProgram[] {
    const made: PathProgram[] = [];
    for (const entry of entries) {
      if (made.length === MOST_PROGRAMS) break;
      if (!direction.relevant.has(entry)) continue;
      const program = this.program(path, entry, direction, budget);
      if (program !== null && (path !== 'rx-poll' || makesPackets(program))) made.push(program);
    }
    return made;
  }

  /** Loops that fill rings; else what fills a slot, once for each. */
  private refills(): readonly PathProgram[] {
    const loops = this.best('rx-refill', this.relevance.fillers(), this.receive);
    return loops.length > 0
      ? loops
      : this.best('rx-refill', this.relevance.slotFillers(), this.receive).slice(0, 1);
  }

  /** The programs of the entries that fill or empty rings, the one with most of them first. */
  private best(
    path: PathKind,
    entries: readonly FunctionRef[],
    direction: Direction,
  ): readonly PathProgram[] {
    return entries
      .flatMap((entry) => this.program(path, entry, direction, -1) ?? [])
      .map((program) => ({ program, worth: ringWorth(program) }))
      .filter(({ worth }) => worth > 0)
      .sort((a, b) => b.worth - a.worth)
      .slice(0, MOST_PROGRAMS)
      .map(({ program }) => program);
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
    const kept = new Set(raw.kept.keys());
    const looped = withPosts(prune(classifyLoops(shallow ?? raw.steps, path, raw.budgeted), kept));
    const pruned = prune(checkSplitTests(headsAndFrags(looped), raw.buffers), kept);
    const parts = path === 'rx-poll' ? nameCompletions(pruned, raw.buffers, this.questions.all) : pruned;
    const steps = predictBranches(nameLastFragment(parts), path);
    if (kindsBelow(steps).size === 0) return null;
    const repeated = path === 'rx-refill' && !hasDescriptorLoop(steps);
    const body: Nodes = repeated ? [{ node: 'loop', at: raw.at, over: 'descriptors', body: steps }] : steps;
    return {
      path,
      entry: entry.placed.item.name,
      origin: 'driver',
      buffers: raw.buffers,
      variables: raw.variables,
      ...keptIn(raw),
      ...(raw.cut || shallow !== null ? { cut: true as const } : {}),
      body: { node: 'sequence', at: raw.at, steps: [...body] },
    };
  }
}

function hasDescriptorLoop(nodes: Nodes): boolean {
  let found = false;
  visitNodes(nodes, (node) => {
    if (node.node === 'loop' && node.over === 'descriptors') found = true;
  });
  return found;
}

/** Members that the program uses, in the order of their variables. */
function keptIn({ kept }: RawProgram): Pick<PathProgram, 'kept'> {
  return kept.size === 0 ? {} : { kept: [...kept].map(([variable, state]) => ({ variable, state })) };
}

/** Paths that a run with packets goes through. */
const PACKETS = ['rx-poll', 'rx-refill', 'rx-release', 'tx-xmit', 'tx-complete'] as const;
type Packets = (typeof PACKETS)[number];

function namesOf(functions: readonly FunctionRef[]): string {
  return functions.map(({ placed }) => `${placed.item.name}()`).join(', ');
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
