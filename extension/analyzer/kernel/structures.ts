/** Kernel types that buffers live in, travel in, or are reached through. */
import type { FactKind } from './entry/effect.ts';
import type { Condition } from './entry/entry.ts';
import type { Version } from './entry/signature.ts';

/** A member of a kernel structure that matters to buffers. */
export interface Member {
  /** Its C type as a base and a pointer depth, where what lies behind it matters. */
  readonly type?: { readonly base: string; readonly depth: number };
  /** It shows the memory of a socket buffer or an XDP frame. */
  readonly shows?: FactKind;
}

/** A structure or typedef of the kernel. */
export interface KernelType {
  /** First release of mainline that has it; without one it is older than every release in the list. */
  readonly since?: Version;
  /** Its fields are no holders of the driver's. */
  readonly opaque?: true;
  /** A buffer travels in it: it stands in the heads of functions that hand buffers on. */
  readonly travels?: true;
  /** A field of the type holds a buffer. */
  readonly held?: true;
  /** A table of operations that says what a driver offers. */
  readonly operations?: true;
  /** Fields of it are driver-wide facts. */
  readonly driverFact?: true;
  /** While there is one, no provider can be bound. */
  readonly excludes?: true;
  /** What it means that a pointer to it is NULL. */
  readonly whenNull?: Condition;
  readonly members?: Readonly<Record<string, Member>>;
}

const to = (base: string): { readonly base: string; readonly depth: number } => ({ base, depth: 1 });
const LINEAR: Member = { type: to('unsigned char'), shows: 'skb-linear' };

/** By tag. */
export const STRUCTURES = {
  page: { opaque: true, travels: true, held: true },
  folio: { opaque: true },
  net_iov: { opaque: true, since: '6.12' },
  netmem_desc: { since: '6.17' },
  sk_buff: {
    opaque: true,
    travels: true,
    whenNull: { means: 'skb-null', negated: false },
    members: {
      data: LINEAR,
      head: LINEAR,
      tail: { shows: 'skb-linear' },
      next: { type: to('struct sk_buff') },
    },
  },
  skb_shared_info: { opaque: true, travels: true, members: { frags: { type: to('skb_frag_t') } } },
  skb_frag: {},
  xdp_buff: {
    opaque: true,
    travels: true,
    members: {
      data: { type: to('void'), shows: 'xdp-linear' },
      data_meta: { shows: 'xdp-linear' },
      data_end: { shows: 'xdp-linear' },
      data_hard_start: { type: to('void'), shows: 'xdp-linear' },
    },
  },
  xdp_frame: {
    opaque: true,
    travels: true,
    members: { data: { type: to('void'), shows: 'xdp-linear' } },
  },
  // Where software segmentation is in the packet: the head first, then each fragment (linux/tso.h).
  tso_t: { opaque: true, members: { data: { type: to('void'), shows: 'skb-frag' } } },
  xdp_rxq_info: { opaque: true },
  xsk_buff_pool: { excludes: true, whenNull: { means: 'always', negated: false } },
  bpf_prog: { excludes: true, whenNull: { means: 'xdp-attached', negated: true } },
  bio_vec: { travels: true },
  page_pool: { opaque: true, travels: true, whenNull: { means: 'no-pool', negated: false } },
  page_pool_params: { opaque: true, driverFact: true },
  libeth_fqe: {
    members: { page: { type: to('struct page') }, netmem: { type: { base: 'netmem_ref', depth: 0 } } },
  },
  libeth_fq: { members: { pp: { type: to('struct page_pool') }, fqes: { type: to('struct libeth_fqe') } } },
  net_device: { opaque: true },
  netdev_queue: { opaque: true },
  device: { opaque: true },
  pci_dev: { opaque: true },
  platform_device: { opaque: true },
  napi_struct: { opaque: true },
  iphdr: { opaque: true },
  ipv6hdr: { opaque: true },
  tcphdr: { opaque: true },
  ethhdr: { opaque: true },
  ethtool_ops: { operations: true },
  net_device_ops: { operations: true },
  netdev_queue_mgmt_ops: { since: '6.10', operations: true },
  xdp_metadata_ops: { operations: true },
} satisfies Record<string, KernelType>;

/** By name. */
export const TYPEDEFS = {
  netmem_ref: { since: '6.10', travels: true, held: true },
  dma_addr_t: { travels: true, held: true },
  skb_frag_t: { opaque: true, travels: true },
} satisfies Record<string, KernelType>;

/** How C spells a type: `TYPE.page` is `struct page`. */
export const TYPE = Object.fromEntries([
  ...Object.keys(STRUCTURES).map((tag) => [tag, `struct ${tag}`]),
  ...Object.keys(TYPEDEFS).map((name) => [name, name]),
]) as { readonly [T in keyof typeof STRUCTURES]: `struct ${T}` } & {
  readonly [N in keyof typeof TYPEDEFS]: N;
};

/** Where the kernel sends through a device: a packet, and a frame of XDP. */
export const XMIT = `${TYPE.net_device_ops}.ndo_start_xmit`;
export const XDP_XMIT = `${TYPE.net_device_ops}.ndo_xdp_xmit`;

const TYPES: readonly (readonly [string, KernelType])[] = [
  ...Object.entries<KernelType>(STRUCTURES).map(([tag, type]) => [`struct ${tag}`, type] as const),
  ...Object.entries<KernelType>(TYPEDEFS),
];
const BY_NAME: ReadonlyMap<string, KernelType> = new Map(TYPES);
const MEMBERS: ReadonlyMap<string, Member> = new Map(
  TYPES.flatMap(([name, { members }]) =>
    Object.entries(members ?? {}).map(([field, member]) => [`${name}.${field}`, member] as const),
  ),
);

/** The member of a kernel structure, asked as `struct sk_buff.data`, or null if nothing is known of it. */
export function kernelMember(path: string): Member | null {
  return MEMBERS.get(path) ?? null;
}

/** True if fields of the type are no holders of the driver's. */
export function isOpaque(type: string): boolean {
  return BY_NAME.get(type)?.opaque === true;
}

/** What it means that a pointer to the type is NULL, or null if it means nothing of its own. */
export function nullTestOf(type: string): Condition | null {
  return BY_NAME.get(type)?.whenNull ?? null;
}

/** Tags and typedefs of which `facet` is said: single words, as they stand in a text. */
export function typeWords(
  facet: 'travels' | 'held' | 'excludes' | 'operations' | 'driverFact',
): readonly string[] {
  return [...Object.entries<KernelType>(STRUCTURES), ...Object.entries<KernelType>(TYPEDEFS)].flatMap(
    ([name, type]) => (type[facet] === true ? [name] : []),
  );
}

/** What is known of the structure with this tag or the typedef of this name, or null. */
export function typeWord(word: string): KernelType | null {
  return BY_NAME.get(word) ?? BY_NAME.get(`struct ${word}`) ?? null;
}
