/**
 * What the administrator and netlink do to the machine: queue start and stop, bind and unbind with the kernel's queue
 * restart, and the exclusions that hold while a provider is installed.
 */
import { bindQueue, isWithoutDevice, refusals } from '../netlink/bind-checks.ts';
import type { BindInput } from '../netlink/bind-checks.ts';
import { bindTx } from '../netlink/bind-tx.ts';
import { exclusion } from '../netlink/exclusions.ts';
import { leaseRefusal } from '../netlink/lease.ts';
import { controlRefusal } from '../netlink/zcrx-control.ts';
import type { ControlAction } from '../netlink/zcrx-control.ts';
import { COPY } from '../memory/zcrx-events.ts';
import { ringSettings } from '../netlink/ring-settings.ts';
import type { RingSettings } from '../netlink/ring-settings.ts';
import type { PoolModel } from '../contract/driver-model.ts';
import type { AdminAction } from '../contract/config.ts';
import { ADMIN_ACTIONS } from '../contract/config.ts';
import type { BindOutcome, RefusedRequest } from '../contract/verdict.ts';
import { payloadPool, receivePools } from '../program/classes.ts';
import * as evidence from '../record/evidence.ts';
import { BIND_REFUSED, BIND_TX_REFUSED, eventNumber } from '../record/log.ts';
import type { Machine } from './machine.ts';
import { QueueManagement } from './queue-management.ts';
import type { MadePool } from './queue-management.ts';
import { RegistrationUsers } from './registration-users.ts';

const EV_BIND = eventNumber('bind');
const EV_UNBIND = eventNumber('unbind');
const EV_REFUSED = eventNumber('refused');
const EV_ADMIN = eventNumber('admin');
const EV_WARN = eventNumber('warn');

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
  /** A netkit device leases the bound queue. */
  leased = false;
  up: boolean;
  present = true;
  /** Receive queues that the device has now (real_num_rx_queues). */
  channels: number;
  private notLeased = '';
  private registration = new RegistrationUsers();
  readonly queues: QueueManagement;
  /** Requests name the netkit's queue, not the NIC's. */
  private overNetkit: boolean;
  private readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
    const { model, config, kernel } = machine.input;
    this.settings = ringSettings(model, config, kernel);
    this.xdp = config.xdp;
    this.afXdp = config.afXdp;
    this.up = config.deviceUp;
    this.channels = config.rxQueues;
    this.bind = {
      request: 'none',
      accepted: true,
      errno: null,
      blame: 'nobody',
      cause: 'system pages need no bind',
      at: null,
      requirement: null,
    };
    const wanted = config.netkit === 'leased' || config.netkit === 'bound-past-it';
    if (wanted) this.lease();
    this.overNetkit = config.netkit === 'leased' || config.netkit === 'not-leased';
    this.txBind = bindTx(model, config, kernel, this.leased);
    this.queues = new QueueManagement(machine, (refused) => this.refuse(refused));
  }

  /** Boots: settings, interface up, then the bind. */
  start(): void {
    const { machine } = this;
    for (const refused of this.settings.refused) this.refuse(refused);
    machine.interpreter.xdpAttached = this.xdp;
    this.startQueues();
    machine.device.linkUp = this.up;
    if (machine.config.provider !== 'pages') this.bindNow();
    if (!this.txBind.accepted) machine.log.write(EV_REFUSED, -1, -1, -1, -1, BIND_TX_REFUSED);
  }

  act(action: AdminAction): void {
    const { machine } = this;
    machine.log.write(EV_ADMIN, -1, -1, -1, -1, ADMIN_ACTIONS.indexOf(action));
    const refused = exclusion(action, {
      kernel: machine.input.kernel,
      bound: this.bound,
      leased: this.leased,
      afXdp: this.afXdp,
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
    if (namesQueue && queue >= this.channels) {
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
      case 'close-netlink-socket':
        this.release();
        break;
      case 'bind-again':
        this.bindNow();
        break;
      case 'attach-xdp':
      case 'attach-single-buffer-xdp':
        this.xdp = true;
        machine.interpreter.xdpAttached = true;
        break;
      case 'attach-af-xdp':
        this.afXdp = true;
        break;
      case 'attach-af-xdp-if-possible':
        // While a provider is bound the socket works in copy mode, without a pool of its own.
        if (!this.bound) this.afXdp = true;
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
        this.channels = Math.min(this.channels, Math.max(1, keep));
        for (const { id } of machine.queues) if (id >= this.channels) this.queues.stopQueue(id);
        break;
      }
      case 'grow-channels':
        this.channels = machine.config.rxQueues;
        this.startQueues();
        break;
      case 'resize-ring':
        for (const { id, running } of machine.queues) {
          if (!running) continue;
          this.queues.stopQueue(id);
          machine.queues[id].resize(machine.config.ringSize * 2);
          this.queues.startQueue(id);
        }
        break;
      case 'queue-restart':
        this.queues.restart(queue);
        break;
      case 'link-down':
        machine.device.linkUp = false;
        this.up = false;
        for (const { id } of machine.queues) this.queues.stopQueue(id);
        break;
      case 'link-up':
        machine.device.linkUp = true;
        this.up = true;
        this.startQueues();
        break;
      case 'destroy-pool':
        this.queues.stopQueue(queue);
        break;
      case 'lease-queue':
        this.lease();
        break;
      case 'delete-netkit':
        // Its queue goes, and with it the provider that was bound through it (memory_provider_ops.uninstall).
        this.leased = false;
        if (this.overNetkit) this.unbind();
        this.overNetkit = false;
        break;
      case 'add-area':
      case 'add-area-of-other-kind':
      case 'flush-refill-ring':
      case 'arm-copy-event':
      case 'export-registration':
      case 'import-registration':
        this.control(action);
        break;
      case 'close-exported-fd':
        this.registration.exported = false;
        this.endIfUnused();
        break;
      case 'close-socket':
        machine.user.closeMeasured();
        break;
      case 'unregister-netdev':
        // The provider's uninstall() is called; the binding lives on without its device.
        for (const { id } of machine.queues) this.queues.stopQueue(id);
        machine.device.linkUp = false;
        this.up = false;
        this.present = false;
        this.bound = false;
        // The netkit that leases from it goes as well.
        this.leased = false;
        machine.interpreter.providerQueue = -1;
        break;
    }
  }

  private startQueues(): void {
    if (this.up) for (let queue = 0; queue < this.channels; queue++) this.queues.startQueue(queue);
  }

  /** IORING_REGISTER_ZCRX_CTRL */
  private control(action: ControlAction): void {
    const { machine } = this;
    const { config, kernel } = machine.input;
    const registered = config.provider === 'zcrx' && machine.user.interfaceOpen;
    const present = this.present || config.zcrxDevice === 'none';
    const { exported } = this.registration;
    const state = { kernel, registered, present, exported, netAdmin: config.netAdmin };
    const refused = controlRefusal(action, state);
    if (refused !== null) {
      this.refuse(refused);
    } else if (action === 'add-area') {
      machine.memory.addArea(config.chunks);
    } else if (action === 'flush-refill-ring') {
      machine.memory.flushRefillRing();
    } else if (action === 'export-registration') {
      this.registration.exported = true;
    } else if (action === 'import-registration') {
      this.registration.addRing();
      machine.user.interfaceOpen = true;
    } else if (action === 'arm-copy-event' && !machine.memory.events.arm(COPY)) {
      const cause = 'the event has not come since it was armed';
      this.refuse({ request: action, errno: 'EINVAL', blame: 'user', cause, at: null, requirement: null });
    }
  }

  /** queue-create on the netkit device, for the bound queue. */
  private lease(): void {
    const { model, config, kernel } = this.machine.input;
    const { leased, afXdp, bound } = this;
    const refused = leaseRefusal({
      model,
      config,
      kernel,
      present: this.present,
      queues: this.channels,
      queue: { leased, afXdp, bound },
    });
    if (refused === null) {
      this.leased = true;
    } else {
      this.notLeased = `: queue-create was refused (${refused.errno}, ${refused.cause})`;
      this.refuse(refused);
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
        queues: this.channels,
        present: this.present,
        up: this.up,
        xdp: this.xdp,
        afXdp: this.afXdp,
        bound: this.bound,
        leased: this.leased,
        overNetkit: this.overNetkit,
        notLeased: this.notLeased,
      },
      createPools: () => {
        machine.memory.setProviderQueue(queue);
        made = this.queues.createPools(queue);
        return made;
      },
    };
    const outcome = bindQueue(input);
    this.bind = outcome;
    machine.log.write(outcome.accepted ? EV_BIND : EV_REFUSED, queue, -1, -1, -1, BIND_REFUSED);
    if (outcome.accepted && config.provider === 'zcrx') {
      this.registration = new RegistrationUsers();
      this.registration.addRing();
    }
    if (outcome.accepted && isWithoutDevice(config)) {
      machine.user.interfaceOpen = true;
      return;
    }
    if (outcome.accepted) {
      machine.evidence.exercise(evidence.RX2);
      machine.evidence.exercise(evidence.RX4);
      this.install(queue, this.queues.numbersOf(made));
      return;
    }
    this.queues.destroyPools(this.queues.numbersOf(made));
    // A second request that is turned down leaves the first binding as it was.
    if (!this.bound) machine.memory.setProviderQueue(-1);
    if (made.length > 0) this.failedRestart(queue);
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
        attempts = this.queues.createPools(queue);
        return attempts;
      },
    });
    let index = 0;
    for (const refusal of all) {
      if (index++ > 0) this.further.push({ request: first.request, accepted: false, ...refusal });
    }
    this.queues.destroyPools(this.queues.numbersOf(attempts));
    machine.memory.setProviderQueue(queue);
    const pools = receivePools(machine.input.model);
    const payload = payloadPool(machine.input.model);
    const patched = pools.map((pool) => (pool === payload ? corrected(pool) : pool));
    const made = this.queues.createFrom(queue, pools, patched);
    this.install(queue, this.queues.numbersOf(made));
  }

  /** netdev_rx_queue_restart(): new memory first, then the old queue stops, the new one starts, the old is freed. */
  private install(queue: number, pools: readonly number[]): void {
    const { machine } = this;
    this.queues.logRestart(queue, 0);
    this.queues.logRestart(queue, 1);
    this.bound = true;
    machine.user.interfaceOpen = true;
    machine.interpreter.providerQueue = queue;
    if (this.up) this.queues.replaceMemory(queue, pools);
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

  /** The netlink socket or an io_uring is closed; a registration that another user keeps stays. */
  private release(): void {
    this.registration.removeRing();
    if (!this.registration.hasRing && this.registration.exported) this.machine.user.interfaceOpen = false;
    this.endIfUnused();
  }

  private endIfUnused(): void {
    if (!this.registration.isKept) this.unbind();
  }

  private unbind(): void {
    const { machine } = this;
    const queue = machine.config.boundQueue;
    if (isWithoutDevice(machine.config)) machine.user.closeInterface();
    if (!this.bound) return;
    this.bound = false;
    machine.user.closeInterface();
    machine.interpreter.providerQueue = -1;
    machine.memory.setProviderQueue(-1);
    machine.log.write(EV_UNBIND, queue, -1, -1, -1, -1);
    this.queues.restart(queue);
  }

  private refuse(refused: RefusedRequest): void {
    this.refused.push(refused);
    this.machine.log.write(EV_REFUSED, -1, -1, -1, -1, this.refused.length - 1);
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
