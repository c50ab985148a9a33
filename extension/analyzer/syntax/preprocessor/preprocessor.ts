/**
 * Keeps what the preprocessor knows of the files of a driver from one edit to the next. Which arms are compiled is found
 * anew only if a directive says something else; a keystroke in a function moves offsets.
 */
import { type ActiveText, activeText } from './active-text.ts';
import { type Directives, findDirectives, findDirectivesAgain } from './directives.ts';
import type { MacroState } from './condition.ts';
import { Features, type KernelOffer } from './features.ts';
import { type Arm, armsOf } from './units.ts';

interface Known {
  readonly text: string;
  readonly directives: Directives;
}

interface Source {
  readonly path: string;
  readonly text: string;
}

type Macros = (name: string) => MacroState | null;
type Inputs = readonly (readonly [string, Directives['list']])[];

/** What is compiled of each file if macros are known so far, kept as long as nothing about it changes. */
class Reading {
  /** What the arms were found from: directives by path, in order. */
  private foundFrom: Inputs | null = null;
  private arms: ReadonlyMap<number, Arm>[] = [];
  private kept = new Map<string, { known: Known; arms: ReadonlyMap<number, Arm>; active: ActiveText }>();

  /** @param macros what is known of a macro before the first line, or null */
  read(
    paths: readonly string[],
    files: readonly Known[],
    macros: Macros,
  ): { active: ActiveText; arms: ReadonlyMap<number, Arm> }[] {
    const from = paths.map((path, i) => [path, files[i]?.directives.list ?? []] as const);
    if (!isSame(this.foundFrom, from)) {
      this.arms = armsOf(
        from.map(([path, directives]) => ({ path, directives })),
        macros,
      );
      this.foundFrom = from;
    }
    const kept: typeof this.kept = new Map();
    const out = files.map((known, i) => {
      const path = paths[i] ?? '';
      const arms = this.arms[i] ?? NO_ARMS;
      const before = this.kept.get(path);
      const isKept = before?.known === known && sameArms(before.arms, arms);
      const active = isKept ? before.active : activeText(known.text, known.directives, arms);
      const now = { known, arms, active };
      kept.set(path, now);
      return now;
    });
    this.kept = kept;
    return out;
  }
}

export class Preprocessor {
  private files = new Map<string, Known>();
  private readonly macros: Macros;
  private readonly features: Features | null;
  private readonly first = new Reading();
  private second: { readonly states: string; readonly reading: Reading } | null = null;

  /**
   * @param macros what is known of a macro before the first line, or null
   * @param offer what the kernel at hand has, by which macros that ask for it are answered; null to leave them unknown
   */
  constructor(macros: Macros, offer: KernelOffer | null = null) {
    this.macros = macros;
    this.features = offer === null ? null : new Features(offer);
  }

  /** What is compiled of each file, in their order. The same objects for files that nothing has changed for. */
  run(sources: readonly Source[]): ActiveText[] {
    const paths = sources.map(({ path }) => path);
    const files = sources.map((source) => this.directives(source));
    this.files = new Map(paths.map((path, i) => [path, files[i] ?? NO_FILE]));
    const first = this.first.read(paths, files, this.macros);
    const states = this.features?.statesOf(
      first.map((found, i) => ({ directives: (files[i] ?? NO_FILE).directives, ...found })),
      this.macros,
    );
    if (states === undefined || states.size === 0) {
      this.second = null;
      return first.map(({ active }) => active);
    }
    const text = [...states]
      .map(([name, { kind }]) => `${name} ${kind}`)
      .sort()
      .join();
    if (this.second?.states !== text) this.second = { states: text, reading: new Reading() };
    return this.second.reading
      .read(paths, files, (name) => states.get(name) ?? this.macros(name))
      .map(({ active }) => active);
  }

  private directives({ path, text }: Source): Known {
    const before = this.files.get(path);
    if (before?.text === text) return before;
    const directives =
      before === undefined ? findDirectives(text) : findDirectivesAgain(before.text, before.directives, text);
    return { text, directives };
  }
}

const NO_ARMS: ReadonlyMap<number, Arm> = new Map();
const NO_FILE: Known = { text: '', directives: { list: [], starts: [], ends: [] } };

function isSame(a: Inputs | null, b: Inputs): boolean {
  return a?.length === b.length && a.every(([path, list], i) => path === b[i]?.[0] && list === b[i][1]);
}

function sameArms(a: ReadonlyMap<number, Arm>, b: ReadonlyMap<number, Arm>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [index, arm] of a) if (b.get(index) !== arm) return false;
  return true;
}
