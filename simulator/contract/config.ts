/** Everything a run depends on besides the driver, the kernel release and the seed, as flat plain data. */
import type { ProviderId } from './memory-providers.ts';
import type { StackHelper } from './unreadable-helpers.ts';

/** Forms, files and command lines carry it. Times are nanoseconds, sizes bytes, shares per cent. */
export interface RunConfig {
  /** Who owns the memory of the bound queue: system pages, a dma-buf (bind-rx), or an io_uring area (zcrx). */
  readonly provider: ProviderId;
  /** Pages of the dma-buf or the io_uring area. */
  readonly chunks: number;
  /** Bytes of one receive buffer: rx_buf_len of the registration, rx-page-size of bind-rx; 0: not given, a page. */
  readonly rxBufLen: number;
  /** CAP_NET_ADMIN of the process that binds. */
  readonly netAdmin: boolean;
  /** The process is administrator of a user namespace other than the first one, and the device is in it. */
  readonly userNamespace: boolean;
  /** The bind request carries its queue list. */
  readonly bindNamesQueue: boolean;
  /** What is wrong with the bind request itself. */
  readonly bindMistake: BindMistake;
  readonly deviceUp: boolean;
  /**
   * A netkit device in front of the bound queue: `leased`: it leases the queue, and the requests name its own;
   * `bound-past-it`: it leases the queue, and the requests name the NIC's; `not-leased`: they name a queue of the netkit
   * that stands for none.
   */
  readonly netkit: 'none' | 'leased' | 'bound-past-it' | 'not-leased';
  /** What is wrong with the request for the lease (queue-create). */
  readonly leaseMistake: LeaseMistake;

  readonly rxQueues: number;
  readonly ringSize: number;
  readonly boundQueue: number;
  /** Queues that bind-rx names, from `boundQueue` on. */
  readonly boundQueues: number;
  /** The RSS table spreads over this many queues from 0 (`ethtool -X equal N`). */
  readonly rssQueues: number;
  /** Flow steering of the measured connection to the bound queue, or to an RSS context of that queue. */
  readonly flowRule: 'none' | '5-tuple' | '3-tuple' | 'rss-context';
  readonly tcpDataSplit: 'unknown' | 'disabled' | 'enabled';
  readonly hdsThresh: number;
  /** Largest threshold the device takes. */
  readonly hdsThreshMax: number;
  readonly xdp: boolean;
  /** The program knows single buffers only. */
  readonly xdpSingleBuffer: boolean;
  /** An AF_XDP zero-copy pool sits on the bound queue. */
  readonly afXdp: boolean;
  /** Step of the driver's queue restart that fails at the bind; `start-twice`: the old queue cannot be restarted either;
   * `validate`: it does not take the queue's configuration. */
  readonly queueFailure: 'none' | 'validate' | 'mem-alloc' | 'stop' | 'start' | 'start-twice';
  /** Payload bytes that the device leaves with the headers, because it splits at a fixed place. */
  readonly linearBytes: number;
  readonly mtu: number;
  /** Segments of one connection that the device merges into one frame; 1 is off. */
  readonly coalesce: number;
  readonly napiBudget: number;
  /** Time from the first completion to the interrupt. */
  readonly interruptDelay: number;
  /** CPU time the driver and the stack take for a frame. */
  readonly packetCost: number;

  /** Frames on the wire, all connections together. */
  readonly packets: number;
  /** Frames a second on the wire. */
  readonly rate: number;
  readonly headerBytes: number;
  readonly payloadBytes: number;
  /** `random`: payload sizes between 0 and payloadBytes; `powers`: 1, 2, 4, … up to it, again and again. */
  readonly payloadSizes: 'fixed' | 'random' | 'powers';
  /** Frames of other connections (ordinary readers), in per cent. */
  readonly otherShare: number;
  readonly udpShare: number;
  /** Frames with broken headers. */
  readonly malformedShare: number;
  /** TCP frames that the device fails to split. */
  readonly splitFailureShare: number;
  readonly badChecksumShare: number;

  /** Who else in the stack touches each skb on its way up: the helper that it calls. */
  readonly stackHelper: StackHelper;

  /**
   * How the measured connection is read: MSG_SOCK_DEVMEM (or zcrx completions), plain recv, recv with MSG_TRUNC, the
   * interface of the other provider, or never.
   */
  readonly reader: 'devmem' | 'plain' | 'trunc' | 'foreign' | 'never';
  readonly readInterval: number;
  /** Bytes the socket queues before the window closes. */
  readonly receiveBuffer: number;
  /** Control messages that fit into the buffer of one recvmsg (dma-buf), or entries of the completion queue (zcrx). */
  readonly controlMessages: number;
  /** How zcrx receives are asked for: as they must be, without IORING_RECV_MULTISHOT, or on a socket that is not TCP. */
  readonly zcrxRequest: 'right' | 'one-shot' | 'udp-socket';
  /** What a zcrx registration registers: memory of the process, or a dma-buf. */
  readonly zcrxArea: 'memory' | 'dmabuf';
  /** ZCRX_REG_NODEV: a registration without a device and a queue, for data that is copied. */
  readonly zcrxDevice: 'named' | 'none';
  /** Events of the registration: not asked for, once each, or armed again before each receive. */
  readonly zcrxEvents: 'none' | 'once' | 'armed';
  /** The user flushes the refill ring after each return. */
  readonly zcrxFlush: boolean;
  /** Bytes that one zcrx request asks for; 0: as much as comes. */
  readonly zcrxLength: number;
  readonly tokenReturn: 'after-read' | 'delayed' | 'never';
  /** From the read to SO_DEVMEM_DONTNEED (or the refill entry), with `delayed`. */
  readonly tokenDelay: number;
  /** Tokens in one SO_DEVMEM_DONTNEED call; the kernel takes 128 at most. */
  readonly tokenBatch: number;

  /** Tokens in a row that one entry of a SO_DEVMEM_DONTNEED covers. */
  readonly tokenRange: number;
  /** How SO_DEVMEM_DONTNEED is called. */
  readonly dontneed: 'right' | 'odd-length' | 'udp-socket' | 'unknown-tokens';

  /** Messages sent from a dma-buf with MSG_ZEROCOPY. */
  readonly txMessages: number;
  readonly txBytes: number;
  /** What is wrong with the request to bind for sending. */
  readonly txBindMistake: TxBindMistake;
  /** What the sender does with the binding. */
  readonly txBinding: TxBinding;
  /** The device gathers frags and sums in hardware (NETIF_F_SG and a checksum feature). */
  readonly txOffloads: boolean;
  readonly txZeroCopy: boolean;

  /** Every n-th allocation from a pool fails (fault injection); 0 is off. */
  readonly allocFailEvery: number;
  /** What the administrator and the user do during the run. */
  readonly actions: readonly ScheduledAction[];
  /**
   * Go on past refusals of the driver and of the configuration (and past faults), so that the rest of the driver's
   * code meets unreadable memory too. The refusals stay in the verdict.
   */
  readonly explore: boolean;
  /** Log records kept: all up to `historyLimit`, or none (counters only, for load). */
  readonly history: boolean;
  readonly historyLimit: number;
}

export const BIND_MISTAKES = [
  'none',
  'no-ifindex',
  'no-memory',
  'no-device',
  'tx-queue',
  'no-dma-device',
  'different-dma-devices',
  'exporter-refuses',
  'not-a-dma-buf',
  'unaligned',
  'ring-flags',
  'no-refill-entries',
  'too-many-refill-entries',
  'scattered-area',
  'area-size',
  'unknown-event',
] as const;
export type BindMistake = (typeof BIND_MISTAKES)[number];

export const LEASE_MISTAKES = [
  'none',
  'no-lease',
  'tx-queue',
  'own-device',
  'physical-device',
  'no-queue-create',
  'no-netns',
  'no-device',
  'virtual-lessor',
  'two-devices',
  'primary',
  'no-free-queue',
] as const;
export type LeaseMistake = (typeof LEASE_MISTAKES)[number];

export const TX_BIND_MISTAKES = [
  'none',
  'no-ifindex',
  'no-fd',
  'no-device',
  'closed-fd',
  'not-a-dma-buf',
  'odd-size',
] as const;
export type TxBindMistake = (typeof TX_BIND_MISTAKES)[number];

export const TX_BINDINGS = [
  'bound',
  'other-device',
  'unknown-id',
  'rx-binding',
  'bad-control-message',
  'no-route',
  'loopback',
  'beyond-the-end',
] as const;
export type TxBinding = (typeof TX_BINDINGS)[number];

export interface ScheduledAction {
  /** Nanoseconds since the start. */
  readonly at: number;
  readonly action: AdminAction;
}

export const ADMIN_ACTIONS = [
  'unbind',
  'bind-again',
  'attach-xdp',
  'attach-single-buffer-xdp',
  'attach-af-xdp',
  'attach-af-xdp-if-possible',
  'set-split-disabled',
  'set-hds-thresh-1',
  'shrink-channels-to-bound',
  'shrink-channels-below-bound',
  'grow-channels',
  'resize-ring',
  'queue-restart',
  'link-down',
  'link-up',
  'destroy-pool',
  'close-socket',
  'close-netlink-socket',
  'unregister-netdev',
  'lease-queue',
  'delete-netkit',
  'add-area',
  'add-area-of-other-kind',
  'flush-refill-ring',
  'arm-copy-event',
  'export-registration',
  'import-registration',
  'close-exported-fd',
] as const;
export type AdminAction = (typeof ADMIN_ACTIONS)[number];
