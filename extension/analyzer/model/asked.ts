/**
 * Which declared names the flow of a function was read from: an edit of a declaration costs the functions that asked
 * for it. Names are kept as plain words, whatever they name, and as numbers, for there are many.
 */
import type { Declarator, TypeName } from '../syntax/ast.ts';
import { resolveBy, type TypeNames } from './names.ts';

/** Numbers of words, the same for a driver as long as it is open. */
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

/** Answers as the names do, and remembers what was asked. */
export class AskedNames implements TypeNames {
  private readonly names: TypeNames;
  private readonly words: Words;
  /** By word: the round in which it was asked last. */
  private rounds = new Int32Array(4096);
  private round = 0;
  private asked: number[] = [];

  constructor(names: TypeNames, words: Words) {
    this.names = names;
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

  private note(word: string): void {
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

  globalType(name: string): TypeName | null {
    this.note(name);
    return this.names.globalType(name);
  }

  typedef(name: string): TypeName | null {
    this.note(name);
    return this.names.typedef(name);
  }

  resolve(type: TypeName): TypeName {
    return resolveBy((name) => this.typedef(name), type);
  }

  field(tag: string, name: string): { readonly owner: string; readonly field: Declarator } | null {
    this.note(name);
    return this.names.field(tag, name);
  }

  soleOwner(field: string): string | null {
    this.note(field);
    return this.names.soleOwner(field);
  }

  isFunction(name: string): boolean {
    this.note(name);
    return this.names.isFunction(name);
  }

  returnType(name: string): TypeName | null {
    this.note(name);
    return this.names.returnType(name);
  }

  isMacro(name: string): boolean {
    this.note(name);
    return this.names.isMacro(name);
  }

  isDivided(tag: string): boolean {
    this.note(tag);
    return this.names.isDivided(tag);
  }
}
