/** Blocks of a pcapng file (draft-ietf-opsawg-pcapng): section header, one interface, enhanced packets. */
import { ByteWriter, utf8 } from './byte-writer.ts';

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;
/** Options. */
const END_OF_OPTIONS = 0;
const COMMENT = 1;
const SHB_USER_APPLICATION = 4;
const IF_NAME = 2;
const IF_TIMESTAMP_RESOLUTION = 9;
const EPB_FLAGS = 2;
const EPB_QUEUE = 6;
const NANOSECONDS = 9;

export interface CapturedPacket {
  /** Nanoseconds since the start of the run. */
  readonly time: number;
  readonly direction: 'inbound' | 'outbound';
  /** Length on the wire; `bytes` may be cut off. */
  readonly length: number;
  readonly bytes: Uint8Array;
  /** Receive queue; null: none. */
  readonly queue: number | null;
  readonly comment: string | null;
}

/** The blocks before the packets. @param snapLength longest packet that is kept; 0: all of it */
export function pcapngHeader(application: string, interfaceName: string, snapLength: number): Uint8Array {
  const section = new ByteWriter();
  section.u32(BYTE_ORDER_MAGIC);
  section.u16(1);
  section.u16(0);
  // Length of the section: not known.
  section.u32(0xffff_ffff);
  section.u32(0xffff_ffff);
  option(section, SHB_USER_APPLICATION, utf8(application));
  option(section, END_OF_OPTIONS, new Uint8Array(0));
  const description = new ByteWriter();
  description.u16(LINKTYPE_ETHERNET);
  description.u16(0);
  description.u32(snapLength);
  option(description, IF_NAME, utf8(interfaceName));
  option(description, IF_TIMESTAMP_RESOLUTION, Uint8Array.of(NANOSECONDS));
  option(description, END_OF_OPTIONS, new Uint8Array(0));
  const file = new ByteWriter();
  block(file, SECTION_HEADER, section);
  block(file, INTERFACE_DESCRIPTION, description);
  return file.take();
}

export function pcapngPacket(packet: CapturedPacket): Uint8Array {
  const body = new ByteWriter();
  body.u32(0);
  body.u32(Math.floor(packet.time / 2 ** 32));
  body.u32(packet.time % 2 ** 32);
  body.u32(packet.bytes.length);
  body.u32(packet.length);
  padded(body, packet.bytes);
  if (packet.comment !== null) option(body, COMMENT, utf8(packet.comment));
  option(body, EPB_FLAGS, word(packet.direction === 'inbound' ? 1 : 2));
  if (packet.queue !== null) option(body, EPB_QUEUE, word(packet.queue));
  option(body, END_OF_OPTIONS, new Uint8Array(0));
  const file = new ByteWriter();
  block(file, ENHANCED_PACKET, body);
  return file.take();
}

function block(file: ByteWriter, type: number, body: ByteWriter): void {
  const length = body.length + 12;
  file.u32(type);
  file.u32(length);
  file.bytes(body.take());
  file.u32(length);
}

function option(body: ByteWriter, code: number, value: Uint8Array): void {
  body.u16(code);
  body.u16(value.length);
  padded(body, value);
}

function padded(body: ByteWriter, bytes: Uint8Array): void {
  body.bytes(bytes);
  body.zeros((4 - (bytes.length % 4)) % 4);
}

function word(value: number): Uint8Array {
  const bytes = new ByteWriter();
  bytes.u32(value);
  return bytes.take();
}
