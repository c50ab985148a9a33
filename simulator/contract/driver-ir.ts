/**
 * Driver IR: what a driver's functions do to packet memory, as a tree that the analyser reads out of C and the
 * simulator executes. Only memory-relevant operations are kept; every node carries its place in the source, so that
 * a wrong step in a run points at the driver's line.
 *
 * Operands. `buffer` is an index into `PathProgram.buffers`: one entry for each alias class the path touches. Per
 * class the machine knows two buffers: the *current* one, taken from the descriptor being completed, and the *fresh*
 * one, got by the latest `alloc` and not yet posted. `post` posts the fresh buffer when there is one, else the
 * current one again; every other operation takes the current buffer when the packet has one, else the fresh one.
 */
import type { BufferRole, SourceRange } from './driver-model.ts';

/**
 * The paths of a driver that the machine calls.
 * - `rx-poll`: NAPI poll, from the poll function down: completions, skb, refill.
 * - `rx-refill`: fills empty descriptors where that is a function of its own (also run when a queue starts).
 * - `rx-release`: gives every buffer of a queue back (queue stop, interface down).
 * - `tx-xmit`: ndo_start_xmit. `tx-complete`: clean-up of finished TX descriptors.
 * - `queue-*`: the four netdev_queue_mgmt_ops.
 */
export type PathKind =
  | 'rx-poll'
  | 'rx-refill'
  | 'rx-release'
  | 'tx-xmit'
  | 'tx-complete'
  | 'queue-mem-alloc'
  | 'queue-mem-free'
  | 'queue-start'
  | 'queue-stop';

export interface PathProgram {
  readonly path: PathKind;
  /** The function that the kernel calls first, e.g. `tsnep_poll`. */
  readonly entry: string;
  /** `generic`: the path could not be read from the source and the documented generic one stands in. */
  readonly origin: 'driver' | 'generic';
  readonly buffers: readonly BufferOperand[];
  /** Names of the small values that the program hands on: results, flags, arguments (`tsnep_rx_refill()`, `err`). */
  readonly variables?: readonly string[];
  /** Variables that are members of the driver's structures: each queue keeps their values from one path to the next. */
  readonly kept?: readonly KeptVariable[];
  /** The path is larger than a program may be (nodes, levels, cases of a switch): a part of it is missing. */
  readonly cut?: true;
  readonly body: SequenceNode;
}

export interface KeptVariable {
  readonly variable: number;
  /** The member, the same for all paths: `struct foo_queue.head_pool`. */
  readonly state: string;
}

/** One alias class of the path. */
export interface BufferOperand {
  /** How the source names it, e.g. `entry->page`. */
  readonly name: string;
  readonly role: BufferRole;
  /** `PoolModel.name` of the pool it comes from; null when it comes from no page pool. */
  readonly pool: string | null;
  /** Whether the driver keeps it as `struct page *`, `netmem_ref`, or a virtual address. */
  readonly heldAs: 'page' | 'netmem' | 'address';
}

export type ProgramNode =
  | SequenceNode
  | BranchNode
  | LoopNode
  | CallNode
  | ExitNode
  | AssignNode
  | LabelNode
  | GotoNode
  | OperationNode;

export interface SequenceNode {
  readonly node: 'sequence';
  readonly at: SourceRange;
  readonly steps: readonly ProgramNode[];
}

/** `if (condition) then else otherwise`; the condition's place is `at`. */
export interface BranchNode {
  readonly node: 'branch';
  readonly at: SourceRange;
  readonly condition: Condition;
  readonly then: readonly ProgramNode[];
  readonly otherwise: readonly ProgramNode[];
}

export interface LoopNode {
  readonly node: 'loop';
  readonly at: SourceRange;
  /**
   * - `completions`: once for each completed descriptor, up to the NAPI budget (the packet loop of a poll).
   * - `fragments`: once for each descriptor of the same frame that is not dealt with yet: the one in hand, if the driver
   *   still has it, and the further ones (RX); once for each frag of the skb (TX).
   * - `descriptors`: once for each empty descriptor (refill) or each posted one (release, TX clean-up).
   * - `unknown`: run once.
   */
  readonly over: 'completions' | 'fragments' | 'descriptors' | 'unknown';
  readonly body: readonly ProgramNode[];
}

/** A call of another function of the driver, inlined; `at` is the call. */
export interface CallNode {
  readonly node: 'call';
  readonly at: SourceRange;
  readonly function: string;
  readonly body: readonly ProgramNode[];
}

/** `return` leaves the innermost call, `continue` and `break` the innermost loop, `leave` the whole path. */
export interface ExitNode {
  readonly node: 'exit';
  readonly at: SourceRange;
  readonly exit: 'return' | 'continue' | 'break' | 'leave';
}

/**
 * Sets a variable: to a constant, to another variable, or (`value` and `from` null) to what the source does not say.
 * Error codes and flags that a helper returns reach the test of its caller this way.
 */
export interface AssignNode {
  readonly node: 'assign';
  readonly at: SourceRange;
  readonly variable: number;
  readonly value: number | null;
  readonly from: number | null;
}

/** Where a `goto` of the same function leads; numbers are unique within a function. */
export interface LabelNode {
  readonly node: 'label';
  readonly at: SourceRange;
  readonly label: number;
}

export interface GotoNode {
  readonly node: 'goto';
  readonly at: SourceRange;
  readonly label: number;
  /** The next descriptor of the frame is taken first; when there is none the jump is not made. */
  readonly next?: boolean;
}

/** A test whose meaning is known to the machine, or `unknown` with its text: both sides are then explored. */
export interface Condition {
  readonly means: ConditionKind;
  /** True when the source tests the opposite: `if (netmem_address(x))` is `address-null` negated. */
  readonly negated: boolean;
  /** Operand of the tests about a buffer; null where there is none. */
  readonly buffer: number | null;
  /** Threshold of `length-at-most`, in bytes; null when it is no constant. */
  readonly bytes: number | null;
  /** The condition as written. */
  readonly text: string;
  /** Where the value of this variable is known it decides (before negation), else `means` does. */
  readonly variable?: VariableTest;
  /** What the source expects of the whole condition, negation included: `likely()`, `unlikely()`. */
  readonly expected?: boolean;
  /** `pool-unreadable`: the variable that holds the pool, where that is not the one of the payload. */
  readonly pool?: number;
  /** `unknown`: the question, and the answers with which it holds (before negation). */
  readonly asks?: Asked;
}

export interface Asked {
  /** Index into `DriverModel.questions`. */
  readonly question: number;
  readonly answers: readonly string[];
  /** It holds with all other answers instead. */
  readonly except: boolean;
}

export interface VariableTest {
  readonly variable: number;
  readonly compare: '==' | '<' | '>';
  readonly value: number;
}

export type ConditionKind =
  /** The buffer has no CPU address: `!netmem_address(x)`, `!page_address(page)`. */
  | 'address-null'
  /** The buffer is a net_iov: `netmem_is_net_iov(x)`. */
  | 'is-net-iov'
  /** The pool of the buffer is unreadable: `page_pool_is_unreadable(pool)`. */
  | 'pool-unreadable'
  /** A provider is bound to the queue: `netif_rxq_has_unreadable_mp(dev, idx)`. */
  | 'queue-has-provider'
  /** The device split the frame: a header length other than zero in the descriptor. */
  | 'split-happened'
  /** The user enabled tcp-data-split. */
  | 'split-enabled'
  | 'xdp-attached'
  /** XDP ran and said other than pass. */
  | 'xdp-consumed'
  /** Copy-break: the received length is at most `bytes`. */
  | 'length-at-most'
  /** The frame has no payload beyond its headers. */
  | 'payload-empty'
  | 'first-fragment'
  | 'last-fragment'
  /**
   * The device writes a completion for each part of a frame, and this one is for the buffer of headers, a buffer of
   * payload, or the frame as a whole.
   */
  | 'header-completion'
  | 'payload-completion'
  | 'frame-completion'
  /** The latest allocation (buffer operand) failed: `!page`, `!netmem`. */
  | 'alloc-failed'
  /** The ring slot at hand holds no buffer: `!entry->page`. */
  | 'slot-empty'
  /** The skb has bytes in its linear part: `skb_headlen(skb)`. */
  | 'skb-has-head'
  /** No skb: never built, or its allocation failed. */
  | 'skb-null'
  /** dma_mapping_error(). */
  | 'mapping-error'
  /** The descriptor carries a receive error. */
  | 'rx-error'
  /** No completed descriptor is waiting. */
  | 'ring-empty'
  | 'checksum-good'
  /** The pool pointer of the queue is NULL (a legacy mode). */
  | 'no-pool'
  /** skb_frags_readable(skb) is false (TX). */
  | 'skb-unreadable'
  /** skb_frag_is_net_iov(frag) (TX). */
  | 'frag-is-net-iov'
  /** The driver has marked the frag as one that it must not unmap (TX, `tx-store-address` with `mark`). */
  | 'frag-marked'
  /** The buffer may be used again: page_ref_count() == 1, dev_page_is_reusable(). Counted as private recycling. */
  | 'page-reusable'
  /** Buffers of the queue are larger than a page: `pp.order` is not 0. */
  | 'large-buffers'
  /** `negated: false` is always taken; for conditions the analyser folded. */
  | 'always'
  | 'unknown';

export interface OperationNode {
  readonly node: 'operation';
  readonly at: SourceRange;
  readonly operation: Operation;
  /** The kernel function or expression as written, e.g. `page_pool_dev_alloc_pages`. */
  readonly api: string;
  readonly doubt?: Doubt;
}

/**
 * Why a mistake with memory of a provider at an operation says nothing about the driver:
 * - `pages-only`: the conditions under which it runs keep such memory away. A run in which it gets there took answers
 *   that do not go together.
 * - `operand`: which of several buffers it is about is not known.
 * - `mark`: whether the driver has marked the fragment as one that it must not unmap is not known: it stores such marks where
 *   reading did not get to.
 */
export type Doubt = 'pages-only' | 'operand' | 'mark';

/** Page interface (`struct page *`), netmem interface, or virtual address: which side of the API was called. */
export type MemoryInterface = 'page' | 'netmem' | 'address';

export type Operation =
  /** Buffer from its pool (`from: pool`) or past it (page allocator, napi/netdev frag cache). */
  | {
      readonly kind: 'alloc';
      readonly buffer: number;
      readonly interface: MemoryInterface;
      readonly from: 'pool' | 'system';
      /** The variable that holds the pool, as `pool-create` sets it; where it is not known the alias class tells. */
      readonly pool?: number;
    }
  /** page_pool_get_dma_addr*(). */
  | { readonly kind: 'dma-address'; readonly buffer: number; readonly interface: MemoryInterface }
  /** The driver maps or unmaps RX memory itself. */
  | { readonly kind: 'dma-map' | 'dma-unmap'; readonly buffer: number }
  /** The buffer goes (back) into the hardware ring. */
  | { readonly kind: 'post'; readonly buffer: number }
  | {
      readonly kind: 'sync-for-cpu' | 'sync-for-device';
      readonly buffer: number;
      readonly by: 'pool' | 'dma-api';
      readonly interface: MemoryInterface;
    }
  /** Only computes the CPU address (page_address, netmem_address): harmless until it is used. */
  | { readonly kind: 'take-address'; readonly buffer: number; readonly interface: MemoryInterface }
  /** Reads or writes the memory through its CPU address. `prefetch` never faults. */
  | { readonly kind: 'cpu-access'; readonly buffer: number; readonly how: CpuAccess }
  /** netmem_to_page / netmem_to_net_iov on the buffer. */
  | { readonly kind: 'unwrap'; readonly buffer: number; readonly to: 'page' | 'net-iov' }
  /** build_skb/napi_build_skb around the buffer: its memory becomes the skb's head. */
  | { readonly kind: 'build-skb'; readonly buffer: number }
  /** napi_alloc_skb/netdev_alloc_skb: a linear skb of page memory. */
  | { readonly kind: 'alloc-skb' }
  /** Headers from the device's header buffer (or a descriptor) to the skb's linear part; null: no alias class. */
  | { readonly kind: 'copy-header'; readonly buffer: number | null }
  | { readonly kind: 'add-frag'; readonly buffer: number; readonly interface: MemoryInterface }
  /** Frag filled by a helper that does not mark the skb unreadable (skb_frag_fill_*, *_noacc). */
  | { readonly kind: 'add-frag-noacc'; readonly buffer: number; readonly interface: MemoryInterface }
  | { readonly kind: 'mark-for-recycle' }
  | { readonly kind: 'run-xdp'; readonly buffer: number }
  /** eth_type_trans and friends: reads the skb's linear part. */
  | { readonly kind: 'read-skb-head' }
  | { readonly kind: 'deliver' }
  | { readonly kind: 'free-skb' }
  /** page_pool_put_*: back to the pool. */
  | {
      readonly kind: 'put';
      readonly buffer: number;
      readonly interface: MemoryInterface;
      readonly direct: boolean;
    }
  /** put_page, __free_page, page_frag_free on the buffer: past the pool. */
  | { readonly kind: 'free-page'; readonly buffer: number }
  /** page_ref_count/inc/sub, get_page, dev_page_is_reusable, half-page flipping. */
  | { readonly kind: 'refcount'; readonly buffer: number }
  /** The driver sets the slot's pointer to NULL. A buffer still in its hands when the frame ends is lost by that. */
  | { readonly kind: 'clear-slot'; readonly buffer: number }
  /** page_pool_ref_netmem / page_pool_fragment_netmem: sanctioned extra pool references. */
  | { readonly kind: 'pool-ref'; readonly buffer: number }
  /** A variable that is set to the pool right after it holds its place in `DriverModel.pools`, counted from 1. */
  | { readonly kind: 'pool-create' | 'pool-destroy'; readonly pool: string }
  | { readonly kind: 'napi-enable' | 'napi-disable' }
  /** TX: the skb's linear head. */
  | { readonly kind: 'tx-map-head' | 'tx-unmap-head' }
  /** TX frag: `skb-frag` is skb_frag_dma_map (knows net_iov); `page` and `address` take the page's memory. */
  | { readonly kind: 'tx-map-frag'; readonly helper: 'skb-frag' | 'page' | 'address' }
  /** dma_unmap_addr_set or a plain store (`plain`), netmem_dma_unmap_addr_set (`netmem`), or a no-unmap mark. */
  | { readonly kind: 'tx-store-address'; readonly helper: 'plain' | 'netmem' | 'mark' }
  | { readonly kind: 'tx-unmap-frag'; readonly helper: 'plain' | 'netmem' }
  /** The CPU reads the skb's payload (push/inline TX, bounce copy, software checksum, linearize). */
  | { readonly kind: 'tx-read-payload'; readonly how: 'copy' | 'checksum' | 'linearize' }
  | { readonly kind: 'tx-post' }
  | { readonly kind: 'tx-free-skb' }
  /** dev_kfree_skb on the error path: the packet is dropped before it is posted. */
  | { readonly kind: 'tx-drop' };

/** `gro-headers`: napi_gro_frags() looks for headers in the first fragment, if the skb has none in its linear part. */
export type CpuAccess =
  'read' | 'write' | 'memcpy' | 'kmap' | 'prefetch' | 'eth-type-trans' | 'parse-headers' | 'gro-headers';
