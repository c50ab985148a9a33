/**
 * Prefilter: which pieces of a driver can matter, told by words alone before anything is parsed. Most of a driver never
 * touches a packet buffer; a scan of hundreds of drivers parses only what does, and what that needs to be understood.
 */
import { typeWords } from '../../kernel/structures.ts';
import { namesWhere } from '../../kernel/table.ts';
import { weightOf } from '../../kernel/weight.ts';
import type { Piece, Pieces } from '../../syntax/pieces.ts';
import { isAssignment, MARK, wordHash } from '../../syntax/pieces.ts';
import { WordMap, wordSet } from './word-map.ts';

/** Driver-wide facts that rules ask for besides buffers. */
const ABILITIES = [...namesWhere(({ driverFact }) => driverFact === true), ...typeWords('driverFact')];

/** A function this short may only pass a buffer on: an accessor. */
const SHORT = 700;
/** More functions than this that assign to a member of one name write members of several structures (`type`, `flags`). */
const MOST_WRITERS = 16;
/** A function this short may be a predicate, which calls others of its kind; of one that returns `bool` it is likelier. */
const PREDICATE = 300;
const BOOL_PREDICATE = 1200;
const BOOL = wordHash('bool');
const PREDICATE_LEVELS = 2;
/** A structure this short with a buffer in it is the record of one; a longer one is a ring or a device. */
const RECORD = 500;
/** How far up callers are followed from a function that handles buffers. */
const LEVELS_UP = 4;
const LEVELS_DOWN = 4;

function set(words: Iterable<string>): WordMap<true> {
  return wordSet(Array.from(words, wordHash));
}

/** What a function that mentions the word is. */
const GRADES = new WordMap<'strong' | 'weak'>();
for (const n of namesWhere(({ effects }) => effects !== undefined)) {
  const weight = weightOf(n);
  if (weight !== 'none') GRADES.set(wordHash(n), weight === 'buffer' ? 'strong' : 'weak');
}
// By these a thread gets at the packets that transmission has queued.
for (const n of namesWhere(({ packetQueue }) => packetQueue !== undefined)) GRADES.set(wordHash(n), 'strong');
for (const n of ABILITIES) GRADES.set(wordHash(n), 'strong');
/** Tables that say what a driver offers. */
const TABLE_WORDS = set(typeWords('operations'));
/** Whoever mentions these may be a helper of a ring operation: its caller is what the table names. */
const RING_WORDS = set(namesWhere(({ ringParameter }) => ringParameter === true));

/** Types whose fields hold a buffer: the word behind them is the field's name. */
const HOLDER_TYPES = set(typeWords('held'));
/** Types of what keeps providers away: whoever tests for one says when receive buffers are pages. */
const EXCLUDING_TYPES = set(typeWords('excludes'));
const RCU = wordHash('__rcu');

/** Names that too many other things have as well. */
const COMMON_NAMES = set(['dma', 'addr', 'phys', 'base', 'page', 'data', 'struct', 'const']);

interface Entry {
  readonly piece: Piece;
  readonly words: Int32Array;
  readonly file: number;
  strong: boolean;
  weak: boolean;
  /** What `touches` found; null where nobody asked yet. */
  touches: boolean | null;
}

/** Names that are looked for in the whole driver. */
export interface Wanted {
  /** Kept is whoever mentions one. */
  readonly functions: ReadonlySet<string>;
  /** `struct tag.field`: kept is whoever assigns to one. */
  readonly members: ReadonlySet<string>;
}

/** Structures whose objects are told apart by where they lie. */
export interface Divided {
  readonly tags: ReadonlySet<string>;
  /** Fields that point to such objects. */
  readonly pointers: ReadonlySet<string>;
}

export class Prefilter {
  private readonly entries: Entry[] = [];
  private readonly functions = new WordMap<Entry[]>();
  private readonly declared = new WordMap<Entry[]>();
  private readonly kept = new Set<Entry>();
  /** Functions kept in fields, by the name of the field, with the piece that says so. */
  private readonly stored = new WordMap<{ readonly by: Entry; readonly held: Entry }[]>();
  private readonly holders = new WordMap<true>();
  /** Fields of what keeps providers away. */
  private readonly excluding = new WordMap<true>();
  /** Tags of structures that are records of a buffer. */
  private readonly records = new WordMap<true>();
  private usersFound: WordMap<Entry[]> | null = null;
  private divided: Divided | null = null;

  /** @param macrosOf the macros that the expansion of a piece may come to: their words are the piece's too */
  constructor(files: readonly Pieces[], macrosOf: MacrosOf = () => []) {
    const bodies = new Map<string, readonly number[]>();
    files.forEach(({ list }, file) => {
      for (const piece of list) {
        const own = withBodies(piece, macrosOf(file, piece), bodies);
        const entry = { piece, words: own, file, strong: false, weak: false, touches: null };
        this.entries.push(entry);
        const table = piece.kind === 'function' ? this.functions : this.declared;
        for (const name of piece.names) push(table, name, entry);
        // Who sees which declaration: of no cost, since nothing is parsed.
        if (piece.kind === 'include') this.kept.add(entry);
        else if (piece.kind === 'function') this.grade(entry);
        else if (piece.kind === 'declaration') {
          if (has(own, TABLE_WORDS)) this.kept.add(entry);
          this.noteHolders(own);
          if (piece.end - piece.start < RECORD && has(own, HOLDER_TYPES))
            for (const name of piece.names) this.records.set(name, true);
        }
      }
    });
  }

  /** Whatever moves a value into a holder joins two buffers, without any call. */
  private movers(): void {
    for (const entry of this.entries)
      if (entry.piece.kind === 'function' && !this.kept.has(entry) && this.moves(entry)) this.kept.add(entry);
  }

  private moves({ words }: Entry): boolean {
    for (let i = 1; i < words.length; i++)
      if (isAssignment(words[i]) && this.holders.has(words[i - 1] ?? 0)) return true;
    return false;
  }

  /** True if a caller may give a buffer to the function or get one: what lies in a longer structure needs no caller. */
  private carries({ piece, words }: Entry): boolean {
    if (piece.carries) return true;
    for (let i = 0; i < piece.headWords; i++) if (this.records.has(words[i] ?? 0)) return true;
    return false;
  }

  private noteHolders(words: Int32Array): void {
    for (let i = 0; i + 1 < words.length; i++) {
      const name = words[i + 1] ?? 0;
      if (HOLDER_TYPES.has(words[i] ?? 0) && !COMMON_NAMES.has(name)) this.holders.set(name, true);
      if (EXCLUDING_TYPES.has(words[i] ?? 0))
        this.excluding.set(name === RCU ? (words[i + 2] ?? 0) : name, true);
    }
  }

  private grade(entry: Entry): void {
    for (const w of entry.words) {
      const grade = GRADES.get(w);
      if (grade === undefined) continue;
      entry.weak = true;
      if (grade === 'weak') continue;
      entry.strong = true;
      this.kept.add(entry);
      return;
    }
  }

  /** The pieces worth parsing, file by file in their order. */
  run(): Piece[][] {
    this.pointers();
    this.movers();
    this.callees(this.callers());
    this.exclusions();
    this.meanings();
    return this.pieces();
  }

  /**
   * Keeps who tests for an XDP program or an AF_XDP socket and calls what is kept, with the other callers of that: what
   * happens only with one of them happens to pages.
   */
  private exclusions(): void {
    const users = this.users();
    const names = set([]);
    for (const { piece } of this.kept)
      if (piece.kind === 'function') for (const name of piece.names) names.set(name, true);
    const says = ({ words }: Entry): boolean => has(words, EXCLUDING_TYPES) || has(words, this.excluding);
    const tests = this.entries.filter((e) => e.piece.kind === 'function' && !this.kept.has(e) && says(e));
    for (const entry of tests) {
      if (isPredicate(entry)) this.kept.add(entry);
      for (const word of entry.words)
        if (names.has(word))
          for (const user of users.get(word) ?? NONE) if (user.piece.kind === 'function') this.kept.add(user);
    }
  }

  /**
   * The same after a run, with who hands a divided object to what is kept (without them it could be any), and who assigns
   * to a pointer to one, or to an element of one.
   */
  divide(divided: Divided): Piece[][] {
    this.divided = divided;
    this.handing();
    this.meanings();
    return this.pieces();
  }

  /** The same after a run, with what is to be kept besides. */
  more(wanted: Wanted): Piece[][] {
    this.asked(wanted);
    this.handing();
    this.meanings();
    return this.pieces();
  }

  private pieces(): Piece[][] {
    const out: Piece[][] = [];
    for (const { piece, file } of this.entries.filter((e) => this.kept.has(e)))
      (out[file] ??= []).push(piece);
    return out;
  }

  /** Keeps who exchanges buffers with what is kept. @returns what was kept, and those who do so directly */
  private callers(): Entry[] {
    const users = this.users();
    let near: Entry[] = [];
    let fresh = [...this.kept].filter(
      (e) => e.piece.kind === 'function' && (this.carries(e) || has(e.words, RING_WORDS)),
    );
    for (let level = 0; level < LEVELS_UP && fresh.length > 0; level++) {
      const found = fresh.flatMap((e) => e.piece.names.flatMap((name) => users.get(name) ?? NONE));
      const added = [...new Set(found)].filter((e) => !this.kept.has(e));
      for (const e of added) this.kept.add(e);
      fresh = added.filter((e) => e.piece.kind === 'function' && this.carries(e));
      if (level === 0) near = [...this.kept];
    }
    return near;
  }

  /**
   * Keeps who mentions the names that were asked for and who writes the members, and their callers up to where the kernel
   * calls: the next question is when those run.
   */
  private asked({ functions, members }: Wanted): void {
    if (functions.size + members.size === 0) return;
    const wanted = set(functions);
    const users = this.users();
    const found = new Set(
      this.entries.filter(({ piece, words }) => piece.kind === 'function' && has(words, wanted)),
    );
    for (const member of members) for (const writer of this.writers(member)) found.add(writer);
    const names = Array.from(functions, wordHash).filter((name) => this.functions.has(name));
    const seen = new Set(names);
    for (const name of names) {
      for (const user of users.get(name) ?? NONE) {
        if (user.piece.kind !== 'function') continue;
        found.add(user);
        for (const above of user.piece.names) {
          if (seen.has(above)) continue;
          seen.add(above);
          names.push(above);
        }
      }
    }
    for (const entry of found) this.kept.add(entry);
    this.predicates([...found]);
  }

  /** Who assigns to a member; of one that too many do, those that name its structure. */
  private writers(member: string): readonly Entry[] {
    const dot = member.lastIndexOf('.');
    const field = set([member.slice(dot + 1)]);
    const writers = this.entries.filter(
      ({ piece, words }) => piece.kind === 'function' && storesTo(words, field),
    );
    if (writers.length <= MOST_WRITERS) return writers;
    const tag = wordHash(/^\w+ (\w+)/.exec(member)?.[1] ?? '');
    return writers.filter(({ words }) => words.includes(tag));
  }

  /** Keeps who hands objects that are told apart to what is kept, or gives it one: without them they could be any. */
  private handing(): void {
    if (this.divided === null) return;
    const tags = set([...this.divided.tags].map((tag) => tag.slice(tag.lastIndexOf(' ') + 1)));
    const users = this.users();
    const pointers = set(this.divided.pointers);
    for (const entry of this.entries)
      if (entry.piece.kind === 'function' && storesTo(entry.words, pointers)) this.kept.add(entry);
    const takes = ({ piece, words }: Entry): boolean =>
      piece.kind === 'function' && words.subarray(0, piece.headWords).some((w) => tags.has(w));
    const gives = ({ piece, words }: Entry): boolean => {
      const end = words.indexOf(piece.names[0] ?? 0);
      return end > 0 && end < piece.headWords && words.subarray(0, end).some((w) => tags.has(w));
    };
    const work = [...this.kept].filter(takes);
    const keep = (entry: Entry): void => {
      if (this.kept.has(entry)) return;
      this.kept.add(entry);
      if (takes(entry)) work.push(entry);
    };
    for (const { piece, words } of work) {
      for (const name of piece.names) for (const user of users.get(name) ?? NONE) keep(user);
      for (const w of words)
        for (const callee of this.functions.get(w) ?? NONE) if (gives(callee)) keep(callee);
    }
  }

  /** Keeps what the conditions of functions are made of. */
  private predicates(of: readonly Entry[]): void {
    let callers = of;
    for (let level = 0; level < PREDICATE_LEVELS; level++) {
      const found = callers
        .flatMap(({ words }) => Array.from(words, (w) => this.functions.get(w) ?? NONE))
        .flat()
        .filter((e) => !this.kept.has(e) && isPredicate(e));
      for (const e of found) this.kept.add(e);
      callers = [...new Set(found)];
    }
  }

  /** Functions and declarations that mention a function, by its name. */
  private users(): WordMap<Entry[]> {
    return (this.usersFound ??= this.findUsers());
  }

  private findUsers(): WordMap<Entry[]> {
    const users = new WordMap<Entry[]>();
    for (const name of this.functions.keys()) users.set(name, []);
    for (const entry of this.entries)
      if (entry.piece.kind !== 'define') for (const w of entry.words) users.get(w)?.push(entry);
    return users;
  }

  /** `table->field = function`: whoever calls by the field calls the function. */
  private pointers(): void {
    for (const entry of this.entries) {
      const { words } = entry;
      for (let i = 1; i + 1 < words.length; i++) {
        if (!isAssignment(words[i]) || words[i + 2] === MARK.calls) continue;
        const functions = this.functions.get(words[i + 1] ?? 0);
        if (functions === undefined) continue;
        for (const held of functions) push(this.stored, words[i - 1] ?? 0, { by: entry, held });
      }
    }
  }

  /** True if the function may read what it is given, itself or in a helper so many levels down. */
  private touches(entry: Entry, levels: number): boolean {
    if (entry.touches !== null) return entry.touches;
    const { words } = entry;
    if (entry.weak || words.includes(MARK.reads)) return (entry.touches = true);
    if (levels === 0) return false;
    // Until it is known, for the sake of functions that call each other.
    entry.touches = false;
    for (const w of words)
      for (const callee of this.functions.get(w) ?? NONE)
        if (callee !== entry && this.touches(callee, levels - 1)) return (entry.touches = true);
    return false;
  }

  /** Helpers that may do something to a buffer, or hand it on. */
  private callees(users: readonly Entry[]): void {
    let at = users;
    for (let level = 0; level < LEVELS_DOWN && at.length > 0; level++) {
      const next: Entry[] = [];
      for (const e of at) {
        if (e.piece.kind !== 'function') continue;
        for (const w of e.words) {
          for (const callee of this.functions.get(w) ?? NONE) {
            const { piece } = callee;
            if (this.kept.has(callee) || (!callee.weak && !this.carries(callee))) continue;
            if (piece.end - piece.start > SHORT && !this.touches(callee, 1)) continue;
            this.kept.add(callee);
            next.push(callee);
          }
          for (const { by, held } of this.stored.get(w) ?? []) {
            if (this.kept.has(held) || !(e.strong || held.weak)) continue;
            this.kept.add(by).add(held);
            next.push(held);
          }
        }
      }
      at = next;
    }
  }

  /** Declarations of every word that is kept. */
  private meanings(): void {
    const work = [...this.kept];
    for (let e = work.pop(); e !== undefined; e = work.pop()) {
      for (const w of e.words) {
        for (const d of this.declared.get(w) ?? NONE) {
          if (this.kept.has(d)) continue;
          this.kept.add(d);
          work.push(d);
        }
      }
    }
  }
}

/** The bodies of the macros that a piece of a file uses. */
type MacrosOf = (file: number, piece: Piece) => readonly { readonly body: string }[];

/** The words of a piece, and those that its macros bring. */
function withBodies(
  piece: Piece,
  macros: ReturnType<MacrosOf>,
  known: Map<string, readonly number[]>,
): Int32Array {
  const { words } = piece;
  if (macros.length === 0) return words;
  const before = extended.get(piece);
  if (before?.macros === macros) return before.words;
  const more = macros.flatMap(({ body }) => {
    let hashes = known.get(body);
    if (hashes === undefined) known.set(body, (hashes = bodyWords(body)));
    return hashes;
  });
  const all = new Int32Array(words.length + more.length);
  all.set(words);
  all.set(more, words.length);
  extended.set(piece, { macros, words: all });
  return all;
}

/** A driver is sifted again when guards have looked for more. */
const extended = new WeakMap<Piece, { readonly macros: ReturnType<MacrosOf>; readonly words: Int32Array }>();

/** Words of a macro's body, and marks as in a piece: what it assigns to, what it reads. */
function bodyWords(body: string): number[] {
  return [...body.matchAll(/[A-Za-z_]\w*|(?<![=!<>])=(?!=)/g)].map(([word]) =>
    word === '=' ? MARK.stores : wordHash(word),
  );
}

const NONE: readonly Entry[] = [];

function isPredicate({ piece, words }: Entry): boolean {
  const isBool = words.subarray(0, piece.headWords).includes(BOOL);
  return piece.end - piece.start <= (isBool ? BOOL_PREDICATE : PREDICATE);
}

function storesTo(words: Int32Array, names: WordMap<true>): boolean {
  for (let i = 1; i < words.length; i++)
    if (words[i] === MARK.stores && names.has(words[i - 1] ?? 0)) return true;
  return false;
}

function push<T>(table: WordMap<T[]>, name: number, entry: T): void {
  const list = table.get(name);
  if (list === undefined) table.set(name, [entry]);
  else list.push(entry);
}

function has(words: Int32Array, wanted: WordMap<true>): boolean {
  for (const w of words) if (wanted.has(w)) return true;
  return false;
}
