/** Parts of a function, one within the other, with the guards that they are evaluated under. */
import type { Span } from '../../syntax/ast.ts';
import type { Guard } from './guard.ts';

interface Place extends Span {
  readonly guard: Guard;
}

/** In the order of the text, the outer ones first. */
interface Ordered {
  readonly places: readonly Place[];
  /** Number of the nearest place before that ends no earlier, which is the next one around; -1 for none. */
  readonly around: Int32Array;
}

export class Places {
  private readonly added: Place[] = [];
  private ordered: Ordered | null = null;

  add({ s, e }: Span, guard: Guard): void {
    this.added.push({ s, e, guard });
    this.ordered = null;
  }

  /** Of all places, in the order in which they were added. */
  get guards(): readonly Guard[] {
    return this.added.map((p) => p.guard);
  }

  /** The guard of the smallest place around the span, of two alike the one that was added last; null if none is around. */
  at(span: Span): Guard | null {
    const { places, around } = (this.ordered ??= order(this.added));
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[middle]?.s ?? 0) <= span.s) low = middle + 1;
      else high = middle;
    }
    for (let i = low - 1; i >= 0; i = around[i] ?? -1) {
      const place = places[i];
      if (place !== undefined && place.e >= span.e) return place.guard;
    }
    return null;
  }
}

function order(added: readonly Place[]): Ordered {
  const places = [...added].sort((a, b) => a.s - b.s || b.e - a.e);
  const around = new Int32Array(places.length);
  places.forEach((place, i) => {
    let at = i - 1;
    while (at >= 0 && (places[at]?.e ?? 0) < place.e) at = around[at] ?? -1;
    around[i] = at;
  });
  return { places, around };
}
