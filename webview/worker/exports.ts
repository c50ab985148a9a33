/** A run as a file for other tools: packets for Wireshark, the log for Perfetto. */
import type { Simulation } from '../../simulator/run/simulation.ts';
import { timelineOf } from '../../simulator/trace/timeline.ts';
import { captureWire } from '../../simulator/trace/wire-capture.ts';

export const FILE_FORMATS = ['pcapng', 'trace'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** Content of the file about all that has run. */
export function fileOf(simulation: Simulation, format: FileFormat): Uint8Array {
  switch (format) {
    case 'trace':
      return new TextEncoder().encode(JSON.stringify(timelineOf(simulation)));
    case 'pcapng':
      return joined([...captureWire(simulation)]);
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
