/** What the user of a trace holds: got from an allocation and not yet put, and extra page references beside it. */
import { CHUNK_ID_BASE } from '../memory/netmem.ts';

/** Counts by id; ids of pages are never used again, ids of chunks are, by the next provider. */
export class Holdings {
  private readonly held = new Map<number, number>();
  private readonly extra = new Map<number, number>();

  of(id: number): number {
    return this.held.get(id) ?? 0;
  }

  add(id: number, count: number): void {
    this.held.set(id, this.of(id) + count);
  }

  extraOf(id: number): number {
    return this.extra.get(id) ?? 0;
  }

  addExtra(id: number, count: number): void {
    this.extra.set(id, this.extraOf(id) + count);
  }

  forgetChunks(): void {
    for (const id of this.held.keys()) if (id >= CHUNK_ID_BASE) this.held.delete(id);
  }
}
