/** Reads a machine into plain data. */
import { isBoundQueue } from '../contract/bound-queues.ts';
import { ALLOC_FAIL, COPY } from '../memory/zcrx-events.ts';
import type { Machine } from '../machine/machine.ts';
import { READ_ERRNO } from '../stack/user.ts';
import { CHUNK_PLACES, DROP_CAUSES } from '../contract/snapshot.ts';
import type { ChunkPlace, DropCause, MachineSnapshot, PacketCounts } from '../contract/snapshot.ts';

/** Slots shown of a ring. */
const PICTURE_SLOTS = 512;

export function packetCounts(machine: Machine): PacketCounts {
  const { counters } = machine;
  const droppedBy: Partial<Record<DropCause, number>> = {};
  DROP_CAUSES.forEach((cause, index) => {
    if (counters.byCause[index] > 0) droppedBy[cause] = counters.byCause[index];
  });
  return {
    wire: counters.wire,
    delivered: counters.delivered,
    read: machine.user.readFrames,
    dropped: counters.dropped,
    faulted: counters.faulted,
    inFlight: machine.inFlight,
    droppedBy,
  };
}

/** Where every chunk of the provider is, by index into CHUNK_PLACES. */
function chunkPlaces(machine: Machine): Uint8Array {
  const { memory, skbs, stack, user } = machine;
  const places = new Uint8Array(memory.totalChunks).fill(CHUNK_PLACES.indexOf('lost'));
  const mark = (netmem: number, place: ChunkPlace) => {
    const chunk = memory.chunkOf(netmem);
    if (chunk >= 0 && chunk < places.length) places[chunk] = CHUNK_PLACES.indexOf(place);
  };
  const markSkb = (skb: number, place: ChunkPlace) => {
    for (let i = 0; skb !== 0 && i < skbs.frags[skb]; i++) mark(skbs.netmem(skb, i), place);
  };
  memory.forEachFree((netmem) => mark(netmem, 'free'));
  memory.forEachKept(mark);
  for (const context of machine.contexts) {
    context.queue.payload.forEach((netmem) => mark(netmem, 'nic'));
    context.queue.header.forEach((netmem) => mark(netmem, 'nic'));
    for (const netmem of context.current) mark(netmem, 'nic');
    for (const netmem of context.fresh) mark(netmem, 'nic');
    if (context.kept !== 0) mark(context.kept, 'nic');
    markSkb(context.skb, 'skb');
    markSkb(stack.heldOn(context.queue.id), 'skb');
  }
  user.tokens.forEach((netmem) => mark(netmem, 'user'));
  for (const socket of [stack.measured, stack.ordinary, stack.unread]) {
    socket.queue.forEach((skb) => markSkb(skb, 'socket'));
  }
  return places;
}

export function takeSnapshot(machine: Machine): MachineSnapshot {
  const { controlPlane, config, stack, user, tx, memory } = machine;
  const split = controlPlane.settings.split === 'enabled';
  return {
    time: machine.time,
    step: machine.step,
    queues: machine.queues.map((queue) => ({
      id: queue.id,
      running: queue.running,
      posted: queue.payload.available,
      size: queue.payload.size,
      completed: queue.completions,
      slots: queue.payload.picture(PICTURE_SLOTS),
      split,
      provider: controlPlane.bound && isBoundQueue(config, queue.id) ? config.provider : 'pages',
      received: queue.received,
      dropped: queue.dropped,
    })),
    pools: memory.pools(),
    provider: {
      kind: config.provider,
      bound: controlPlane.bound,
      total: memory.totalChunks,
      free: memory.freeChunks,
      chunks: [...chunkPlaces(machine)],
    },
    skbsInFlight: machine.skbs.inUse,
    socket: {
      queuedSkbs: stack.measured.queue.length,
      queuedBytes: stack.measured.bytes,
      readBytes: user.readBytes,
      tokensHeld: user.tokens.length,
      efaults: user.efaults,
      unreadSkbs: stack.unread.queue.length,
      reads: user.reads,
      errno: READ_ERRNO.get(user.readErrno) ?? '',
      linearMessages: user.linearMessages,
      dmabufMessages: user.dmabufMessages,
      copies: user.copies,
      copiedFrags: user.copiedFrags,
      allocFailEvents: memory.events.posted[ALLOC_FAIL],
      copyEvents: memory.events.posted[COPY],
      shortReads: user.shortReads,
      truncated: user.truncatedFrames,
    },
    packets: packetCounts(machine),
    tx: {
      sent: tx.sent,
      completed: tx.completed,
      notified: tx.notified,
      dropped: tx.dropped,
      mapped: tx.mapped,
      error: tx.sendError,
    },
    helper: { calls: stack.helperCalls, refused: stack.helperRefused, bytes: stack.helperBytes },
    allocFailures: machine.counters.allocFailures,
    napi: {
      interrupts: machine.counters.interrupts,
      polls: machine.counters.polls,
      completions: machine.counters.completions,
      groMerges: machine.counters.groMerges,
    },
  };
}
