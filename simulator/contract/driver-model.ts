/**
 * The driver model: what the simulator needs to know of a driver, as versioned JSON. The analyser fills it from C
 * source; the simulator knows nothing of C. Every value carries the place it was read from, so that a verdict can
 * point at the line to blame. `null` always means "the source does not say".
 */

import type { PathKind, PathProgram } from './driver-ir.ts';

export const DRIVER_MODEL_VERSION = 3;

/** Place in the driver's source: 1-based lines and columns (UTF-16), as editors and compilers print them. */
export interface SourceRange {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A value read from the source, with its place; `at` is null where no place is about it. */
export interface Sourced<T> {
  readonly value: T;
  readonly at: SourceRange | null;
}

/** What the buffers of a pool (or of an alias class) are for. */
export type BufferRole = 'payload' | 'linear' | 'header' | 'xdp' | 'tx' | 'private' | 'mixed' | 'unknown';

/** Flags of page_pool_params.flags by their kernel names. */
export type PoolFlag =
  'PP_FLAG_DMA_MAP' | 'PP_FLAG_DMA_SYNC_DEV' | 'PP_FLAG_SYSTEM_POOL' | 'PP_FLAG_ALLOW_UNREADABLE_NETMEM';

/** One page_pool_create call with the parameters in force at that call. */
export interface PoolModel {
  /** Unique within the driver: the function and pool holder, e.g. `foo_create_rxq/rxq->page_pool`. */
  readonly name: string;
  readonly role: BufferRole;
  readonly createdAt: SourceRange;
  /** Flags set on every path to the call. */
  readonly flags: Sourced<readonly PoolFlag[]>;
  /** Flags set only on some paths, with the condition's text. */
  readonly conditionalFlags: readonly {
    readonly flag: PoolFlag;
    readonly condition: string;
    readonly at: SourceRange;
  }[];
  /** `null`: computed at run time, for the buffer length of the queue's configuration. */
  readonly order: Sourced<number | null>;
  readonly poolSize: Sourced<number | null>;
  /** The C text, where the value is no constant: `priv->rx_ring_size`. */
  readonly poolSizeText: string | null;
  readonly maxLen: Sourced<number | 'set' | 'unset'>;
  readonly offset: Sourced<number | null>;
  readonly dmaDir: Sourced<'DMA_FROM_DEVICE' | 'DMA_BIDIRECTIONAL' | 'DMA_TO_DEVICE' | 'unset' | 'unknown'>;
  readonly netdev: Sourced<'set' | 'unset'>;
  /** `unset` means queue 0 in the kernel, whichever queue the pool is for. */
  readonly queueIdx: Sourced<'set' | 'unset'>;
  readonly napi: Sourced<'set' | 'unset'>;
}

/** A limit of `rx_page_size` in ndo_validate_qcfg: buffers of more, or of less, than so many bytes are refused. */
export interface RefusedPageSizes {
  readonly side: 'above' | 'below';
  readonly bytes: number;
  readonly errno: string;
  readonly at: SourceRange;
}

/** Abilities of the driver outside the pools. */
export interface DriverCapabilities {
  /** ETHTOOL_RING_USE_TCP_DATA_SPLIT in ethtool_ops.supported_ring_params. */
  readonly tcpDataSplit: Sourced<boolean>;
  /** set_ringparam looks at tcp_data_split. */
  readonly tcpDataSplitSet: Sourced<boolean>;
  /** get_ringparam reports tcp_data_split. */
  readonly tcpDataSplitGet: Sourced<boolean>;
  readonly hdsThresh: Sourced<boolean>;
  /** The four operations of netdev_queue_mgmt_ops that the driver has. */
  readonly queueMgmtOps: Sourced<
    readonly ('ndo_queue_mem_alloc' | 'ndo_queue_mem_free' | 'ndo_queue_start' | 'ndo_queue_stop')[]
  >;
  /**
   * What ndo_queue_mem_alloc returns while the device is closed: `ENETDOWN`; null when it makes the memory all the same,
   * or when its source does not say.
   */
  readonly closedQueue?: Sourced<string | null>;
  /** QCFG_RX_PAGE_SIZE in netdev_queue_mgmt_ops.supported_params: receive buffers of more than a page. */
  readonly rxPageSize: Sourced<boolean>;
  /** Lengths that ndo_validate_qcfg refuses, in its order; missing: its source names none. */
  readonly refusedPageSizes?: readonly RefusedPageSizes[];
  readonly netmemTx: Sourced<'none' | 'dma' | 'no-dma'>;
  readonly xdp: Sourced<boolean>;
  readonly afXdp: Sourced<boolean>;
}

export interface UnreadPath {
  readonly path: PathKind;
  /** What is missing, as half a sentence: `no NAPI poll was found`. */
  readonly why: string;
  readonly at: SourceRange | null;
}

/**
 * Something that the driver asks and that nobody but the device or its configuration knows. A run answers each question
 * in one way throughout. Conditions name it by its place in `DriverModel.questions`.
 */
export interface Question {
  /** What it is about, the same wherever in the driver it is asked: `struct gve_priv.queue_format`. */
  readonly key: string;
  /** As written where it is asked first. */
  readonly text: string;
  /**
   * `mode`: configuration, written when the device is set up. `packet`: a matter of the packet, the descriptor or the
   * moment.
   */
  readonly about: 'mode' | 'packet';
  /** Answers that the driver tells apart, as its constants are spelt; `yes` is the one to a plain condition. */
  readonly answers: readonly string[];
  /** What it means that none of them is the answer, where the driver names that: the last function a pointer may hold. */
  readonly rest?: string;
  readonly at: SourceRange;
}

export interface DriverModel {
  readonly version: typeof DRIVER_MODEL_VERSION;
  /** Directory or module name, e.g. `tsnep`. */
  readonly name: string;
  /** The kernel release of the tree that the driver was read in, the nearest one known: `7.2`. */
  readonly kernel?: string;
  readonly pools: readonly PoolModel[];
  /** Of a driver without a receive pool: the function that its receive buffers come from, and the first call of it. */
  readonly buffersFrom?: Sourced<string>;
  readonly capabilities: DriverCapabilities;
  /**
   * The driver's own paths. Of a path with several programs (a poll for each format of its queues) a run takes one, the
   * same throughout; for a path without one the machine runs the documented generic one, which says nothing about the
   * driver.
   */
  readonly programs?: readonly PathProgram[];
  /** Paths that could not be read, and where reading ended. */
  readonly unread?: readonly UnreadPath[];
  /** What conditions of the programs ask that neither the machine nor the source answers. */
  readonly questions?: readonly Question[];
}
