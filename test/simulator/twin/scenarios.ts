/**
 * What the twin does with a driver, once for both sides: steps of the program on the kernel (test/kernel/twin/user),
 * and the configuration of the same run in the simulator.
 */
import type { AdminAction, RunConfig } from '../../../simulator/contract/config.ts';
import type { TwinRelease } from './outcome.ts';

export interface TwinScenario {
  readonly id: string;
  readonly what: string;
  readonly releases: readonly TwinRelease[];
  /** Steps from the loaded module on; the runner adds loading, and what it looks at. */
  readonly steps: readonly string[];
  readonly config: Partial<RunConfig>;
}

/** The queue that everything is about. */
export const QUEUE = 1;
const BOTH: readonly TwinRelease[] = ['6.12', '7.3'];
const NEW: readonly TwinRelease[] = ['7.3'];

/** Steps that look, after the traffic and after everything was taken down. */
export const LOOK = ['sent:1', `queue:${QUEUE}`, 'pools', 'counters'] as const;
/** Work of the kernel that goes on in the background ends within this, emulated: release of pools and rings. */
const SETTLE = 'settle:15000';
const OUTLIVED = ['unbind', 'down', 'unload', SETTLE, 'pools'] as const;
const TEAR_DOWN = ['close', 'zcrx-close', ...OUTLIVED] as const;

/** Simulated moments, in nanoseconds: the last frame has been read, and what happens after that. */
export const LOOKED_AT = 10_000_000_000;
const BEFORE_TRAFFIC = 0;
const CLOSE: RunConfig['actions'] = [
  { at: 11_000_000_000, action: 'close-socket' },
  { at: 12_000_000_000, action: 'unbind' },
  { at: 13_000_000_000, action: 'unregister-netdev' },
];

interface Parts {
  readonly provider: RunConfig['provider'];
  readonly releases: readonly TwinRelease[];
  readonly pages: number;
  readonly frames: number;
  readonly bytes: number;
  readonly split: 'on' | 'off' | 'unknown';
  /** What the device or the sender does to each frame. */
  readonly flaw: '' | 'unsplit' | 'bad-csum';
  readonly reader: RunConfig['reader'];
  readonly returns: boolean;
  /** Control messages of one recvmsg. */
  readonly room: number;
  /** The device is never opened. */
  readonly closed: boolean;
  readonly queue: number;
  readonly rxPageSize: number;
  /** What is wrong with the request, as the program calls it. */
  readonly mistake: string;
  /** Steps before the bind, and between the bind and the traffic. */
  readonly before: readonly string[];
  readonly later: readonly string[];
  readonly tearDown: readonly string[];
  readonly config: Partial<RunConfig>;
}

const USUAL: Parts = {
  provider: 'dmabuf',
  releases: BOTH,
  pages: 512,
  frames: 40,
  bytes: 1000,
  split: 'on',
  flaw: '',
  reader: 'devmem',
  returns: true,
  room: 64,
  closed: false,
  queue: QUEUE,
  rxPageSize: 0,
  mistake: '',
  before: [],
  later: [],
  tearDown: TEAR_DOWN,
  config: {},
};

function receive(id: string, what: string, parts: Partial<Parts>): TwinScenario {
  const all = { ...USUAL, ...parts };
  const { provider, pages, frames, bytes, flaw, reader, queue, rxPageSize, mistake } = all;
  const zcrx = provider === 'zcrx';
  const request = `${queue}:${pages}:${rxPageSize}:${mistake}`;
  const bind = provider === 'pages' ? [] : [`${zcrx ? 'zcrx' : 'bind'}:${request}`];
  const how =
    zcrx && reader === 'devmem' ? (all.config.zcrxRequest === 'one-shot' ? 'zcrx-one-shot' : 'zcrx') : reader;
  const traffic = all.closed
    ? []
    : [
        `frames:${QUEUE}:${frames}:${bytes}:${flaw}`,
        ...(reader === 'never' ? [] : [`read:${how}:${all.room}`]),
        ...(all.returns && reader === 'devmem' ? [`return:${zcrx ? 'zcrx' : 'right'}`] : []),
      ];
  return {
    id,
    what,
    releases: zcrx ? NEW : all.releases,
    steps: [
      ...(all.closed ? [] : ['up']),
      ...(all.split === 'unknown' ? [] : [`split:${all.split}`]),
      ...all.before,
      ...(all.closed ? [] : [`connect:${QUEUE}`]),
      ...bind,
      ...all.later,
      ...traffic,
      ...LOOK,
      ...all.tearDown,
    ],
    config: {
      provider,
      chunks: pages,
      boundQueue: queue,
      rxBufLen: rxPageSize,
      tcpDataSplit: all.split === 'on' ? 'enabled' : all.split === 'off' ? 'disabled' : 'unknown',
      deviceUp: !all.closed,
      packets: all.closed ? 0 : frames,
      payloadBytes: bytes,
      splitFailureShare: flaw === 'unsplit' ? 100 : 0,
      badChecksumShare: flaw === 'bad-csum' ? 100 : 0,
      reader,
      tokenReturn: all.returns ? 'after-read' : 'never',
      controlMessages: zcrx ? 512 : all.room,
      actions: CLOSE,
      ...all.config,
    },
  };
}

/** A request of the administrator between the bind and the traffic. */
function later(
  id: string,
  what: string,
  step: string,
  action: AdminAction,
  parts: Partial<Parts> = {},
): TwinScenario {
  return receive(id, what, {
    ...parts,
    later: [step],
    config: { actions: [{ at: BEFORE_TRAFFIC, action }, ...CLOSE], ...parts.config },
  });
}

function transmit(id: string, what: string, how: string, config: Partial<RunConfig>): TwinScenario {
  return {
    id,
    what,
    releases: NEW,
    steps: [
      'up',
      `connect:${QUEUE}`,
      'bind-tx:16',
      `send:10:4096:${how}`,
      'sent:1',
      'notifications',
      ...LOOK,
      ...TEAR_DOWN,
    ],
    config: { provider: 'pages', packets: 0, txMessages: 10, txBytes: 4096, actions: CLOSE, ...config },
  };
}

export const TWIN_SCENARIOS: readonly TwinScenario[] = [
  receive('pages', 'ordinary pages, an ordinary reader', { provider: 'pages', reader: 'plain' }),
  receive('devmem', 'device memory, read and given back', {}),
  receive('devmem-unsplit', 'the device fails to split', { flaw: 'unsplit' }),
  receive('zcrx', 'an io_uring area, read and given back', { provider: 'zcrx' }),
  transmit('send', 'sending from device memory', '', {}),

  receive('pages-unsplit', 'the device fails to split, pages', {
    provider: 'pages',
    reader: 'plain',
    flaw: 'unsplit',
  }),
  receive('pages-bad-checksum', 'a wrong checksum, pages', {
    provider: 'pages',
    reader: 'plain',
    flaw: 'bad-csum',
  }),
  receive('devmem-plain-reader', 'a reader that does not ask for device memory', {
    reader: 'plain',
    returns: false,
  }),
  receive('devmem-trunc-reader', 'a reader that drops the data', { reader: 'trunc', returns: false }),
  receive('devmem-tokens-kept', 'the tokens stay with the user', { returns: false }),
  receive('devmem-outlived', 'the socket outlives device and binding', {
    returns: false,
    tearDown: OUTLIVED,
    config: { actions: CLOSE.filter(({ action }) => action !== 'close-socket') },
  }),
  receive('devmem-exhausted', 'fewer pages than the ring and the frames need', {
    pages: 280,
    returns: false,
  }),
  receive('devmem-small', 'fewer pages than the ring', { pages: 20, frames: 30, returns: false }),
  receive('devmem-bad-checksum', 'a wrong checksum', { flaw: 'bad-csum' }),
  receive('devmem-large-frames', 'frames of two buffers', { bytes: 6000 }),
  receive('devmem-small-room', 'a control buffer of three messages', { room: 3 }),
  receive('devmem-many', 'more frames than the ring has descriptors', { frames: 600, bytes: 100 }),
  receive('devmem-split-off', 'tcp-data-split is off', { split: 'off' }),
  receive('devmem-split-unknown', 'tcp-data-split was never set', { split: 'unknown' }),
  receive('devmem-closed', 'the device is closed', { closed: true }),
  receive('devmem-no-such-queue', 'a queue that does not exist', { queue: 9 }),
  receive('devmem-no-queue', 'a request without queue', {
    mistake: 'no-queue',
    config: { bindNamesQueue: false },
  }),
  receive('devmem-no-fd', 'a request without dma-buf', {
    mistake: 'no-fd',
    config: { bindMistake: 'no-memory' },
  }),
  receive('devmem-closed-fd', 'a file that is not open', {
    mistake: 'closed-fd',
    config: { bindMistake: 'exporter-refuses' },
  }),
  receive('devmem-no-device', 'a device that does not exist', {
    mistake: 'no-device',
    config: { bindMistake: 'no-device' },
  }),
  receive('devmem-large-pages', 'rx-page-size of four pages, memory of single ones', {
    rxPageSize: 16384,
    releases: NEW,
    config: { bindMistake: 'scattered-area' },
  }),
  receive('devmem-huge-pages', 'rx-page-size of four pages, memory of a huge page', {
    rxPageSize: 16384,
    mistake: 'huge',
    releases: NEW,
  }),
  receive('devmem-odd-pages', 'rx-page-size that is no power of two', { rxPageSize: 12288, releases: NEW }),
  receive('devmem-with-xdp', 'an XDP program is attached', {
    split: 'on',
    before: ['xdp'],
    config: { xdp: true },
  }),
  later('devmem-twice', 'a second bind', `bind:${QUEUE}:16:0:`, 'bind-again'),
  later('devmem-xdp-later', 'XDP while bound', 'xdp', 'attach-xdp'),
  later('devmem-split-later', 'tcp-data-split off while bound', 'split:off', 'set-split-disabled', {
    releases: NEW,
  }),
  later('devmem-unbound', 'unbound before the traffic', 'unbind', 'unbind'),
  receive('zcrx-plain-reader', 'a plain reader of an io_uring area', {
    provider: 'zcrx',
    reader: 'plain',
    returns: false,
  }),
  receive('zcrx-kept', 'the area is not given back', { provider: 'zcrx', returns: false }),
  receive('zcrx-small', 'fewer pages than the ring', {
    provider: 'zcrx',
    pages: 20,
    frames: 30,
    returns: false,
  }),
  receive('zcrx-one-shot', 'a request without multishot', {
    provider: 'zcrx',
    config: { zcrxRequest: 'one-shot' },
  }),
  receive('zcrx-split-off', 'zcrx with tcp-data-split off', { provider: 'zcrx', split: 'off' }),
  receive('zcrx-closed', 'zcrx on a closed device', { provider: 'zcrx', closed: true }),
  receive('zcrx-no-such-queue', 'zcrx on a queue that does not exist', { provider: 'zcrx', queue: 9 }),
  receive('zcrx-no-device', 'zcrx on a device that does not exist', {
    provider: 'zcrx',
    mistake: 'no-device',
    config: { bindMistake: 'no-device' },
  }),
  receive('zcrx-empty', 'an area without memory', { provider: 'zcrx', pages: 0 }),
  receive('zcrx-ring-flags', 'a ring without deferred task work', {
    provider: 'zcrx',
    mistake: 'ring-flags',
    config: { bindMistake: 'ring-flags' },
  }),
  receive('zcrx-no-refill', 'no refill entries', {
    provider: 'zcrx',
    mistake: 'no-refill-entries',
    config: { bindMistake: 'no-refill-entries' },
  }),
  receive('zcrx-too-many-refill', 'too many refill entries', {
    provider: 'zcrx',
    mistake: 'too-many-refill-entries',
    config: { bindMistake: 'too-many-refill-entries' },
  }),
  transmit('send-copied', 'without MSG_ZEROCOPY', 'copied', { txZeroCopy: false }),
  transmit('send-unknown', 'a binding that does not exist', 'unknown', { txBinding: 'unknown-id' }),
  transmit('send-short', 'a control message that is too short', 'short', {
    txBinding: 'bad-control-message',
  }),
  transmit('send-beyond', 'an offset behind the end', 'beyond', { txBinding: 'beyond-the-end' }),
];

export function twinScenario(id: string): TwinScenario {
  const scenario = TWIN_SCENARIOS.find((known) => known.id === id);
  if (scenario === undefined) throw new Error(`no scenario of the twin is called ${id}`);
  return scenario;
}
