/**
 * Which arms of the conditional groups of a driver are compiled. Each source is walked as the preprocessor does, line by
 * line and through the headers it includes, but only over directives; an arm of a header is what all sources that include
 * it agree on.
 */
import { isWord } from '../scan.ts';
import { evaluate, type Lookup, type MacroState, UNDEFINED, UNKNOWN } from './condition.ts';
import type { Directive } from './directives.ts';

/** What is known of one arm; `unknown` also if two sources differ. */
export type Arm = 'compiled' | 'left out' | 'unknown';

/** What a walk needs of a file. */
export interface UnitFile {
  readonly path: string;
  readonly directives: readonly Directive[];
}

const SEEN = { compiled: 1, 'left out': 2, unknown: 4 } as const satisfies Record<Arm, number>;

interface Group {
  /** True if the lines around the group are compiled at all, as far as is known. */
  readonly isReached: boolean;
  /** An arm before this one is compiled for certain. */
  taken: boolean;
  /** An arm before this one may be compiled. */
  maybe: boolean;
  arm: Arm;
  /** States before the group of the names that an uncertain arm changed. */
  before: Map<string, MacroState> | null;
  /** What each uncertain arm made of the names. */
  readonly outcomes: Map<string, MacroState>[];
  /** Whether the arms are all there is: there is an `#else`. */
  complete: boolean;
  /** Name of a group that is compiled if it is not defined, else ''. */
  readonly guard: string;
}

/** Nobody includes deeper. */
const MAX_INCLUDES = 64;
/** Nobody nests groups deeper: what does is read as if it were not divided. */
const MAX_GROUPS = 200;

/** What including a header first of all leaves behind. */
interface Outcome {
  readonly states: ReadonlyMap<string, MacroState>;
  readonly visited: ReadonlySet<PreparedFile>;
  readonly possible: ReadonlySet<PreparedFile>;
}

class Walk {
  private states = new Map<string, MacroState>();
  private readonly groups: Group[] = [];
  private tooDeep = 0;
  private visited = new Set<PreparedFile>();
  /** Walked where it is not known whether they are included; once is enough. */
  private possible = new Set<PreparedFile>();
  private readonly driver: PreparedDriver;

  constructor(driver: PreparedDriver) {
    this.driver = driver;
  }

  visitedFiles(): Iterable<PreparedFile> {
    return this.visited;
  }

  file(file: PreparedFile, depth = 0): void {
    if (this.visited.has(file) || depth > MAX_INCLUDES) return;
    const { firsts } = this.driver;
    // Most sources of a driver include the same header first, and that one everything else.
    const isFirst =
      depth === 1 && this.states.size === 0 && this.visited.size === 1 && this.groups.length === 0;
    const known = isFirst ? firsts.get(file) : undefined;
    if (known !== undefined) {
      this.states = new Map(known.states);
      this.visited = new Set([...this.visited, ...known.visited]);
      this.possible = new Set(known.possible);
      return;
    }
    const [unit] = this.visited;
    // A header that may not be included here may be included later, and then for certain.
    if (!this.isUncertain()) this.visited.add(file);
    else if (this.possible.has(file)) return;
    else this.possible.add(file);
    const outer = this.groups.length;
    for (const step of file.steps) this.step(file, step, depth);
    // What a file leaves open ends with it.
    while (this.groups.length > outer) this.endGroup();
    this.tooDeep = 0;
    if (!isFirst) return;
    const visited = new Set(this.visited);
    if (unit !== undefined) visited.delete(unit);
    firsts.set(file, { states: new Map(this.states), visited, possible: new Set(this.possible) });
  }

  private isReached(): boolean {
    const group = this.groups[this.groups.length - 1];
    return group === undefined || (group.isReached && group.arm !== 'left out');
  }

  private isUncertain(): boolean {
    return this.groups.some(({ arm }) => arm === 'unknown');
  }

  private readonly lookup: Lookup = (name) => this.states.get(name) ?? this.driver.initial(name);

  private set(name: string, state: MacroState): void {
    for (const group of this.groups) {
      if (group.arm !== 'unknown') continue;
      group.before ??= new Map<string, MacroState>();
      if (!group.before.has(name)) group.before.set(name, this.lookup(name));
    }
    this.states.set(name, state);
  }

  private step(file: PreparedFile, { index, directive, target, macro }: Step, depth: number): void {
    switch (directive.word) {
      case 'if':
      case 'ifdef':
      case 'ifndef': {
        if (this.groups.length >= MAX_GROUPS) {
          this.tooDeep++;
          return;
        }
        const isReached = this.isReached();
        const guard = directive.word === 'ifndef' ? firstWord(directive.rest) : notDefined(directive.rest);
        const value = isReached ? this.condition(directive) : 0;
        const group: Group = {
          isReached,
          taken: false,
          maybe: false,
          arm: 'left out',
          before: null,
          outcomes: [],
          complete: false,
          guard,
        };
        this.groups.push(group);
        this.enter(file, index, group, value);
        return;
      }
      case 'elif':
      case 'else': {
        const group = this.groups[this.groups.length - 1];
        if (group === undefined || this.tooDeep > 0) return;
        this.leave(group);
        if (directive.word === 'else') group.complete = true;
        const isElse = directive.word === 'else';
        const value = group.taken || !group.isReached ? 0 : isElse ? 1 : this.condition(directive);
        this.enter(file, index, group, value);
        return;
      }
      case 'endif':
        if (this.tooDeep > 0) this.tooDeep--;
        else this.endGroup();
        return;
      case 'define':
        if (macro !== null && this.isReached())
          this.set(macro.name, { kind: 'defined', params: macro.params, body: macro.body });
        return;
      case 'undef':
        if (macro !== null && this.isReached()) this.set(macro.name, UNDEFINED);
        return;
      case 'include':
        if (target !== null && this.isReached()) this.file(target, depth + 1);
        return;
      case 'other':
        return;
    }
  }

  private condition({ word, rest }: Directive): number | null {
    if (word === 'if' || word === 'elif') return evaluate(rest, this.lookup);
    const state = this.lookup(firstWord(rest));
    if (state.kind === 'unknown') return null;
    return Number((state.kind === 'defined') === (word === 'ifdef'));
  }

  /** Begins an arm whose condition has this value. */
  private enter(file: PreparedFile, index: number, group: Group, value: number | null): void {
    group.arm = value === 0 ? 'left out' : value === null || group.maybe ? 'unknown' : 'compiled';
    if (group.arm === 'compiled') group.taken = true;
    if (group.arm === 'unknown') group.maybe = true;
    // Certainly compiled if nothing before it is: nothing behind it can be.
    if (value !== null && value !== 0) group.taken = true;
    if (group.isReached) file.seen[index] = (file.seen[index] ?? 0) | SEEN[group.arm];
  }

  /** Ends an arm: what an uncertain one has changed is taken back, for the arms behind it. */
  private leave({ arm, before, outcomes }: Group): void {
    if (arm !== 'unknown' || before === null) return;
    const outcome = new Map<string, MacroState>();
    for (const [name, state] of before) {
      outcome.set(name, this.lookup(name));
      this.states.set(name, state);
    }
    outcomes.push(outcome);
  }

  private endGroup(): void {
    const group = this.groups[this.groups.length - 1];
    if (group === undefined) return;
    this.leave(group);
    this.groups.pop();
    const { before, outcomes, complete, taken, guard } = group;
    if (before === null) return;
    for (const [name, state] of before) {
      const after = outcomes.map((outcome) => outcome.get(name) ?? state);
      const [first] = after;
      // `#ifndef X`, `#define X`: whatever it was, it is defined now. Zero stands for what somebody else has.
      const isFallback = name === guard && outcomes.length === 1 && first?.kind === 'defined';
      if (isFallback)
        this.set(name, first.body === '0' ? first : { kind: 'defined', params: null, body: null });
      else this.set(name, complete || taken ? joined(after) : joined([...after, state]));
    }
  }
}

function joined(states: readonly MacroState[]): MacroState {
  const [first] = states;
  if (first === undefined || states.some(({ kind }) => kind !== first.kind)) return UNKNOWN;
  if (first.kind !== 'defined') return first;
  const isSame = states.every((s) => s.kind === 'defined' && s.body === first.body);
  return isSame ? first : { kind: 'defined', params: null, body: null };
}

function firstWord(text: string): string {
  let at = 0;
  while (isWord(text.charCodeAt(at))) at++;
  return text.slice(0, at);
}

/** X in `!defined(X)`, else ''. */
function notDefined(text: string): string {
  return /^!\s*defined\s*\(?\s*(\w+)\s*\)?$/.exec(text)?.[1] ?? '';
}

interface Definition {
  readonly name: string;
  readonly params: readonly string[] | null;
  readonly body: string;
}

function definitionOf(rest: string): Definition | null {
  const [whole, name, params] = /^(\w+)(?:\(([^)]*)\))?/.exec(rest) ?? [];
  if (whole === undefined || name === undefined) return null;
  const names =
    params
      ?.split(',')
      .map((p) => p.trim())
      .filter((p) => p !== '') ?? null;
  return { name, params: names, body: rest.slice(whole.length).trim() };
}

/** A directive that has a part in some condition. */
interface Step {
  readonly index: number;
  readonly directive: Directive;
  readonly target: PreparedFile | null;
  readonly macro: Definition | null;
}

interface PreparedFile {
  readonly steps: Step[];
  /** What was seen of each arm, by index of its directive. */
  readonly seen: number[];
}

const WORD = /[A-Za-z_]\w*/g;

class PreparedDriver {
  readonly files: readonly PreparedFile[];
  readonly initial: Lookup;
  readonly firsts = new Map<PreparedFile, Outcome>();

  constructor(files: readonly UnitFile[], known: (name: string) => MacroState | null) {
    this.files = files.map(() => ({ steps: [], seen: [] }));
    const { names, fallbacks } = namesOfConditions(files);
    const byName = new Map<string, number[]>();
    files.forEach(({ path }, i) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      byName.set(name, [...(byName.get(name) ?? []), i]);
    });
    const own = new Set<string>();
    files.forEach((file, i) => {
      const steps = this.files[i]?.steps;
      file.directives.forEach((directive, index) => {
        let target: PreparedFile | null = null;
        let macro: Definition | null = null;
        if (directive.word === 'define' || directive.word === 'undef') {
          const name = firstWord(directive.rest);
          if (!names.has(name)) return;
          macro = definitionOf(directive.rest);
          if (directive.word === 'define' && !fallbacks.has(name)) own.add(name);
        } else if (directive.word === 'include') {
          target = this.target(files, byName, file, directive.rest);
          if (target === null) return;
        } else if (directive.word === 'other') return;
        steps?.push({ index, directive, target, macro });
      });
    });
    const states = new Map<string, MacroState>();
    this.initial = (name) => {
      let state = states.get(name);
      // Nobody but the driver defines what the driver defines.
      if (state === undefined)
        states.set(name, (state = known(name) ?? (own.has(name) ? UNDEFINED : UNKNOWN)));
      return state;
    };
  }

  /** The file of the driver that an inclusion names: the one that shares the longest beginning of its path. */
  private target(
    files: readonly UnitFile[],
    byName: ReadonlyMap<string, readonly number[]>,
    from: UnitFile,
    rest: string,
  ): PreparedFile | null {
    const path = /^[<"]([^>"]+)/.exec(rest)?.[1]?.replace(/^(?:\.\.?\/)+/, '') ?? '';
    const candidates = byName.get(path.slice(path.lastIndexOf('/') + 1)) ?? [];
    let best = -1;
    let most = -1;
    for (const i of candidates) {
      const other = files[i]?.path ?? '';
      if (other !== path && !other.endsWith(`/${path}`)) continue;
      let shared = 0;
      while (shared < other.length && other.charCodeAt(shared) === from.path.charCodeAt(shared)) shared++;
      if (shared > most) [best, most] = [i, shared];
    }
    return this.files[best] ?? null;
  }
}

/**
 * Names that some condition depends on, through macros of the driver too, and those of them that the driver only defines
 * in case the kernel does not: inside of `#ifndef` of the same name, the guard of a header aside.
 */
function namesOfConditions(files: readonly UnitFile[]): {
  readonly names: ReadonlySet<string>;
  readonly fallbacks: ReadonlySet<string>;
} {
  const names = new Set<string>();
  for (const { directives } of files) {
    for (const { word, rest } of directives)
      if (word === 'if' || word === 'ifdef' || word === 'ifndef' || word === 'elif')
        for (const [name] of rest.matchAll(WORD)) names.add(name);
  }
  const defines = files.map(({ directives }) =>
    directives.map(({ word, rest }) => (word === 'define' ? firstWord(rest) : '')),
  );
  // Through the bodies of macros until nothing is added; nearly always at once.
  const seen = new Set<string>();
  for (let more = true; more;) {
    more = false;
    const fresh = new Set([...names].filter((name) => !seen.has(name)));
    for (const name of fresh) seen.add(name);
    files.forEach(({ directives }, i) => {
      defines[i]?.forEach((name, index) => {
        if (name === '' || !fresh.has(name)) return;
        for (const [used] of directives[index]?.rest.matchAll(WORD) ?? []) {
          if (names.has(used)) continue;
          names.add(used);
          more = true;
        }
      });
    });
  }
  const fallbacks = new Set<string>();
  const plain = new Set<string>();
  files.forEach(({ directives }, i) => {
    const guards: string[] = [];
    directives.forEach(({ word, rest }, index) => {
      if (word === 'if' || word === 'ifdef' || word === 'ifndef') {
        const guard = word === 'ifndef' ? firstWord(rest) : word === 'if' ? notDefined(rest) : '';
        guards.push(isHeaderGuard(directives, index, guard) ? '' : guard);
      } else if (word === 'endif') guards.pop();
      else if (word === 'define') {
        const name = defines[i]?.[index] ?? '';
        if (names.has(name)) (guards.includes(name) ? fallbacks : plain).add(name);
      }
    });
  });
  for (const name of plain) fallbacks.delete(name);
  return { names, fallbacks };
}

/** True if the directive is the first of its file and the next one defines what it asks for. */
export function isHeaderGuard(directives: readonly Directive[], index: number, guard: string): boolean {
  if (guard === '') return false;
  for (let i = 0; i < index; i++) {
    const word = directives[i]?.word;
    if (word !== 'other' && word !== 'include') return false;
  }
  const next = directives[index + 1];
  // With a value or without: `#define X 1`.
  return next?.word === 'define' && /^\w+(?=\s*\d*\s*$)/.exec(next.rest)?.[0] === guard;
}

/**
 * What becomes of the arms of each file, by index of the directive that begins the arm; nothing for arms that no walk
 * came to.
 * @param known what is known of a macro before the first line, or null
 */
export function armsOf(
  files: readonly UnitFile[],
  known: (name: string) => MacroState | null,
): ReadonlyMap<number, Arm>[] {
  const driver = new PreparedDriver(files, known);
  const included = new Set(driver.files.flatMap(({ steps }) => steps.map(({ target }) => target)));
  // A C file that another one includes is compiled there.
  const isSource = (i: number): boolean =>
    files[i]?.path.endsWith('.c') === true && !included.has(driver.files[i] ?? null);
  const order = [...files.keys()].sort((a, b) => Number(isSource(b)) - Number(isSource(a)) || a - b);
  const reached = new Set<PreparedFile>();
  for (const i of order) {
    const file = driver.files[i];
    if (file === undefined || (reached.has(file) && !isSource(i))) continue;
    const walk = new Walk(driver);
    walk.file(file);
    for (const other of walk.visitedFiles()) reached.add(other);
  }
  return driver.files.map(({ seen }) => {
    const arms = new Map<number, Arm>();
    seen.forEach((bits, index) => {
      arms.set(
        index,
        bits === SEEN.compiled ? 'compiled' : bits === SEEN['left out'] ? 'left out' : 'unknown',
      );
    });
    return arms;
  });
}
