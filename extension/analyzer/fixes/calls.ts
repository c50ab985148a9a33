/** Finds the call behind a fact, in the tree of the function around it. */
import type { CallExpr, Expr, FunctionItem } from '../syntax/ast.ts';
import { visitExpressions } from '../syntax/walk.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { FileModel } from '../model/names/symbols.ts';
import type { PlacedItem } from '../syntax/items/file-items.ts';
import type { Location } from '../text/range.ts';

/** A call in its place. */
export interface PlacedCall {
  readonly call: CallExpr;
  /** What the call is part of, or null. */
  readonly parent: Expr | null;
  readonly fn: FunctionItem;
  readonly base: number;
  readonly file: FileModel;
}

/** The functions of a file in order. */
const functionsOf = new WeakMap<FileModel, readonly PlacedItem[]>();

function functionsIn(file: FileModel): readonly PlacedItem[] {
  let known = functionsOf.get(file);
  if (known === undefined) {
    known = file.items.filter(({ item }) => item.k === 'function').sort((a, b) => a.base - b.base);
    functionsOf.set(file, known);
  }
  return known;
}

/** The function around a place, or null. */
function functionAt(
  facts: DriverFacts,
  at: Location,
): { readonly file: FileModel; readonly base: number; readonly fn: FunctionItem } | null {
  const file = facts.files.find((f) => f.path === at.file);
  if (file === undefined) return null;
  const functions = functionsIn(file);
  let low = 0;
  for (let high = functions.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((functions[middle]?.base ?? 0) <= at.range.start) low = middle + 1;
    else high = middle;
  }
  const found = functions[low - 1];
  if (found?.item.k !== 'function' || at.range.end > found.base + found.item.e) return null;
  return { file, base: found.base, fn: found.item };
}

interface InnerCall {
  readonly call: CallExpr;
  readonly parent: Expr | null;
}

/** The calls of a function, by the function that is called and by where they stand. */
interface CallIndex {
  readonly byName: ReadonlyMap<string, readonly InnerCall[]>;
  readonly byPlace: ReadonlyMap<string, InnerCall>;
}

const indexes = new WeakMap<FunctionItem, CallIndex>();

function indexOf(fn: FunctionItem): CallIndex {
  let known = indexes.get(fn);
  if (known !== undefined) return known;
  const byName = new Map<string, InnerCall[]>();
  const byPlace = new Map<string, InnerCall>();
  visitExpressions(fn.body, (x, parent) => {
    if (x.k !== 'call') return;
    byPlace.set(`${x.s}:${x.e}`, { call: x, parent });
    if (x.fn.k !== 'id') return;
    const list = byName.get(x.fn.name);
    if (list === undefined) byName.set(x.fn.name, [{ call: x, parent }]);
    else list.push({ call: x, parent });
  });
  for (const list of byName.values()) list.sort((a, b) => a.call.s - b.call.s);
  indexes.set(fn, (known = { byName, byPlace }));
  return known;
}

/** All calls of a function by name, in order. */
export function callsOf(fn: FunctionItem, name: string): readonly InnerCall[] {
  return indexOf(fn).byName.get(name) ?? [];
}

/** The call whose whole expression stands at `at`. */
export function callAt(facts: DriverFacts, at: Location): PlacedCall | null {
  const around = functionAt(facts, at);
  if (around === null) return null;
  const { base } = around;
  const found = indexOf(around.fn).byPlace.get(`${at.range.start - base}:${at.range.end - base}`);
  return found === undefined ? null : { ...found, ...around };
}

/** Source text of an expression. */
export function textOf(
  { file, base }: Pick<PlacedCall, 'file' | 'base'>,
  x: { readonly s: number; readonly e: number },
): string {
  return file.text.slice(base + x.s, base + x.e);
}
