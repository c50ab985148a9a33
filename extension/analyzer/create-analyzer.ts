/** Makes the analyser: one parser for all drivers of a process. */
import { DRIVER_MODEL_VERSION, type DriverModel } from '../../simulator/contract/driver-model.ts';
import type {
  Analyzer,
  Driver,
  DriverAnalysis,
  DriverOptions,
  Incomplete,
  ParserBinaries,
  Reading,
  SourceFile,
} from './analyzer.ts';
import type { Finding } from './finding.ts';
import { Planner } from './fixes/planner.ts';
import type { KernelTree } from './kernel/tree.ts';
import { pointersTo } from './model/divided.ts';
import { DriverMemory, understandDriver } from './model/driver.ts';
import type { DriverFacts } from './model/driver-facts.ts';
import type { Extracted } from './model/programs/extract.ts';
import { ProgramMemory } from './model/programs/program-memory.ts';
import { Sieve } from './model/sieve.ts';
import type { FileModel } from './model/symbols.ts';
import { runRules } from './rules/all.ts';
import { type FileItems, readItems } from './syntax/file-items.ts';
import { cutPieces, type Pieces, recutPieces } from './syntax/pieces.ts';
import { type CParser, startParser } from './syntax/parser.ts';
import type { FilePath } from './text/range.ts';

/** How often more of a driver is read for what guards look for: each time shows callers of callers. */
const MOST_ROUNDS = 8;

interface OpenFile {
  readonly source: SourceFile;
  /** The text before, and its pieces, while `pieces` is not known. */
  readonly before: { readonly text: string; readonly pieces: Pieces } | null;
  pieces: Pieces | null;
  /** Of this text if `fresh`, else of the one before it. */
  items: FileItems | null;
  fresh: boolean;
  /** Of these items; the same object as long as they are. */
  model: FileModel | null;
}

function piecesOf({ source, before }: OpenFile): Pieces {
  return before === null ? cutPieces(source.text) : recutPieces(before.text, before.pieces, source.text);
}

const unread = new WeakMap<FileModel, readonly Incomplete[]>();

/** What the parser could not read of a file. */
function unreadIn(file: FileModel): readonly Incomplete[] {
  let found = unread.get(file);
  if (found === undefined) {
    found = file.items.flatMap(({ base, item }) => {
      if (item.k !== 'function' && item.k !== 'other') return [];
      return item.errors.map((e) => ({
        location: { file: file.path, range: { start: base + e.s, end: base + e.e } },
        reason:
          (item.k === 'other' ? item.reason : undefined) ??
          'The C parser could not read this; what lies near it may be missing.',
      }));
    });
    unread.set(file, found);
  }
  return found;
}

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

class ParsedDriver implements Driver {
  private readonly parser: CParser;
  private readonly tree: KernelTree;
  private readonly options: DriverOptions;
  private readonly files = new Map<FilePath, OpenFile>();
  private memory: DriverMemory;
  private readonly programs = new ProgramMemory();
  private current: DriverAnalysis | null = null;
  private reading: Reading;
  /** Names that guards looked for. */
  private readonly wanted = {
    functions: new Set<string>(),
    members: new Set<string>(),
    divided: new Set<string>(),
    pointers: new Set<string>(),
  };

  constructor(parser: CParser, files: Iterable<SourceFile>, tree: KernelTree, options: DriverOptions) {
    this.parser = parser;
    this.tree = tree;
    this.options = options;
    this.reading = options.reading ?? 'whole';
    this.memory = new DriverMemory(this.reading === 'whole');
    for (const source of files)
      this.files.set(source.path, {
        source,
        before: null,
        pieces: null,
        items: null,
        fresh: false,
        model: null,
      });
  }

  setFile(source: SourceFile): void {
    const known = this.files.get(source.path);
    if (known?.source.text === source.text) return;
    const pieces = known?.pieces ?? null;
    const before =
      known === undefined ? null : pieces === null ? known.before : { text: known.source.text, pieces };
    this.files.set(source.path, {
      ...{ source, before, pieces: null },
      ...{ items: known?.items ?? null, fresh: false, model: null },
    });
    this.current = null;
  }

  removeFile(path: FilePath): void {
    if (this.files.delete(path)) this.current = null;
  }

  readWhole(): void {
    if (this.reading === 'whole') return;
    this.reading = 'whole';
    this.memory = new DriverMemory(true);
    for (const file of this.files.values()) file.fresh = false;
    this.current = null;
  }

  analysis(): DriverAnalysis {
    this.current ??= this.analyse();
    return this.current;
  }

  /** Parses what has changed. */
  private read(): FileModel[] {
    // What is found must not depend on which file was opened or added first.
    const files = [...this.files.values()].sort((a, b) => (a.source.path < b.source.path ? -1 : 1));
    const cut = files.map((file) => (file.pieces ??= piecesOf(file)));
    const relevant = this.reading === 'relevant' ? new Sieve(cut, this.wanted).run() : null;
    return files.map((file, i) => {
      const { path, text } = file.source;
      if (file.items === null || !file.fresh || relevant !== null) {
        const wanted = relevant === null ? (cut[i]?.list ?? []) : (relevant[i] ?? []);
        file.items = readItems(this.parser, text, wanted, file.items?.cache ?? null);
        file.fresh = true;
        file.model = null;
      }
      return (file.model ??= { path, text, items: file.items.items });
    });
  }

  private analyse(): DriverAnalysis {
    let models: FileModel[] = this.read();
    let facts = understandDriver(models, this.memory);
    if (this.reading === 'relevant' && this.divides(facts)) {
      models = this.read();
      facts = understandDriver(models, this.memory);
    }
    if (this.reading === 'relevant' && facts.guards.hasModes) {
      // Which mode code runs in is said far from where buffers are: what guards look for is read as well.
      for (let round = 0; round < MOST_ROUNDS && this.wants(facts); round++) {
        models = this.read();
        facts = understandDriver(models, this.memory);
      }
    }
    const incomplete = [...models.flatMap((file) => unreadIn(file)), ...facts.limits];
    const [first] = this.files.keys();
    const memory = this.programs;
    let extracted: Extracted | null = null;
    const paths = (): Extracted => (extracted ??= memory.of(facts));
    const model: DriverModel = {
      version: DRIVER_MODEL_VERSION,
      name: this.options.name ?? folderName(first),
      kernel: this.tree.release,
      pools: facts.pools.map((p) => p.model),
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
    const findings = runRules({ facts, tree: this.tree }).map((f) => withFixes(f, planner));
    return { findings, model, incomplete, facts, conversions: (at) => planner.conversions(at) };
  }

  /** @returns true if structures are new whose objects are told apart */
  private divides({ symbols }: DriverFacts): boolean {
    const before = this.wanted.divided.size;
    const tags = symbols.names.dividedTags;
    for (const tag of tags) this.wanted.divided.add(tag);
    for (const name of pointersTo(tags, symbols.names)) this.wanted.pointers.add(name);
    return this.wanted.divided.size > before;
  }

  /** Lets the guards look for what they need. @returns true if there is more to read than before */
  private wants(facts: DriverFacts): boolean {
    runRules({ facts, tree: this.tree });
    const { functions, members } = facts.guards.asked;
    const before = this.wanted.functions.size + this.wanted.members.size;
    for (const name of functions) this.wanted.functions.add(name);
    for (const name of members) this.wanted.members.add(name);
    return this.wanted.functions.size + this.wanted.members.size > before;
  }

  dispose(): void {
    this.files.clear();
    this.current = null;
  }
}

/** Starts the parser from the two binaries the host read. */
export async function createAnalyzer(binaries: ParserBinaries): Promise<Analyzer> {
  const parser = await startParser(binaries);
  return { openDriver: (files, tree, options = {}) => new ParsedDriver(parser, files, tree, options) };
}
