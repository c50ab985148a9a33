/** Turns what a machine recorded into a verdict. */
import type { Machine } from '../machine/machine.ts';
import type { Fault } from '../record/evidence.ts';
import { packetCounts } from './take-snapshot.ts';
import { REQUIREMENTS } from '../contract/verdict.ts';
import type {
  BindOutcome,
  Blame,
  Coverage,
  Evidence,
  ExpectationResult,
  RequirementId,
  RequirementVerdict,
  Verdict,
} from '../contract/verdict.ts';

export function judge(machine: Machine, expectations: readonly ExpectationResult[]): Verdict {
  const { administration } = machine;
  const evidence = allEvidence(machine);
  const requirements = REQUIREMENTS.map((requirement) => requirementVerdict(machine, requirement, evidence));
  const packets = packetCounts(machine);
  const first = [...evidence].sort(bySeverity)[0];
  const refusedBind = [administration.bind, administration.txBind].find(({ accepted }) => !accepted);
  const summary = summarize(machine, refusedBind, first);
  // A run in which nothing arrives shows nothing that holds.
  const silent = packets.wire > 0 && packets.delivered === 0;
  const failed = refusedBind !== undefined || evidence.length > 0 || summary.blame !== 'nobody' || silent;
  return {
    state: machine.ended ? (failed ? 'fail' : 'pass') : 'pending',
    bind: administration.bind,
    bindTx: administration.txBind,
    refused: administration.refused,
    packets,
    requirements,
    ...summary,
    coverage: coverage(machine),
    executed: machine.compiled.places.flatMap(({ at }, place) => (machine.executed[place] > 0 ? [at] : [])),
    expectations,
  };
}

interface Summary {
  readonly blame: Blame;
  readonly cause: string;
  readonly at: Verdict['at'];
}

function summarize(machine: Machine, refused: BindOutcome | undefined, first: Evidence | undefined): Summary {
  const { config, user, administration } = machine;
  if (refused !== undefined) {
    return {
      blame: refused.blame,
      cause: `${refused.request} refused: ${refused.errno ?? ''}, ${refused.cause}`,
      at: refused.at,
    };
  }
  if (first !== undefined) return { blame: 'driver', cause: first.text, at: first.at };
  const open = administration.refused.find(({ blame }) => blame === 'driver');
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
      cause: 'data that waited when the io_uring closed lies in its area: the next registration gets EFAULT',
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
        : 'recvmsg() without MSG_SOCK_DEVMEM on device memory returns EFAULT',
      at: null,
    };
  }
  if (administration.bound && user.plainFrames > 0 && config.reader === 'devmem') {
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
  if (
    config.txMessages > 0 &&
    machine.tx.dropped > 0 &&
    (!config.txOffloads || config.txBinding === 'loopback')
  ) {
    return {
      blame: 'configuration',
      cause: config.txOffloads
        ? 'device memory sent over the loopback device is dropped: it would have to be copied'
        : 'without scatter-gather and checksum offload the payload would have to be copied: the packets are dropped',
      at: null,
    };
  }
  if (machine.tx.sendError !== '') {
    return { blame: 'user', cause: `sendmsg() from the dma-buf: ${machine.tx.sendError}`, at: null };
  }
  const { wire, delivered } = packetCounts(machine);
  if (wire > 0 && delivered === 0) {
    const cause = `none of ${wire} packets arrived, and no operation of the driver says why: its receive path was not read far enough`;
    return { blame: 'nobody', cause, at: null };
  }
  return { blame: 'nobody', cause: 'every check held', at: null };
}

const SEVERITY = ['null-dereference', 'corruption', 'leak', 'past-pool', 'warn', 'private-recycling'];

function bySeverity(a: Evidence, b: Evidence): number {
  return SEVERITY.indexOf(a.consequence) - SEVERITY.indexOf(b.consequence) || a.step - b.step;
}

function allEvidence(machine: Machine): readonly Evidence[] {
  const faults = machine.evidence.faults.map((fault) => faultEvidence(machine, fault));
  const { administration } = machine;
  const outcomes = [administration.bind, ...administration.further, administration.txBind];
  const refusals = [...outcomes.filter(({ accepted }) => !accepted), ...administration.refused];
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
  return [...refused, ...faults];
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
    assuming: place?.assuming ?? null,
  };
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

function coverage(machine: Machine): readonly Coverage[] {
  return machine.compiled.programs.map((program) => {
    let executed = 0;
    let operations = 0;
    for (let place = program.firstPlace; place < program.lastPlace; place++) {
      if (!machine.compiled.places[place].isOperation) continue;
      operations++;
      if (machine.executed[place] > 0) executed++;
    }
    return { path: program.path, entry: program.entry, origin: program.origin, operations, executed };
  });
}
