/**
 * What the administrator and netlink do to the machine: queue start and stop, bind and unbind with the kernel's queue
 * restart, and the exclusions that hold while a provider is installed.
 */
import { bindQueue, refusals } from '../netlink/bind-checks.ts';
import type { BindInput, PoolAttempt } from '../netlink/bind-checks.ts';
import { bindTx } from '../netlink/bind-tx.ts';
import { exclusion } from '../netlink/exclusions.ts';
import { ringSettings } from '../netlink/ring-settings.ts';
import type { RingSettings } from '../netlink/ring-settings.ts';
import type { PoolModel } from '../driver-model/driver-model.ts';
import type { AdminAction } from '../run/config.ts';
import { ADMIN_ACTIONS } from '../run/config.ts';
import { DROP_CAUSES } from '../run/snapshot.ts';
import type { BindOutcome, RefusedRequest } from '../run/verdict.ts';
import { payloadPool, receivePools } from './classes.ts';
import * as evidence from './evidence.ts';
import { BIND_REFUSED, BIND_TX_REFUSED, eventNumber } from './log.ts';
import type { Machine } from './machine.ts';

const EV_BIND = eventNumber('bind');
const EV_UNBIND = eventNumber('unbind');
const EV_REFUSED = eventNumber('refused');
const EV_RESTART = eventNumber('restart');
const EV_ADMIN = eventNumber('admin');
const EV_POOL = eventNumber('pool');

const CAUSE_STOPPED = DROP_CAUSES.indexOf('queue-stopped');

/** Steps of a queue restart, in the order of netdev_rx_queue_restart(). */
export const RESTART_STEPS = ['mem_alloc', 'check', 'stop', 'start', 'mem_free'] as const;

export class Administration {
  settings: RingSettings;
  /** Requests that were turned down, oldest first. */
  readonly refused: RefusedRequest[] = [];
  /** Refusals of the bind that would come after the first one. */
  readonly further: BindOutcome[] = [];
  bind: BindOutcome;
  txBind: BindOutcome;
  /** A provider is installed on the bound queue. */
  bound = false;
  xdp: boolean;
  afXdp: boolean;
  up: boolean;
  present = true;
  private readonly machine: Machine;
  /** Pool number -> when the driver destroyed it. */
  private readonly detached = new Map<number, number>();
  /** Pools of each queue. */
  private readonly pools: number[][];

  constructor(machine: Machine) {
    this.machine = machine;
    const { model, config, kernel } = machine.input;
    this.settings = ringSettings(model, config);
    this.xdp = config.xdp;
    this.afXdp = config.afXdp;
    this.up = config.deviceUp;
    this.bind = {
      request: 'none',
      accepted: true,
      errno: null,
      blame: 'nobody',
      cause: 'system pages need no bind',
      at: null,
      requirement: null,
    };
    this.txBind = bindTx(model, config, kernel);
    this.pools = machine.queues.map(() => []);
  }

  /** When the driver destroyed the pool, in ns; null for a pool in use. */
  detachTime(pool: number): number | null {
    return this.detached.get(pool) ?? null;
  }

  /** Boots: settings, interface up, then the bind. */
  start(): void {
    const { machine } = this;
    for (const refused of this.settings.refused) this.refuse(refused);
    machine.interpreter.xdpAttached = this.xdp;
    if (this.up) for (const queue of machine.queues) this.startQueue(queue.id);
    machine.device.linkUp = this.up;
    if (machine.config.provider !== 'pages') this.bindNow();
    if (!this.txBind.accepted) machine.log.write(EV_REFUSED, -1, -1, -1, -1, BIND_TX_REFUSED);
  }

  act(action: AdminAction): void {
    const { machine } = this;
    machine.log.write(EV_ADMIN, -1, -1, -1, -1, ADMIN_ACTIONS.indexOf(action));
    const refused = exclusion(action, {
      bound: this.bound,
      boundQueue: machine.config.boundQueue,
      queues: machine.queues.length,
      split: this.settings.split,
    });
    if (refused !== null) {
      this.refuse(refused);
      return;
    }
    this.perform(action);
  }

  private perform(action: AdminAction): void {
    const { machine } = this;
    const queue = machine.config.boundQueue;
    const namesQueue = action === 'queue-restart' || action === 'destroy-pool';
    if (namesQueue && queue >= machine.queues.length) {
      this.refuse({
        request: action,
        errno: 'EINVAL',
        blame: 'configuration',
        cause: `queue ${queue} does not exist`,
        at: null,
        requirement: null,
      });
      return;
    }
    switch (action) {
      case 'unbind':
        this.unbind();
        break;
      case 'bind-again':
        this.bindNow();
        break;
      case 'attach-xdp':
        this.xdp = true;
        machine.interpreter.xdpAttached = true;
        break;
      case 'attach-af-xdp':
        this.afXdp = true;
        break;
      case 'set-split-disabled':
        this.settings = { ...this.settings, split: 'disabled' };
        break;
      case 'set-hds-thresh-1':
        this.settings = { ...this.settings, hdsThresh: 1 };
        break;
      case 'shrink-channels-to-bound':
      case 'shrink-channels-below-bound': {
        const keep = action === 'shrink-channels-to-bound' ? queue + 1 : queue;
        for (const { id } of machine.queues) if (id >= keep) this.stopQueue(id);
        break;
      }
      case 'resize-ring':
        for (const { id, running } of machine.queues) {
          if (!running) continue;
          this.stopQueue(id);
          machine.queues[id].resize(machine.config.ringSize * 2);
          this.startQueue(id);
        }
        break;
      case 'queue-restart':
        this.restart(queue);
        break;
      case 'link-down':
        machine.device.linkUp = false;
        this.up = false;
        for (const { id } of machine.queues) this.stopQueue(id);
        break;
      case 'link-up':
        machine.device.linkUp = true;
        this.up = true;
        for (const { id } of machine.queues) this.startQueue(id);
        break;
      case 'destroy-pool':
        this.stopQueue(queue);
        break;
      case 'close-socket':
        machine.user.closeMeasured();
        break;
      case 'unregister-netdev':
        // The provider's uninstall() is called; the binding lives on without its device.
        for (const { id } of machine.queues) this.stopQueue(id);
        machine.device.linkUp = false;
        this.up = false;
        this.present = false;
        this.bound = false;
        machine.interpreter.providerQueue = -1;
        break;
    }
  }

  private bindNow(): void {
    const { machine } = this;
    const { model, config, kernel } = machine.input;
    const queue = config.boundQueue;
    let made: MadePool[] = [];
    const input: BindInput = {
      model,
      config,
      kernel,
      device: {
        settings: this.settings,
        present: this.present,
        up: this.up,
        xdp: this.xdp,
        afXdp: this.afXdp,
        bound: this.bound,
      },
      createPools: () => {
        machine.memory.setProviderQueue(queue);
        made = this.createPools(queue);
        return made;
      },
    };
    const outcome = bindQueue(input);
    this.bind = outcome;
    machine.log.write(outcome.accepted ? EV_BIND : EV_REFUSED, queue, -1, -1, -1, BIND_REFUSED);
    if (outcome.accepted) {
      machine.evidence.exercise(evidence.RX2);
      machine.evidence.exercise(evidence.RX4);
      this.install(queue, this.numbersOf(made));
      return;
    }
    this.destroyPools(this.numbersOf(made));
    machine.memory.setProviderQueue(-1);
    if (config.explore && queue < machine.queues.length) this.exploreBind(input, outcome, queue);
  }

  /** Goes on as though the refusals were not there: all of them are noted, and the payload pool gets the provider. */
  private exploreBind(input: BindInput, first: BindOutcome, queue: number): void {
    const { machine } = this;
    let attempts: MadePool[] = [];
    const all = refusals({
      ...input,
      createPools: () => {
        machine.memory.setProviderQueue(queue);
        attempts = this.createPools(queue);
        return attempts;
      },
    });
    let index = 0;
    for (const refusal of all) {
      if (index++ > 0) this.further.push({ request: first.request, accepted: false, ...refusal });
    }
    this.destroyPools(this.numbersOf(attempts));
    machine.memory.setProviderQueue(queue);
    const pools = receivePools(machine.input.model);
    const payload = payloadPool(machine.input.model);
    const patched = pools.map((pool) => (pool === payload ? corrected(pool) : pool));
    const made = this.createFrom(queue, pools, patched);
    this.install(queue, this.numbersOf(made));
  }

  /** netdev_rx_queue_restart(): new memory first, then the old queue stops, the new one starts, the old is freed. */
  private install(queue: number, pools: readonly number[]): void {
    const { machine } = this;
    this.logRestart(queue, 0);
    this.logRestart(queue, 1);
    this.bound = true;
    machine.user.interfaceOpen = true;
    machine.interpreter.providerQueue = queue;
    if (this.up) {
      this.logRestart(queue, 2);
      this.stopQueue(queue);
      this.usePools(queue, pools);
      this.logRestart(queue, 3);
      this.fill(queue);
    } else {
      this.destroyPools(pools);
    }
    this.logRestart(queue, 4);
  }

  private unbind(): void {
    const { machine } = this;
    const queue = machine.config.boundQueue;
    if (!this.bound) return;
    this.bound = false;
    machine.user.interfaceOpen = false;
    machine.interpreter.providerQueue = -1;
    machine.memory.setProviderQueue(-1);
    machine.log.write(EV_UNBIND, queue, -1, -1, -1, -1);
    this.restart(queue);
  }

  private restart(queue: number): void {
    if (!this.up) return;
    RESTART_STEPS.forEach((_, step) => this.logRestart(queue, step));
    this.stopQueue(queue);
    this.startQueue(queue);
  }

  private startQueue(queue: number): void {
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

  private fill(queue: number): void {
    const { machine } = this;
    machine.queues[queue].running = true;
    machine.interpreter.runAll(machine.contexts[queue], machine.programs.refill);
  }

  private stopQueue(id: number): void {
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

  private createPools(queue: number): MadePool[] {
    const pools = receivePools(this.machine.input.model);
    return this.createFrom(queue, pools, pools);
  }

  private createFrom(queue: number, pools: readonly PoolModel[], used: readonly PoolModel[]): MadePool[] {
    const { machine } = this;
    const made: MadePool[] = [];
    for (const [index, pool] of pools.entries()) {
      const split = this.settings.split === 'enabled';
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

  private numbersOf(made: readonly MadePool[]): readonly number[] {
    return made.map(({ number }) => number);
  }

  private usePools(queue: number, pools: readonly number[]): void {
    const { machine } = this;
    this.pools[queue].splice(0, this.pools[queue].length, ...pools);
    const models = receivePools(machine.input.model);
    machine.interpreter.assignPools(queue, (model) => pools[models.findIndex((own) => own === model)] ?? -1);
  }

  private destroyPools(pools: readonly number[]): void {
    for (const pool of pools) {
      if (pool < 0) continue;
      this.detached.set(pool, this.machine.time);
      this.machine.memory.destroyPool(pool);
    }
  }

  private logRestart(queue: number, step: number): void {
    this.machine.log.write(EV_RESTART, queue, -1, -1, -1, step);
  }

  private refuse(refused: RefusedRequest): void {
    this.refused.push(refused);
    this.machine.log.write(EV_REFUSED, -1, -1, -1, -1, this.refused.length - 1);
  }
}

interface MadePool extends PoolAttempt {
  readonly number: number;
}

/** The pool as it would have to be made for a provider. */
function corrected(pool: PoolModel): PoolModel {
  const at = pool.flags.at;
  return {
    ...pool,
    flags: { value: ['PP_FLAG_DMA_MAP', 'PP_FLAG_DMA_SYNC_DEV', 'PP_FLAG_ALLOW_UNREADABLE_NETMEM'], at },
    order: { value: 0, at: pool.order.at },
    maxLen: { value: 'set', at: pool.maxLen.at },
    dmaDir: { value: 'DMA_FROM_DEVICE', at: pool.dmaDir.at },
    netdev: { value: 'set', at: pool.netdev.at },
    queueIdx: { value: 'set', at: pool.queueIdx.at },
  };
}
