/** Makes the analyser: one parser for all drivers of a process. */
import { DRIVER_MODEL_VERSION, type DriverModel } from '../../../simulator/contract/driver-model.ts';
import type {
  Analyzer,
  Driver,
  DriverAnalysis,
  DriverOptions,
  Incomplete,
  ParserBinaries,
  SourceFile,
} from '../analyzer.ts';
import { DriverReader } from './driver-reader.ts';
import { type Finding, REQUIREMENTS } from '../finding.ts';
import { Planner } from '../fixes/planner.ts';
import type { KernelTree } from '../kernel/tree.ts';
import { DriverCache, understandDriver } from '../model/driver/driver.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { Extracted } from '../model/programs/extract.ts';
import { ProgramCache } from '../model/programs/program-cache.ts';
import type { FileModel } from '../model/names/symbols.ts';
import { buffersFrom } from '../report/buffers-from.ts';
import { runRules } from '../rules/all.ts';
import { unreadPlaces } from '../rules/unread.ts';
import { traceFragments } from '../rules/untraced.ts';
import { type CParser, startParser } from '../syntax/parser.ts';
import type { FilePath } from '../text/range.ts';

/** The last folder of a file. */
function folderName(path: FilePath | undefined): string {
  const parts = (path ?? '').split('/');
  return parts[parts.length - 2] ?? '';
}

/** Plans cost more than a keystroke may, so they are made when somebody looks at them. */
function withFixes(finding: Finding, planner: Planner): Finding {
  return {
    ...finding,
    get fixes() {
      return planner.plansFor(finding);
    },
  };
}

/** Findings of a driver that are given. All drivers of a kernel together have a tenth of that. */
const MAX_FINDINGS = 20_000;

/** Says how many findings are not given. */
function leftOut(found: readonly Finding[]): DriverFacts['limits'] {
  const first = found[MAX_FINDINGS];
  if (first === undefined) return [];
  const reason = `The driver has ${found.length} findings; from here on they are left out, ${MAX_FINDINGS} are given.`;
  return [{ location: first.location, reason }];
}

class ParsedDriver implements Driver {
  private readonly tree: KernelTree;
  private readonly name: string | null;
  private readonly reader: DriverReader;
  private cache: DriverCache;
  private readonly programs = new ProgramCache();
  private current: DriverAnalysis | null = null;

  constructor(parser: CParser, files: Iterable<SourceFile>, tree: KernelTree, options: DriverOptions) {
    this.tree = tree;
    this.name = options.name ?? null;
    this.reader = new DriverReader(parser, files, tree, options.reading ?? 'whole');
    this.cache = new DriverCache(this.reader.reading === 'whole');
  }

  setFile(source: SourceFile): void {
    if (this.reader.setFile(source)) this.current = null;
  }

  removeFile(path: FilePath): void {
    if (this.reader.removeFile(path)) this.current = null;
  }

  readWhole(): void {
    if (this.reader.reading === 'whole') return;
    this.reader.readWhole();
    this.cache = new DriverCache(true);
    this.current = null;
  }

  analysis(): DriverAnalysis {
    this.current ??= this.analyse();
    return this.current;
  }

  private understand(models: readonly FileModel[]): DriverFacts {
    return understandDriver(models, this.cache, this.reader.limits);
  }

  private analyse(): DriverAnalysis {
    let facts = this.understand(this.reader.read());
    if (
      this.reader.reading === 'relevant' &&
      (facts.guards.hasModes || (facts.pools.length > 0 && facts.guards.xdpPools.mayBe))
    ) {
      // Which mode code runs in is said far from where buffers are: what guards look for is read as well. What they would
      // look for then changed no finding of drivers/net of 6.12 to 7.3, and each reading costs half of the first.
      runRules({ facts, tree: this.tree });
      const { functions, members } = facts.guards.asked;
      if (functions.size + members.size > 0)
        facts = this.understand(this.reader.readMore(functions, members));
    }
    const found = runRules({ facts, tree: this.tree });
    const memory = this.programs;
    let extracted: Extracted | null = null;
    const paths = (): Extracted => (extracted ??= memory.of(facts));
    const model: DriverModel = {
      version: DRIVER_MODEL_VERSION,
      name: this.name ?? folderName(this.reader.first),
      kernel: this.tree.release,
      pools: facts.pools.map(({ model: m }) => (facts.guards.xdpPools.areAll ? { ...m, role: 'xdp' } : m)),
      ...buffersFrom(facts, found),
      capabilities: facts.abilities.model,
      // Only when somebody asks: diagnostics at each keystroke do not.
      get programs() {
        return paths().programs;
      },
      get questions() {
        return paths().questions;
      },
      get unread() {
        return paths().unread;
      },
    };
    const planner = new Planner(facts, this.tree);
    const findings = found.slice(0, MAX_FINDINGS).map((f) => withFixes(f, planner));
    const incomplete: Incomplete[] = [
      ...unreadPlaces(facts),
      // What was given up, or left out, may be anywhere in the driver.
      ...[...facts.limits, ...leftOut(found)].map(({ location, reason }): Incomplete => ({
        location,
        reason,
        bearsOn: REQUIREMENTS,
      })),
    ];
    return {
      ...{ findings, model, incomplete, facts, conversions: (at) => planner.conversions(at) },
      get traces() {
        return traceFragments(facts);
      },
    };
  }

  dispose(): void {
    this.reader.clear();
    this.current = null;
  }
}

/** Starts the parser from the two binaries the host read. */
export async function createAnalyzer(binaries: ParserBinaries): Promise<Analyzer> {
  const parser = await startParser(binaries);
  return { openDriver: (files, tree, options = {}) => new ParsedDriver(parser, files, tree, options) };
}
