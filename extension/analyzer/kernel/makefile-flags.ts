/**
 * What a driver's own Makefile tells the compiler: macros that it defines or leaves out (`ccflags-y += -DX` under
 * `ifeq ($(ENABLE_X), y)`), and directories of headers. Only what the text alone decides is said; nothing is run, and what
 * the environment or a shell would answer stays unknown.
 */

/** Whether lines are read by make: known to be, known not to be, or unknown. */
type Truth = boolean | null;

interface Conditional {
  /** Whether the lines around it are read. */
  readonly outer: Truth;
  /** Of the arm at hand. */
  now: Truth;
  /** Whether an arm before it was taken. */
  taken: Truth;
}

/** What the build of a module always has: Kbuild reads the Makefile, `make` in the directory only calls it. */
const GIVEN: readonly (readonly [string, string])[] = [['KERNELRELEASE', 'kbuild']];

const FLAGS_OF_ALL = /^(?:(?:extra_)?c(?:cflags(?:-y)?|flags)|extra_cflags|subdir-ccflags-y)$/i;
const FLAGS = /flags/i;
const ASSIGNMENT = /^(?:export[ \t]+|override[ \t]+)*([^\s:+?=#]+)[ \t]*(\+=|:{1,3}=|\?=|=)[ \t]*(.*)$/;
const DEFINITION = /(?:^|\s)-D\s*([A-Za-z_]\w*)(?:=(\S*))?/g;

/** Each macro as after `-D`, or null for one that is not defined by default. */
export function makefileFlags(text: string): ReadonlyMap<string, string | null> {
  if (!text.includes('-D')) return NONE;
  const variables = new Map<string, string | null>(GIVEN);
  const conditionals: Conditional[] = [];
  const seen = new Map<string, Truth>();
  const values = new Map<string, string>();
  for (const line of linesOf(text)) {
    if (conditional(line, conditionals, variables)) continue;
    const isRead = truthOf(conditionals);
    const [, name, op, rest] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined || op === undefined || rest === undefined) continue;
    const target = expand(name, variables);
    if (FLAGS.test(name)) {
      const isOfAll = target !== null && FLAGS_OF_ALL.test(target);
      for (const [, macro, value = '1'] of rest.matchAll(DEFINITION)) {
        if (macro === undefined) continue;
        const expanded = expand(value, variables);
        const state =
          isRead === false ? false : isRead === true && isOfAll && expanded !== null ? true : null;
        seen.set(macro, either(seen.get(macro) ?? false, state));
        if (state === true) values.set(macro, expanded ?? '1');
      }
    }
    if (isRead !== false && target !== null)
      assign(variables, target, op, isRead === null ? null : expand(rest, variables));
  }
  const out = new Map<string, string | null>();
  for (const [macro, state] of seen)
    if (state !== null) out.set(macro, state ? (values.get(macro) ?? '1') : null);
  return out;
}

const NONE: ReadonlyMap<string, string | null> = new Map();

/** A directory that the compiler looks for headers in. */
export interface IncludeDirectory {
  /** What the path starts from: the directory of the Makefile, or the root of the kernel tree. */
  readonly from: 'makefile' | 'tree';
  /** '' for the start itself. */
  readonly path: string;
}

const INCLUDE = /(?:^|\s)-I\s*(\S+)/g;

/** Each header is looked for in each of them; drivers of the kernel have four at most. */
const MOST_DIRECTORIES = 32;

/** The first directories after `-I`, in order and once each; whether a condition around them holds does not matter. */
export function includeDirectories(text: string): readonly IncludeDirectory[] {
  if (!text.includes('-I')) return NOWHERE;
  const variables = new Map<string, string | null>();
  const out = new Map<string, IncludeDirectory>();
  for (const line of linesOf(text)) {
    const [, name, op, rest] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined || op === undefined || rest === undefined) continue;
    if (FLAGS.test(name))
      for (const [, written = ''] of rest.matchAll(INCLUDE)) {
        const found = includeDirectory(written, variables);
        if (found !== null && out.size < MOST_DIRECTORIES) out.set(`${found.from} ${found.path}`, found);
      }
    assign(variables, name, op, rest);
  }
  return [...out.values()];
}

const NOWHERE: readonly IncludeDirectory[] = [];
const STARTS = [
  { words: /^\$[({]srctree[)}]\/\$[({](?:src|obj)[)}]/, from: 'makefile' },
  { words: /^\$[({](?:src|obj|M|PWD|CURDIR)[)}]/, from: 'makefile' },
  { words: /^\$[({]srctree[)}]/, from: 'tree' },
] as const;

function includeDirectory(
  written: string,
  variables: ReadonlyMap<string, string | null>,
): IncludeDirectory | null {
  // Variables of the Makefile hold such paths themselves; of Kbuild's own nothing is known here.
  const own = written.replace(
    VARIABLE,
    (word: string, a?: string, b?: string) => variables.get(a ?? b ?? '') ?? word,
  );
  for (const { words, from } of STARTS) if (words.test(own)) return clean(from, own.replace(words, ''));
  // What is relative is so to the root of the tree, where the compiler runs.
  return own.includes('$') || own.startsWith('/') ? null : clean('tree', own);
}

function clean(from: IncludeDirectory['from'], path: string): IncludeDirectory | null {
  return path.includes('$') ? null : { from, path: path.replace(/^\/+|\/+$/g, '') };
}

function linesOf(text: string): string[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim());
}

function truthOf(conditionals: readonly Conditional[]): Truth {
  const last = conditionals[conditionals.length - 1];
  return last === undefined ? true : both(last.outer, last.now);
}

/** @returns true for a line that opens, divides or closes a conditional */
function conditional(
  line: string,
  open: Conditional[],
  variables: ReadonlyMap<string, string | null>,
): boolean {
  const [, isElse, word, rest = ''] = /^(else\b)?\s*(ifn?eq|ifn?def)?\b\s*(.*)$/.exec(line) ?? [];
  if (/^endif\b/.test(line)) {
    open.pop();
    return true;
  }
  if (isElse === undefined && word === undefined) return false;
  const value = word === undefined ? true : test(word, rest, variables);
  if (isElse === undefined) {
    open.push({ outer: truthOf(open), now: value, taken: value });
    return true;
  }
  const last = open[open.length - 1];
  if (last === undefined) return true;
  last.now = both(not(last.taken), value);
  last.taken = either(last.taken, value);
  return true;
}

function test(word: string, rest: string, variables: ReadonlyMap<string, string | null>): Truth {
  if (word === 'ifdef' || word === 'ifndef') {
    const value = variables.get(rest.trim());
    if (value === undefined || value === null) return null;
    return (value !== '') === (word === 'ifdef');
  }
  const sides = sidesOf(rest);
  if (sides === null) return null;
  const [a, b] = sides.map((side) => expand(side, variables)?.trim() ?? null);
  if (a == null || b == null) return null;
  return (a === b) === (word === 'ifeq');
}

/** `(a,b)` or `"a" "b"`. */
function sidesOf(rest: string): readonly [string, string] | null {
  const [, q1, q2] = /^["']([^"']*)["']\s+["']([^"']*)["']$/.exec(rest) ?? [];
  if (q1 !== undefined && q2 !== undefined) return [q1, q2];
  if (!rest.startsWith('(') || !rest.endsWith(')')) return null;
  const inner = rest.slice(1, -1);
  let depth = 0;
  for (let i = 0; i < inner.length; i++) {
    const c = inner.charAt(i);
    if (c === '(' || c === '{') depth++;
    else if (c === ')' || c === '}') depth--;
    else if (c === ',' && depth === 0) return [inner.slice(0, i), inner.slice(i + 1)];
  }
  return null;
}

/** The text with the values of variables, or null if one is unknown. */
function expand(text: string, variables: ReadonlyMap<string, string | null>): string | null {
  const used = [...text.matchAll(VARIABLE)].map(([, a, b]) => variables.get(a ?? b ?? '') ?? null);
  if (used.includes(null)) return null;
  let at = 0;
  return text.replace(VARIABLE, () => used[at++] ?? '');
}

/** `$(X)`, `${X}`, or something else that make replaces. */
const VARIABLE = /\$(?:\(([\w.-]+)\)|\{([\w.-]+)\}|.)/g;

function assign(variables: Map<string, string | null>, name: string, op: string, value: string | null): void {
  if (op === '?=' && variables.has(name)) return;
  const before = op === '+=' ? variables.get(name) : '';
  variables.set(name, value === null || before == null ? null : `${before} ${value}`.trim());
}

function not(a: Truth): Truth {
  return a === null ? null : !a;
}

function both(a: Truth, b: Truth): Truth {
  if (a === false || b === false) return false;
  return a === null || b === null ? null : true;
}

function either(a: Truth, b: Truth): Truth {
  return not(both(not(a), not(b)));
}
