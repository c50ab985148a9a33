/**
 * The bytes of a frame: Ethernet, IPv4, TCP or UDP, and payload, with checksums as the sender would have them. The
 * machine itself knows only lengths; headers that are longer than TCP's own are filled with options.
 */
import { FRAME_BAD_CHECKSUM, FRAME_MALFORMED, FRAME_UDP, MEASURED_FLOW } from '../nic/frame.ts';
import type { WireFrame } from '../nic/frame.ts';
import { ByteWriter } from './byte-writer.ts';

const ETHERNET = 14;
const IPV4 = 20;
const TCP = 20;
const UDP = 8;
const MAX_TCP_OPTIONS = 40;
const IP_PROTOCOL_TCP = 6;
const IP_PROTOCOL_UDP = 17;
const TCP_OPTION_NOP = 1;
const FLAGS_PSH_ACK = 0x18;
/** The measured port; connections with an odd number go to the next one. */
const PORT = 5201;
/** The receiver's addresses: documentation ranges, locally administered. */
const RECEIVER = { mac: 0x01, ip: [192, 0, 2, 1] } as const;
/** Payload bytes count up to this and start again: easy to check by eye. */
const PATTERN = 7;

/** Makes frames of connections in order, so that sequence numbers go on. */
export class FrameBytes {
  private readonly sequence = new Map<string, number>();

  /** A received frame. */
  received(frame: WireFrame): Uint8Array {
    const udp = (frame.flags & FRAME_UDP) !== 0;
    const length = Math.max(frame.headerBytes + frame.payloadBytes, ETHERNET + IPV4 + (udp ? UDP : TCP));
    const options = udp ? 0 : optionBytes(frame.headerBytes);
    const payload = length - ETHERNET - IPV4 - (udp ? UDP : TCP + options);
    return this.build(sender(frame.flow), udp, options, Math.max(0, payload), frame.flags, true);
  }

  /** A segment that the machine sends. */
  sent(payload: number): Uint8Array {
    return this.build(sender(MEASURED_FLOW), false, 0, payload, 0, false);
  }

  private build(
    peer: Peer,
    udp: boolean,
    options: number,
    payload: number,
    flags: number,
    inbound: boolean,
  ): Uint8Array {
    const local: Peer = { ...RECEIVER, port: peer.receiverPort, receiverPort: 0 };
    const [from, to] = inbound ? [peer, local] : [local, peer];
    const stream = `${inbound}/${udp}/${peer.port}`;
    const offset = this.sequence.get(stream) ?? 0;
    this.sequence.set(stream, offset + payload);
    const segment = new ByteWriter();
    segment.net16(from.port);
    segment.net16(to.port);
    if (udp) {
      segment.net16(UDP + payload);
      segment.net16(0);
    } else {
      segment.net32((offset + 1) >>> 0);
      segment.net32(1);
      // A data offset of less than five words is what makes a frame malformed here.
      const words = flags & FRAME_MALFORMED ? 2 : (TCP + options) >> 2;
      segment.net16((words << 12) | FLAGS_PSH_ACK);
      segment.net16(0xffff);
      segment.net32(0);
      for (let i = 0; i < options; i++) segment.u8(TCP_OPTION_NOP);
    }
    for (let i = 0; i < payload; i++) segment.u8((offset + i) % PATTERN);
    const bytes = segment.take();
    const protocol = udp ? IP_PROTOCOL_UDP : IP_PROTOCOL_TCP;
    const sum = pseudoHeader(from, to, protocol, bytes.length) + sum16(bytes);
    const checksum = fold(sum) ^ 0xffff ^ (flags & FRAME_BAD_CHECKSUM ? 0x5555 : 0);
    bytes.set([checksum >> 8, checksum & 0xff], udp ? 6 : 16);
    const frame = new ByteWriter();
    mac(frame, to.mac);
    mac(frame, from.mac);
    frame.net16(0x0800);
    frame.bytes(ipHeader(from, to, protocol, bytes.length));
    frame.bytes(bytes);
    return frame.take();
  }
}

interface Peer {
  readonly mac: number;
  readonly ip: readonly number[];
  readonly port: number;
  readonly receiverPort: number;
}

function sender(flow: number): Peer {
  return {
    mac: 0x10 + flow,
    ip: [198, 51, 100, 1 + flow],
    port: 40_000 + flow,
    receiverPort: PORT + (flow % 2),
  };
}

function optionBytes(headerBytes: number): number {
  const spare = headerBytes - ETHERNET - IPV4 - TCP;
  return Math.max(0, Math.min(spare, MAX_TCP_OPTIONS)) & ~3;
}

function mac(frame: ByteWriter, last: number): void {
  frame.net16(0x0200);
  frame.net16(0);
  frame.net16(last);
}

function ipHeader(from: Peer, to: Peer, protocol: number, length: number): Uint8Array {
  const header = new ByteWriter();
  header.net16(0x4500);
  // Longer than a length field can say: 0, as TSO packets have it.
  header.net16(IPV4 + length > 0xffff ? 0 : IPV4 + length);
  header.net16(0);
  header.net16(0x4000);
  header.u8(64);
  header.u8(protocol);
  header.net16(0);
  header.bytes(Uint8Array.from(from.ip));
  header.bytes(Uint8Array.from(to.ip));
  const bytes = header.take();
  const checksum = fold(sum16(bytes)) ^ 0xffff;
  bytes.set([checksum >> 8, checksum & 0xff], 10);
  return bytes;
}

function pseudoHeader(from: Peer, to: Peer, protocol: number, length: number): number {
  return sum16(Uint8Array.from([...from.ip, ...to.ip])) + protocol + length;
}

function sum16(bytes: Uint8Array): number {
  let sum = 0;
  // The even places of a word are its high bytes; an odd length ends as though a zero followed.
  for (let i = 0; i < bytes.length; i++) sum += i % 2 === 0 ? bytes[i] << 8 : bytes[i];
  return sum;
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return folded;
}
