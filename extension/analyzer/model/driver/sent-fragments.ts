/** Which mappings that end are of fragments of sent packets: by where their addresses were mapped, as far as it was followed. */
import { mappedBy } from '../../kernel/table.ts';
import { TYPE } from '../../kernel/structures.ts';
import type { FunctionItem } from '../../syntax/ast.ts';
import type { BufferFact } from '../alias/alias-class.ts';
import type { DriverFacts } from './driver-facts.ts';
import { ofFragment } from '../transmit/transmit-mapping.ts';
import { unmapsAnyElement } from '../transmit/unmap-call.ts';
import { unmapsOnlyReceived } from '../transmit/wrapped-unmap.ts';

/**
 * What is known of an address that is unmapped. `fragment`: it may be a fragment's, mapped at these places. `other`: it was
 * followed to all its mappings, and none is of a fragment that this unmaps. `unknown`: nobody knows.
 */
export type UnmappedAddress =
  | { readonly is: 'fragment'; readonly mappings: readonly BufferFact[] }
  | { readonly is: 'other' }
  | { readonly is: 'unknown' };

/** A mapping of a fragment that is unmapped as a page. */
interface PageUnmap {
  readonly unmap: BufferFact;
  readonly mapping: BufferFact;
}

const OTHER: UnmappedAddress = { is: 'other' };
const UNKNOWN: UnmappedAddress = { is: 'unknown' };

const FRAMES: ReadonlySet<string> = new Set([TYPE.xdp_frame, TYPE.xdp_buff]);

function takesFrames({ params }: FunctionItem): boolean {
  return (
    params.some(({ type }) => FRAMES.has(type.base)) && !params.some(({ type }) => type.base === TYPE.sk_buff)
  );
}

/** What is mapped one way is not unmapped another. */
function sameDirection({ direction }: BufferFact, { direction: other }: BufferFact): boolean {
  return direction === other || direction === 'unknown' || other === 'unknown';
}

export class SentFragments {
  private readonly facts: DriverFacts;
  /** Names of the functions that the transmit entry points reach. */
  private readonly transmit: ReadonlySet<string>;
  private pages: readonly PageUnmap[] | null = null;
  private kept: ReadonlySet<string> | null = null;

  constructor(facts: DriverFacts, transmit: ReadonlySet<string>) {
    this.facts = facts;
    this.transmit = transmit;
  }

  /** What the unmapping `f` ends, or what the store `f` keeps for one. */
  of(f: BufferFact): UnmappedAddress {
    if (f.wholeBuffer || this.handlesFrames(f)) return OTHER;
    const { mappings, others, isComplete } = this.facts.mappedAt(f);
    const fragments = mappings.filter((m) => this.isFragment(m) && sameDirection(m, f));
    if (fragments.length > 0 && this.facts.guards.isTaggedForFrames(f)) return OTHER;
    if (fragments.length === 0) return isComplete && mappings.length + others.length > 0 ? OTHER : UNKNOWN;
    if (f.kind !== 'unmap' || mappedBy(f.api) !== 'address') return { is: 'fragment', mappings: fragments };
    const own = fragments.filter((m) => mappedBy(m.api) === 'address');
    if (own.length > 0) return { is: 'fragment', mappings: own };
    // Mapped as pages, they are unmapped as pages elsewhere: here it is the head.
    const pages = (this.pages ??= this.unmappedAsPages());
    const isHead = fragments.some((m) => pages.some(({ mapping }) => mapping === m));
    return isHead && !this.endsAlike(f, fragments) ? OTHER : { is: 'fragment', mappings: fragments };
  }

  /**
   * True if fragments are unmapped by their address as the head is: both were collected in an array of the function's own,
   * of which it unmaps any element this way and none as a page.
   */
  private endsAlike(f: BufferFact, fragments: readonly BufferFact[]): boolean {
    if (this.facts.mappedAt(f).fields.length > 0 || !unmapsAnyElement(f, this.facts.symbols)) return false;
    return !(this.pages ?? []).some(
      ({ unmap, mapping }) =>
        unmap.fn === f.fn && unmap.location.file === f.location.file && fragments.includes(mapping),
    );
  }

  /** True for a store into a field that addresses of fragments are unmapped from: not one on the way there. */
  isKept(store: BufferFact): boolean {
    this.kept ??= new Set(
      this.facts.classes
        .flatMap((c) => c.facts)
        .filter((f) => f.kind === 'unmap' && f.direction !== 'from-device' && this.of(f).is === 'fragment')
        .filter((f) => !unmapsOnlyReceived(f, this.facts.symbols))
        .flatMap((f) => this.facts.mappedAt(f).fields),
    );
    return this.kept.has(this.facts.mappedAt(store).into);
  }

  /** True for a mapping of a fragment of a socket buffer that is sent. */
  isFragment(m: BufferFact): boolean {
    if (m.direction === 'from-device') return false;
    if (m.kind !== 'map' && mappedBy(m.api) !== 'fragment') return false;
    if (mappedBy(m.api) === 'fragment') return this.transmit.has(m.fn) || !this.handlesFrames(m);
    return ofFragment(m) && this.transmit.has(m.fn);
  }

  /** True for what takes a fragment of a socket buffer that is sent: its mapping, its page or its address. */
  takesFragment(f: BufferFact): boolean {
    return this.isFragment(f) || (f.kind === 'skb-frag' && this.transmit.has(f.fn) && !this.handlesFrames(f));
  }

  /** True in a function that is handed an XDP frame: what it maps and unmaps are pages. */
  handlesFrames({ fn, location }: BufferFact): boolean {
    return (this.facts.symbols.functions.get(fn) ?? []).some(
      ({ file, item }) => file.path === location.file && takesFrames(item),
    );
  }

  private unmappedAsPages(): readonly PageUnmap[] {
    const out: PageUnmap[] = [];
    for (const c of this.facts.classes)
      for (const f of c.facts) {
        const how = f.kind === 'unmap' && f.direction !== 'from-device' ? mappedBy(f.api) : null;
        if (how !== 'page' && how !== 'netmem') continue;
        const address = this.of(f);
        if (address.is === 'fragment')
          for (const mapping of address.mappings) out.push({ unmap: f, mapping });
      }
    return out;
  }
}
