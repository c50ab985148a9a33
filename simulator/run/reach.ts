/**
 * Which operations of a program a packet of the run can come to: those in the mode that ran, with the traffic that was sent,
 * while nothing fails. Worked out from the code and the configuration, so that what a run has missed shows.
 */
import type { BufferRole } from '../contract/driver-model.ts';
import type { ConditionKind } from '../contract/driver-ir.ts';
import { PAGE_SIZE } from '../core/limits.ts';
import type { Machine } from '../machine/machine.ts';
import * as code from '../program/code.ts';
import type { CompiledProgram } from '../program/compile.ts';

/** How a condition can come out. */
interface Outcomes {
  readonly holds: boolean;
  readonly fails: boolean;
}

const BOTH: Outcomes = { holds: true, fails: true };
const ALWAYS: Outcomes = { holds: true, fails: false };
const NEVER: Outcomes = { holds: false, fails: true };

/** By place of the program, counted from its first one: true where a packet of the run can come. */
export function reachablePlaces(machine: Machine, program: CompiledProgram): readonly boolean[] {
  const words = program.code;
  const places = new Array<boolean>(program.lastPlace - program.firstPlace).fill(false);
  const seen = new Uint8Array(words.length / code.WORDS + 1);
  const open = [0];
  for (let pc = open.pop(); pc !== undefined; pc = open.pop()) {
    if (seen[pc / code.WORDS] === 1) continue;
    seen[pc / code.WORDS] = 1;
    if (words[pc] >= code.OPERATION_BASE) places[words[pc + 5] - program.firstPlace] = true;
    open.push(...after(machine, program, pc));
  }
  return places;
}

/** Where the program can go on from the instruction at `pc`. */
function after(machine: Machine, program: CompiledProgram, pc: number): readonly number[] {
  const words = program.code;
  const next = pc + code.WORDS;
  const target = words[pc + 4];
  switch (words[pc]) {
    case code.END:
      return [];
    case code.JUMP:
      return [target];
    case code.TEST: {
      const decided = machine.decided[words[pc + 5]];
      return [
        ...((decided & code.HELD) !== 0 ? [next + code.WORDS] : []),
        ...((decided & code.FAILED) !== 0 ? [target] : []),
        // What the variable holds is not known now and then, or the run did not get here.
        ...(decided === 0 || (decided & (code.WAS_TRUE | code.WAS_FALSE)) !== 0 ? [next] : []),
      ];
    }
    case code.ASK:
      return sides(answerOutcomes(machine, words[pc + 1], words[pc + 2]), words[pc + 3] === 1, next, target);
    case code.BRANCH: {
      const negated = (words[pc + 3] & 1) === 1;
      return sides(outcomesAt(machine, program, pc), negated, next, target);
    }
    case code.ENTER_FRAGMENTS:
    case code.LOOP_COMPLETIONS:
    case code.LOOP_FRAGMENTS:
    case code.LOOP_DESCRIPTORS:
      return [next, target];
    default:
      return [next];
  }
}

function sides(
  { holds, fails }: Outcomes,
  negated: boolean,
  next: number,
  target: number,
): readonly number[] {
  return [...((negated ? fails : holds) ? [next] : []), ...((negated ? holds : fails) ? [target] : [])];
}

function answerOutcomes({ answers }: Machine, question: number, among: number): Outcomes {
  const answer = answers.of(question);
  if (answer < -1) return BOTH;
  return code.isAmong(answer, among) ? ALWAYS : NEVER;
}

/** How the machine's own condition can come out, and how it did. */
function outcomesAt(machine: Machine, program: CompiledProgram, pc: number): Outcomes {
  const words = program.code;
  const met = machine.decided[words[pc + 5]];
  const buffer = words[pc + 1];
  const means = code.CONDITIONS.at(words[pc + 2]) ?? 'unknown';
  const bytes = (words[pc + 3] >> 1) - 1;
  const can = outcomesOf(machine, means, {
    role: buffer < 0 ? null : program.buffers[buffer].role,
    bytes,
    isPoll: program.path === 'rx-poll',
  });
  return {
    holds: can.holds || (met & code.WAS_TRUE) !== 0,
    fails: can.fails || (met & code.WAS_FALSE) !== 0,
  };
}

interface Asked {
  readonly role: BufferRole | null;
  readonly bytes: number;
  readonly isPoll: boolean;
}

function outcomesOf(machine: Machine, means: ConditionKind, { role, bytes, isPoll }: Asked): Outcomes {
  const { config, controlPlane } = machine;
  switch (means) {
    // What a run without faults of device, memory and user never sees.
    case 'mapping-error':
    case 'skb-null':
    case 'no-pool':
    case 'xdp-consumed':
      return NEVER;
    case 'alloc-failed':
      return config.allocFailEvery > 0 ? BOTH : NEVER;
    case 'rx-error':
      return config.malformedShare > 0 ? BOTH : NEVER;
    case 'checksum-good':
      return config.badChecksumShare + config.malformedShare > 0 ? BOTH : ALWAYS;
    case 'xdp-attached':
      return controlPlane.xdp ? ALWAYS : NEVER;
    case 'address-null':
    case 'is-net-iov':
      if (config.provider === 'pages' || role === 'header') return NEVER;
      return isPoll && role !== null && allReachesProvider(machine) ? ALWAYS : BOTH;
    // All that is sent lies in the dma-buf.
    case 'skb-unreadable':
    case 'frag-is-net-iov':
      return ALWAYS;
    case 'split-happened':
      return splitOutcomes(machine);
    case 'length-at-most':
      return lengthOutcomes(machine, bytes < 0 ? 256 : bytes);
    case 'payload-empty':
      if (config.payloadSizes !== 'fixed') return BOTH;
      return config.payloadBytes === 0 ? ALWAYS : NEVER;
    case 'first-fragment':
    case 'last-fragment':
      return isPoll && hasOneBuffer(machine) ? ALWAYS : BOTH;
    case 'large-buffers':
      return bufferBytes(machine) > PAGE_SIZE ? ALWAYS : NEVER;
    case 'always':
      return ALWAYS;
    default:
      return BOTH;
  }
}

/** Every packet of the run is steered to a queue with a provider. */
function allReachesProvider({ config }: Machine): boolean {
  return config.flowRule === '5-tuple' && config.otherShare === 0 && config.rssQueues <= config.boundQueue;
}

function splitOutcomes({ config }: Machine): Outcomes {
  if (config.tcpDataSplit === 'disabled') return NEVER;
  const { splitFailureShare, udpShare, malformedShare, payloadSizes, payloadBytes, headerBytes, hdsThresh } =
    config;
  const all = splitFailureShare + udpShare + malformedShare === 0;
  const isLong = payloadSizes === 'fixed' && payloadBytes > 0 && headerBytes + payloadBytes > hdsThresh;
  return all && isLong ? ALWAYS : BOTH;
}

function lengthOutcomes(machine: Machine, bytes: number): Outcomes {
  const { payloadSizes, payloadBytes, headerBytes, linearBytes } = machine.config;
  if (payloadSizes !== 'fixed') return BOTH;
  const split = splitOutcomes(machine);
  const lengths = [
    ...(split.holds ? [Math.max(0, payloadBytes - linearBytes)] : []),
    ...(split.fails ? [headerBytes + payloadBytes] : []),
  ];
  return {
    holds: lengths.some((length) => length <= bytes),
    fails: lengths.some((length) => length > bytes),
  };
}

/** No packet of the run takes more than one payload buffer. */
function hasOneBuffer(machine: Machine): boolean {
  const { config } = machine;
  const longest = config.payloadBytes + (splitOutcomes(machine).fails ? config.headerBytes : 0);
  return config.coalesce === 1 && longest <= bufferBytes(machine);
}

/** Of the queue that the provider is asked for; a page where the device has no such queue. */
function bufferBytes({ config, queues }: Machine): number {
  return queues.at(config.boundQueue)?.bufferBytes ?? PAGE_SIZE;
}
