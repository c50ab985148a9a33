/**
 * Marks that a driver leaves in its records: `slot = NO_UNMAP` where a fragment is memory of a provider, to be asked for when
 * the packet was sent. To find the mark, or not, tells of the fragment what was so where it was left.
 */
import { NAME } from '../../kernel/table.ts';
import { type Atom, makeAtom, kindOfAtom } from './atom.ts';
import { necessary } from './guard.ts';
import { constantText, subjectOf } from './subject.ts';
import type { Reach } from './reach.ts';

export class Markers {
  private known: ReadonlyMap<string, Atom> | null = null;
  private readonly reach: Reach;

  constructor(reach: Reach) {
    this.reach = reach;
  }

  /** What it says of a fragment that is sent if the comparison holds; null if the comparison is with no mark. */
  markOf({ subject, compare }: Atom): Atom | null {
    if (compare.is !== 'equal' || subject.member === null) return null;
    return (this.known ??= this.find()).get(`${subject.key} == ${compare.to}`) ?? null;
  }

  private find(): ReadonlyMap<string, Atom> {
    const found = new Map<string, Atom>();
    for (const fn of this.reach.saying(NAME.skb_frag_is_net_iov)) {
      for (const { x, guard, cx } of this.reach.flow(fn).stores) {
        const mark = x.op === '=' ? constantText(x.r, cx) : null;
        const of = necessary(guard).find(({ atom, holds }) => holds && kindOfAtom(atom) === 'frag-net-iov');
        if (mark === null || mark === '0' || of === undefined) continue;
        const place = subjectOf(x.l, cx);
        if (place === null) continue;
        const key = `${place.key} == ${mark}`;
        // Named after the mark: of the fragment that a function maps something else may be known than of one it unmaps.
        found.set(key, makeAtom({ ...of.atom.subject, key, id: key }, of.atom.compare, of.atom.stated));
      }
    }
    return found;
  }
}
