/** Makes the analyser: one parser for all drivers of a process. */
import { DRIVER_MODEL_VERSION, type DriverModel } from '../../simulator/driver-model/driver-model.ts';
import type { Analyzer, Driver, DriverAnalysis, Incomplete, ParserBinaries, SourceFile } from './analyzer.ts';
import type { Finding } from './finding.ts';
import { Planner } from './fixes/planner.ts';
import type { KernelTree } from './kernel/tree.ts';
import { understandDriver } from './model/driver.ts';
import { extractPrograms } from './model/programs/extract.ts';
import type { FileModel } from './model/symbols.ts';
import { runRules } from './rules/all.ts';
import { type FileItems, readItems } from './syntax/file-items.ts';
import { type CParser, startParser } from './syntax/parser.ts';
import type { FilePath } from './text/range.ts';

interface OpenFile {
  readonly source: SourceFile;
  items: FileItems | null;
  previous: FileItems | null;
}

/** Name of a driver: the last folder of its files. */
function driverName(path: FilePath | undefined): string {
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

class ParsedDriver implements Driver {
  private readonly parser: CParser;
  private readonly tree: KernelTree;
  private readonly files = new Map<FilePath, OpenFile>();
  private current: DriverAnalysis | null = null;

  constructor(parser: CParser, files: Iterable<SourceFile>, tree: KernelTree) {
    this.parser = parser;
    this.tree = tree;
    for (const file of files) this.files.set(file.path, { source: file, items: null, previous: null });
  }

  setFile(file: SourceFile): void {
    const known = this.files.get(file.path);
    if (known?.source.text === file.text) return;
    this.files.set(file.path, {
      source: file,
      items: null,
      previous: known?.items ?? known?.previous ?? null,
    });
    this.current = null;
  }

  removeFile(path: FilePath): void {
    this.parser.forget(path);
    if (this.files.delete(path)) this.current = null;
  }

  analysis(): DriverAnalysis {
    this.current ??= this.analyse();
    return this.current;
  }

  private analyse(): DriverAnalysis {
    const models: FileModel[] = [];
    const incomplete: Incomplete[] = [];
    for (const [path, file] of this.files) {
      file.items ??= readItems(
        this.parser,
        path,
        file.source.text,
        file.previous?.cache ?? null,
        file.previous !== null,
      );
      file.previous = null;
      models.push({ path, text: file.source.text, items: file.items.items });
      for (const { base, item } of file.items.items) {
        if (item.k !== 'function' && item.k !== 'other') continue;
        for (const e of item.errors)
          incomplete.push({
            location: { file: path, range: { start: base + e.s, end: base + e.e } },
            reason: 'The C parser could not read this; what lies near it may be missing.',
          });
      }
    }
    const facts = understandDriver(models);
    const [first] = this.files.keys();
    let programs: DriverModel['programs'];
    const model: DriverModel = {
      version: DRIVER_MODEL_VERSION,
      name: driverName(first),
      pools: facts.pools.map((p) => p.model),
      capabilities: facts.abilities.model,
      // Only when somebody asks: diagnostics at each keystroke do not.
      get programs() {
        return (programs ??= extractPrograms(facts));
      },
    };
    const planner = new Planner(facts, this.tree);
    const findings = runRules({ facts, tree: this.tree }).map((f) => withFixes(f, planner));
    return { findings, model, incomplete, facts, conversions: (at) => planner.conversions(at) };
  }

  dispose(): void {
    for (const path of this.files.keys()) this.parser.forget(path);
    this.files.clear();
    this.current = null;
  }
}

/** Starts the parser from the two binaries the host read. */
export async function createAnalyzer(binaries: ParserBinaries): Promise<Analyzer> {
  const parser = await startParser(binaries);
  return { openDriver: (files, tree) => new ParsedDriver(parser, files, tree) };
}
