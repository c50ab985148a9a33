/**
 * Atoms: the smallest conditions, each with an identity. `!x`, `x == 0` and `x != NULL` are one atom; so are
 * `rq->state & BIT(F)` and `test_bit(F, &rq->state)`, in whichever function they stand.
 */
import type { Span } from '../../syntax/ast.ts';

/** What is asked of a subject, in its positive sense. Constants are kept as the driver spells them. */
export type Comparison =
  /** It is not zero, not NULL. */
  | { readonly is: 'set' }
  | { readonly is: 'equal'; readonly to: string }
  | { readonly is: 'below'; readonly to: string }
  | { readonly is: 'above'; readonly to: string }
  /** One of the bits of a mask is set. */
  | { readonly is: 'mask'; readonly of: string }
  /** The bit with this number is set. */
  | { readonly is: 'bit'; readonly number: string }
  /** What a kernel predicate says of it. */
  | { readonly is: AtomKind };

/** Conditions that mean something to memory without struct page. */
export type AtomKind =
  /** The buffer is memory of a provider (`netmem_is_net_iov()`). */
  | 'net-iov'
  /** The buffer has an address for the CPU (`netmem_address()` is not NULL). */
  | 'address'
  /** A provider feeds the pool (`page_pool_is_unreadable()`). */
  | 'pool-unreadable'
  /** A provider is bound to the queue (`netif_rxq_has_unreadable_mp()`). */
  | 'queue-provider'
  /** A fragment that is sent is memory of a provider (`skb_frag_is_net_iov()`). */
  | 'frag-net-iov'
  /** The CPU can read the fragments of a packet that is sent (`skb_frags_readable()`, a fragment's page or address). */
  | 'skb-readable'
  /** An XDP program is attached: binding is refused. */
  | 'xdp'
  /** AF_XDP has the queue: binding is refused. */
  | 'xsk'
  /** The queue has a page_pool. */
  | 'has-pool'
  /** A packet that is sent is UDP: only TCP sends device memory. */
  | 'udp'
  /** The user has configured the split of headers and data. */
  | 'split-configured';

/** Where a subject comes from. */
export type SubjectRoot =
  /** A member of a structure of the driver or the kernel. */
  | 'member'
  | 'parameter'
  | 'local'
  | 'global'
  /** What a function gives that is not looked through. */
  | 'call'
  /** Computed from others. */
  | 'computed';

/** What a condition is about. */
export interface Subject {
  /**
   * Names it in the whole driver. A member is named from the structure behind the last pointer on the way to it, so
   * that `priv->rx->state` here and `rx->state` there are one: `struct foo_rx.state`.
   */
  readonly key: string;
  /** Names the very value inside its function: `rx->state`, with a number behind what has changed on the way. */
  readonly id: string;
  readonly root: SubjectRoot;
  /** `struct tag.field` of the member that it is, or null. */
  readonly member: string | null;
}

/** A call that states something of a buffer, by its place. */
export interface StatedAt {
  readonly fn: string;
  readonly at: Span;
}

export interface Atom {
  /** Same subject and comparison, wherever in the driver. */
  readonly key: string;
  /** Same value and comparison, within a function. */
  readonly id: string;
  readonly subject: Subject;
  readonly compare: Comparison;
  /** The kernel predicate that was asked, or null. */
  readonly stated: StatedAt | null;
}

/** An atom that holds or does not. */
export interface Literal {
  readonly atom: Atom;
  readonly holds: boolean;
}

function comparisonText(c: Comparison): string {
  switch (c.is) {
    case 'set':
      return '';
    case 'equal':
      return ` == ${c.to}`;
    case 'below':
      return ` < ${c.to}`;
    case 'above':
      return ` > ${c.to}`;
    case 'mask':
      return ` & ${c.of}`;
    case 'bit':
      return ` & BIT(${c.number})`;
    case 'net-iov':
    case 'address':
    case 'pool-unreadable':
    case 'queue-provider':
    case 'frag-net-iov':
    case 'skb-readable':
    case 'xdp':
    case 'xsk':
    case 'has-pool':
    case 'udp':
    case 'split-configured':
      return `: ${c.is}`;
  }
}

export function makeAtom(subject: Subject, compare: Comparison, stated: StatedAt | null = null): Atom {
  const text = comparisonText(compare);
  return { key: subject.key + text, id: subject.id + text, subject, compare, stated };
}

/** What the atom means to unreadable memory, or null. */
export function kindOfAtom({ compare }: Atom): AtomKind | null {
  switch (compare.is) {
    case 'set':
    case 'equal':
    case 'below':
    case 'above':
    case 'mask':
    case 'bit':
      return null;
    case 'net-iov':
    case 'address':
    case 'pool-unreadable':
    case 'queue-provider':
    case 'frag-net-iov':
    case 'skb-readable':
    case 'xdp':
    case 'xsk':
    case 'has-pool':
    case 'udp':
    case 'split-configured':
      return compare.is;
  }
}

/** True if both cannot be so at once, as far as the two alone tell. */
export function contradict(a: Literal, b: Literal): boolean {
  if (a.atom.id === b.atom.id) return a.holds !== b.holds;
  if (a.atom.subject.id !== b.atom.subject.id) return false;
  const x = a.atom.compare;
  const y = b.atom.compare;
  if (x.is === 'equal' && y.is === 'equal') return a.holds && b.holds && distinct(x.to, y.to);
  if (x.is === 'set' && y.is === 'equal') return !a.holds && b.holds && isNumber(y.to);
  if (x.is === 'equal' && y.is === 'set') return !b.holds && a.holds && isNumber(x.to);
  // The user asks for one thing at a time.
  if (x.is === 'split-configured' && y.is === 'equal') return a.holds && b.holds;
  if (x.is === 'equal' && y.is === 'split-configured') return a.holds && b.holds;
  // Memory has an address for the CPU exactly if it is no provider's.
  const opposites = (x.is === 'net-iov' && y.is === 'address') || (x.is === 'address' && y.is === 'net-iov');
  return opposites && a.holds === b.holds;
}

/** Names of one enumeration have different values, as a rule; a name and a number may be the same. */
function distinct(a: string, b: string): boolean {
  return a !== b && isNumber(a) === isNumber(b);
}

/** A comparison with zero is another atom: numbers here are none. */
function isNumber(text: string): boolean {
  return /^-?\d/.test(text);
}
