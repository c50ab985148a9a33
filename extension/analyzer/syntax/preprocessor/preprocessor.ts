/**
 * Keeps what the preprocessor knows of the files of a driver from one edit to the next. Which arms are compiled is found
 * anew only if a directive says something else; a keystroke in a function moves offsets.
 */
import { type ActiveText, activeText } from './active-text.ts';
import { type Directives, findDirectives, findDirectivesAgain } from './directives.ts';
import type { MacroState } from './condition.ts';
import { type Arm, armsOf } from './units.ts';

interface Known {
  readonly text: string;
  readonly directives: Directives;
  arms: ReadonlyMap<number, Arm> | null;
  active: ActiveText | null;
}

interface Source {
  readonly path: string;
  readonly text: string;
}

export class Preprocessor {
  private readonly files = new Map<string, Known>();
  private readonly macros: (name: string) => MacroState | null;
  /** What the arms were found from: directives by path, in order. */
  private foundFrom: readonly (readonly [string, Directives['list']])[] | null = null;
  private arms: ReadonlyMap<number, Arm>[] = [];

  /** @param macros what is known of a macro before the first line, or null */
  constructor(macros: (name: string) => MacroState | null) {
    this.macros = macros;
  }

  /** What is compiled of each file, in their order. The same objects for files that nothing has changed for. */
  run(sources: readonly Source[]): ActiveText[] {
    const known = sources.map((source) => this.directives(source));
    const from = sources.map(({ path }, i) => [path, known[i]?.directives.list ?? []] as const);
    if (!isSame(this.foundFrom, from)) {
      this.arms = armsOf(
        from.map(([path, directives]) => ({ path, directives })),
        this.macros,
      );
      this.foundFrom = from;
    }
    for (const path of this.files.keys())
      if (!from.some(([other]) => other === path)) this.files.delete(path);
    return known.map((file, i) => {
      const arms = this.arms[i] ?? NO_ARMS;
      if (file.arms === null || file.active === null || !sameArms(file.arms, arms))
        file.active = activeText(file.text, file.directives, arms);
      file.arms = arms;
      return file.active;
    });
  }

  private directives({ path, text }: Source): Known {
    const before = this.files.get(path);
    if (before?.text === text) return before;
    const directives =
      before === undefined ? findDirectives(text) : findDirectivesAgain(before.text, before.directives, text);
    const known: Known = { text, directives, arms: null, active: null };
    this.files.set(path, known);
    return known;
  }
}

const NO_ARMS: ReadonlyMap<number, Arm> = new Map();

function isSame(
  a: readonly (readonly [string, Directives['list']])[] | null,
  b: readonly (readonly [string, Directives['list']])[],
): boolean {
  return a?.length === b.length && a.every(([path, list], i) => path === b[i]?.[0] && list === b[i][1]);
}

function sameArms(a: ReadonlyMap<number, Arm>, b: ReadonlyMap<number, Arm>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [index, arm] of a) if (b.get(index) !== arm) return false;
  return true;
}
