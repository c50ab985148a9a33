/** Writes what a run left behind into files that other tools read. */
import { resolve } from 'node:path';
import type { Simulation } from '../../simulator/run/simulation.ts';
import { countersOf } from '../../simulator/trace/counters.ts';
import { lcovOf } from '../../simulator/trace/lcov.ts';
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

/** Writes what the runs covered of the driver, for lcov. @returns what went wrong, in a line; undefined when it was written */
export function writeCoverage(
  simulations: readonly Simulation[],
  name: string,
  display: (file: string) => string,
  cwd: string,
): string | undefined {
  return put(name, () => lcovOf(simulations, display), cwd);
}

function put(
  name: string | undefined,
  text: () => Parameters<typeof putFile>[1],
  cwd: string,
): string | undefined {
  if (name === undefined) return undefined;
  try {
    putFile(resolve(cwd, name), text());
    return undefined;
  } catch (error) {
    return `${name}: cannot be written: ${reasonOf(error)}`;
  }
}

/** @returns what went wrong, in a line; undefined when all was written */
export function writeTraces(simulation: Simulation, files: TraceFiles, cwd: string): string | undefined {
  return (
    put(files.pcapng, () => captureWire(simulation), cwd) ??
    put(files.trace, () => `${JSON.stringify(timelineOf(simulation))}\n`, cwd) ??
    put(files.counters, () => `${JSON.stringify(countersOf(simulation), null, 2)}\n`, cwd)
  );
}
