/** Text of a driver that the parser gave no meaning: names that stand in it must not change. */
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { Location } from '../text/range.ts';
import type { DeclarationSite } from './slots.ts';
import { absoluteRange } from './page-world.ts';

interface Chunk {
  readonly location: Location;
  readonly text: string;
  /** Offset of the function around it, or -1. */
  readonly fn: number;
  readonly what: string;
}

export class Unreadable {
  private readonly chunks: readonly Chunk[];

  constructor(facts: DriverFacts) {
    const chunks: Chunk[] = [];
    for (const file of facts.files) {
      for (const { base, item } of file.items) {
        const add = (s: number, e: number, fn: number, what: string): void => {
          const range = absoluteRange({ s, e }, base);
          chunks.push({
            location: { file: file.path, range },
            text: file.text.slice(range.start, range.end),
            fn,
            what,
          });
        };
        if (item.k === 'define') add(item.bodyAt.s, item.bodyAt.e, -1, `the macro ${item.name}`);
        else if (item.k === 'other') add(item.s, item.e, -1, 'text that the parser could not read');
        else if (item.k === 'function')
          for (const e of item.errors) add(e.s, e.e, base, 'text that the parser could not read');
      }
    }
    this.chunks = chunks;
  }

  /** Where such text names the declaration, or null. */
  mention(site: DeclarationSite): { readonly location: Location; readonly what: string } | null {
    if (site.name === '' || site.prototype) return null;
    const pattern =
      site.kind === 'field' ? new RegExp(`(?:->|\\.)\\s*${site.name}\\b`) : new RegExp(`\\b${site.name}\\b`);
    const local = site.kind === 'local' || site.kind === 'parameter';
    for (const c of this.chunks) {
      if (local && !(site.fn !== null && c.fn === site.fn.base && c.location.file === site.file.path))
        continue;
      if (site.kind === 'return' && new RegExp(`^\\s*EXPORT_SYMBOL`).test(c.text)) continue;
      if (pattern.test(c.text)) return { location: c.location, what: c.what };
    }
    return null;
  }
}
