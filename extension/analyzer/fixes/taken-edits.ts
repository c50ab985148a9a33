/** The edits of a pass so far, found by their places: two plans with thousands of edits each are compared in no time. */
import type { PlannedEdit } from '../fix.ts';
import type { FilePath } from '../text/range.ts';

/** Characters of text, as a power of two, whose edits are kept together. */
const PLACE_BITS = 8;

export class TakenEdits {
  readonly edits: PlannedEdit[] = [];
  private readonly places = new Map<FilePath, Map<number, PlannedEdit[]>>();

  /** True if one of the edits cannot be made beside those taken. */
  clash(edits: readonly PlannedEdit[]): boolean {
    return edits.some((a) => this.near(a, (b) => clashes(a, b)));
  }

  /** Takes edits; those that are taken already count once. */
  add(edits: readonly PlannedEdit[]): void {
    // Edits of one plan may be the same; only those of others are looked for.
    const fresh = edits.filter((a) => !this.near(a, (b) => same(a, b)));
    for (const edit of fresh) {
      this.edits.push(edit);
      let ofFile = this.places.get(edit.file);
      if (ofFile === undefined) this.places.set(edit.file, (ofFile = new Map<number, PlannedEdit[]>()));
      for (const place of placesOf(edit)) {
        const list = ofFile.get(place);
        if (list === undefined) ofFile.set(place, [edit]);
        else list.push(edit);
      }
    }
  }

  byFile(): ReadonlyMap<FilePath, readonly PlannedEdit[]> {
    const out = new Map<FilePath, PlannedEdit[]>();
    for (const edit of this.edits) {
      const list = out.get(edit.file);
      if (list === undefined) out.set(edit.file, [edit]);
      else list.push(edit);
    }
    return out;
  }

  /** True if one of the taken edits at the place of `edit` is as asked for. */
  private near(edit: PlannedEdit, is: (taken: PlannedEdit) => boolean): boolean {
    const ofFile = this.places.get(edit.file);
    if (ofFile === undefined) return false;
    for (const place of placesOf(edit)) if (ofFile.get(place)?.some(is) === true) return true;
    return false;
  }
}

function* placesOf({ range }: PlannedEdit): Generator<number> {
  for (let place = range.start >> PLACE_BITS; place <= range.end >> PLACE_BITS; place += 1) yield place;
}

function same(a: PlannedEdit, b: PlannedEdit): boolean {
  return a.range.start === b.range.start && a.range.end === b.range.end && a.newText === b.newText;
}

function clashes(a: PlannedEdit, b: PlannedEdit): boolean {
  return a.range.start === b.range.start
    ? a.newText !== b.newText || a.range.end > a.range.start
    : a.range.start < b.range.end && b.range.start < a.range.end;
}
