/**
 * The driver's queues as the kernel handles them: pools made and destroyed, rings filled and emptied, the restart with
 * its steps (struct netdev_queue_mgmt_ops).
 */
import type { PoolAttempt } from '../netlink/bind-checks.ts';
import type { PoolModel } from '../contract/driver-model.ts';
import { BufferRing } from '../nic/buffer-ring.ts';
import { poolWords } from '../contract/pool-name.ts';
import { DROP_CAUSES } from '../contract/snapshot.ts';
import type { RefusedRequest } from '../contract/verdict.ts';
import { PAGE_SIZE } from '../core/limits.ts';
import { payloadPool, receivePools } from '../program/classes.ts';
import { NOT_KNOWN } from '../program/code.ts';
import { eventNumber } from '../record/log.ts';
import type { Machine } from './machine.ts';

const EV_RESTART = eventNumber('restart');
const EV_POOL = eventNumber('pool');

const CAUSE_STOPPED = DROP_CAUSES.indexOf('queue-stopped');

/** Steps of a queue restart, in the order of netdev_rx_queue_restart(). */
export const RESTART_STEPS = ['mem_alloc', 'check', 'stop', 'start', 'mem_free'] as const;
const MEM_ALLOC = 0;
const CHECK = 1;
const STOP = 2;
const START = 3;
const MEM_FREE = 4;

export class QueueManagement {
  private readonly machine: Machine;
  private readonly refuse: (refused: RefusedRequest) => void;
  /** Pool number -> when the driver destroyed it. */
  private readonly detached = new Map<number, number>();
  /** Pools of each queue. */
  private readonly pools: number[][];

  constructor(machine: Machine, refuse: (refused: RefusedRequest) => void) {
    this.machine = machine;
    this.refuse = refuse;
    this.pools = machine.queues.map(() => []);
  }

  /** When the driver destroyed the pool, in ns; null for a pool in use. */
  detachTime(pool: number): number | null {
    return this.detached.get(pool) ?? null;
  }

  /** netdev_rx_queue_restart(). When the driver cannot make new pools, the old queue never notices. */
  restart(queue: number): void {
    const { machine } = this;
    if (!machine.controlPlane.up) return;
    if (!machine.queues[queue].running) {
      this.startQueue(queue);
      return;
    }
    this.logRestart(queue, MEM_ALLOC);
    const made = this.createPools(queue);
    if (this.refuseFailed(`restart of queue ${queue}`, made)) return;
    this.logRestart(queue, CHECK);
    this.replaceMemory(queue, this.numbersOf(made));
  }

  /**
   * The rest of a restart: the old queue stops and keeps its memory, the new one starts, and only then the old memory
   * is freed.
   */
  replaceMemory(queue: number, pools: readonly number[]): void {
    const { machine } = this;
    const { [queue]: context } = machine.contexts;
    const rxQueue = machine.queues[queue];
    this.logRestart(queue, STOP);
    this.pause(queue);
    const before = [...this.pools[queue]];
    const { size } = rxQueue.payload;
    const old = rxQueue.exchange({ payload: new BufferRing(size), header: new BufferRing(size) });
    this.logRestart(queue, START);
    this.usePools(queue, pools);
    this.fill(queue);
    this.logRestart(queue, MEM_FREE);
    const rings = rxQueue.exchange(old);
    machine.interpreter.runAll(context, machine.programs.release);
    rxQueue.exchange(rings);
    this.destroyPools(before);
    machine.scheduleMemoryWork();
  }

  /** ndo_queue_start of the old memory, after the new one could not be started: it is as it was. */
  restartOld(queue: number): void {
    const { payload, header } = this.machine.queues[queue];
    payload.repost();
    header.repost();
    this.fill(queue);
  }

  startQueue(queue: number): void {
    if (this.machine.queues[queue].running) return;
    const made = this.createPools(queue);
    if (this.refuseFailed(`open queue ${queue}`, made)) return;
    this.usePools(queue, this.numbersOf(made));
    this.fill(queue);
  }

  fill(queue: number): void {
    const { machine } = this;
    machine.queues[queue].running = true;
    machine.interpreter.runAll(machine.contexts[queue], machine.programs.refill);
  }

  /** True when one of the pools could not be made: all go, and the request is noted. */
  private refuseFailed(request: string, made: readonly MadePool[]): boolean {
    const failed = made.find(({ errno }) => errno !== null);
    if (failed === undefined) return false;
    this.destroyPools(this.numbersOf(made));
    this.refuse({
      request,
      errno: failed.errno ?? 'EINVAL',
      blame: 'driver',
      cause: `page_pool_create() of ${poolWords(failed.pool.name)} failed`,
      at: failed.pool.flags.at ?? failed.pool.createdAt,
      requirement: 'RX4',
    });
    return true;
  }

  /** The queue stops; its rings and pools keep what they have. */
  pause(id: number): void {
    const { machine } = this;
    const queue = machine.queues[id];
    queue.running = false;
    machine.interpreter.abandon(machine.contexts[id]);
    machine.stack.flush(id);
    const lost = queue.dropCompletions();
    if (lost > 0) machine.counters.drop(CAUSE_STOPPED, lost);
  }

  stopQueue(id: number): void {
    const { machine } = this;
    if (!machine.queues[id].running) return;
    this.pause(id);
    machine.interpreter.runAll(machine.contexts[id], machine.programs.release);
    this.destroyPools(this.pools[id].splice(0));
    machine.scheduleMemoryWork();
  }

  createPools(queue: number): MadePool[] {
    const pools = receivePools(this.machine.input.model);
    return this.createFrom(queue, pools, pools);
  }

  createFrom(queue: number, pools: readonly PoolModel[], used: readonly PoolModel[]): MadePool[] {
    const { machine } = this;
    const made: MadePool[] = [];
    for (const [index, pool] of pools.entries()) {
      const split = machine.controlPlane.settings.split === 'enabled';
      const result = machine.memory.createPool(used[index], queue, machine.config.ringSize, split);
      if ('errno' in result) {
        made.push({ pool, errno: result.errno, hasProvider: false, number: -1 });
        break;
      }
      machine.log.write(EV_POOL, queue, -1, -1, -1, result.pool);
      // page_pool_check_memory_provider() compares the queue of the pool as well.
      const serves = pool.queueIdx.value === 'set' || queue === 0;
      const hasProvider = serves && machine.memory.isUnreadable(result.pool);
      made.push({ pool, errno: null, hasProvider, number: result.pool });
    }
    return made;
  }

  numbersOf(made: readonly MadePool[]): readonly number[] {
    return made.map(({ number }) => number);
  }

  usePools(queue: number, pools: readonly number[]): void {
    const { machine } = this;
    this.pools[queue].splice(0, this.pools[queue].length, ...pools);
    const { model } = machine.input;
    const models = receivePools(model);
    const payload = pools[models.findIndex((own) => own === payloadPool(machine.input.model))] ?? -1;
    machine.queues[queue].bufferBytes = payload < 0 ? PAGE_SIZE : machine.memory.bufferBytes(payload);
    const numberOf = (pool: PoolModel): number => pools[models.indexOf(pool)] ?? -1;
    machine.interpreter.assignPools(queue, numberOf, model.pools.map(numberOf));
    this.setUp(queue);
  }

  /** What the driver does when the queue is made: which of its pools each of its pointers means. */
  private setUp(queue: number): void {
    const { machine } = this;
    const { setUp } = machine.programs;
    const context = machine.contexts[queue];
    context.state.fill(NOT_KNOWN);
    if (setUp !== null) machine.interpreter.runAll(context, setUp);
  }

  destroyPools(pools: readonly number[]): void {
    for (const pool of pools) {
      if (pool < 0) continue;
      this.detached.set(pool, this.machine.time);
      this.machine.memory.destroyPool(pool);
    }
  }

  logRestart(queue: number, step: number): void {
    this.machine.log.write(EV_RESTART, queue, -1, -1, -1, step);
  }
}

export interface MadePool extends PoolAttempt {
  readonly number: number;
}
