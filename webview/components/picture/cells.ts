/** Many small things as few SVG paths: descriptors of a ring, chunks of a provider. One path a state. */
import { CHUNK_PLACES } from '../../../simulator/contract/snapshot.ts';
import type { ChunkPlace } from '../../../simulator/contract/snapshot.ts';
import type { Box } from './layout.ts';

/** Path of the slots in one state, as runs along a strip. */
export function stripPath(slots: string, state: string, { x, y, width, height }: Box): string {
  const unit = width / Math.max(1, slots.length);
  let path = '';
  for (let from = slots.indexOf(state); from >= 0;) {
    let to = from;
    while (slots[to] === state) to++;
    path += rectangle(x + from * unit, y, (to - from) * unit, height);
    from = slots.indexOf(state, to);
  }
  return path;
}

/** More cells than this are merged: each then stands for several chunks and shows where most of them are. */
const MOST_CELLS = 1536;

export interface ChunkGrid {
  readonly chunksPerCell: number;
  readonly paths: Readonly<Record<ChunkPlace, string>>;
}

/** Chunks from left to right, top to bottom; the shape of a cell says its place too, for those who see no colours. */
export function chunkGrid(chunks: readonly number[], { x, y, width, height }: Box): ChunkGrid {
  const chunksPerCell = Math.max(1, Math.ceil(chunks.length / MOST_CELLS));
  const cells = Math.ceil(chunks.length / chunksPerCell);
  const columns = Math.max(1, Math.ceil(Math.sqrt((cells * width) / height)));
  const size = Math.min(width / columns, height / Math.ceil(cells / columns), 12);
  const paths: Record<ChunkPlace, string> = {
    free: '',
    'pool-cache': '',
    'pool-ring': '',
    nic: '',
    skb: '',
    socket: '',
    user: '',
    lost: '',
  };
  for (let cell = 0; cell < cells; cell++) {
    const place = commonPlace(chunks, cell * chunksPerCell, chunksPerCell);
    paths[place] += shape(place, x + (cell % columns) * size, y + Math.floor(cell / columns) * size, size);
  }
  return { chunksPerCell, paths };
}

function commonPlace(chunks: readonly number[], from: number, count: number): ChunkPlace {
  const votes = CHUNK_PLACES.map(() => 0);
  for (let chunk = from; chunk < Math.min(from + count, chunks.length); chunk++) {
    const place = chunks[chunk] ?? 0;
    votes[place] = (votes[place] ?? 0) + 1;
  }
  return CHUNK_PLACES[votes.indexOf(Math.max(...votes))] ?? 'free';
}

function shape(place: ChunkPlace, x: number, y: number, size: number): string {
  const full = size * 0.82;
  switch (place) {
    case 'free':
      return rectangle(x + size * 0.3, y + size * 0.3, size * 0.25, size * 0.25);
    case 'pool-cache':
      return rectangle(x, y, full, full);
    case 'pool-ring':
      return rectangle(x, y + full * 0.5, full, full * 0.5);
    case 'nic':
      return rectangle(x, y, full, full * 0.5);
    case 'skb':
      return rectangle(x, y, full * 0.5, full);
    case 'socket':
      return rectangle(x + full * 0.5, y, full * 0.5, full);
    case 'user':
      return `M${round(x)} ${round(y + full)}h${round(full)}l${round(-full / 2)} ${round(-full)}z`;
    case 'lost':
      return `M${round(x)} ${round(y)}h${round(full)}l${round(-full / 2)} ${round(full)}z`;
  }
}

function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
