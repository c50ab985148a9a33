/** Reads the files of a driver into items: what is compiled of them, cut into pieces, and parsed as far as it matters. */
import type { Reading, SourceFile } from '../analyzer.ts';
import { buildOf } from '../kernel/build.ts';
import type { KernelTree } from '../kernel/tree.ts';
import { dividedTags, pointersTo } from '../model/names/divided.ts';
import type { Limit } from '../model/reading/limit.ts';
import { kernelOffer, macroQuestions } from '../model/reading/macro-questions.ts';
import { Names } from '../model/names/names.ts';
import { Shims } from '../model/reading/shims.ts';
import { Prefilter } from '../model/reading/prefilter.ts';
import type { FileModel } from '../model/names/symbols.ts';
import { type FileItems, readItems } from '../syntax/items/file-items.ts';
import type { CParser } from '../syntax/parser.ts';
import { cutPieces, type Piece, type Pieces, recutPieces } from '../syntax/pieces.ts';
import type { ActiveText } from '../syntax/preprocessor/active-text.ts';
import { knownMacros } from '../syntax/preprocessor/known-macros.ts';
import { MacroCache } from '../syntax/preprocessor/macro-cache.ts';
import type { MacroTable } from '../syntax/preprocessor/macros.ts';
import { Preprocessor } from '../syntax/preprocessor/preprocessor.ts';
import type { FilePath } from '../text/range.ts';

interface OpenFile {
  source: SourceFile;
  /** What is compiled of the text; what it was cut from. Null before the first reading. */
  active: ActiveText | null;
  pieces: Pieces | null;
  /** Of these pieces and macros, if they were read. */
  items: FileItems | null;
  /** The pieces that the items are of. */
  read: readonly Piece[];
  /** Of these items; the same object as long as they are. */
  model: FileModel | null;
}

function unreadFile(source: SourceFile): OpenFile {
  return { source, active: null, pieces: null, items: null, read: [], model: null };
}

/** Cuts what is compiled of a file, at the cost of what is another than before. */
function cutFile(file: OpenFile, active: ActiveText): Pieces {
  const { active: before, pieces } = file;
  file.active = active;
  if (pieces !== null && before !== null && before.text === active.text) return pieces;
  file.pieces =
    before === null || pieces === null
      ? cutPieces(active.text)
      : recutPieces(before.text, pieces, active.text);
  return file.pieces;
}

/** Characters of a driver's files that are read; the largest network driver of 7.3 (mlx5) has 5.6 million. */
export const MAX_SOURCES = 8 * 1024 * 1024;

interface Bounded {
  readonly files: readonly OpenFile[];
  /** Says which files are not read. */
  readonly limits: readonly Limit[];
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

/** A file with its pieces, ready to be parsed. */
interface CutFile {
  readonly file: OpenFile;
  readonly active: ActiveText;
  readonly pieces: Pieces;
}

/** The files of a driver as they are now, before anything is parsed. */
interface CutDriver {
  readonly files: readonly CutFile[];
  readonly table: MacroTable;
  /** Null if all is read. */
  readonly prefilter: Prefilter | null;
}

export class DriverReader {
  private readonly parser: CParser;
  private readonly files = new Map<FilePath, OpenFile>();
  private readonly preprocessor: Preprocessor;
  private readonly macros: MacroCache;
  private readonly shims: Shims;
  private cut: CutDriver | null = null;
  private what: Reading;
  /** Files of the driver that are not read, with the reason. */
  limits: readonly Limit[] = [];

  constructor(parser: CParser, files: Iterable<SourceFile>, tree: KernelTree, reading: Reading) {
    this.parser = parser;
    this.what = reading;
    const known = knownMacros(buildOf(tree), (name) => tree.isMacro?.(name) === true);
    this.preprocessor = new Preprocessor(known, kernelOffer(tree));
    this.macros = new MacroCache(macroQuestions(tree));
    this.shims = new Shims(tree);
    for (const source of files) this.files.set(source.path, unreadFile(source));
  }

  get reading(): Reading {
    return this.what;
  }

  get first(): FilePath | undefined {
    const [first] = this.files.keys();
    return first;
  }

  /** @returns false if the file is as it was */
  setFile(source: SourceFile): boolean {
    const known = this.files.get(source.path);
    if (known?.source.text === source.text) return false;
    if (known === undefined) this.files.set(source.path, unreadFile(source));
    else {
      known.source = source;
      known.model = null;
    }
    this.cut = null;
    return true;
  }

  /** @returns false if there is no such file */
  removeFile(path: FilePath): boolean {
    this.cut = null;
    return this.files.delete(path);
  }

  readWhole(): void {
    this.what = 'whole';
    this.cut = null;
  }

  clear(): void {
    this.files.clear();
    this.cut = null;
  }

  /** Reads what has changed: all of it, or what can matter to a buffer. */
  read(): FileModel[] {
    const { prefilter, files } = (this.cut = this.cutAll());
    if (prefilter === null) return this.models(files.map(({ pieces }) => pieces.list));
    return this.models(this.withHandlers(prefilter, prefilter.run()));
  }

  /**
   * Reads more of a driver of which only what matters was read.
   * @param functions kept is whoever mentions one
   * @param members kept is whoever assigns to one
   */
  readMore(functions: ReadonlySet<string>, members: ReadonlySet<string>): FileModel[] {
    const prefilter = this.cut?.prefilter ?? null;
    if (prefilter === null) throw new Error('all of the driver was read');
    return this.models(prefilter.more({ functions, members }));
  }

  private cutAll(): CutDriver {
    // What is found must not depend on which file was opened or added first.
    const sorted = [...this.files.values()].sort((a, b) => (a.source.path < b.source.path ? -1 : 1));
    const { files: open, limits } = bounded(sorted);
    this.limits = limits;
    const texts = this.preprocessor.run(open.map(({ source }) => source));
    const files = open.map((file, i): CutFile => {
      const active = texts[i] ?? { text: file.source.text, inactive: [] };
      return { file, active, pieces: cutFile(file, active) };
    });
    const table = this.macros.of(
      files.map(({ file, active, pieces }) => ({ path: file.source.path, text: active.text, pieces })),
    );
    const prefilter =
      this.what === 'whole'
        ? null
        : new Prefilter(
            files.map(({ pieces }) => pieces),
            (file, piece) => table.usedBy(file, piece),
          );
    return { files, table, prefilter };
  }

  /**
   * The pieces with those that hand objects of divided structures to them: without these an object could be any. Which
   * structures are divided is told by declarations, which are read first.
   */
  private withHandlers(
    prefilter: Prefilter,
    relevant: readonly (readonly Piece[])[],
  ): readonly (readonly Piece[])[] {
    const files = this.cut?.files ?? [];
    const declared = files.map(({ active }, i) => {
      const pieces = (relevant[i] ?? []).filter((piece) => piece.kind === 'declaration');
      return this.items(i, active, pieces);
    });
    const names = new Names(declared);
    const tags = dividedTags(names);
    return tags.size === 0
      ? relevant
      : prefilter.divide({ tags, pointers: new Set(pointersTo(tags, names)) });
  }

  /** Items of pieces of a file; kept for the next reading. */
  private items(number: number, { text }: ActiveText, pieces: readonly Piece[]): FileItems {
    const { files, table } = this.cut ?? { files: [] };
    const file = files[number]?.file;
    if (file === undefined || table === undefined) throw new Error('a file that was not cut');
    const { items: known, read } = file;
    const isRead = known?.cache.table === table && read.length === pieces.length;
    if (known !== null && isRead && read.every((piece, i) => piece === pieces[i])) return known;
    file.read = pieces;
    file.items = readItems(this.parser, text, pieces, known?.cache ?? null, { table, file: number });
    return file.items;
  }

  private models(wanted: readonly (readonly Piece[])[]): FileModel[] {
    const files = this.cut?.files ?? [];
    const read = files.map(({ active }, i) => this.items(i, active, wanted[i] ?? []).items);
    const items = this.shims.without(read);
    return files.map(({ file, active }, i) => {
      const { path, text } = file.source;
      const own = items[i] ?? [];
      if (file.model?.items !== own) file.model = null;
      return (file.model ??= { path, text, items: own, inactive: active.inactive });
    });
  }
}
