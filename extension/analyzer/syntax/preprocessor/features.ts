/**
 * Macros by which a driver asks what the kernel has (`HAVE_BUILD_SKB`) and that nothing at hand defines: a configure step
 * does. They are answered by what the tree offers: an arm is not compiled that calls what the tree lacks, or calls it with
 * another number of arguments; a macro named after something that the tree has is defined; and of two arms the one that
 * uses the page pool is for kernels that have one.
 */
import { matchParenthesis } from '../scan.ts';
import type { ActiveText } from './active-text.ts';
import { evaluate, type Lookup, type MacroState, UNDEFINED, UNKNOWN } from './condition.ts';
import type { Directive, Directives } from './directives.ts';
import { type Arm, isHeaderGuard } from './units.ts';

/** What the kernel at hand says of names. */
export interface KernelOffer {
  /** True for what it declares. */
  has(name: string): boolean;
  /** True for what some release declares and this one does not. */
  lacks(name: string): boolean;
  /** Number of arguments of a function, or null if unknown. */
  arity(name: string): number | null;
  /** True for a function of the page pool. */
  isOfPool(name: string): boolean;
}

/** One file as it is read. */
export interface FeatureFile {
  readonly directives: Directives;
  readonly active: ActiveText;
  readonly arms: ReadonlyMap<number, Arm>;
}

/** What an arm says of the kernel. */
type Sign = { readonly lacks: string } | 'pool' | null;

interface OpenArm {
  readonly index: number;
  /** Parts of the text that are in no arm within. */
  readonly parts: string[];
}

interface OpenGroup {
  readonly arms: OpenArm[];
  readonly isAsked: boolean;
}

/** Asks for a feature of the kernel, in the words of configure scripts. */
const FEATURE = /^(?:\w*_)?(?<!NOT?_|DONT_)(?:HAVE|HAS)_+(\w+)$/;

/** What an answer is drawn from, the surest first: a less sure one does not count beside it. */
const WEIGHTS = ['lack', 'name', 'pool'] as const;
type Weight = (typeof WEIGHTS)[number];

interface Vote {
  readonly name: string;
  readonly isDefined: boolean;
  readonly weight: Weight;
  /** Function that the answer is about; it says nothing if the driver has one of this name. */
  readonly about: string;
}

/** Answers of one file, by what they depend on: its text with the arms of it. */
type Known = WeakMap<ActiveText, readonly Vote[]>;

export class Features {
  private readonly offer: KernelOffer;
  private readonly votes: Known = new WeakMap();

  constructor(offer: KernelOffer) {
    this.offer = offer;
  }

  /**
   * States of macros that nobody defines, as far as the tree decides them.
   * @param known what is known of macros before the first line, or null
   */
  statesOf(
    files: readonly FeatureFile[],
    known: (name: string) => MacroState | null,
  ): ReadonlyMap<string, MacroState> {
    const undecided = files.filter(({ arms }) => [...arms.values()].includes('unknown'));
    if (undecided.length === 0) return NO_STATES;
    const votes = undecided.flatMap((file) => this.votesOf(file));
    if (votes.length === 0) return NO_STATES;
    const own = new Set(files.flatMap(({ directives }) => definedIn(directives)));
    const functions = new Map<string, boolean>();
    const isOwn = (name: string): boolean => {
      let found = own.has(name) || functions.get(name);
      if (found === undefined)
        functions.set(name, (found = files.some((file) => definesFunction(file, name))));
      return found;
    };
    // Surer answers first; of equally sure ones that differ, none.
    const best = new Map<string, Vote | null>();
    for (const weight of WEIGHTS)
      for (const vote of votes) {
        if (vote.weight !== weight || own.has(vote.name) || known(vote.name) !== null) continue;
        if (vote.about !== '' && isOwn(vote.about)) continue;
        const before = best.get(vote.name);
        if (before === undefined) best.set(vote.name, vote);
        else if (before?.weight === weight && before.isDefined !== vote.isDefined) best.set(vote.name, null);
      }
    const states = new Map<string, MacroState>();
    for (const [name, vote] of best)
      if (vote !== null)
        states.set(name, vote.isDefined ? { kind: 'defined', params: null, body: '1' } : UNDEFINED);
    return states;
  }

  private votesOf(file: FeatureFile): readonly Vote[] {
    let votes = this.votes.get(file.active);
    if (votes === undefined) this.votes.set(file.active, (votes = [...this.look(file)]));
    return votes;
  }

  private *look({
    directives: { list, starts, ends },
    active: { text },
    arms,
  }: FeatureFile): Generator<Vote> {
    const groups: OpenGroup[] = [];
    let at = 0;
    for (let index = 0; index < list.length; index++) {
      const directive = list[index];
      if (directive === undefined || !isOfGroup(directive)) continue;
      const group = groups[groups.length - 1];
      if (group?.isAsked === true)
        group.arms[group.arms.length - 1]?.parts.push(text.slice(at, starts[index] ?? at));
      at = ends[index] ?? at;
      if (directive.word === 'endif') {
        const closed = groups.pop();
        if (closed?.isAsked === true) yield* this.answers(closed, list);
      } else if (directive.word === 'elif' || directive.word === 'else')
        group?.arms.push({ index, parts: [] });
      else
        groups.push({
          arms: [{ index, parts: [] }],
          isAsked: arms.get(index) === 'unknown' && featureOf(directive) !== '',
        });
    }
  }

  private *answers({ arms }: OpenGroup, list: readonly Directive[]): Generator<Vote> {
    const [first] = arms;
    const opening = first === undefined ? undefined : list[first.index];
    if (opening === undefined) return;
    const name = featureOf(opening);
    const asked = FEATURE.exec(name)?.[1]?.toLowerCase() ?? '';
    if (this.offer.has(asked)) yield { name, isDefined: true, weight: 'name', about: '' };
    const signs = arms.map(({ parts }) => this.signOf(plain(parts.join(' '))));
    // Which value of the macro has the first arm read.
    const polarity = polarityOf(opening, name);
    if (polarity === null) return;
    const [sign = null, other = null] = signs;
    if (sign !== null && sign !== 'pool')
      yield { name, isDefined: !polarity, weight: 'lack', about: sign.lacks };
    const isLast = arms.length === 2 && list[arms[1]?.index ?? -1]?.word === 'else';
    if (!isLast) return;
    if (other !== null && other !== 'pool')
      yield { name, isDefined: polarity, weight: 'lack', about: other.lacks };
    else if ((sign === 'pool') !== (other === 'pool'))
      yield { name, isDefined: (sign === 'pool') === polarity, weight: 'pool', about: '' };
  }

  private signOf(text: string): Sign {
    let isPool = false;
    for (const { 0: name, index } of text.matchAll(/[A-Za-z_]\w*(?=[ \t]*\()/g)) {
      if (this.offer.lacks(name)) return { lacks: name };
      const arity = this.offer.arity(name);
      if (arity !== null && argumentsAt(text, index + name.length) !== arity) return { lacks: name };
      isPool ||= this.offer.isOfPool(name) && this.offer.has(name);
    }
    return isPool ? 'pool' : null;
  }
}

const NO_STATES: ReadonlyMap<string, MacroState> = new Map();

function isOfGroup({ word }: Directive): boolean {
  return word !== 'define' && word !== 'undef' && word !== 'include' && word !== 'other';
}

function definedIn({ list }: Directives): string[] {
  return list.flatMap(({ word, rest }, index) => {
    if (word !== 'define') return [];
    const name = /^\w+/.exec(rest)?.[0] ?? '';
    return isHeaderGuard(list, index - 1, name) ? [] : [name];
  });
}

function definesFunction({ active: { text } }: FeatureFile, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const open = /^\s*\(/.exec(text.slice(at + name.length, at + name.length + 40));
    if (open === null || /\w/.test(text.charAt(at - 1))) continue;
    const end = matchParenthesis(text, at + name.length + open[0].length - 1);
    if (/^\s*\{/.test(text.slice(end, end + 200))) return true;
  }
  return false;
}

/** Without comments and strings. */
function plain(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"/g, ' 0 ');
}

/** The one macro of the condition that asks for a feature, or ''. */
function featureOf({ rest }: Directive): string {
  const names = new Set((rest.match(/[A-Za-z_]\w*/g) ?? []).filter((name) => FEATURE.test(name)));
  const [name = ''] = names;
  return names.size === 1 ? name : '';
}

/** True if the condition can only hold with the macro defined, false if only without, null if that does not decide it. */
function polarityOf({ word, rest }: Directive, name: string): boolean | null {
  if (word === 'ifdef') return true;
  if (word === 'ifndef') return false;
  const under = (state: MacroState): number | null => {
    const lookup: Lookup = (other) => (other === name ? state : UNKNOWN);
    return evaluate(rest, lookup);
  };
  const yes = under({ kind: 'defined', params: null, body: '1' });
  const no = under(UNDEFINED);
  const isTrue = (value: number | null): boolean => value !== null && value !== 0;
  if (no === 0 || isTrue(yes)) return yes === 0 || isTrue(no) ? null : true;
  return yes === 0 || isTrue(no) ? false : null;
}

/** Number of arguments of the call whose parenthesis is the next one. */
function argumentsAt(text: string, from: number): number {
  const open = text.indexOf('(', from);
  const end = matchParenthesis(text, open);
  let depth = 0;
  let count = 1;
  for (let i = open + 1; i < end - 1; i++) {
    const c = text.charAt(i);
    if (c === '(' || c === '[' || c === '{') depth++;
    else if (c === ')' || c === ']' || c === '}') depth--;
    else if (c === ',' && depth === 0) count++;
  }
  return text.slice(open + 1, end - 1).trim() === '' ? 0 : count;
}
