/** Writes what a run left behind into files that other tools read. */
import { resolve } from 'node:path';
import type { Simulation } from '../../simulator/run/simulation.ts';
import { countersOf } from '../../simulator/trace/counters.ts';
import { timelineOf } from '../../simulator/trace/timeline.ts';
import { captureWire } from '../../simulator/trace/wire-capture.ts';
import { reasonOf } from '../files/reason.ts';
import { putFile } from '../files/replace-file.ts';

export interface TraceFiles {
  /** Packets on the wire, for Wireshark. */
  readonly pcapng?: string;
  /** Timeline, for Perfetto. */
  readonly trace?: string;
  /** Counters as JSON. */
  readonly counters?: string;
}

/** @returns what went wrong, in a line; undefined when all was written */
export function writeTraces(simulation: Simulation, files: TraceFiles, cwd: string): string | undefined {
  const write = (name: string | undefined, action: (path: string) => void): string | undefined => {
    if (name === undefined) return undefined;
    try {
      action(resolve(cwd, name));
      return undefined;
    } catch (error) {
      return `${name}: cannot be written: ${reasonOf(error)}`;
    }
  };
  return (
    write(files.pcapng, (path) => putFile(path, captureWire(simulation))) ??
    write(files.trace, (path) => putFile(path, `${JSON.stringify(timelineOf(simulation))}\n`)) ??
    write(files.counters, (path) => putFile(path, `${JSON.stringify(countersOf(simulation), null, 2)}\n`))
  );
}
