/** The books notice what they are there for. */
import { expect, test } from 'vitest';
import { PoolMemory } from '../../../simulator/machine/pool-memory.ts';
import { DEFAULT_CONFIG } from '../../../simulator/contract/parameters.ts';
import { referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';
import { WatchedMemory } from './watched-memory.ts';

function watched(): { memory: WatchedMemory; pool: number } {
  const memory = new WatchedMemory(new PoolMemory({ ...DEFAULT_CONFIG, provider: 'pages' }, '7.1'));
  const [model] = referenceDriver().model.pools;
  if (model === undefined) throw new Error('the reference driver has no pool');
  const made = memory.createPool(model, 0, 64, true);
  if (!('pool' in made)) throw new Error(made.errno);
  return { memory, pool: made.pool };
}

test('a life without mistakes is silent', () => {
  const { memory, pool } = watched();
  const netmem = memory.alloc(pool, 0);
  memory.lendToken(netmem);
  memory.put(netmem, false, 0);
  memory.returnToken(netmem);
  const page = memory.allocSystem();
  memory.freeSystem(page);
  expect(memory.broken).toEqual([]);
  expect(memory.heldBuffers).toBe(0);
});

test('a buffer put twice', () => {
  const { memory, pool } = watched();
  const netmem = memory.alloc(pool, 0);
  memory.put(netmem, true, 0);
  memory.put(netmem, true, 0);
  expect(memory.broken).toEqual([`buffer ${netmem} put while free`]);
});

test('a buffer lent or synced after it was put', () => {
  const { memory, pool } = watched();
  const netmem = memory.alloc(pool, 0);
  memory.put(netmem, true, 0);
  memory.syncForCpu(pool, netmem, 1);
  memory.lendToken(netmem);
  expect(memory.broken).toEqual([`buffer ${netmem} synced while free`, `buffer ${netmem} lent while free`]);
});

test('a page freed twice', () => {
  const { memory } = watched();
  const page = memory.allocSystem();
  memory.freeSystem(page);
  memory.freeSystem(page);
  expect(memory.broken).toEqual([`page ${page} freed twice`]);
});
