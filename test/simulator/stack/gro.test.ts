/** What GRO merges, and what becomes of an skb in which frags of pages and of net_iovs meet. */
import { beforeEach, expect, test } from 'vitest';
import { History } from '../../../simulator/record/history.ts';
import { Counters } from '../../../simulator/record/counters.ts';
import { Log } from '../../../simulator/record/log.ts';
import { PoolMemory } from '../../../simulator/machine/pool-memory.ts';
import { MEASURED_FLOW } from '../../../simulator/nic/frame.ts';
import type { RunConfig } from '../../../simulator/contract/config.ts';
import { DEFAULT_CONFIG } from '../../../simulator/contract/parameters.ts';
import { referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';
import {
  SKB_CHECKED,
  SKB_MIXED,
  SKB_RECYCLE,
  SKB_UNREADABLE,
  SkbTable,
} from '../../../simulator/stack/skb-table.ts';
import { Stack } from '../../../simulator/stack/stack.ts';
import { User } from '../../../simulator/stack/user.ts';

const QUEUE = 0;

class Host {
  readonly memory: PoolMemory;
  readonly skbs = new SkbTable();
  readonly counters = new Counters();
  readonly stack: Stack;
  readonly user: User;
  private readonly pools: { readonly device: number; readonly pages: number };

  constructor(config: Partial<RunConfig> = {}) {
    const all = { ...DEFAULT_CONFIG, ...config };
    this.memory = new PoolMemory(all, '7.1');
    const log = new Log(new History(0), false);
    this.stack = new Stack(this.memory, this.skbs, log, this.counters, 1, 1_000_000, 'none');
    this.user = new User(all, this.memory, this.skbs, this.stack, log);
    this.user.interfaceOpen = true;
    this.memory.setProviderQueues([QUEUE]);
    this.pools = { device: this.pool('payload'), pages: this.pool('header') };
  }

  /** A segment of the measured connection arrives, its payload in device memory or in a page; without: an ACK. */
  arrives(payload: 'device' | 'pages' | 'none'): void {
    const skb = this.skbs.alloc(0, MEASURED_FLOW, QUEUE);
    this.skbs.linear[skb] = 66;
    this.skbs.flags[skb] = SKB_CHECKED | SKB_RECYCLE;
    if (payload !== 'none') {
      const netmem = this.memory.alloc(this.pools[payload], QUEUE);
      this.skbs.addFrag(skb, netmem, 1000, 4096);
      if (this.memory.isNetIov(netmem)) this.skbs.set(skb, SKB_UNREADABLE);
    }
    this.stack.receive(skb, QUEUE);
  }

  /** What waits in the socket: segments of each skb and whether its kinds of memory are mixed. */
  get queued(): readonly string[] {
    const queued: string[] = [];
    this.stack.measured.queue.forEach((skb) => {
      queued.push(`${this.skbs.segments[skb] ?? 0}${this.skbs.has(skb, SKB_MIXED) ? ' mixed' : ''}`);
    });
    return queued;
  }

  private pool(role: string): number {
    const model = referenceDriver().model.pools.find((pool) => pool.role === role);
    const made = model === undefined ? null : this.memory.createPool(model, QUEUE, 64, true);
    if (made === null || 'errno' in made) throw new Error(`no ${role} pool`);
    return made.pool;
  }
}

let host: Host;
beforeEach(() => {
  host = new Host();
});

test('segments of one kind become one skb', () => {
  for (let i = 0; i < 3; i++) host.arrives('device');
  host.stack.flush(QUEUE);
  expect(host.queued).toEqual(['3']);
  host.user.readMeasured();
  expect(host.user).toMatchObject({ dmabufMessages: 3, efaults: 0, halted: false });
});

test('a segment without payload is not merged, and ends the merging', () => {
  host.arrives('device');
  host.arrives('none');
  host.arrives('device');
  host.stack.flush(QUEUE);
  expect(host.queued).toEqual(['1', '1', '1']);
});

test('readability is not compared: a plain read of what began with pages is an oops', () => {
  host.arrives('pages');
  host.arrives('device');
  host.stack.flush(QUEUE);
  expect(host.queued).toEqual(['2 mixed']);
  host.user.readMeasured();
  expect(host.user).toMatchObject({ readFrames: 0, halted: true });
});

test('what began with device memory is ENODEV at the first page', () => {
  host.arrives('device');
  host.arrives('pages');
  host.stack.flush(QUEUE);
  expect(host.queued).toEqual(['2 mixed']);
  host.user.readMeasured();
  expect(host.user).toMatchObject({ efaults: 2, readErrno: 19, halted: false });
});

test.each([
  ['pages', 'device'],
  ['device', 'pages'],
] as const)('io_uring looks at each frag: %s, then %s', (first, second) => {
  host = new Host({ provider: 'zcrx' });
  host.arrives(first);
  host.arrives(second);
  host.stack.flush(QUEUE);
  host.user.readMeasured();
  expect(host.user).toMatchObject({ readFrames: 2, copies: 1, dmabufMessages: 1, efaults: 0, halted: false });
});
