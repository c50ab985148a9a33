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
import { type Finding, REQUIREMENTS } from './finding.ts';
import { Planner } from './fixes/planner.ts';
import type { KernelTree } from './kernel/tree.ts';
import { pointersTo } from './model/divided.ts';
import { DriverMemory, understandDriver } from './model/driver.ts';
import type { DriverFacts } from './model/driver-facts.ts';
import { macroQuestions } from './model/macro-questions.ts';
import type { Extracted } from './model/programs/extract.ts';
import { ProgramMemory } from './model/programs/program-memory.ts';
import { Shims } from './model/shims.ts';
import { Sieve } from './model/sieve.ts';
import type { FileModel } from './model/symbols.ts';
import { runRules } from './rules/all.ts';
import { unreadPlaces } from './rules/unread.ts';
import { traceFragments } from './rules/untraced.ts';
import { type FileItems, readItems } from './syntax/file-items.ts';
import { cutPieces, type Pieces, recutPieces } from './syntax/pieces.ts';
import { type CParser, startParser } from './syntax/parser.ts';
import { type ActiveText } from './syntax/preprocessor/active-text.ts';
import { knownMacros } from './syntax/preprocessor/known-macros.ts';
import { MacroMemory } from './syntax/preprocessor/macro-memory.ts';
import { Preprocessor } from './syntax/preprocessor/preprocessor.ts';
import { buildOf } from './kernel/build.ts';
import type { FilePath } from './text/range.ts';

/** How often more of a driver is read for what guards look for: each time shows callers of callers. */
const MOST_ROUNDS = 8;

interface OpenFile {
  source: SourceFile;
  /** What is compiled of the text; what it was cut from. Null before the first reading. */
  active: ActiveText | null;
  pieces: Pieces | null;
  /** Of this text if `fresh`, else of the one before it. */
  items: FileItems | null;
  fresh: boolean;
  /** Of these items; the same object as long as they are. */
  model: FileModel | null;
}

/** Cuts what is compiled of a file, at the cost of what is another than before. */
function cutFile(file: OpenFile, active: ActiveText): Pieces {
  const { active: before, pieces } = file;
  if (pieces !== null && before !== null && before.text === active.text) {
    file.active = active;
    return pieces;
  }
  file.active = active;
  file.fresh = false;
  file.pieces =
    before === null || pieces === null
      ? cutPieces(active.text)
      : recutPieces(before.text, pieces, active.text);
  return file.pieces;
}

const NO_PIECES: Pieces = { list: [], balanced: true };

function unreadFile(source: SourceFile): OpenFile {
  return { source, active: null, pieces: null, items: null, fresh: false, model: null };
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

/** Findings of a driver that are given. All drivers of a kernel together have a tenth of that. */
export const MAX_FINDINGS = 20_000;

/** Says how many findings are not given. */
function leftOut(found: readonly Finding[]): DriverFacts['limits'] {
  const first = found[MAX_FINDINGS];
  if (first === undefined) return [];
  const reason = `The driver has ${found.length} findings; from here on they are left out, ${MAX_FINDINGS} are given.`;
  return [{ location: first.location, reason }];
}

/** Characters of a driver's files that are read; the largest network driver of 7.3 (mlx5) has 5.6 million. */
export const MAX_SOURCES = 8 * 1024 * 1024;

interface Bounded {
  readonly files: readonly OpenFile[];
  /** Says which files are not read. */
  readonly limits: DriverFacts['limits'];
}

/** The first files in order, as far as they are read. */
function bounded(all: readonly OpenFile[]): Bounded {
  let size = 0;
  const files = all.filter(({ source }) => (size += source.text.length) <= MAX_SOURCES);
  if (size <= MAX_SOURCES) return { files, limits: [] };
  const [first, ...others] = all.filter((file) => !files.includes(file));
  if (first === undefined) return { files, limits: [] };
  const megabytes = (size / (1024 * 1024)).toFixed(1);
  const rest = others.length === 0 ? '' : ` and ${others.length} more`;
  const reason = `The files of the driver have ${megabytes} MB, and ${MAX_SOURCES / (1024 * 1024)} MB are read; left out: this file${rest}.`;
  return {
    files,
    limits: [{ location: { file: first.source.path, range: { start: 0, end: 0 } }, reason, hides: true }],
  };
}

class ParsedDriver implements Driver {
  private readonly parser: CParser;
  private readonly tree: KernelTree;
  private readonly options: DriverOptions;
  private readonly files = new Map<FilePath, OpenFile>();
  private memory: DriverMemory;
  private readonly preprocessor: Preprocessor;
  private readonly macros: MacroMemory;
  private readonly shims: Shims;
  private readonly programs = new ProgramMemory();
  private current: DriverAnalysis | null = null;
  private reading: Reading;
  private unread: DriverFacts['limits'] = [];
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
    this.preprocessor = new Preprocessor(knownMacros(buildOf(tree)));
    this.shims = new Shims(tree);
    this.macros = new MacroMemory(macroQuestions(tree));
    for (const source of files) this.files.set(source.path, unreadFile(source));
  }

  setFile(source: SourceFile): void {
    const known = this.files.get(source.path);
    if (known?.source.text === source.text) return;
    if (known === undefined) this.files.set(source.path, unreadFile(source));
    else {
      known.source = source;
      known.model = null;
    }
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
    const sorted = [...this.files.values()].sort((a, b) => (a.source.path < b.source.path ? -1 : 1));
    const { files, limits } = bounded(sorted);
    this.unread = limits;
    const active = this.preprocessor.run(files.map(({ source }) => source));
    const cut = files.map((file, i) => cutFile(file, active[i] ?? { text: file.source.text, inactive: [] }));
    const table = this.macros.of(
      files.map(({ source: { path } }, i) => ({
        path,
        text: active[i]?.text ?? '',
        pieces: cut[i] ?? NO_PIECES,
      })),
    );
    const relevant =
      this.reading === 'relevant'
        ? new Sieve(cut, this.wanted, (file, piece) => table.usedBy(file, piece)).run()
        : null;
    files.forEach((file, i) => {
      const { text } = file.source;
      const { text: compiled = text } = active[i] ?? {};
      if (file.items === null || !file.fresh || relevant !== null || file.items.cache.table !== table) {
        const wanted = relevant === null ? (cut[i]?.list ?? []) : (relevant[i] ?? []);
        const known = file.items;
        file.items = readItems(this.parser, compiled, wanted, known?.cache ?? null, { table, file: i });
        file.fresh = true;
        file.model = null;
      }
    });
    const items = this.shims.without(files.map((file) => file.items?.items ?? []));
    return files.map((file, i) => {
      const { path, text } = file.source;
      const own = items[i] ?? [];
      if (file.model?.items !== own) file.model = null;
      return (file.model ??= { path, text, items: own, inactive: active[i]?.inactive ?? [] });
    });
  }

  private analyse(): DriverAnalysis {
    let models: FileModel[] = this.read();
    let facts = understandDriver(models, this.memory, this.unread);
    if (this.reading === 'relevant' && this.divides(facts)) {
      models = this.read();
      facts = understandDriver(models, this.memory, this.unread);
    }
    if (this.reading === 'relevant' && facts.guards.hasModes) {
      // Which mode code runs in is said far from where buffers are: what guards look for is read as well.
      for (let round = 0; round < MOST_ROUNDS && this.wants(facts); round++) {
        models = this.read();
        facts = understandDriver(models, this.memory, this.unread);
      }
    }
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
    const found = runRules({ facts, tree: this.tree });
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
