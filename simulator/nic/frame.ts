/** A frame on the wire: reused in place, since the machine looks at one frame at a time. */
export const FRAME_UDP = 1;
export const FRAME_MALFORMED = 2;
export const FRAME_BAD_CHECKSUM = 4;
/** The device will not manage to split it, although it is TCP. */
export const FRAME_SPLIT_FAILS = 8;
/** The device put headers and payload into different buffers. */
export const FRAME_SPLIT = 16;

/** Connection 0 is the measured one; the others belong to ordinary readers. */
export const MEASURED_FLOW = 0;

export class WireFrame {
  packet = 0;
  flow = MEASURED_FLOW;
  flags = 0;
  headerBytes = 0;
  payloadBytes = 0;
}
