/**
 * Tapes of functions from one analysis to the next. A tape holds as long as its function is unchanged and so is
 * everything it was recorded against: declarations, macros, and the heads of all functions.
 */
import type { FunctionItem, Item } from '../syntax/ast.ts';
import { recordFunction } from './flow-function.ts';
import type { DriverSymbols, FileModel, PlacedFunction } from './symbols.ts';
import type { Tape } from './tape.ts';

interface Remembered {
  readonly tape: Tape;
  readonly path: string;
  readonly surroundings: number;
}

/** A function as others see it. One object a text, so that equal heads are the same. */
class Heads {
  private readonly byItem = new WeakMap<FunctionItem, string>();

  of(item: FunctionItem): string {
    let head = this.byItem.get(item);
    if (head === undefined) {
      const types = [item.returns, ...item.params.map((p) => p.type)];
      const names = item.params.map((p) => p.name).join();
      head = `${item.name}(${names})${item.isStatic}${types.map((t) => `${t.base}*${t.stars}[${t.dims}]`).join()}`;
      this.byItem.set(item, head);
    }
    return head;
  }
}

export class TapeMemory {
  private readonly tapes = new WeakMap<FunctionItem, Remembered>();
  private readonly heads = new Heads();
  private last: readonly (Item | string)[] = [];
  private surroundings = 0;

  /** Called before tapes are asked for: forgets all of them if anything but the bodies of functions has changed. */
  enter(files: readonly FileModel[]): void {
    const now: (Item | string)[] = [];
    for (const { path, items } of files) {
      now.push(path);
      for (const { item } of items) now.push(item.k === 'function' ? this.heads.of(item) : item);
    }
    const { last } = this;
    if (now.length !== last.length || now.some((x, i) => x !== last[i])) this.surroundings += 1;
    this.last = now;
  }

  /** The tape of a function, recorded if it is not known. */
  tapeOf({ item, file }: PlacedFunction, symbols: DriverSymbols): Tape {
    const known = this.tapes.get(item);
    if (known !== undefined && known.surroundings === this.surroundings && known.path === file.path)
      return known.tape;
    const tape = recordFunction(item, symbols, file);
    this.tapes.set(item, { tape, path: file.path, surroundings: this.surroundings });
    return tape;
  }
}
