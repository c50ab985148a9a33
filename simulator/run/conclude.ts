/** Concludes a run: turns what a machine recorded into a verdict. */
import type { Machine } from '../machine/machine.ts';
import type { Fault } from '../record/evidence.ts';
import { BY_PACKET, BY_PACKET_TEXTS, isAmong, type Place } from '../program/code.ts';
import type { OtherFault } from './answer-search.ts';
import { faultsOf } from './past-refusal.ts';
import { doubtOf } from './doubt.ts';
import { reachablePlaces } from './reach.ts';
import { packetCounts } from './take-snapshot.ts';
import { REQUIREMENTS } from '../contract/verdict.ts';
import type {
  BindOutcome,
  Blame,
  Choice,
  Coverage,
  Evidence,
  ExpectationResult,
  RequirementId,
  RequirementVerdict,
  Verdict,
} from '../contract/verdict.ts';

/**
 * @param elsewhere mistakes that packets of other kinds run into; told of requirements that the run itself finds nothing
 * wrong with
 */
export function conclude(
  machine: Machine,
  expectations: readonly ExpectationResult[],
  elsewhere: readonly OtherFault[] = [],
): Verdict {
  const { controlPlane } = machine;
  const met = allEvidence(machine);
  const evidence = machine.ended ? [...met, ...fromElsewhere(machine, met, elsewhere)] : met;
  const requirements = REQUIREMENTS.map((requirement) => requirementVerdict(machine, requirement, evidence));
  const packets = packetCounts(machine);
  const wrong = evidence.filter((one) => isWrong(one, machine));
  const first = [...wrong].sort(bySeverity)[0];
  const refusedBind = [controlPlane.bind, controlPlane.txBind].find(({ accepted }) => !accepted);
  const blamed = pastIt(machine, refusedBind, evidence) ?? summarize(machine, refusedBind, first);
  const failed = refusedBind !== undefined || wrong.length > 0 || blamed.blame !== 'nobody';
  const doubt = failed ? null : doubtOf(machine);
  const summary = doubt ?? blamed;
  return {
    state: machine.ended ? (failed ? 'fail' : doubt === null ? 'pass' : 'inconclusive') : 'pending',
    bind: controlPlane.bind,
    bindTx: controlPlane.txBind,
    refused: controlPlane.refused,
    packets,
    requirements,
    ...summary,
    coverage: coverage(machine),
    choices: choices(machine),
    executed: machine.compiled.places.flatMap(({ at }, place) => (machine.executed[place] > 0 ? [at] : [])),
    expectations,
  };
}

/** What a provider would not bear, and pages do: memory that is no pool's, and counts of references to it. */
const FINE_ON_PAGES: ReadonlySet<Evidence['consequence']> = new Set(['past-pool', 'private-recycling']);

function isWrong({ consequence }: Evidence, { config }: Machine): boolean {
  return config.provider !== 'pages' || !FINE_ON_PAGES.has(consequence);
}

/** The one sentence to read first, and whom it is about. */
export interface Summary {
  readonly blame: Blame;
  readonly cause: string;
  readonly at: Verdict['at'];
}

/** A run that explores was asked what there is behind the refusal: the first of it is what to read first. */
function pastIt(
  { config }: Machine,
  refused: BindOutcome | undefined,
  evidence: readonly Evidence[],
): Summary | null {
  if (refused === undefined || !config.explore) return null;
  const fault = faultsOf(evidence).at(0);
  if (fault === undefined) return null;
  const cause = `past the refusal of ${refused.request} (${refused.errno ?? ''}): ${fault.text}`;
  return { blame: 'driver', cause, at: fault.at };
}

function summarize(machine: Machine, refused: BindOutcome | undefined, first: Evidence | undefined): Summary {
  const { config, user, controlPlane } = machine;
  if (refused !== undefined) {
    return {
      blame: refused.blame,
      cause: `${refused.request} refused: ${refused.errno ?? ''}, ${refused.cause}`,
      at: refused.at,
    };
  }
  if (first !== undefined) return { blame: 'driver', cause: first.text, at: first.at };
  const open = controlPlane.refused.find(({ blame }) => blame === 'driver');
  if (open !== undefined && config.provider !== 'pages') {
    return { blame: 'driver', cause: `${open.request}: ${open.errno}, ${open.cause}`, at: open.at };
  }
  if (user.dontneedRefused > 0) {
    const cause =
      config.dontneed === 'udp-socket'
        ? 'EBADF, not a TCP socket'
        : 'EINVAL, more than 128 entries in one call, or a length that is no multiple of 8';
    return { blame: 'user', cause: `SO_DEVMEM_DONTNEED refused: ${cause}`, at: null };
  }
  if (user.copyFailures > 0) {
    return {
      blame: 'user',
      cause: 'the io_uring area has no chunk left to copy ordinary data into (ENOMEM)',
      at: null,
    };
  }
  if (user.halted) {
    return {
      blame: 'driver',
      cause: 'GRO merged page and net_iov frags of one connection: a plain read follows a NULL page (oops)',
      at: null,
    };
  }
  if (user.pageFrags > 0) {
    return {
      blame: 'driver',
      cause:
        'pages and device memory meet in one skb (the driver put both there, or GRO): recvmsg() ends at the page with ENODEV',
      at: null,
    };
  }
  if (user.requestRefused) {
    const cause =
      config.zcrxRequest === 'one-shot'
        ? 'EINVAL, the request lacks IORING_RECV_MULTISHOT'
        : 'EPROTONOSUPPORT, the socket is not TCP';
    return { blame: 'user', cause: `IORING_OP_RECV_ZC refused: ${cause}`, at: null };
  }
  if (user.strayFrames > 0) {
    return {
      blame: 'user',
      cause:
        'data that waited when the io_uring closed lies in its area: the next registration gets EFAULT, and nothing behind it',
      at: null,
    };
  }
  if (user.efaults > 0 && config.reader === 'foreign') {
    return { blame: 'user', cause: "the data is read through the other provider's interface", at: null };
  }
  if (user.efaults > 0) {
    const steering = config.reader === 'devmem';
    return {
      blame: steering ? 'configuration' : 'user',
      cause: steering
        ? 'ordinary readers get EFAULT: their connections still reach the bound queue (RSS or flow rule)'
        : 'recvmsg() without MSG_SOCK_DEVMEM on device memory returns EFAULT, and the data stays queued',
      at: null,
    };
  }
  // Where the connection reaches the bound queue and all of it is ordinary data, the driver's code was not understood.
  const steered =
    config.flowRule !== 'none' && config.linearBytes === 0 && user.plainFrames === user.readFrames;
  if (controlPlane.bound && user.plainFrames > 0 && config.reader === 'devmem' && !steered) {
    return {
      blame: 'configuration',
      cause: 'the connection is not steered to the bound queue: it arrives as ordinary data',
      at: null,
    };
  }
  const keeps = config.tokenReturn === 'never' || config.dontneed === 'unknown-tokens';
  if (user.tokens.length > 0 && keeps && machine.counters.allocFailures > 0) {
    return {
      blame: 'user',
      cause: 'the user keeps the tokens: the provider has run out of chunks',
      at: null,
    };
  }
  const starved = machine.counters.allocFailures > 0 && config.allocFailEvery === 0;
  if (config.provider !== 'pages' && config.tokenReturn === 'delayed' && starved) {
    return {
      blame: 'user',
      cause: `the user returns tokens ${config.tokenDelay} ns late: ${config.chunks} chunks do not last that long`,
      at: null,
    };
  }
  if (machine.tx.sendError !== '') {
    if (config.txBinding === 'loopback') {
      const cause = 'sendmsg() from the dma-buf: ENODEV, the route leads over the loopback device';
      return { blame: 'configuration', cause, at: null };
    }
    return { blame: 'user', cause: `sendmsg() from the dma-buf: ${machine.tx.sendError}`, at: null };
  }
  if (config.txMessages > 0 && machine.tx.dropped > 0 && !config.txOffloads) {
    return {
      blame: 'configuration',
      cause:
        'without scatter-gather and checksum offload the payload would have to be copied: the packets are dropped',
      at: null,
    };
  }
  const isOpen = machine.evidence.faults.some(({ consequence }) => FINE_ON_PAGES.has(consequence));
  const cause = isOpen ? 'every check held on pages; with a provider some would not' : 'every check held';
  return { blame: 'nobody', cause, at: null };
}

const SEVERITY = ['null-dereference', 'corruption', 'leak', 'past-pool', 'warn', 'private-recycling'];

function bySeverity(a: Evidence, b: Evidence): number {
  return SEVERITY.indexOf(a.consequence) - SEVERITY.indexOf(b.consequence) || a.step - b.step;
}

function allEvidence(machine: Machine): readonly Evidence[] {
  // What happens after the run went where it cannot go proves nothing.
  const doubted = machine.evidence.doubted.at(0);
  const faults = machine.evidence.faults
    .filter(({ step }) => doubted === undefined || step < doubted.step)
    .map((fault) => faultEvidence(machine, fault));
  const { controlPlane } = machine;
  const outcomes = [controlPlane.bind, ...controlPlane.further, controlPlane.txBind];
  const refusals = [...outcomes.filter(({ accepted }) => !accepted), ...controlPlane.refused];
  const refused = refusals.flatMap((refusal): readonly Evidence[] => {
    if (refusal.requirement === null) return [];
    return [
      {
        requirement: refusal.requirement,
        consequence: 'refused',
        text: `${refusal.request}: ${refusal.errno ?? ''}, ${refusal.cause}`,
        at: refusal.at,
        stack: [],
        operation: null,
        time: 0,
        step: 0,
        seq: null,
        packet: null,
        count: 1,
        assuming: null,
      },
    ];
  });
  return [...pastPools(machine, [...refused, ...faults]), ...refused, ...faults];
}

/** A driver without a pool fails RX1 whatever the run came to: told first, unless the run says it itself. */
function pastPools({ input, config }: Machine, met: readonly Evidence[]): readonly Evidence[] {
  const { pools, buffersFrom } = input.model;
  if (buffersFrom === undefined || pools.length > 0 || config.provider === 'pages') return [];
  if (met.some(({ requirement }) => requirement === 'RX1')) return [];
  return [
    {
      requirement: 'RX1',
      consequence: 'past-pool',
      text: `receive buffers come from ${buffersFrom.value}(), past every page pool: nothing can take the provider`,
      at: buffersFrom.at,
      stack: [],
      operation: buffersFrom.value,
      time: 0,
      step: 0,
      seq: null,
      packet: null,
      count: 1,
      assuming: null,
    },
  ];
}

function faultEvidence(machine: Machine, fault: Fault): Evidence {
  const place = machine.compiled.places.at(fault.place);
  return {
    requirement: fault.requirement,
    consequence: fault.consequence,
    text: fault.text,
    at: place?.at ?? null,
    stack: place?.stack ?? [],
    operation: place?.api ?? null,
    time: fault.time,
    step: fault.step,
    seq: fault.seq < 0 ? null : fault.seq,
    packet: fault.packet < 0 ? null : fault.packet,
    count: fault.count,
    assuming: place === undefined ? null : assumed(machine, place),
  };
}

/** What the run itself says nothing of: mistakes in requirements that it found nothing wrong with. */
function fromElsewhere(
  machine: Machine,
  met: readonly Evidence[],
  elsewhere: readonly OtherFault[],
): readonly Evidence[] {
  const failing = new Set(met.map(({ requirement }) => requirement));
  return elsewhere
    .filter(({ fault }) => !failing.has(fault.requirement))
    .map((other) => otherEvidence(machine, other));
}

function otherEvidence(machine: Machine, { fault, assuming }: OtherFault): Evidence {
  return { ...faultEvidence(machine, fault), seq: null, packet: null, assuming };
}

/** The conditions under which the run got to the place although its answers are others: where it explored. */
function assumed({ answers }: Machine, { under }: Place): string | null {
  const texts = under.flatMap((condition) => {
    const { question, answers: expected, holds, text } = condition;
    return isAmong(answers.of(question), expected) === holds ? [] : [text];
  });
  return texts.length === 0 ? null : texts.join(' and ');
}

function requirementVerdict(
  machine: Machine,
  requirement: RequirementId,
  all: readonly Evidence[],
): RequirementVerdict {
  const evidence = all.filter((item) => item.requirement === requirement);
  const first = evidence.at(0);
  if (first !== undefined) return { requirement, state: 'fails', text: first.text, evidence };
  const times = machine.evidence.exercised[REQUIREMENTS.indexOf(requirement)];
  return times > 0
    ? { requirement, state: 'holds', text: `held ${times} times`, evidence }
    : { requirement, state: 'not-reached', text: 'this run did not put it to the test', evidence };
}

function choices({ answers, compiled }: Machine): readonly Choice[] {
  return answers.asked.map((number): Choice => {
    const { text, about: said, at, answers: known, rest, predicted } = compiled.questions[number];
    const answer = answers.of(number);
    // What is asked where no packet is at hand, and takes an answer of its own, is no matter of packets.
    const about = answer >= 0 && answer !== predicted && answers.isOfSetUp(number) ? 'mode' : said;
    if (answer === -1) return { question: text, answer: rest ?? null, about, at };
    const named = answer >= 0 ? known.at(answer) : BY_PACKET_TEXTS.at(BY_PACKET.indexOf(answer));
    return { question: text, answer: named ?? null, about, at };
  });
}

function coverage(machine: Machine): readonly Coverage[] {
  const { compiled, programs, executed: ran } = machine;
  const { poll, refill, release, xmit, clean } = programs;
  const chosen = new Set([poll, refill, release, xmit, clean]);
  const several = new Set([...chosen].map(({ path }) => path));
  return compiled.programs.map((program) => {
    let executed = 0;
    let operations = 0;
    let all = 0;
    const reachable = reachablePlaces(machine, program);
    for (let place = program.firstPlace; place < program.lastPlace; place++) {
      if (!compiled.places[place].isOperation) continue;
      all++;
      const done = ran[place] > 0;
      if (done || reachable[place - program.firstPlace]) operations++;
      if (done) executed++;
    }
    const { path, entry, origin } = program;
    return {
      path,
      entry,
      origin,
      operations,
      executed,
      all,
      chosen: chosen.has(program) || !several.has(path),
    };
  });
}
