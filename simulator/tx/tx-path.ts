/**
 * Sending from a dma-buf: sendmsg with its checks, validate_xmit_skb(), the driver's map and completion programs, and
 * the notification on the error queue.
 */
import type { KernelRelease } from '../core/kernel-release.ts';
import type { DriverModel } from '../contract/driver-model.ts';
import type { Answers } from '../program/answers.ts';
import * as code from '../program/code.ts';
import type { Place } from '../program/code.ts';
import type { CompiledProgram } from '../program/compile.ts';
import * as evidence from '../record/evidence.ts';
import type { EvidenceLog } from '../record/evidence.ts';
import type { FaultKind } from '../record/fault-kinds.ts';
import { eventNumber } from '../record/log.ts';
import type { Log } from '../record/log.ts';
import { declaresNetmemTx } from '../netlink/bind-tx.ts';
import type { RunConfig } from '../contract/config.ts';
import { MAX_SKB_FRAGS, PAGE_SIZE } from '../core/limits.ts';
import * as faults from '../record/tx-fault-kinds.ts';

/** Backward jumps for one packet before the program is held to hang. */
const MAX_LOOPS = 10_000;

const EV_SEND = eventNumber('tx-send');
const EV_MAP = eventNumber('tx-map');
const EV_POST = eventNumber('tx-post');
const EV_COMPLETE = eventNumber('tx-complete');
const EV_UNMAP = eventNumber('tx-unmap');
const EV_DROP = eventNumber('tx-drop');
const EV_NOTIFY = eventNumber('tx-notify');
const EV_FAULT = eventNumber('fault');

const OP = new Map<string, number>(
  code.OPERATION_KINDS.map((kind, index) => [kind, code.OPERATION_BASE + index]),
);
const op = (kind: (typeof code.OPERATION_KINDS)[number]) => OP.get(kind) ?? -1;
const MAP_FRAG = op('tx-map-frag');
const STORE = op('tx-store-address');
const UNMAP_FRAG = op('tx-unmap-frag');
const READ = op('tx-read-payload');
const POST = op('tx-post');
const DROP = op('tx-drop');

const MEANS = new Map<string, number>(code.CONDITIONS.map((means, index) => [means, index]));
const SKB_UNREADABLE = MEANS.get('skb-unreadable');
const FRAG_IS_NET_IOV = MEANS.get('frag-is-net-iov');
const FRAG_MARKED = MEANS.get('frag-marked');
const ALWAYS = MEANS.get('always');
const FIRST_FRAGMENT = MEANS.get('first-fragment');
const SKB_HAS_HEAD = MEANS.get('skb-has-head');

/**
 * What is known of what the driver keeps of a frag that it mapped: nothing yet, its address, 0 for a net_iov, a mark, or a
 * mark that it has looked at since. 0: it is not mapped.
 */
const MAPPED = 1;
const PLAIN = 2;
const ZERO = 3;
const MARKED = 4;
const SEEN = 5;
const STORED: Readonly<Partial<Record<number, number>>> = {
  [code.HELPER_NETMEM]: ZERO,
  [code.HELPER_MARK]: MARKED,
};

/** Ring of packets that the device is sending. */
const TX_RING = 256;

export class TxPath {
  sent = 0;
  completed = 0;
  notified = 0;
  dropped = 0;
  /** Frags that the driver mapped and has not let go of. */
  mapped = 0;
  /** errno of the first sendmsg that failed; empty when none did. */
  sendError = '';
  halted = false;
  private readonly frags = new Uint8Array(TX_RING);
  private readonly addresses = new Uint8Array(TX_RING * MAX_SKB_FRAGS);
  private readonly last = new Uint8Array(TX_RING);
  private head = 0;
  private inRing = 0;
  private fragIndex = 0;
  private readonly config: RunConfig;
  private readonly kernel: KernelRelease;
  private readonly model: DriverModel;
  private readonly log: Log;
  private readonly evidence: EvidenceLog;
  private readonly places: readonly Place[];
  private readonly executed: Int32Array;
  private readonly decided: Uint8Array;
  private readonly answers: Answers;
  private readonly xmit: CompiledProgram;
  private readonly clean: CompiledProgram;
  private readonly explore: boolean;
  /** A packet that ends in an oops is the end of the packet, not of the run. */
  private readonly goesOn: boolean;

  constructor(parts: {
    readonly config: RunConfig;
    readonly kernel: KernelRelease;
    readonly model: DriverModel;
    readonly log: Log;
    readonly evidence: EvidenceLog;
    readonly places: readonly Place[];
    readonly executed: Int32Array;
    readonly decided: Uint8Array;
    readonly answers: Answers;
    readonly goesOn: boolean;
    readonly xmit: CompiledProgram;
    readonly clean: CompiledProgram;
  }) {
    this.config = parts.config;
    this.kernel = parts.kernel;
    this.model = parts.model;
    this.log = parts.log;
    this.evidence = parts.evidence;
    this.places = parts.places;
    this.executed = parts.executed;
    this.decided = parts.decided;
    this.answers = parts.answers;
    this.xmit = parts.xmit;
    this.clean = parts.clean;
    this.explore = parts.config.explore;
    this.goesOn = parts.goesOn || this.explore;
  }

  /** sendmsg() with SCM_DEVMEM_DMABUF; returns how many packets went to the device. */
  send(bound: boolean): number {
    const error = this.sendErrno(bound);
    if (error !== '') {
      if (this.sendError === '') this.sendError = error;
      this.dropped++;
      this.log.write(EV_DROP, -1, -1, -1, -1, -1);
      return 0;
    }
    let pages = Math.ceil(this.config.txBytes / PAGE_SIZE);
    let posted = 0;
    while (pages > 0 && !this.halted) {
      const frags = Math.min(MAX_SKB_FRAGS, pages);
      pages -= frags;
      this.log.write(EV_SEND, -1, -1, this.sent, -1, frags);
      this.sent++;
      if (this.transmit(frags, pages === 0)) posted++;
    }
    return posted;
  }

  /** Cleans the oldest finished packet, and notifies the sender when its message is complete. */
  complete(): void {
    if (this.inRing === 0) return;
    const slot = this.head;
    this.run(this.clean, slot);
    this.leaveMarked(slot);
    this.head = (this.head + 1) % TX_RING;
    this.inRing--;
    this.completed++;
    this.log.write(EV_COMPLETE, -1, -1, this.completed - 1, -1, -1);
    if (this.last[slot] === 1) {
      this.notified++;
      this.log.write(EV_NOTIFY, -1, -1, this.completed - 1, -1, -1);
    }
  }

  /** The driver looks for a mark. */
  private isMarked(at: number): boolean {
    if (this.addresses[at] < MARKED) return false;
    this.addresses[at] = SEEN;
    return true;
  }

  /** Frags whose mark the driver has looked at, and which it did not unmap, are done with. */
  private leaveMarked(slot: number): void {
    for (let at = slot * MAX_SKB_FRAGS; at < (slot + 1) * MAX_SKB_FRAGS; at++) {
      if (this.addresses[at] !== SEEN) continue;
      this.exercise(this.clean, evidence.TX1);
      this.addresses[at] = 0;
      this.mapped--;
    }
  }

  /** True if a frag was mapped, and neither a store, a mark that is looked at, nor an unmap of its address was seen. */
  get keepsMappings(): boolean {
    return this.addresses.includes(MAPPED) || this.addresses.includes(MARKED);
  }

  /** tcp_sendmsg_locked() and net_devmem_get_sockc_dmabuf(): errno name, or empty. */
  private sendErrno(bound: boolean): string {
    if (!this.config.txZeroCopy) return 'EINVAL';
    switch (this.config.txBinding) {
      case 'unknown-id':
      case 'rx-binding':
      case 'bad-control-message':
        return 'EINVAL';
      case 'no-route':
        return 'EHOSTUNREACH';
      // The route's device is neither the binding's nor the one that was asked for: of loopback, too.
      case 'other-device':
      case 'loopback':
        return bound ? 'ENODEV' : 'EINVAL';
      case 'beyond-the-end':
        return bound ? 'EFAULT' : 'EINVAL';
      case 'bound':
        return bound ? '' : 'EINVAL';
    }
  }

  /** validate_xmit_unreadable_skb() and ndo_start_xmit. */
  private transmit(frags: number, last: boolean): boolean {
    // Without scatter-gather or checksums in hardware the payload has to be copied.
    const copied = !this.config.txOffloads;
    const passes = !copied && declaresNetmemTx(this.model, this.kernel);
    if (copied || (!passes && !this.explore) || this.inRing === TX_RING) {
      this.dropped++;
      this.log.write(EV_DROP, -1, -1, this.sent - 1, -1, -1);
      return false;
    }
    const slot = (this.head + this.inRing) % TX_RING;
    this.frags[slot] = frags;
    this.last[slot] = last ? 1 : 0;
    this.inRing++;
    const posted = this.run(this.xmit, slot);
    if (!posted) {
      this.inRing--;
      this.dropped++;
      this.log.write(EV_DROP, -1, -1, this.sent - 1, -1, -1);
    } else if (passes) {
      this.exercise(this.xmit, evidence.TX2);
    }
    return posted;
  }

  /** Executes a TX program for one packet; true unless the driver dropped it. */
  private run(program: CompiledProgram, slot: number): boolean {
    const words = program.code;
    let pc = 0;
    let looped = false;
    let jumps = 0;
    const variables = new Int32Array(program.variables).fill(code.NOT_KNOWN);
    let kept = true;
    this.fragIndex = -1;
    for (;;) {
      const operation = words[pc];
      const place = words[pc + 5];
      switch (operation) {
        case code.END:
          return kept;
        case code.JUMP: {
          const target = words[pc + 4];
          if (target <= pc && ++jumps > MAX_LOOPS) return kept;
          pc = target;
          continue;
        }
        case code.BRANCH: {
          const holds = this.holds(words[pc + 2], slot);
          this.decided[place] |= holds ? code.WAS_TRUE : code.WAS_FALSE;
          pc = holds !== ((words[pc + 3] & 1) === 1) ? pc + code.WORDS : words[pc + 4];
          continue;
        }
        case code.ASK: {
          this.answers.consulted(words[pc + 1], program.path);
          const holds = code.isAmong(this.answers.of(words[pc + 1]), words[pc + 2]);
          pc = holds !== (words[pc + 3] === 1) ? pc + code.WORDS : words[pc + 4];
          continue;
        }
        case code.LOOP_FRAGMENTS:
          if (this.fragIndex + 1 < this.frags[slot]) {
            this.fragIndex++;
            pc += code.WORDS;
          } else {
            this.fragIndex = -1;
            pc = words[pc + 4];
          }
          continue;
        case code.SET:
          code.assign(variables, words[pc + 1], words[pc + 2], words[pc + 3]);
          pc += code.WORDS;
          continue;
        case code.TEST: {
          const known = code.outcome(variables, words[pc + 1], words[pc + 2], words[pc + 3]);
          if (known !== null) this.decided[place] |= known ? code.HELD : code.FAILED;
          if (known === null) pc += code.WORDS;
          else pc = known ? pc + 2 * code.WORDS : words[pc + 4];
          continue;
        }
        case code.ENTER_FRAGMENTS:
        case code.ENTER_DESCRIPTORS:
          pc += code.WORDS;
          continue;
        case code.LOOP_COMPLETIONS:
        case code.LOOP_DESCRIPTORS:
          pc = looped ? words[pc + 4] : pc + code.WORDS;
          looped = !looped;
          continue;
        default:
          break;
      }
      this.executed[place]++;
      if (operation === DROP) kept = false;
      else this.operate(program, operation, words[pc + 2], slot, place);
      if (this.halted) return false;
      pc += code.WORDS;
    }
  }

  private holds(condition: number, slot: number): boolean {
    if (condition === FRAG_MARKED) return this.isMarked(slot * MAX_SKB_FRAGS + Math.max(0, this.fragIndex));
    if (condition === FIRST_FRAGMENT) return this.fragIndex < 0;
    if (condition === SKB_HAS_HEAD) return true;
    return condition === SKB_UNREADABLE || condition === FRAG_IS_NET_IOV || condition === ALWAYS;
  }

  private operate(
    program: CompiledProgram,
    operation: number,
    helper: number,
    slot: number,
    place: number,
  ): void {
    const at = slot * MAX_SKB_FRAGS + Math.max(0, this.fragIndex);
    switch (operation) {
      case MAP_FRAG:
        this.log.write(EV_MAP, -1, place, this.sent - 1, -1, this.fragIndex);
        this.mapped++;
        this.addresses[at] = MAPPED;
        if (helper === code.HELPER_NETMEM) {
          this.exercise(program, evidence.TX1);
        } else {
          this.fault(program, place, helper === code.HELPER_ADDRESS ? faults.MAP_ADDRESS : faults.MAP_PAGE);
        }
        break;
      case STORE:
        // A mark holds, whatever address is kept beside it.
        if (this.addresses[at] !== MARKED) this.addresses[at] = STORED[helper] ?? PLAIN;
        break;
      case UNMAP_FRAG:
        this.log.write(EV_UNMAP, -1, place, this.completed, -1, this.fragIndex);
        this.unmap(program, helper, at, place);
        break;
      case READ:
        this.fault(program, place, faults.READ_PAYLOAD);
        break;
      case POST:
        this.log.write(EV_POST, -1, place, this.sent - 1, -1, -1);
        break;
      default:
        break;
    }
  }

  /** dma_unmap of an address that was stored for a net_iov, with either helper. */
  private unmap(program: CompiledProgram, helper: number, at: number, place: number): void {
    if (this.addresses[at] === 0) return;
    const stored = this.addresses[at];
    if (helper === code.HELPER_NETMEM && stored >= ZERO) this.exercise(program, evidence.TX1);
    else this.fault(program, place, helper === code.HELPER_NETMEM ? faults.STORED_PLAIN : faults.UNMAP_PLAIN);
    this.addresses[at] = 0;
    this.mapped--;
  }

  /** A stand-in tests nothing, and what it does wrong the driver may do right. */
  private exercise({ origin }: CompiledProgram, requirement: number): void {
    if (origin === 'driver') this.evidence.exercise(requirement);
  }

  private fault({ origin }: CompiledProgram, place: number, kind: FaultKind): void {
    const { log } = this;
    if (origin === 'generic') return;
    const { time, step } = log;
    const fault = { ...kind, place, time, step, seq: log.enabled ? log.seq : -1, packet: this.sent - 1 };
    const isDoubted = (this.places.at(place)?.doubt ?? null) !== null;
    this.evidence.add(fault, isDoubted);
    log.write(EV_FAULT, -1, place, this.sent - 1, -1, -1);
    if (kind.consequence === 'null-dereference' && !this.goesOn && !isDoubted) this.halted = true;
  }
}
