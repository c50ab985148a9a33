/** Keeps the table of a driver's macros as long as no edit changes a definition, or which functions there are. */
import type { Pieces } from '../pieces.ts';
import { type DefinitionCache, type MacroFile, type MacroQuestions, MacroTable } from './macros.ts';

export class MacroCache {
  private readonly questions: MacroQuestions;
  private cache: DefinitionCache = new Map();
  private last: {
    readonly key: readonly number[];
    readonly paths: string;
    readonly table: MacroTable;
  } | null = null;

  constructor(questions: MacroQuestions) {
    this.questions = questions;
  }

  of(files: readonly MacroFile[]): MacroTable {
    const key: number[] = [];
    const functions = new Set<number>();
    for (const { pieces } of files) {
      key.push(-1);
      for (const piece of pieces.list) {
        if (piece.kind === 'define') key.push(piece.id);
        else if (piece.kind === 'function') for (const name of piece.names) functions.add(name);
      }
    }
    // Which functions there are decides too; their order does not.
    let sum = 0;
    for (const name of functions) sum = (sum + Math.imul(name, 31)) | 0;
    key.push(functions.size, sum);
    const paths = files.map(({ path }) => path).join('\n');
    const { last } = this;
    if (last !== null && last.paths === paths && sameNumbers(last.key, key)) return last.table;
    const cache: DefinitionCache = new Map();
    for (const { pieces } of files) keepKnown(this.cache, pieces, cache);
    const table = new MacroTable(files, cache, functions, this.questions);
    this.cache = cache;
    this.last = { key, paths, table };
    return table;
  }
}

function keepKnown(from: DefinitionCache, { list }: Pieces, into: DefinitionCache): void {
  for (const { kind, id } of list) {
    const known = kind === 'define' ? from.get(id) : undefined;
    if (known !== undefined) into.set(id, known);
  }
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}
