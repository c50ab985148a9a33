/**
 * Which declared names something was worked out from: an edit of a declaration costs the functions that asked for it.
 * Names are kept as plain words, whatever they name.
 */
import type { Declarator, TypeName } from '../../syntax/ast.ts';
import { resolveBy, type TypeNames } from './names.ts';

/** Numbers of words, for there are many: the same for a driver as long as it is open. */
export class Words {
  private readonly numbers = new Map<string, number>();

  of(word: string): number {
    let n = this.numbers.get(word);
    if (n === undefined) this.numbers.set(word, (n = this.numbers.size));
    return n;
  }

  get size(): number {
    return this.numbers.size;
  }
}

/** Answers as the names do, and is told each word that is asked. */
abstract class ListeningNames implements TypeNames {
  protected current: TypeNames;

  constructor(names: TypeNames) {
    this.current = names;
  }

  protected abstract note(word: string): void;

  globalType(name: string): TypeName | null {
    this.note(name);
    return this.current.globalType(name);
  }

  typedef(name: string): TypeName | null {
    this.note(name);
    return this.current.typedef(name);
  }

  resolve(type: TypeName): TypeName {
    return resolveBy((name) => this.typedef(name), type);
  }

  field(tag: string, name: string): { readonly owner: string; readonly field: Declarator } | null {
    this.note(name);
    return this.current.field(tag, name);
  }

  soleOwner(field: string): string | null {
    this.note(field);
    return this.current.soleOwner(field);
  }

  isFunction(name: string): boolean {
    this.note(name);
    return this.current.isFunction(name);
  }

  returnType(name: string): TypeName | null {
    this.note(name);
    return this.current.returnType(name);
  }

  isMacro(name: string): boolean {
    this.note(name);
    return this.current.isMacro(name);
  }

  isDivided(tag: string): boolean {
    this.note(tag);
    return this.current.isDivided(tag);
  }
}

/** Remembers what was asked since a start: for what is worked out at once. */
export class AskedNames extends ListeningNames {
  private readonly words: Words;
  /** By word: the round in which it was asked last. */
  private rounds = new Int32Array(4096);
  private round = 0;
  private asked: number[] = [];

  constructor(names: TypeNames, words: Words) {
    super(names);
    this.words = words;
  }

  /** Forgets what was asked until now. */
  start(): void {
    this.round += 1;
    this.asked = [];
  }

  /** Each word that was asked since the start, once. */
  finish(): Int32Array {
    return Int32Array.from(this.asked);
  }

  protected note(word: string): void {
    const n = this.words.of(word);
    if (n >= this.rounds.length) {
      const grown = new Int32Array(2 * n);
      grown.set(this.rounds);
      this.rounds = grown;
    }
    if (this.rounds[n] === this.round) return;
    this.rounds[n] = this.round;
    this.asked.push(n);
  }
}

/** Remembers all that was ever asked: for what goes on asking as long as it is kept. */
export class LastingNames extends ListeningNames {
  readonly asked = new Set<string>();

  /** From now on these answer: they must mean the same by what was asked. */
  goOver(names: TypeNames): void {
    this.current = names;
  }

  protected note(word: string): void {
    this.asked.add(word);
  }
}
