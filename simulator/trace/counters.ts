/** All counts of a run as JSON: the netlink dumps by their kernel names, and the machine's own counts. */
import type { NetlinkViews } from '../run/views.ts';
import type { PacketCounts, SocketSnapshot, TxSnapshot } from '../contract/snapshot.ts';
import type { Simulation } from '../run/simulation.ts';

export interface CountersDump extends NetlinkViews {
  /** Nanoseconds of simulated time. */
  readonly time: number;
  readonly packets: PacketCounts;
  readonly queues: readonly { readonly id: number; readonly received: number; readonly dropped: number }[];
  readonly provider: {
    readonly kind: string;
    readonly bound: boolean;
    readonly total: number;
    readonly free: number;
  };
  readonly socket: SocketSnapshot;
  readonly tx: TxSnapshot;
}

export function countersOf(simulation: Simulation): CountersDump {
  const { packets, queues, provider, socket, tx } = simulation.snapshot();
  return {
    ...simulation.netlink(),
    time: simulation.time,
    packets,
    queues: queues.map(({ id, received, dropped }) => ({ id, received, dropped })),
    provider: { kind: provider.kind, bound: provider.bound, total: provider.total, free: provider.free },
    socket,
    tx,
  };
}
