/** The driver that a run is about: the user's, analysed, or the built-in reference driver. */
import type { KernelRelease } from '../../simulator/core/kernel-release.ts';
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
import { cutPaths } from './cut-paths.ts';
import { EXIT, worse, type ExitCode } from './exit-code.ts';
import { type AnalysedDriver, analyse } from './session.ts';
import { readText } from './source-files.ts';
import type { Terminal } from './terminal.ts';
import { displayName } from './display.ts';

export interface SimulatedDriver {
  readonly model: DriverModel;
  readonly sourceLine: (file: string, line: number) => string | null;
  readonly display: (file: string) => string;
}

export interface DriverOptions {
  /** Root of the kernel tree; null: the one around the driver. */
  readonly tree: string | null;
  readonly release: KernelRelease | null;
  readonly config: string | null;
  readonly define: readonly string[];
}

/** Analyses the one driver that `path` names. Everything that went wrong has been said on the terminal. */
export async function analysedDriver(
  path: string,
  options: DriverOptions,
  terminal: Terminal,
): Promise<SimulatedDriver | ExitCode> {
  const session = await analyse(
    [path],
    {
      kernel: options.tree,
      release: options.release,
      config: options.config,
      define: options.define,
      confidence: null,
      select: [],
      threads: 1,
      useBaseline: false,
      wantModel: true,
      wantPrograms: true,
      wantFixes: false,
    },
    terminal,
  );
  const [first, ...others] = session.drivers;
  if (others.length > 0) {
    terminal.message(`${path}: ${session.drivers.length} drivers; one can be run, name its directory`);
    return EXIT.usage;
  }
  const model = first?.result.model ?? null;
  if (model === null) {
    if (session.exit === EXIT.clean) terminal.message(`${path}: no driver here; name a driver's directory`);
    return worse(session.exit, EXIT.usage);
  }
  if (first !== undefined && isNothing(first, model)) {
    terminal.message(
      `${path}: nothing to run: no pool, no poll, no transmission and no queue operation was found; name a driver's directory`,
    );
    return EXIT.usage;
  }
  cutPaths(model).forEach((line) => terminal.message(`${path}: ${line}`));
  return { model, sourceLine: fileLines(), display: (file) => displayName(file, terminal.cwd) };
}

/** True if there is nothing to run, and nothing was found or missed that could be. */
function isNothing({ findings, incomplete }: AnalysedDriver, model: DriverModel): boolean {
  const { capabilities, pools, programs = [] } = model;
  return (
    pools.length + programs.length + findings.length === 0 &&
    incomplete.every(({ bearsOn }) => bearsOn.length === 0) &&
    capabilities.queueMgmtOps.value.length === 0 &&
    !capabilities.tcpDataSplit.value &&
    capabilities.netmemTx.value === 'none'
  );
}

/** Reads each file once; a file that went away since it was analysed shows no lines. */
function fileLines(): SimulatedDriver['sourceLine'] {
  const files = new Map<string, readonly string[]>();
  return (file, line) => {
    let lines = files.get(file);
    if (lines === undefined) {
      try {
        lines = readText(file).split('\n');
      } catch {
        lines = [];
      }
      files.set(file, lines);
    }
    return lines.at(line - 1) ?? null;
  };
}
