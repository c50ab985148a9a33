/** The machine's memory over the real pools: who may recycle directly, what users hold, and where chunks end up. */
import { expect, test } from 'vitest';
import { capture, describeState, restore } from '../../../simulator/core/checkpoint.ts';
import type { PoolModel } from '../../../simulator/contract/driver-model.ts';
import { PoolMemory } from '../../../simulator/machine/pool-memory.ts';
import { DEFAULT_CONFIG } from '../../../simulator/contract/parameters.ts';
import type { RunConfig } from '../../../simulator/contract/config.ts';
import { referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';

const [payload] = referenceDriver().model.pools as [PoolModel];

function memory(provider: RunConfig['provider'], chunks = 256): PoolMemory {
  const memory = new PoolMemory({ ...DEFAULT_CONFIG, provider, chunks }, '6.18');
  if (provider !== 'pages') memory.setProviderQueues([1]);
  return memory;
}

function create(memory: PoolMemory, queue: number, model = payload): number {
  const made = memory.createPool(model, queue, 64, true);
  if ('errno' in made) throw new Error(made.errno);
  return made.pool;
}

test('a buffer freed in the softirq of its own queue goes into the cache, elsewhere into the ring', () => {
  const pages = memory('pages');
  const pool = create(pages, 1);
  const [own, other, process] = [pages.alloc(pool, 1), pages.alloc(pool, 1), pages.alloc(pool, 1)];
  const cached = pages.pools()[0]?.cache ?? NaN;
  pages.put(own, false, 1);
  expect(pages.pools()[0]).toMatchObject({ cache: cached + 1, ring: 0 });
  pages.put(other, false, 2);
  pages.put(process, false, -1);
  expect(pages.pools()[0]).toMatchObject({ cache: cached + 1, ring: 2, inflight: 64 });
});

test('only the pool of the bound queue takes the provider, and only with the flags for it', () => {
  const device = memory('dmabuf');
  expect(device.isUnreadable(create(device, 0))).toBe(false);
  expect(device.isUnreadable(create(device, 1))).toBe(true);
  const flags = { value: ['PP_FLAG_ALLOW_UNREADABLE_NETMEM'], at: null } as const;
  expect(device.createPool({ ...payload, flags }, 1, 64, true)).toEqual({ errno: 'EOPNOTSUPP' });
  const order = { value: 1, at: null };
  expect(device.createPool({ ...payload, order }, 1, 64, true)).toEqual({ errno: 'E2BIG' });
  expect(memory('zcrx').createPool({ ...payload, order }, 1, 64, true)).toEqual({ errno: 'EINVAL' });
  const dmaDir = { value: 'DMA_BIDIRECTIONAL', at: null } as const;
  expect(memory('zcrx').createPool({ ...payload, dmaDir }, 1, 64, true)).toEqual({ errno: 'EOPNOTSUPP' });
  expect(device.isUnreadable(create(device, 1, { ...payload, dmaDir }))).toBe(true);
});

test('a flag that the driver sets where it splits counts only where the device splits', () => {
  const at = payload.createdAt;
  const model: PoolModel = {
    ...payload,
    flags: { value: ['PP_FLAG_DMA_MAP', 'PP_FLAG_DMA_SYNC_DEV'], at },
    conditionalFlags: [{ flag: 'PP_FLAG_ALLOW_UNREADABLE_NETMEM', condition: 'priv->split', at }],
  };
  for (const split of [false, true]) {
    const device = memory('dmabuf');
    const made = device.createPool(model, 1, 64, split);
    expect('pool' in made && device.isUnreadable(made.pool)).toBe(split);
  }
});

test('a dma-buf chunk hands itself out one by one and comes back with its token', () => {
  const device = memory('dmabuf', 4);
  const pool = create(device, 1);
  const taken = [0, 1, 2, 3].map(() => device.alloc(pool, 1));
  expect(taken.map((netmem) => device.chunkOf(netmem))).toEqual([0, 1, 2, 3]);
  expect(device.alloc(pool, 1)).toBe(0);
  const [first = 0] = taken;
  device.lendToken(first);
  device.put(first, false, 1);
  expect(device.alloc(pool, 1)).toBe(0);
  device.returnToken(first);
  expect(device.alloc(pool, 1)).toBe(first);
});

test('zcrx takes a batch from the area, and what the user returns is read at the next refill', () => {
  const area = memory('zcrx', 100);
  const pool = create(area, 1);
  const first = area.alloc(pool, 1);
  expect(area.pools()[0]).toMatchObject({ cache: 63, hold: 64, provider: 'zcrx' });
  expect(area.freeChunks).toBe(36);
  area.lendToken(first);
  area.put(first, false, 1);
  area.returnToken(first);
  // The entry waits in the refill ring while the cache still has buffers.
  expect(area.pools()[0]).toMatchObject({ cache: 63, ring: 0 });
  for (let i = 0; i < 63; i++) area.alloc(pool, 1);
  expect(area.alloc(pool, 1)).toBe(first);
  expect(area.freeChunks).toBe(36);
  expect(area.pools()[0]).toMatchObject({ hold: 64, inflight: 64 });
});

test('closing a zcrx interface takes back what the user holds, and ignores what he returns later', () => {
  const area = memory('zcrx', 64);
  const pool = create(area, 1);
  const held = area.alloc(pool, 1);
  area.lendToken(held);
  area.put(held, false, 1);
  area.destroyPool(pool);
  expect(area.pools()[0]).toMatchObject({ state: 'dying', inflight: 1 });
  area.setProviderQueues([]);
  area.returnToken(held);
  expect(area.tick()).toBe(false);
  expect(area.pools()[0]).toMatchObject({ state: 'gone', inflight: 0 });
  expect(area.freeChunks).toBe(64);
  // Nor does he get a say in who has them after the next registration.
  area.setProviderQueues([1]);
  const next = create(area, 1);
  for (let i = 0; i < 64; i++) area.alloc(next, 1);
  area.returnToken(held);
  expect(area.alloc(next, 1)).toBe(0);
});

test('entries of the refill ring that the user had no right to are skipped', () => {
  const area = memory('zcrx', 64);
  const pool = create(area, 1);
  const all = Array.from({ length: 64 }, () => area.alloc(pool, 1));
  const [lent = 0, kept = 0] = all;
  area.lendToken(lent);
  area.put(lent, false, 1);
  for (const netmem of [lent, lent, kept]) area.returnToken(netmem);
  expect(area.alloc(pool, 1)).toBe(lent);
  expect(area.alloc(pool, 1)).toBe(0);
});

test('a chunk of a pool that is gone from the queue goes home through the new pool', () => {
  const area = memory('zcrx', 65);
  const old = create(area, 1);
  const held = area.alloc(old, 1);
  area.lendToken(held);
  area.put(held, false, 1);
  area.destroyPool(old);
  const fresh = create(area, 1);
  area.returnToken(held);
  area.alloc(fresh, 1);
  expect(area.poolOf(held)).toBe(old);
  expect(area.tick()).toBe(false);
  expect(area.pools()[0]).toMatchObject({ state: 'gone' });
});

test('a page that the driver frees past its pool is lost to the pool, and freed once', () => {
  const pages = memory('pages');
  const pool = create(pages, 1);
  const lost = pages.alloc(pool, 1);
  pages.freeSystem(lost);
  pages.freeSystem(lost);
  const next = [pages.allocSystem(), pages.allocSystem()];
  expect(new Set(next).size).toBe(2);
  expect(pages.systemPages).toBe(2);
  pages.destroyPool(pool);
  expect(pages.tick()).toBe(true);
  expect(pages.pools()[0]).toMatchObject({ state: 'dying', inflight: 1 });
});

test.each(['pages', 'dmabuf', 'zcrx'] as const)('%s: a checkpoint brings everything back', (provider) => {
  const subject = memory(provider, 512);
  const pool = create(subject, 1);
  const held = [subject.alloc(pool, 1), subject.alloc(pool, 1)];
  const before = describeState(subject, new Set());
  const checkpoint = capture(subject, new Set());
  // Enough to make every table grow.
  for (let i = 0; i < 400; i++) held.push(subject.alloc(pool, 1));
  for (const netmem of held.slice(0, 200)) subject.lendToken(netmem);
  for (const netmem of held) subject.put(netmem, false, 1);
  for (const netmem of held.slice(0, 200)) subject.returnToken(netmem);
  subject.destroyPool(pool);
  subject.tick();
  create(subject, 1);
  restore(checkpoint);
  expect(describeState(subject, new Set())).toBe(before);
});

test('a registration that closed takes nothing, and the next one has an area of its own', () => {
  const area = memory('zcrx', 256);
  const first = create(area, 1);
  const chunk = area.alloc(first, 1);
  area.lendToken(chunk);
  area.put(chunk, false, 1);
  area.setProviderQueues([]);
  area.setProviderQueues([1]);
  expect(area.isLendable(chunk)).toBe(false);
  expect(area.chunkOf(chunk)).toBe(-1);
  const second = create(area, 1);
  const other = area.alloc(second, 1);
  expect(area.isLendable(other)).toBe(true);
  expect(area.freeChunks).toBe(256 - 64);
  area.destroyPool(first);
  expect(area.freeChunks).toBe(256 - 64);
  expect(area.pools().map(({ state, inflight }) => [state, inflight])).toEqual([
    ['gone', 0],
    ['live', 64],
  ]);
});
