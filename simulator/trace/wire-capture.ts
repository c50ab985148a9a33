/** The packets of a run as a pcapng file: what came in, with its fate, and what went out. */
import type { TraceEvent } from '../contract/event.ts';
import type { Simulation } from '../run/simulation.ts';
import { PAGE_SIZE } from '../core/limits.ts';
import { FrameBytes } from './frame-bytes.ts';
import { pcapngHeader, pcapngPacket } from './pcapng.ts';
import type { CapturedPacket } from './pcapng.ts';

/** Runs with more frames than this keep only the start of each, which has all headers. */
const WHOLE_FRAMES = 10_000;
const SNAP_LENGTH = 256;
/** IPv4 and TCP headers. */
const SEGMENT_HEADERS = 40;

/** The file in pieces, in the order of time. */
export function* captureWire(simulation: Simulation): Generator<Uint8Array, undefined> {
  const { config } = simulation.input;
  const snap = config.packets > WHOLE_FRAMES ? SNAP_LENGTH : 0;
  yield pcapngHeader('netmem simulate', simulation.input.model.name, snap);
  const record = readLog(simulation);
  const outgoing = sent(simulation, record.posted, record.completed);
  let next = outgoing.next();
  const frames = new FrameBytes();
  for (const { time, frame } of simulation.wire()) {
    while (next.done !== true && next.value.time < time) {
      yield pcapngPacket(cut(next.value, snap));
      next = outgoing.next();
    }
    const bytes = frames.received(frame);
    const captured: CapturedPacket = {
      time,
      direction: 'inbound',
      length: bytes.length,
      bytes,
      queue: record.queues.get(frame.packet) ?? null,
      comment: record.fates.get(frame.packet) ?? null,
    };
    yield pcapngPacket(cut(captured, snap));
  }
  for (; next.done !== true; next = outgoing.next()) yield pcapngPacket(cut(next.value, snap));
  return undefined;
}

function cut(packet: CapturedPacket, snap: number): CapturedPacket {
  return snap === 0 ? packet : { ...packet, bytes: packet.bytes.subarray(0, snap) };
}

interface LogOfPackets {
  readonly queues: ReadonlyMap<number, number>;
  /** What became of frames that did not get through. */
  readonly fates: ReadonlyMap<number, string>;
  /** Frags of each packet that was posted, in order. */
  readonly posted: readonly number[];
  /** Times of completed packets, in order. */
  readonly completed: readonly number[];
}

/** As far as the log is kept. */
function readLog(simulation: Simulation): LogOfPackets {
  const queues = new Map<number, number>();
  const fates = new Map<number, string>();
  const posted: number[] = [];
  const completed: number[] = [];
  let frags = 0;
  for (const event of eventsOf(simulation)) {
    const { kind, packet, queue, time, text } = event;
    switch (kind) {
      case 'split':
      case 'unsplit':
        if (packet !== null && queue !== null) queues.set(packet, queue);
        break;
      case 'nic-drop':
      case 'driver-drop':
      case 'stack-drop':
      case 'efault':
        if (packet !== null) fates.set(packet, text);
        break;
      case 'tx-send':
        frags = event.value ?? 0;
        break;
      case 'tx-post':
        posted.push(frags);
        break;
      case 'tx-complete':
        completed.push(time);
        break;
      default:
        break;
    }
  }
  return { queues, fates, posted, completed };
}

/** Packets leave in the order they were posted; the device cuts each into segments. */
function* sent(
  simulation: Simulation,
  posted: readonly number[],
  completed: readonly number[],
): Generator<CapturedPacket, undefined> {
  const { txBytes, mtu } = simulation.input.config;
  const frames = new FrameBytes();
  let left = txBytes;
  for (const [index, time] of completed.entries()) {
    let bytes = Math.min(left, (posted[index] ?? 0) * PAGE_SIZE);
    left = bytes === left ? txBytes : left - bytes;
    while (bytes > 0) {
      const payload = Math.min(bytes, Math.max(1, mtu - SEGMENT_HEADERS));
      bytes -= payload;
      const data = frames.sent(payload);
      yield { time, direction: 'outbound', length: data.length, bytes: data, queue: null, comment: null };
    }
  }
  return undefined;
}

/** All events that are kept, a block at a time. */
export function* eventsOf(simulation: Simulation): Generator<TraceEvent, undefined> {
  const block = 4096;
  for (let from = simulation.oldest; from < simulation.recorded; from += block) {
    yield* simulation.events(from, Math.min(from + block, simulation.recorded));
  }
  return undefined;
}
