/**
 * A memory provider comes to the bound queues and leaves them again: bind-rx of the netdev family, or the registration of
 * an io_uring, with the restart of each queue.
 */
import { bindQueue, isWithoutDevice, queueRefusals, refusals } from '../netlink/bind-checks.ts';
import type { BindInput, DeviceState } from '../netlink/bind-checks.ts';
import { boundQueues } from '../contract/bound-queues.ts';
import type { PoolModel } from '../contract/driver-model.ts';
import type { BindOutcome } from '../contract/verdict.ts';
import { payloadPool, receivePools } from '../program/classes.ts';
import * as evidence from '../record/evidence.ts';
import { BIND_REFUSED, eventNumber } from '../record/log.ts';
import type { Machine } from './machine.ts';
import type { MadePool, QueueManagement } from './queue-management.ts';
import { RegistrationUsers } from './registration-users.ts';

const EV_BIND = eventNumber('bind');
const EV_UNBIND = eventNumber('unbind');
const EV_REFUSED = eventNumber('refused');
const EV_WARN = eventNumber('warn');

export class Binding {
  outcome: BindOutcome = {
    request: 'none',
    accepted: true,
    errno: null,
    blame: 'nobody',
    cause: 'system pages need no bind',
    at: null,
    requirement: null,
  };
  /** Refusals that would come after the first one. */
  readonly further: BindOutcome[] = [];
  /** A provider is installed on the bound queues. */
  bound = false;
  private registration = new RegistrationUsers();
  private readonly machine: Machine;
  private readonly queues: QueueManagement;
  private readonly device: () => DeviceState;

  constructor(machine: Machine, queues: QueueManagement, device: () => DeviceState) {
    this.machine = machine;
    this.queues = queues;
    this.device = device;
  }

  /** A descriptor of the registration is open (ZCRX_CTRL_EXPORT). */
  get exported(): boolean {
    return this.registration.exported;
  }

  set exported(open: boolean) {
    this.registration.exported = open;
  }

  /** ZCRX_REG_IMPORT */
  importRing(): void {
    this.registration.addRing();
    this.machine.user.interfaceOpen = true;
  }

  closeExported(): void {
    this.exported = false;
    this.endIfUnused();
  }

  /** The netlink socket or an io_uring is closed; a registration that another user keeps stays. */
  release(): void {
    this.registration.removeRing();
    if (!this.registration.hasRing && this.exported) this.machine.user.interfaceOpen = false;
    this.endIfUnused();
  }

  private endIfUnused(): void {
    if (!this.registration.isKept) this.end();
  }

  /**
   * netdev_nl_bind_rx_doit() or io_register_zcrx(): one queue after the other. When one is refused, those before it are
   * closed again.
   */
  bindNow(): void {
    const { machine } = this;
    const { config } = machine.input;
    const queues = boundQueues(config);
    const [first] = queues;
    let made: MadePool[] = [];
    const input = this.inputFor(queues.slice(0, 1), (pools) => (made = pools));
    const outcome = bindQueue(input);
    this.outcome = outcome;
    machine.log.write(outcome.accepted ? EV_BIND : EV_REFUSED, first, -1, -1, -1, BIND_REFUSED);
    if (outcome.accepted && config.provider === 'zcrx') {
      this.registration = new RegistrationUsers();
      this.registration.addRing();
    }
    if (outcome.accepted && isWithoutDevice(config)) {
      machine.user.interfaceOpen = true;
      return;
    }
    if (outcome.accepted) {
      this.install(queues.slice(0, 1), this.queues.numbersOf(made));
      for (let count = 2; count <= queues.length; count++) {
        if (this.bindFurther(queues.slice(0, count), outcome)) continue;
        this.end();
        return;
      }
      machine.evidence.exercise(evidence.RX2);
      machine.evidence.exercise(evidence.RX4);
      return;
    }
    this.queues.destroyPools(this.queues.numbersOf(made));
    // A second request that is turned down leaves the first binding as it was.
    if (!this.bound) machine.memory.setProviderQueues([]);
    if (made.length > 0) this.failedRestart(first);
    if (config.explore && first < machine.queues.length) this.exploreBind(input, outcome);
  }

  /** The last one of `queues`, after the others; false if it is refused. */
  private bindFurther(queues: readonly number[], first: BindOutcome): boolean {
    const { machine } = this;
    const queue = queues[queues.length - 1];
    let made: MadePool[] = [];
    const refusal = queueRefusals(this.inputFor(queues, (pools) => (made = pools))).next().value ?? null;
    if (refusal === null) {
      machine.log.write(EV_BIND, queue, -1, -1, -1, BIND_REFUSED);
      this.install(queues, this.queues.numbersOf(made));
      return true;
    }
    this.outcome = { request: first.request, accepted: false, ...refusal };
    machine.log.write(EV_REFUSED, queue, -1, -1, -1, BIND_REFUSED);
    this.queues.destroyPools(this.queues.numbersOf(made));
    if (made.length > 0) this.failedRestart(queue);
    return false;
  }

  /** @param queues those that have the provider by then, the one that is looked at last */
  private inputFor(queues: readonly number[], keep: (made: MadePool[]) => void): BindInput {
    const { machine } = this;
    const { model, config, kernel } = machine.input;
    const queue = queues[queues.length - 1];
    // EEXIST is about the queue: one request names each queue once.
    const device = queues.length > 1 ? { ...this.device(), bound: false } : this.device();
    const createPools = (): MadePool[] => {
      machine.memory.setProviderQueues(queues);
      const made = this.queues.createPools(queue);
      keep(made);
      return made;
    };
    return { model, config, queue, kernel, device, createPools };
  }

  /** Goes on as though the refusals were not there: all of them are noted, and the payload pools get the provider. */
  private exploreBind(input: BindInput, first: BindOutcome): void {
    const { machine } = this;
    let attempts: MadePool[] = [];
    const createPools = (): MadePool[] => {
      machine.memory.setProviderQueues([input.queue]);
      attempts = this.queues.createPools(input.queue);
      return attempts;
    };
    let index = 0;
    for (const refusal of refusals({ ...input, createPools })) {
      if (index++ > 0) this.further.push({ request: first.request, accepted: false, ...refusal });
    }
    this.queues.destroyPools(this.queues.numbersOf(attempts));
    const pools = receivePools(machine.input.model);
    const payload = payloadPool(machine.input.model);
    const patched = pools.map((pool) => (pool === payload ? corrected(pool) : pool));
    const there = boundQueues(machine.input.config).filter((queue) => queue < machine.queues.length);
    for (const [i, queue] of there.entries()) {
      machine.memory.setProviderQueues(there.slice(0, i + 1));
      const made = this.queues.createFrom(queue, pools, patched);
      this.install(there.slice(0, i + 1), this.queues.numbersOf(made));
    }
  }

  /**
   * netdev_rx_queue_restart() of the last one of `queues`: new memory first, then the old queue stops, the new one starts,
   * the old is freed.
   */
  private install(queues: readonly number[], pools: readonly number[]): void {
    const { machine } = this;
    const queue = queues[queues.length - 1];
    this.queues.logRestart(queue, 0);
    this.queues.logRestart(queue, 1);
    this.bound = true;
    machine.user.interfaceOpen = true;
    machine.interpreter.providerQueues = queues;
    if (machine.controlPlane.up) this.queues.replaceMemory(queue, pools);
    else this.queues.destroyPools(pools);
  }

  /**
   * Where a restart ended that failed: before `stop` the old queue never noticed; after it the old memory is started
   * again, and when that fails too the kernel WARNs and leaves the queue stopped.
   */
  private failedRestart(queue: number): void {
    const { machine } = this;
    const failure = machine.config.queueFailure;
    if (failure !== 'start' && failure !== 'start-twice') return;
    if (!machine.queues[queue].running) return;
    this.queues.logRestart(queue, 2);
    if (failure === 'start') this.queues.pause(queue);
    else this.queues.stopQueue(queue);
    this.queues.logRestart(queue, 3);
    if (failure === 'start') this.queues.restartOld(queue);
    else machine.log.write(EV_WARN, queue, -1, -1, -1, -1);
    this.queues.logRestart(queue, 4);
  }

  /** The device goes, and the provider's uninstall() is called: the binding lives on without it. */
  uninstall(): void {
    this.bound = false;
    this.machine.interpreter.providerQueues = [];
  }

  /** netif_mp_close_rxq() of each queue. */
  end(): void {
    const { machine } = this;
    if (isWithoutDevice(machine.config)) machine.user.closeInterface();
    if (!this.bound) return;
    const queues = machine.interpreter.providerQueues;
    this.uninstall();
    machine.user.closeInterface();
    machine.memory.setProviderQueues([]);
    for (const queue of queues) {
      machine.log.write(EV_UNBIND, queue, -1, -1, -1, -1);
      this.queues.restart(queue);
    }
  }
}

/** The pool as it would have to be made for a provider. */
function corrected(pool: PoolModel): PoolModel {
  const at = pool.flags.at;
  return {
    ...pool,
    flags: { value: ['PP_FLAG_DMA_MAP', 'PP_FLAG_DMA_SYNC_DEV', 'PP_FLAG_ALLOW_UNREADABLE_NETMEM'], at },
    order: { value: null, at: pool.order.at },
    maxLen: { value: 'set', at: pool.maxLen.at },
    dmaDir: { value: 'DMA_FROM_DEVICE', at: pool.dmaDir.at },
    netdev: { value: 'set', at: pool.netdev.at },
    queueIdx: { value: 'set', at: pool.queueIdx.at },
  };
}
