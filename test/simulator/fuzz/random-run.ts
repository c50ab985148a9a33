/** A driver, a configuration and a mix of traffic, drawn from a seed. */
import { Random } from '../../../simulator/core/random.ts';
import { KERNEL_RELEASES } from '../../../simulator/core/kernel-release.ts';
import type { PoolFlag } from '../../../simulator/contract/driver-model.ts';
import {
  ADMIN_ACTIONS,
  BIND_MISTAKES,
  LEASE_MISTAKES,
  TX_BIND_MISTAKES,
  TX_BINDINGS,
} from '../../../simulator/contract/config.ts';
import type { RunConfig, ScheduledAction } from '../../../simulator/contract/config.ts';
import { STACK_HELPERS } from '../../../simulator/contract/unreadable-helpers.ts';
import { DEFAULT_CONFIG } from '../../../simulator/contract/parameters.ts';
import type { SimulationInput } from '../../../simulator/run/simulation.ts';
import { DRIVER_MISTAKES, referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';
import type { DriverVariant } from '../../../simulator/scenarios/reference-driver.ts';

export interface RandomRun {
  readonly variant: DriverVariant;
  readonly input: SimulationInput;
}

const FLAGS: readonly PoolFlag[] = [
  'PP_FLAG_DMA_MAP',
  'PP_FLAG_DMA_SYNC_DEV',
  'PP_FLAG_ALLOW_UNREADABLE_NETMEM',
];

export function randomRun(seed: number): RandomRun {
  const random = new Random(seed);
  const variant = randomVariant(random);
  return {
    variant,
    input: {
      model: referenceDriver(variant).model,
      config: randomConfig(random),
      seed: random.next(),
      kernel: pick(random, KERNEL_RELEASES),
    },
  };
}

/** Mostly compliant: mistakes end a run early, and the long runs find more. */
function randomVariant(random: Random): DriverVariant {
  if (random.percent(60)) return { rxPageSize: true };
  return {
    ...(random.percent(30) ? { flags: FLAGS.filter(() => random.percent(80)) } : {}),
    ...(random.percent(10) ? { order: 1 + random.below(2) } : {}),
    ...(random.percent(50) ? { rxPageSize: true } : {}),
    ...(random.percent(10) ? { netdev: 'unset' } : {}),
    ...(random.percent(10) ? { flagWithSplit: true } : {}),
    ...(random.percent(20) ? { dmaDir: 'DMA_BIDIRECTIONAL' } : {}),
    ...(random.percent(10) ? { maxLen: 'unset' } : {}),
    ...(random.percent(10) ? { queueIdx: 'unset' } : {}),
    ...(random.percent(25) ? { sharedPool: true } : {}),
    ...(random.percent(10) ? { tcpDataSplit: false } : {}),
    ...(random.percent(10) ? { hdsThresh: false } : {}),
    ...(random.percent(10) ? { queueOps: false } : {}),
    ...(random.percent(20) ? { netmemTx: 'none' } : {}),
    ...(random.percent(60) ? { mistake: pick(random, DRIVER_MISTAKES) } : {}),
  };
}

function randomConfig(random: Random): RunConfig {
  const rxQueues = 1 + random.below(6);
  const share = (chance: number) => (random.percent(chance) ? random.below(101) : 0);
  const packets = random.below(400);
  return {
    ...DEFAULT_CONFIG,
    provider: pick(random, ['pages', 'dmabuf', 'dmabuf', 'zcrx', 'zcrx']),
    chunks: random.percent(50) ? random.below(300) : 300 + random.below(2000),
    rxBufLen: random.percent(85) ? 0 : pick(random, [4096, 8192, 8192, 16_384, 32_768, 12_288, 100]),
    netkit: random.percent(80) ? 'none' : pick(random, ['leased', 'leased', 'bound-past-it', 'not-leased']),
    leaseMistake: random.percent(90) ? 'none' : pick(random, LEASE_MISTAKES),
    deviceUp: !random.percent(3),
    rxQueues,
    ringSize: 16 + random.below(300),
    boundQueue: random.percent(95) ? random.below(rxQueues) : random.below(8),
    rssQueues: 1 + random.below(rxQueues),
    flowRule: pick(random, ['none', '5-tuple', '5-tuple', '3-tuple', 'rss-context']),
    tcpDataSplit: pick(random, ['enabled', 'enabled', 'enabled', 'enabled', 'unknown', 'disabled']),
    hdsThresh: random.percent(90) ? 0 : random.below(2000),
    xdp: random.percent(5),
    afXdp: random.percent(3),
    queueFailure: random.percent(90)
      ? 'none'
      : pick(random, ['validate', 'mem-alloc', 'stop', 'start', 'start', 'start-twice']),
    bindMistake: random.percent(95) ? 'none' : pick(random, BIND_MISTAKES),
    linearBytes: random.percent(85) ? 0 : random.below(257),
    stackHelper: random.percent(90) ? 'none' : pick(random, STACK_HELPERS),
    mtu: pick(random, [1500, 9000, 9000, 65_535]),
    coalesce: random.percent(70) ? 1 : 1 + random.below(17),
    napiBudget: 1 + random.below(64),
    interruptDelay: random.below(50_000),
    packetCost: 1 + random.below(3000),
    packets,
    rate: 1000 + random.below(10_000_000),
    headerBytes: 14 + random.below(200),
    payloadBytes: random.percent(70) ? random.below(9000) : random.below(65_536),
    payloadSizes: pick(random, ['fixed', 'random', 'powers']),
    otherShare: share(50),
    udpShare: share(30),
    malformedShare: share(20),
    splitFailureShare: share(30),
    badChecksumShare: share(20),
    reader: pick(random, ['devmem', 'devmem', 'devmem', 'devmem', 'plain', 'trunc', 'foreign', 'never']),
    readInterval: 100 + random.below(200_000),
    receiveBuffer: random.percent(50) ? DEFAULT_CONFIG.receiveBuffer : random.below(500_000),
    tokenReturn: pick(random, ['after-read', 'after-read', 'delayed', 'never']),
    tokenDelay: random.below(1_000_000),
    tokenBatch: 1 + random.below(160),
    zcrxRequest: random.percent(95) ? 'right' : pick(random, ['one-shot', 'udp-socket']),
    tokenRange: random.percent(80) ? 1 : 1 + random.below(200),
    controlMessages: random.percent(60) ? 4096 : 1 + random.below(60),
    dontneed: random.percent(90) ? 'right' : pick(random, ['odd-length', 'udp-socket', 'unknown-tokens']),
    txMessages: random.percent(30) ? random.below(50) : 0,
    txBytes: 1 + random.below(200_000),
    txBinding: random.percent(60) ? 'bound' : pick(random, TX_BINDINGS),
    txOffloads: random.percent(90),
    txZeroCopy: random.percent(90),
    allocFailEvery: random.percent(80) ? 0 : 1 + random.below(600),
    actions: randomActions(random),
    explore: random.percent(40),
    userNamespace: random.percent(2),
    xdpSingleBuffer: random.percent(50),
    txBindMistake: random.percent(95) ? 'none' : pick(random, TX_BIND_MISTAKES),
    zcrxArea: random.percent(80) ? 'memory' : 'dmabuf',
    zcrxDevice: random.percent(90) ? 'named' : 'none',
    zcrxEvents: random.percent(70) ? 'none' : pick(random, ['once', 'armed']),
    zcrxFlush: random.percent(20),
    zcrxLength: random.percent(85) ? 0 : 1 + random.below(20_000),
  };
}

function randomActions(random: Random): readonly ScheduledAction[] {
  const count = random.percent(50) ? 0 : 1 + random.below(5);
  return Array.from({ length: count }, () => ({
    at: random.below(random.percent(80) ? 500_000 : 2_000_000_000),
    action: pick(random, ADMIN_ACTIONS),
  }));
}

function pick<T>(random: Random, items: readonly [T, ...T[]] | readonly T[]): T {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
