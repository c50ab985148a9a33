/**
 * Names and summaries from one analysis to the next. Names hold while only bodies of functions change. A summary holds
 * as long as its function is unchanged and so is what it asked of the names.
 */
import type { FunctionItem, Item } from '../../syntax/ast.ts';
import type { PlacedItem } from '../../syntax/items/file-items.ts';
import { AskedNames, Words } from '../names/asked.ts';
import { summarizeFunction } from './flow-function.ts';
import { changedWords } from '../names/name-changes.ts';
import { NameHistory } from '../names/name-history.ts';
import { Names } from '../names/names.ts';
import type { FileModel } from '../names/symbols.ts';
import type { FunctionSummary } from './function-summary.ts';

interface Remembered {
  readonly summary: FunctionSummary;
  /** What it asked of the names, by number; null if nobody wrote it down. */
  readonly asked: Int32Array | null;
  /** The names of which it is known to hold. */
  names: Names;
}

/** A function as others see it. One object a text, so that equal heads are the same. */
class Heads {
  private readonly byItem = new WeakMap<FunctionItem, string>();

  of(item: FunctionItem): string {
    let head = this.byItem.get(item);
    if (head === undefined) {
      const types = [item.returns, ...item.params.map((p) => p.type)];
      const names = item.params.map((p) => p.name).join();
      head = `${item.name}(${names})${item.isStatic}${types.map((t) => `${t.base}*${t.stars}[${t.dims}]${t.fn}`).join()}`;
      this.byItem.set(item, head);
    }
    return head;
  }
}

export class SummaryCache {
  private readonly summaries = new WeakMap<FunctionItem, Remembered>();
  private readonly heads = new Heads();
  private readonly words = new Words();
  private files: readonly FileModel[] = [];
  private names = new Names([]);
  private readonly expectsEdits: boolean;
  private asking: AskedNames | null = null;
  /** The names before these, and by word number what has changed since. */
  private before: Names | null = null;
  private changed = new Uint8Array(0);
  /** Null if no edits are expected. */
  readonly history: NameHistory | null;

  /** @param expectsEdits of declarations: what summaries ask of the names is written down only for these */
  constructor(expectsEdits: boolean) {
    this.expectsEdits = expectsEdits;
    this.history = expectsEdits ? new NameHistory() : null;
  }

  /** Called with all files before summaries are asked for. @returns the names that they declare */
  enter(files: readonly FileModel[]): Names {
    const edited = this.edited(files);
    const isFirst = this.files.length === 0;
    this.files = files;
    if (edited === null) return this.names;
    const names = new Names(files);
    if (this.history !== null && !isFirst) {
      const words = changedWords(this.names, names, edited);
      this.history.add(words);
      const numbers = [...words].map((word) => this.words.of(word));
      this.changed = new Uint8Array(this.words.size);
      for (const n of numbers) this.changed[n] = 1;
    }
    this.before = this.names;
    this.names = names;
    this.asking = this.expectsEdits ? new AskedNames(names, this.words) : null;
    return names;
  }

  /** Items, of before and of now, that are others or stand elsewhere among the rest; null if only bodies changed. */
  private edited(files: readonly FileModel[]): Item[] | null {
    const out: Item[] = [];
    const before = new Map(this.files.map((file) => [file.path, file.items]));
    let same = files.length === this.files.length;
    for (const { path, items } of files) {
      const old = before.get(path) ?? [];
      same &&= before.delete(path);
      if (old === items) continue;
      const shorter = Math.min(old.length, items.length);
      let start = 0;
      while (start < shorter && this.sameNames(old[start], items[start])) start++;
      let end = 0;
      while (
        end < shorter - start &&
        this.sameNames(old[old.length - 1 - end], items[items.length - 1 - end])
      )
        end++;
      same &&= old.length === items.length && start === shorter;
      for (const list of [old, items])
        for (const { item } of list.slice(start, list.length - end)) out.push(item);
    }
    for (const items of before.values()) for (const { item } of items) out.push(item);
    return same ? null : out;
  }

  private sameNames(a: PlacedItem | undefined, b: PlacedItem | undefined): boolean {
    if (a?.item === b?.item) return true;
    if (a?.item.k !== 'function' || b?.item.k !== 'function') return false;
    return this.heads.of(a.item) === this.heads.of(b.item);
  }

  /** The summary of a function, recorded if it is not known. */
  summaryOf(item: FunctionItem): FunctionSummary {
    const known = this.summaries.get(item);
    if (known !== undefined && this.holds(known)) return known.summary;
    const { asking, names } = this;
    asking?.start();
    const summary = summarizeFunction(item, asking ?? names);
    this.summaries.set(item, { summary, asked: asking?.finish() ?? null, names });
    return summary;
  }

  private holds(known: Remembered): boolean {
    if (known.names === this.names) return true;
    if (known.names !== this.before || known.asked === null) return false;
    const { changed } = this;
    if (known.asked.some((n) => changed[n] === 1)) return false;
    known.names = this.names;
    return true;
  }
}
