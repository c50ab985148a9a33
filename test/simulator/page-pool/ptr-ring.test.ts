/** The ring against a list: items come out in order, and slots are free again only in batches and at the wrap. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NetmemRef } from '../../../simulator/memory/netmem.ts';
import { PtrRing } from '../../../simulator/page-pool/ptr-ring.ts';

test('it is a queue whose slots are freed late', () => {
  const size = fc.constantFrom(1, 2, 8, 16, 31, 32, 33, 40, 64, 100);
  const turns = fc.array(fc.record({ put: fc.nat(60), take: fc.nat(60) }), { maxLength: 12 });
  const property = fc.property(size, turns, (size, turns) => {
    const ring = new PtrRing(size);
    const items: number[] = [];
    let [next, freed, taken] = [2, 0, 0];
    for (const { put, take } of turns) {
      for (let i = 0; i < put; i++, next += 2) {
        const fits = taken + items.length - freed < size;
        expect(ring.produce(next as NetmemRef)).toBe(fits);
        if (fits) items.push(next);
      }
      for (let i = 0; i < take; i++) {
        expect(ring.isEmpty()).toBe(items.length === 0);
        const oldest = items.shift();
        expect(ring.consume()).toBe(oldest ?? 0);
        if (oldest === undefined) break;
        taken++;
        if (taken - freed >= (size < 32 ? 1 : 16) || taken % size === 0) freed = taken;
      }
      expect(ring.items()).toEqual(items);
    }
  });
  fc.assert(property, { numRuns: 120, seed: 1 });
});
