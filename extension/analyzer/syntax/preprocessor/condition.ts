/**
 * Conditions of `#if`, evaluated with what is known. A value is a number, or null where it depends on something
 * unknown; `0 && unknown` is 0 all the same.
 */

/** What is known of a macro at some place. */
export type MacroState =
  /** `body` is null where only the existence is known. */
  | { readonly kind: 'defined'; readonly params: readonly string[] | null; readonly body: string | null }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'unknown' };

export const UNDEFINED: MacroState = { kind: 'undefined' };
export const UNKNOWN: MacroState = { kind: 'unknown' };

/** Answers what a name is. */
export type Lookup = (name: string) => MacroState;

const TOKEN =
  /\s*(?:([A-Za-z_]\w*)|(0[xX][\da-fA-F]+|\d+)[uUlL]*|('(?:\\.|[^'\\])*')|(<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>!~&|^?:(),]))/y;

/** Conditions are short; what is longer, or expands to more, is not evaluated. */
const MAX_TOKENS = 1000;
const MAX_DEPTH = 24;
const MAX_EXPANSIONS = 1000;

interface Token {
  readonly kind: 'name' | 'number' | 'punctuation';
  readonly text: string;
}

/** Null if there is something in it that no condition has. */
function tokensOf(text: string): Token[] | null {
  const out: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const m = TOKEN.exec(text);
    if (m === null || out.length > MAX_TOKENS) return null;
    const [, name, number, character, punctuation] = m;
    if (name !== undefined) out.push({ kind: 'name', text: name });
    else if (number !== undefined) out.push({ kind: 'number', text: number });
    else if (punctuation !== undefined) out.push({ kind: 'punctuation', text: punctuation });
    else if (character !== undefined) return null;
  }
  return out;
}

/** Binary operators by how strongly they bind. */
const BINDING: ReadonlyMap<string, number> = new Map([
  ...(['||', '&&', '|', '^', '&'] as const).map((op, i) => [op, i + 1] as const),
  ...(['==', '!='] as const).map((op) => [op, 6] as const),
  ...(['<', '>', '<=', '>='] as const).map((op) => [op, 7] as const),
  ...(['<<', '>>'] as const).map((op) => [op, 8] as const),
  ...(['+', '-'] as const).map((op) => [op, 9] as const),
  ...(['*', '/', '%'] as const).map((op) => [op, 10] as const),
]);

type Value = number | null;

/** Macros that may still be opened: each may name another twice. */
interface Budget {
  left: number;
}

/** Thrown and caught in this file: the text is no condition. */
class NotACondition extends Error {}

class Evaluation {
  private at = 0;
  private readonly tokens: readonly Token[];
  private readonly lookup: Lookup;
  private readonly depth: number;
  private readonly budget: Budget;

  constructor(tokens: readonly Token[], lookup: Lookup, depth: number, budget: Budget) {
    this.tokens = tokens;
    this.lookup = lookup;
    this.depth = depth;
    this.budget = budget;
  }

  run(): Value {
    const value = this.conditional();
    if (this.at < this.tokens.length) throw new NotACondition();
    return value;
  }

  private take(text: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== 'punctuation' || token.text !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw new NotACondition();
  }

  private conditional(): Value {
    const c = this.binary(1);
    if (!this.take('?')) return c;
    const a = this.conditional();
    this.expect(':');
    const b = this.conditional();
    return c === null ? (a === b ? a : null) : c !== 0 ? a : b;
  }

  private binary(least: number): Value {
    let left = this.unary();
    for (;;) {
      const token = this.tokens[this.at];
      const binds = token?.kind === 'punctuation' ? BINDING.get(token.text) : undefined;
      if (token === undefined || binds === undefined || binds < least) return left;
      this.at++;
      left = apply(token.text, left, this.binary(binds + 1));
    }
  }

  private unary(): Value {
    if (this.take('!')) return map(this.unary(), (v) => (v === 0 ? 1 : 0));
    if (this.take('-')) return map(this.unary(), (v) => -v);
    if (this.take('+')) return this.unary();
    if (this.take('~')) return map(this.unary(), (v) => ~v);
    if (this.take('(')) {
      let value = this.conditional();
      while (this.take(',')) value = this.conditional();
      this.expect(')');
      return value;
    }
    const token = this.tokens[this.at++];
    if (token?.kind === 'number') return Number(token.text);
    if (token?.kind !== 'name') throw new NotACondition();
    return token.text === 'defined' ? this.defined() : this.name(token.text);
  }

  private defined(): Value {
    const parenthesis = this.take('(');
    const name = this.tokens[this.at++];
    if (name?.kind !== 'name') throw new NotACondition();
    if (parenthesis) this.expect(')');
    return isDefined(this.lookup(name.text));
  }

  private name(name: string): Value {
    const state = this.lookup(name);
    const next = this.tokens[this.at];
    const isCall = next?.kind === 'punctuation' && next.text === '(';
    const args = isCall ? this.arguments() : null;
    if (args !== null) {
      const builtin = this.builtin(name, args);
      if (builtin !== undefined) return builtin;
    }
    if (state.kind === 'unknown') return null;
    if (state.kind === 'undefined') {
      // Nothing to call: this is an error in C, and may be a builtin of the compiler.
      return args === null ? 0 : null;
    }
    if (state.body === null) return null;
    if (state.params === null) {
      const value = this.inner(state.body, (used) => (used === name ? UNDEFINED : this.lookup(used)));
      return args === null ? value : null;
    }
    if (args === null) return null;
    const body = substituted(
      state.body,
      state.params,
      args.map((arg) => arg.map((t) => t.text).join(' ')),
    );
    return body === null ? null : this.inner(body, this.lookup);
  }

  private inner(text: string, lookup: Lookup): Value {
    return evaluateWithin(text, lookup, this.depth + 1, this.budget);
  }

  /** Tokens of each argument; stands behind the closing parenthesis afterwards. */
  private arguments(): Token[][] {
    const args: Token[][] = [[]];
    let depth = 0;
    for (;;) {
      const token = this.tokens[this.at++];
      if (token === undefined) throw new NotACondition();
      const { text } = token;
      if (token.kind === 'punctuation') {
        if (text === '(' && depth++ === 0) continue;
        if (text === ')' && --depth === 0) return args;
        if (text === ',' && depth === 1) {
          args.push([]);
          continue;
        }
      }
      args[args.length - 1]?.push(token);
    }
  }

  /** Macros of the kernel's own headers that conditions are made of; undefined for others. */
  private builtin(name: string, args: readonly Token[][]): Value | undefined {
    const [first] = args[0] ?? [];
    switch (name) {
      case 'KERNEL_VERSION': {
        if (args.length !== 3) return undefined;
        const [a, b, c] = args.map((arg) => this.inner(arg.map((t) => t.text).join(' '), this.lookup));
        if (a == null || b == null || c == null) return null;
        return (a << 16) + (b << 8) + Math.min(c, 255);
      }
      case 'IS_ENABLED':
      case 'IS_REACHABLE': {
        if (first?.kind !== 'name') return undefined;
        const built = isDefined(this.lookup(first.text));
        const module = isDefined(this.lookup(`${first.text}_MODULE`));
        return apply('||', built, module);
      }
      case 'IS_BUILTIN':
        return first?.kind === 'name' ? isDefined(this.lookup(first.text)) : undefined;
      case 'IS_MODULE':
        return first?.kind === 'name' ? isDefined(this.lookup(`${first.text}_MODULE`)) : undefined;
      default:
        return undefined;
    }
  }
}

/**
 * The body of a macro with its arguments in place of the parameters, GNU's `, ## __VA_ARGS__` and pasting included; null
 * if their numbers differ. Arguments are put in parentheses, unless they are one token or a list.
 */
function substituted(body: string, params: readonly string[], args: readonly string[]): string | null {
  const last = params[params.length - 1] ?? '';
  const isVariadic = last.endsWith('...');
  const named = isVariadic ? params.slice(0, -1) : params;
  // `F()` gives an empty argument, or none.
  const given = args.length === 1 && args[0] === '' && named.length === 0 ? [] : args;
  if (isVariadic ? given.length < named.length : given.length !== named.length) return null;
  const rest = last === '...' ? '__VA_ARGS__' : last.slice(0, -3).trim();
  const others = given.slice(named.length);
  const whole = isVariadic
    ? body.replace(new RegExp(`,\\s*##\\s*${rest}\\b`, 'g'), others.length === 0 ? ' ' : `, ${rest}`)
    : body;
  return whole
    .replace(/[A-Za-z_]\w*/g, (word, at: number) => {
      if (isVariadic && word === rest) return others.join(', ');
      const arg = given[named.indexOf(word)];
      if (arg === undefined) return word;
      const isPasted = /##\s*$/.test(whole.slice(0, at)) || /^\s*##/.test(whole.slice(at + word.length));
      return isPasted || /^\w*$/.test(arg) ? arg : `(${arg})`;
    })
    .replace(/\s*##\s*/g, '');
}

function isDefined(state: MacroState): Value {
  return state.kind === 'unknown' ? null : state.kind === 'defined' ? 1 : 0;
}

function map(value: Value, change: (v: number) => number): Value {
  return value === null ? null : change(value);
}

function apply(op: string, l: Value, r: Value): Value {
  if (op === '&&') {
    if (l === 0 || r === 0) return 0;
    return l === null || r === null ? null : 1;
  }
  if (op === '||') {
    if ((l !== null && l !== 0) || (r !== null && r !== 0)) return 1;
    return l === null || r === null ? null : 0;
  }
  if (l === null || r === null) return null;
  switch (op) {
    case '|':
      return l | r;
    case '^':
      return l ^ r;
    case '&':
      return l & r;
    case '==':
      return Number(l === r);
    case '!=':
      return Number(l !== r);
    case '<':
      return Number(l < r);
    case '>':
      return Number(l > r);
    case '<=':
      return Number(l <= r);
    case '>=':
      return Number(l >= r);
    case '<<':
      return l * 2 ** r;
    case '>>':
      return Math.floor(l / 2 ** r);
    case '+':
      return l + r;
    case '-':
      return l - r;
    case '*':
      return l * r;
    case '/':
      return r === 0 ? null : Math.trunc(l / r);
    case '%':
      return r === 0 ? null : l % r;
    default:
      return null;
  }
}

/** Value of a condition's text, or null if it depends on what is not known or cannot be read. */
export function evaluate(text: string, lookup: Lookup): number | null {
  return evaluateWithin(text, lookup, 0, { left: MAX_EXPANSIONS });
}

function evaluateWithin(text: string, lookup: Lookup, depth: number, budget: Budget): number | null {
  if (depth > MAX_DEPTH || budget.left-- <= 0) return null;
  const tokens = tokensOf(text);
  if (tokens === null || tokens.length === 0) return null;
  try {
    return new Evaluation(tokens, lookup, depth, budget).run();
  } catch (error) {
    if (error instanceof NotACondition) return null;
    throw error;
  }
}
