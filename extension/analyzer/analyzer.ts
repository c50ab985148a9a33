/**
 * The analyser's front door. Editor, terminal and tests are three clients of it. It does no input or output: the
 * host hands it texts and gets plain data back.
 */
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
import type { Finding, Requirement } from './finding.ts';
import type { FixPlan } from './fix.ts';
import type { FragmentTraces } from './fragment-traces.ts';
import type { KernelTree } from './kernel/tree.ts';
import type { DriverFacts } from './model/driver/driver-facts.ts';
import type { ParserBinaries } from './syntax/binaries.ts';
import type { FilePath, Location } from './text/range.ts';

/** A source file as the host read it. */
export interface SourceFile {
  readonly path: FilePath;
  readonly text: string;
}

/** A part of the driver that could not be understood; said, never guessed. */
export interface Incomplete {
  readonly location: Location;
  readonly reason: string;
  /** Requirements that it may have a part in, by the names in the function around it. */
  readonly bearsOn: readonly Requirement[];
}

/** Everything that is known about one driver at one moment. Immutable. */
export interface DriverAnalysis {
  readonly findings: readonly Finding[];
  readonly model: DriverModel;
  readonly incomplete: readonly Incomplete[];
  /** How far the fragments that are sent were followed. Worked out when asked for. */
  readonly traces?: FragmentTraces;
  /** Alias classes with all their holders and uses: what a closed conversion needs. */
  readonly facts?: DriverFacts;
  /**
   * Conversions of the driver's receive buffers, those that are refused with their reasons: all, or those that a place
   * has part in. Made when asked for.
   */
  readonly conversions?: (at: Location | null) => readonly FixPlan[];
}

/** One driver: the files of one kernel module. Recomputed incrementally. */
export interface Driver {
  /** Adds or replaces a file. Work is done at the next `analysis()`. */
  setFile(file: SourceFile): void;
  removeFile(path: FilePath): void;
  /** Goes over to reading everything, for a driver that was opened to be looked at quickly. */
  readWhole(): void;
  /** Current analysis; cached until a file changes. */
  analysis(): DriverAnalysis;
  /** Frees parser memory. The driver is not used afterwards. */
  dispose(): void;
}

export type { ParserBinaries };

/** `whole`: everything is parsed. `relevant`: only what can bear on a finding, for scans of many drivers. */
export type Reading = 'whole' | 'relevant';

export interface DriverOptions {
  /** Of the module; the last folder of the first file if not said. */
  readonly name?: string;
  /** `whole` if not said. */
  readonly reading?: Reading;
}

export interface Analyzer {
  openDriver(files: Iterable<SourceFile>, tree: KernelTree, options?: DriverOptions): Driver;
}
