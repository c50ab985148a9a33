/** What the picture says, in words: the same facts draw the boxes and fill the table beside them. */
import { MEMORY_PROVIDERS } from '../../../simulator/contract/memory-providers.ts';
import { CHUNK_PLACES, DROP_CAUSES } from '../../../simulator/contract/snapshot.ts';
import type {
  ChunkPlace,
  DropCause,
  MachineSnapshot,
  PoolSnapshot,
  QueueSnapshot,
} from '../../../simulator/contract/snapshot.ts';
import { watchedPool } from '../../worker/samples.ts';
import { count } from '../format.ts';
import type { Part } from './layout.ts';

export const PLACE_NAMES: Readonly<Record<ChunkPlace, string>> = {
  free: 'free',
  'pool-cache': 'pool cache',
  'pool-ring': 'pool ring',
  nic: 'NIC',
  skb: 'skb',
  socket: 'socket',
  user: 'user',
  lost: 'lost',
};

/** A number with its name. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface PictureFacts {
  readonly titles: Readonly<Record<Part, string>>;
  readonly facts: Readonly<Record<Part, readonly Fact[]>>;
  /** Queues drawn as rings: the bound one, and as many others as fit. */
  readonly queues: readonly QueueSnapshot[];
  readonly boundQueue: number;
  /** Frames that the device itself dropped. */
  readonly nicDropped: number;
  readonly pool: PoolSnapshot | undefined;
  readonly places: readonly { readonly place: ChunkPlace; readonly chunks: number }[];
}

const QUEUES = 4;

/** Who drops for which cause. */
const DROPPED_IN: Readonly<Record<DropCause, Part>> = {
  'link-down': 'nic',
  'no-descriptor': 'nic',
  'frame-too-long': 'nic',
  'queue-stopped': 'nic',
  driver: 'driver',
  'unsplit-on-provider': 'driver',
  'alloc-skb': 'driver',
  checksum: 'socket',
  malformed: 'socket',
  'no-socket': 'socket',
  'receive-buffer': 'socket',
  unreadable: 'socket',
};

export function pictureFacts(snapshot: MachineSnapshot, boundQueue: number): PictureFacts {
  const { packets, socket, provider, tx } = snapshot;
  const pool = watchedPool(snapshot, boundQueue);
  const queues = shownQueues(snapshot.queues, boundQueue);
  const places = CHUNK_PLACES.map((place, index) => ({
    place,
    chunks: provider.chunks.filter((chunk) => chunk === index).length,
  }));
  const droppedIn = (part: Part): number =>
    DROP_CAUSES.filter((cause) => DROPPED_IN[cause] === part).reduce(
      (sum, cause) => sum + (packets.droppedBy[cause] ?? 0),
      0,
    );
  return {
    boundQueue,
    nicDropped: droppedIn('nic'),
    pool,
    queues,
    places,
    titles: {
      wire: 'Wire',
      nic: snapshot.queues.length === 1 ? 'NIC, 1 queue' : `NIC, ${snapshot.queues.length} queues`,
      driver: 'Driver',
      socket: 'Socket',
      user: 'User',
      pool: pool === undefined ? 'Page pool' : `Page pool ${pool.id}, queue ${pool.queue}`,
      provider: `Provider: ${MEMORY_PROVIDERS[provider.kind].memory}`,
    },
    facts: {
      wire: [
        { name: 'frames', value: count(packets.wire) },
        { name: 'sent', value: count(tx.completed) },
      ],
      nic: [
        ...queues.map((queue) => ({
          name: queue.id === boundQueue ? `queue ${queue.id} (bound)` : `queue ${queue.id}`,
          value: queueWords(queue),
        })),
        { name: 'dropped', value: count(droppedIn('nic')) },
      ],
      driver: [
        { name: 'skbs', value: count(snapshot.skbsInFlight) },
        { name: 'dropped', value: count(droppedIn('driver')) },
        { name: 'faulted', value: count(packets.faulted) },
      ],
      socket: [
        { name: 'skbs', value: count(socket.queuedSkbs) },
        { name: 'bytes', value: count(socket.queuedBytes) },
        { name: 'dropped', value: count(droppedIn('socket')) },
      ],
      user: [
        { name: 'frames', value: count(packets.read) },
        { name: 'tokens', value: count(socket.tokensHeld) },
        { name: 'EFAULT', value: count(socket.efaults) },
      ],
      pool:
        pool === undefined
          ? [{ name: 'state', value: 'none' }]
          : [
              { name: 'cache', value: `${count(pool.cache)} of ${count(pool.cacheSize)}` },
              { name: 'ring', value: `${count(pool.ring)} of ${count(pool.ringSize)}` },
              { name: 'inflight', value: count(pool.inflight) },
              {
                name: 'allocated fast, slow',
                value: `${count(pool.stats['alloc-fast'])}, ${count(pool.stats['alloc-slow'])}`,
              },
              {
                name: 'recycled to cache, ring',
                value: `${count(pool.stats['recycle-cached'])}, ${count(pool.stats['recycle-ring'])}`,
              },
            ],
      provider:
        provider.kind === 'pages'
          ? [{ name: 'chunks', value: 'none: memory comes page by page' }]
          : [
              { name: 'state', value: provider.bound ? `bound to queue ${boundQueue}` : 'not bound' },
              ...places.map(({ place, chunks }) => ({ name: PLACE_NAMES[place], value: count(chunks) })),
            ],
    },
  };
}

function shownQueues(queues: readonly QueueSnapshot[], boundQueue: number): readonly QueueSnapshot[] {
  const others = queues.filter(({ id }) => id !== boundQueue).slice(0, QUEUES - 1);
  return queues.filter((queue) => queue.id === boundQueue || others.includes(queue));
}

function queueWords({ running, posted, size, completed, received, dropped }: QueueSnapshot): string {
  const parts = [`${count(posted)} of ${count(size)} posted`, `${count(completed)} completed`];
  if (!running) parts.unshift('stopped');
  parts.push(`${count(received)} received`);
  if (dropped > 0) parts.push(`${count(dropped)} dropped`);
  return parts.join(', ');
}
