/** The machine at one moment, as plain data: what the panel draws and the terminal prints. */
import type { BufferRole } from './driver-model.ts';
import type { ProviderId } from './memory-providers.ts';

/** page-pool-stats-get by its netlink names. */
export interface PoolStats {
  readonly 'alloc-fast': number;
  readonly 'alloc-slow': number;
  readonly 'alloc-slow-high-order': number;
  readonly 'alloc-empty': number;
  readonly 'alloc-refill': number;
  readonly 'alloc-waive': number;
  readonly 'recycle-cached': number;
  readonly 'recycle-cache-full': number;
  readonly 'recycle-ring': number;
  readonly 'recycle-ring-full': number;
  readonly 'recycle-released-refcnt': number;
}

export interface PoolSnapshot {
  readonly id: number;
  /** `PoolModel.name` */
  readonly name: string;
  readonly role: BufferRole;
  readonly queue: number;
  readonly provider: ProviderId;
  readonly state: 'live' | 'dying' | 'gone';
  readonly cache: number;
  readonly cacheSize: number;
  readonly ring: number;
  readonly ringSize: number;
  readonly inflight: number;
  readonly bufferBytes: number;
  readonly hold: number;
  readonly release: number;
  readonly stats: PoolStats;
}

export interface QueueSnapshot {
  readonly id: number;
  readonly running: boolean;
  readonly posted: number;
  readonly size: number;
  /** Completed by the device, not yet polled. */
  readonly completed: number;
  /** One character a descriptor: `.` empty, `p` posted, `c` completed; at most the first 512. */
  readonly slots: string;
  readonly split: boolean;
  readonly provider: ProviderId;
  readonly received: number;
  readonly dropped: number;
}

/** Where a provider's chunk is. */
export const CHUNK_PLACES = [
  'free',
  'pool-cache',
  'pool-ring',
  'nic',
  'skb',
  'socket',
  'user',
  'lost',
] as const;
export type ChunkPlace = (typeof CHUNK_PLACES)[number];

export interface ProviderSnapshot {
  readonly kind: ProviderId;
  readonly bound: boolean;
  readonly total: number;
  readonly free: number;
  /** Index into CHUNK_PLACES, one entry a chunk. */
  readonly chunks: readonly number[];
}

export interface SocketSnapshot {
  readonly queuedSkbs: number;
  readonly queuedBytes: number;
  readonly readBytes: number;
  readonly tokensHeld: number;
  /** Frames whose read failed, and the errno of the first one; empty when none did. */
  readonly efaults: number;
  /** Skbs behind a failed read of an ordinary connection: nobody takes them away. */
  readonly unreadSkbs: number;
  /** Turns of the reader that found something to read. */
  readonly reads: number;
  readonly errno: string;
  /** Control messages so far: SO_DEVMEM_LINEAR and SO_DEVMEM_DMABUF (zcrx: completions). */
  readonly linearMessages: number;
  readonly dmabufMessages: number;
  /** zcrx: chunks filled by copying. */
  readonly copies: number;
  /** Frags of pages among them (copy_count). */
  readonly copiedFrags: number;
  /** zcrx: events that came, by type. */
  readonly allocFailEvents: number;
  readonly copyEvents: number;
  /** Reads that ended because the control buffer or the completion queue was full. */
  readonly shortReads: number;
  /** Frames that MSG_TRUNC dropped. */
  readonly truncated: number;
}

/** What another part of the stack got from the helper that it called on each skb. */
export interface HelperSnapshot {
  readonly calls: number;
  readonly refused: number;
  readonly bytes: number;
}

export interface PacketCounts {
  readonly wire: number;
  readonly delivered: number;
  /** Reached a reader through recvmsg or a completion. */
  readonly read: number;
  readonly dropped: number;
  readonly faulted: number;
  readonly inFlight: number;
  readonly droppedBy: Readonly<Partial<Record<DropCause, number>>>;
}

export const DROP_CAUSES = [
  'link-down',
  'no-descriptor',
  'frame-too-long',
  'driver',
  'unsplit-on-provider',
  'alloc-skb',
  'checksum',
  'malformed',
  'no-socket',
  'receive-buffer',
  'unreadable',
  'queue-stopped',
] as const;
export type DropCause = (typeof DROP_CAUSES)[number];

export interface TxSnapshot {
  readonly sent: number;
  readonly completed: number;
  readonly notified: number;
  readonly dropped: number;
  readonly mapped: number;
  /** errno of the first sendmsg() that failed; empty when none did. */
  readonly error: string;
}

export interface NapiSnapshot {
  readonly interrupts: number;
  readonly polls: number;
  /** Frames that the driver took from its rings; merged segments are one. */
  readonly completions: number;
  readonly groMerges: number;
}

export interface MachineSnapshot {
  readonly time: number;
  readonly step: number;
  readonly queues: readonly QueueSnapshot[];
  readonly pools: readonly PoolSnapshot[];
  readonly provider: ProviderSnapshot;
  readonly skbsInFlight: number;
  readonly socket: SocketSnapshot;
  readonly packets: PacketCounts;
  readonly tx: TxSnapshot;
  readonly helper: HelperSnapshot;
  readonly allocFailures: number;
  readonly napi: NapiSnapshot;
}
