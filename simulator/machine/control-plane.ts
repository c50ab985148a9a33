/**
 * Control plane: what the administrator and netlink do to the machine, queue start and stop, bind and unbind with the
 * kernel's queue restart, and the exclusions that hold while a provider is installed.
 */
import type { DeviceState } from '../netlink/bind-checks.ts';
import { bindTx } from '../netlink/bind-tx.ts';
import { exclusion } from '../netlink/exclusions.ts';
import { leaseRefusal } from '../netlink/lease.ts';
import { controlRefusal } from '../netlink/zcrx-control.ts';
import type { ControlAction } from '../netlink/zcrx-control.ts';
import { COPY } from '../memory/zcrx-events.ts';
import { ringSettings } from '../netlink/ring-settings.ts';
import type { RingSettings } from '../netlink/ring-settings.ts';
import { boundQueues } from '../contract/bound-queues.ts';
import type { AdminAction } from '../contract/config.ts';
import { ADMIN_ACTIONS } from '../contract/config.ts';
import type { BindOutcome, RefusedRequest } from '../contract/verdict.ts';
import { BIND_TX_REFUSED, eventNumber } from '../record/log.ts';
import { Binding } from './binding.ts';
import type { Machine } from './machine.ts';
import { QueueManagement } from './queue-management.ts';

const EV_REFUSED = eventNumber('refused');
const EV_ADMIN = eventNumber('admin');

export class ControlPlane {
  settings: RingSettings;
  /** Requests that were turned down, oldest first. */
  readonly refused: RefusedRequest[] = [];
  txBind: BindOutcome;
  xdp: boolean;
  afXdp: boolean;
  /** A netkit device leases the bound queue. */
  leased = false;
  up: boolean;
  present = true;
  /** Receive queues that the device has now (real_num_rx_queues). */
  channels: number;
  private notLeased = '';
  readonly queues: QueueManagement;
  private readonly binding: Binding;
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
    this.queues = new QueueManagement(machine, (refused) => this.refuse(refused));
    this.binding = new Binding(machine, this.queues, () => this.deviceState());
    const wanted = config.netkit === 'leased' || config.netkit === 'bound-past-it';
    if (wanted) this.lease();
    this.overNetkit = config.netkit === 'leased' || config.netkit === 'not-leased';
    this.txBind = bindTx(model, config, kernel, this.leased);
  }

  get bind(): BindOutcome {
    return this.binding.outcome;
  }

  /** Refusals of the bind that would come after the first one. */
  get further(): readonly BindOutcome[] {
    return this.binding.further;
  }

  /** A provider is installed on the bound queues. */
  get bound(): boolean {
    return this.binding.bound;
  }

  /** Boots: settings, interface up, then the bind. */
  start(): void {
    const { machine } = this;
    for (const refused of this.settings.refused) this.refuse(refused);
    machine.interpreter.xdpAttached = this.xdp;
    this.startQueues();
    machine.device.linkUp = this.up;
    if (machine.config.provider !== 'pages') this.binding.bindNow();
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
        this.binding.release();
        break;
      case 'bind-again':
        this.binding.bindNow();
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
        const last = queue + boundQueues(machine.config).length - 1;
        const keep = action === 'shrink-channels-to-bound' ? last + 1 : last;
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
        if (this.overNetkit) this.binding.end();
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
        this.binding.closeExported();
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
        this.binding.uninstall();
        // The netkit that leases from it goes as well.
        this.leased = false;
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
    const { exported } = this.binding;
    const state = { kernel, registered, present, exported, netAdmin: config.netAdmin };
    const refused = controlRefusal(action, state);
    if (refused !== null) {
      this.refuse(refused);
    } else if (action === 'add-area') {
      machine.memory.addArea(config.chunks);
    } else if (action === 'flush-refill-ring') {
      machine.memory.flushRefillRing();
    } else if (action === 'export-registration') {
      this.binding.exported = true;
    } else if (action === 'import-registration') {
      this.binding.importRing();
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

  /** What the checks of a bind look at now. */
  private deviceState(): DeviceState {
    return {
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
    };
  }

  private refuse(refused: RefusedRequest): void {
    this.refused.push(refused);
    this.machine.log.write(EV_REFUSED, -1, -1, -1, -1, this.refused.length - 1);
  }
}
