/** The parameters a user may turn, with their sane ranges, as data: forms and command-line help come from here. */
import { PROVIDER_IDS } from './memory-providers.ts';
import { STACK_HELPERS } from './unreadable-helpers.ts';
import { BIND_MISTAKES, LEASE_MISTAKES, TX_BIND_MISTAKES, TX_BINDINGS } from './config.ts';
import type { RunConfig } from './config.ts';

type KeysOf<T> = { [K in keyof RunConfig]: RunConfig[K] extends T ? K : never }[keyof RunConfig];

interface Described {
  readonly label: string;
  readonly help: string;
  readonly group: 'provider' | 'nic' | 'traffic' | 'user' | 'tx';
}

export interface NumberParameter extends Described {
  readonly kind: 'number';
  readonly key: KeysOf<number>;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

export interface ChoiceParameter extends Described {
  readonly kind: 'choice';
  readonly key: Exclude<KeysOf<string>, KeysOf<number>>;
  readonly options: readonly string[];
}

export interface SwitchParameter extends Described {
  readonly kind: 'switch';
  readonly key: KeysOf<boolean>;
}

export type Parameter = NumberParameter | ChoiceParameter | SwitchParameter;

/** A run that works: a compliant driver, device memory bound, traffic steered, tokens returned. */
export const DEFAULT_CONFIG: RunConfig = {
  provider: 'dmabuf',
  chunks: 1024,
  rxBufLen: 0,
  netAdmin: true,
  userNamespace: false,
  bindNamesQueue: true,
  bindMistake: 'none',
  deviceUp: true,
  netkit: 'none',
  leaseMistake: 'none',
  rxQueues: 4,
  ringSize: 256,
  boundQueue: 3,
  boundQueues: 1,
  rssQueues: 3,
  flowRule: '5-tuple',
  tcpDataSplit: 'enabled',
  hdsThresh: 0,
  hdsThreshMax: 1024,
  xdp: false,
  xdpSingleBuffer: false,
  afXdp: false,
  queueFailure: 'none',
  linearBytes: 0,
  mtu: 9000,
  coalesce: 1,
  napiBudget: 64,
  interruptDelay: 5_000,
  packetCost: 400,
  packets: 500,
  rate: 1_000_000,
  headerBytes: 66,
  payloadBytes: 4096,
  payloadSizes: 'fixed',
  otherShare: 0,
  udpShare: 0,
  malformedShare: 0,
  splitFailureShare: 0,
  badChecksumShare: 0,
  stackHelper: 'none',
  reader: 'devmem',
  readInterval: 20_000,
  receiveBuffer: 6_291_456,
  controlMessages: 4096,
  zcrxRequest: 'right',
  zcrxLength: 0,
  zcrxArea: 'memory',
  zcrxDevice: 'named',
  zcrxEvents: 'none',
  zcrxFlush: false,
  tokenReturn: 'after-read',
  tokenDelay: 100_000,
  tokenBatch: 128,
  tokenRange: 1,
  dontneed: 'right',
  txMessages: 0,
  txBytes: 16_384,
  txBindMistake: 'none',
  txBinding: 'bound',
  txOffloads: true,
  txZeroCopy: true,
  allocFailEvery: 0,
  actions: [],
  explore: false,
  history: true,
  historyLimit: 200_000,
};

export const PARAMETERS: readonly Parameter[] = [
  choice(
    'provider',
    'provider',
    'Memory provider',
    PROVIDER_IDS,
    'Who owns the payload memory of the bound queue.',
  ),
  number('chunks', 'provider', 'Chunks', 'pages', 1, 65_536, 1, 'Pages of the dma-buf or area.'),
  number(
    'rxBufLen',
    'provider',
    'Buffer length',
    'bytes',
    0,
    1_048_576,
    1,
    'rx_buf_len or rx-page-size of the request; 0: a page.',
  ),
  toggle('netAdmin', 'provider', 'CAP_NET_ADMIN', 'The binding process has the capability.'),
  toggle('userNamespace', 'provider', 'User namespace', 'The capability is one in a user namespace only.'),
  choice('bindMistake', 'provider', 'Bind request', BIND_MISTAKES, 'What is wrong with the request itself.'),
  choice(
    'netkit',
    'provider',
    'Netkit',
    ['none', 'leased', 'bound-past-it', 'not-leased'],
    'A virtual device that leases the bound queue, and which of the two is named by the requests.',
  ),
  choice('leaseMistake', 'provider', 'Lease request', LEASE_MISTAKES, 'What is wrong with queue-create.'),
  number('rxQueues', 'nic', 'RX queues', '', 1, 64, 1, 'Receive queues of the device.'),
  number('boundQueue', 'nic', 'Bound queue', '', 0, 63, 1, 'Queue that the provider is bound to.'),
  number(
    'boundQueues',
    'nic',
    'Bound queues',
    '',
    1,
    64,
    1,
    'Queues that bind-rx names, from the bound queue on.',
  ),
  number('rssQueues', 'nic', 'RSS queues', '', 1, 64, 1, 'The RSS table spreads over queues 0 to N-1.'),
  choice(
    'flowRule',
    'nic',
    'Flow steering',
    ['none', '5-tuple', '3-tuple', 'rss-context'],
    'Rule that brings the measured connection to the bound queue.',
  ),
  number('ringSize', 'nic', 'Ring size', 'descriptors', 16, 16_384, 1, 'Descriptors of each receive ring.'),
  choice(
    'tcpDataSplit',
    'nic',
    'tcp-data-split',
    ['unknown', 'disabled', 'enabled'],
    'What the administrator configured; unknown is not enabled.',
  ),
  number('hdsThresh', 'nic', 'hds-thresh', 'bytes', 0, 65_535, 1, 'Only longer frames are split.'),
  toggle('xdp', 'nic', 'XDP program', 'An XDP program is attached before the bind.'),
  toggle('xdpSingleBuffer', 'nic', 'Single-buffer XDP', 'The program does not know frags.'),
  toggle('afXdp', 'nic', 'AF_XDP pool', 'An AF_XDP zero-copy pool sits on the bound queue.'),
  choice(
    'queueFailure',
    'nic',
    'Queue restart',
    ['none', 'validate', 'mem-alloc', 'stop', 'start', 'start-twice'],
    'Operation of the driver that fails when the provider is bound.',
  ),
  toggle('deviceUp', 'nic', 'Device up', 'The interface is up when the bind comes.'),
  number('mtu', 'nic', 'MTU', 'bytes', 68, 65_535, 1, 'Longer frames are dropped by the device.'),
  number('coalesce', 'nic', 'Coalesced segments', '', 1, 17, 1, 'Segments merged by LRO or hardware GRO.'),
  number('linearBytes', 'nic', 'Split late', 'bytes', 0, 256, 1, 'Payload bytes left with the headers.'),
  number('packets', 'traffic', 'Packets', '', 0, 10_000_000, 1, 'Frames on the wire.'),
  number('rate', 'traffic', 'Rate', 'packets/s', 1, 100_000_000, 1, 'Frames a second.'),
  number('headerBytes', 'traffic', 'Header', 'bytes', 14, 256, 1, 'Ethernet, IP and TCP headers.'),
  number('payloadBytes', 'traffic', 'Payload', 'bytes', 0, 65_535, 1, 'Payload of a frame.'),
  choice(
    'payloadSizes',
    'traffic',
    'Payload sizes',
    ['fixed', 'random', 'powers'],
    'All equal, 0 to the payload size, or its powers of two.',
  ),
  number('otherShare', 'traffic', 'Other connections', '%', 0, 100, 1, 'Frames for ordinary readers.'),
  number('udpShare', 'traffic', 'UDP', '%', 0, 100, 1, 'Frames that no device splits by TCP headers.'),
  number('malformedShare', 'traffic', 'Malformed', '%', 0, 100, 1, 'Frames with broken headers.'),
  number(
    'splitFailureShare',
    'traffic',
    'Split failures',
    '%',
    0,
    100,
    1,
    'TCP frames the device fails to split.',
  ),
  number('badChecksumShare', 'traffic', 'Bad checksums', '%', 0, 100, 1, 'Frames with a wrong checksum.'),
  choice(
    'stackHelper',
    'user',
    'Stack helper',
    STACK_HELPERS,
    'Helper that another part of the stack calls on each skb.',
  ),
  choice(
    'reader',
    'user',
    'Reader',
    ['devmem', 'plain', 'trunc', 'foreign', 'never'],
    'How the measured connection is read.',
  ),
  number(
    'controlMessages',
    'user',
    'Control messages',
    '',
    1,
    32_768,
    1,
    'That fit one recvmsg; with zcrx: completion queue entries.',
  ),
  number('readInterval', 'user', 'Read interval', 'ns', 100, 1_000_000_000, 100, 'Time between two reads.'),
  choice(
    'zcrxRequest',
    'user',
    'zcrx request',
    ['right', 'one-shot', 'udp-socket'],
    'How IORING_OP_RECV_ZC is submitted.',
  ),
  choice('zcrxArea', 'provider', 'zcrx area', ['memory', 'dmabuf'], 'What the registration registers.'),
  choice('zcrxDevice', 'provider', 'zcrx device', ['named', 'none'], 'none: ZCRX_REG_NODEV, all is copied.'),
  choice('zcrxEvents', 'user', 'zcrx events', ['none', 'once', 'armed'], 'Whether events are asked for.'),
  toggle('zcrxFlush', 'user', 'Flush', 'The refill ring is flushed after each return.'),
  number('zcrxLength', 'user', 'zcrx length', 'bytes', 0, 1_073_741_824, 1, 'Of one receive; 0: no limit.'),
  choice(
    'tokenReturn',
    'user',
    'Token return',
    ['after-read', 'delayed', 'never'],
    'When the user gives the memory back.',
  ),
  number('tokenDelay', 'user', 'Token delay', 'ns', 0, 10_000_000_000, 100, 'Delay of the return.'),
  number('tokenBatch', 'user', 'Token batch', 'tokens', 1, 256, 1, 'Tokens in one SO_DEVMEM_DONTNEED.'),
  number(
    'tokenRange',
    'user',
    'Tokens per entry',
    'tokens',
    1,
    4096,
    1,
    'In a row, in one entry of DONTNEED.',
  ),
  choice(
    'dontneed',
    'user',
    'Return call',
    ['right', 'odd-length', 'udp-socket', 'unknown-tokens'],
    'How SO_DEVMEM_DONTNEED is called.',
  ),
  number('txMessages', 'tx', 'Messages sent', '', 0, 100_000, 1, 'Sends from a dma-buf.'),
  number('txBytes', 'tx', 'Message size', 'bytes', 1, 1_048_576, 1, 'Bytes of one send.'),
  choice('txBindMistake', 'tx', 'bind-tx request', TX_BIND_MISTAKES, 'What is wrong with the request.'),
  choice('txBinding', 'tx', 'TX binding', TX_BINDINGS, 'What the sender does with the binding.'),
  toggle('txOffloads', 'tx', 'TX offloads', 'Scatter-gather and checksums in hardware.'),
  toggle('txZeroCopy', 'tx', 'Zero copy', 'MSG_ZEROCOPY and SO_ZEROCOPY are set.'),
  number('allocFailEvery', 'nic', 'Failing allocations', '', 0, 100_000, 1, 'One in so many fails; 0: none.'),
];

function number(
  key: NumberParameter['key'],
  group: Described['group'],
  label: string,
  unit: string,
  min: number,
  max: number,
  step: number,
  help: string,
): NumberParameter {
  return { kind: 'number', key, group, label, unit, min, max, step, help };
}

function choice(
  key: ChoiceParameter['key'],
  group: Described['group'],
  label: string,
  options: readonly string[],
  help: string,
): ChoiceParameter {
  return { kind: 'choice', key, group, label, options, help };
}

function toggle(
  key: SwitchParameter['key'],
  group: Described['group'],
  label: string,
  help: string,
): SwitchParameter {
  return { kind: 'switch', key, group, label, help };
}
