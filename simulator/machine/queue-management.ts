/**
 * The driver's queues as the kernel handles them: pools made and destroyed, rings filled and emptied, the restart with
 * its steps (struct netdev_queue_mgmt_ops).
 */
import type { PoolAttempt } from '../netlink/bind-checks.ts';
import type { PoolModel } from '../driver-model/driver-model.ts';
import { DROP_CAUSES } from '../run/snapshot.ts';
import type { RefusedRequest } from '../run/verdict.ts';
import { PAGE_SIZE } from '../stack/limits.ts';
import { payloadPool, receivePools } from './classes.ts';
import { eventNumber } from './log.ts';
import type { Machine } from './machine.ts';

const EV_RESTART = eventNumber('restart');
const EV_POOL = eventNumber('pool');

const CAUSE_STOPPED = DROP_CAUSES.indexOf('queue-stopped');

/** Steps of a queue restart, in the order of netdev_rx_queue_restart(). */
export const RESTART_STEPS = ['mem_alloc', 'check', 'stop', 'start', 'mem_free'] as const;

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

  restart(queue: number): void {
    if (!this.machine.administration.up) return;
    RESTART_STEPS.forEach((_, step) => this.logRestart(queue, step));
    this.stopQueue(queue);
    this.startQueue(queue);
  }

  startQueue(queue: number): void {
    if (this.machine.queues[queue].running) return;
    const made = this.createPools(queue);
    const failed = made.find(({ errno }) => errno !== null);
    if (failed !== undefined) {
      this.destroyPools(this.numbersOf(made));
      this.refuse({
        request: `open queue ${queue}`,
        errno: failed.errno ?? 'EINVAL',
        blame: 'driver',
        cause: `page_pool_create() of ${failed.pool.name} failed`,
        at: failed.pool.flags.at ?? failed.pool.createdAt,
        requirement: 'RX4',
      });
      return;
    }
    this.usePools(queue, this.numbersOf(made));
    this.fill(queue);
  }

  fill(queue: number): void {
    const { machine } = this;
    machine.queues[queue].running = true;
    machine.interpreter.runAll(machine.contexts[queue], machine.programs.refill);
  }

  stopQueue(id: number): void {
    const { machine } = this;
    const queue = machine.queues[id];
    if (!queue.running) return;
    const context = machine.contexts[id];
    queue.running = false;
    machine.interpreter.abandon(context);
    machine.stack.flush(id);
    const lost = queue.dropCompletions();
    if (lost > 0) machine.counters.drop(CAUSE_STOPPED, lost);
    machine.interpreter.runAll(context, machine.programs.release);
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
      const split = machine.administration.settings.split === 'enabled';
      const result = machine.memory.createPool(used[index], queue, machine.config.ringSize, split);
      if ('errno' in result) {
        made.push({ pool, errno: result.errno, hasProvider: false, number: -1 });
        break;
      }
      machine.log.write(EV_POOL, queue, -1, -1, -1, result.pool);
      const hasProvider = machine.memory.isUnreadable(result.pool);
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
    const models = receivePools(machine.input.model);
    const payload = pools[models.findIndex((own) => own === payloadPool(machine.input.model))] ?? -1;
    machine.queues[queue].bufferBytes = payload < 0 ? PAGE_SIZE : machine.memory.bufferBytes(payload);
    machine.interpreter.assignPools(queue, (model) => pools[models.findIndex((own) => own === model)] ?? -1);
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
