/**
 * What each operation of a receive program does to the machine, with the kernel's consequence when it is the wrong one
 * for unreadable memory (net_iov): a NULL page, a NULL address, a WARN, a mapping that is not the DMA API's.
 */
import { FRAME_BAD_CHECKSUM, FRAME_MALFORMED, FRAME_UDP } from '../nic/frame.ts';
import { SKB_CHECKED, SKB_MALFORMED, SKB_RECYCLE, SKB_UDP, SKB_UNREADABLE } from '../stack/skb-table.ts';
import { SKB_HEAD_TRUESIZE } from '../core/limits.ts';
import * as code from '../program/code.ts';
import * as evidence from '../record/evidence.ts';
import * as faults from '../record/fault-kinds.ts';
import { eventNumber } from '../record/log.ts';
import { RxBase } from './rx-base.ts';
import type { RxContext } from './rx-context.ts';

const OP = new Map<string, number>(
  code.OPERATION_KINDS.map((kind, index) => [kind, code.OPERATION_BASE + index]),
);
const op = (kind: (typeof code.OPERATION_KINDS)[number]) => OP.get(kind) ?? -1;
const ALLOC = op('alloc');
const DMA_ADDRESS = op('dma-address');
const DMA_MAP = op('dma-map');
const POST = op('post');
const SYNC_FOR_CPU = op('sync-for-cpu');
const SYNC_FOR_DEVICE = op('sync-for-device');
const CPU_ACCESS = op('cpu-access');
const UNWRAP = op('unwrap');
const BUILD_SKB = op('build-skb');
const ALLOC_SKB = op('alloc-skb');
const COPY_HEADER = op('copy-header');
const ADD_FRAG = op('add-frag');
const ADD_FRAG_NOACC = op('add-frag-noacc');
const MARK_FOR_RECYCLE = op('mark-for-recycle');
const RUN_XDP = op('run-xdp');
const DELIVER = op('deliver');
const FREE_SKB = op('free-skb');
const PUT = op('put');
const FREE_PAGE = op('free-page');
const REFCOUNT = op('refcount');
const CLEAR_SLOT = op('clear-slot');

const EV_ALLOC = eventNumber('alloc');
const EV_ALLOC_FAIL = eventNumber('alloc-fail');
const EV_POST = eventNumber('post');
const EV_SYNC = eventNumber('sync');
const EV_ACCESS = eventNumber('cpu-access');
const EV_SKB = eventNumber('skb');
const EV_FRAG = eventNumber('frag');
const EV_PUT = eventNumber('put');

export class RxOperations extends RxBase {
  private allocations = 0;

  /** Executes one operation; false when it faulted. */
  protected operate(
    context: RxContext,
    operation: number,
    buffer: number,
    first: number,
    second: number,
    place: number,
  ): boolean {
    switch (operation) {
      case ALLOC:
        return this.alloc(context, buffer, first, second, place);
      case POST:
        return this.post(context, buffer, place);
      case ALLOC_SKB:
        context.skb = this.newSkb(context);
        return true;
      case COPY_HEADER:
        return this.copyHeader(context, buffer, place);
      case MARK_FOR_RECYCLE:
        if (context.skb !== 0) this.skbs.set(context.skb, SKB_RECYCLE);
        return true;
      case DELIVER:
        return this.deliver(context, place);
      case FREE_SKB:
        if (context.skb !== 0) this.stack.free(context.skb, context.queue.id);
        context.skb = 0;
        return true;
      default:
        break;
    }
    const netmem = context.operand(buffer);
    if (netmem === 0) return this.afterDelivery(context, operation, buffer, first, place);
    switch (operation) {
      case DMA_ADDRESS:
        return this.dmaAddress(context, netmem, first, place);
      case DMA_MAP:
        if (!this.memory.isNetIov(netmem)) return true;
        return this.fault(context, place, netmem, faults.MAP_BY_DRIVER);
      case SYNC_FOR_CPU:
      case SYNC_FOR_DEVICE:
        return this.sync(context, netmem, first, second, place);
      case CPU_ACCESS:
        return this.cpuAccess(context, netmem, first, place);
      case UNWRAP:
        if (this.memory.isNetIov(netmem) !== (first === 0)) return true;
        return this.fault(
          context,
          place,
          netmem,
          first === 0 ? faults.UNWRAP_TO_PAGE : faults.UNWRAP_TO_NETIOV,
        );
      case BUILD_SKB:
        return this.buildSkb(context, buffer, netmem, place);
      case ADD_FRAG:
      case ADD_FRAG_NOACC:
        return this.addFrag(context, buffer, netmem, first, operation === ADD_FRAG, place);
      case RUN_XDP:
        if (!this.memory.isNetIov(netmem)) return true;
        return this.fault(context, place, netmem, faults.XDP_UNREADABLE);
      case PUT:
        return this.put(context, buffer, netmem, first, second === 1, place);
      case FREE_PAGE:
        return this.freePage(context, buffer, netmem, place);
      case REFCOUNT:
        return this.privateRecycling(context, netmem, place);
      case CLEAR_SLOT:
        if (context.current[buffer] === netmem) context.cleared[buffer] = place;
        return true;
      default:
        return true;
    }
  }

  private alloc(context: RxContext, buffer: number, api: number, past: number, place: number): boolean {
    const classes = this.classesOf(context.program);
    context.allocFailed = false;
    if (buffer !== classes.payload && buffer !== classes.header) {
      const { role } = context.program.buffers[buffer];
      if (past === code.PAST_POOL && role !== 'header') this.note(context, place, -1, faults.PAST_POOL_ALLOC);
      return true;
    }
    if (context.fresh[buffer] !== 0) this.giveBack(context, context.fresh[buffer]);
    context.fresh[buffer] = 0;
    this.allocations++;
    const handle = past >= code.POOL_VARIABLE ? this.poolIn(context, past - code.POOL_VARIABLE) : -1;
    const ofClass = classes.pools[buffer]?.[context.queue.id] ?? -1;
    const pool = past === code.PAST_POOL ? -1 : handle >= 0 ? handle : ofClass;
    const injected = this.allocFailEvery > 0 && this.allocations % this.allocFailEvery === 0;
    let netmem = 0;
    if (!injected) netmem = pool < 0 ? this.memory.allocSystem() : this.memory.alloc(pool, context.queue.id);
    if (netmem === 0) {
      context.allocFailed = true;
      this.counters.allocFailures++;
      context.queue.allocFailures++;
      this.log.write(EV_ALLOC_FAIL, context.queue.id, place, -1, -1, pool);
      return false;
    }
    this.log.write(EV_ALLOC, context.queue.id, place, -1, netmem, pool);
    if (buffer === classes.payload) {
      if (past === code.PAST_POOL) {
        this.note(context, place, netmem, faults.PAST_POOL_ALLOC);
      } else {
        this.exercise(context, evidence.RX1);
      }
    }
    if (this.memory.isNetIov(netmem)) {
      if (api === code.INTERFACE_NETMEM) {
        this.exercise(context, evidence.RX3);
      } else {
        this.fault(context, place, netmem, faults.PAGE_ALLOC);
        // A pilot run looks for the mode in which packets arrive, whatever the driver's mistakes.
        if (!this.explore && !(this.isPilot && buffer === classes.payload)) {
          context.allocFailed = true;
          return false;
        }
      }
    }
    context.fresh[buffer] = netmem;
    return true;
  }

  private post(context: RxContext, buffer: number, place: number): boolean {
    const ring = this.ringOf(context, buffer);
    if (ring === null) return true;
    const fromFresh = context.fresh[buffer] !== 0;
    const netmem = fromFresh ? context.fresh[buffer] : context.current[buffer];
    if (netmem === 0) return true;
    if (!ring.post(netmem)) return true;
    if (fromFresh) context.fresh[buffer] = 0;
    else context.current[buffer] = 0;
    this.log.write(EV_POST, context.queue.id, place, -1, netmem, ring.available);
    return true;
  }

  private dmaAddress(context: RxContext, netmem: number, api: number, place: number): boolean {
    if (api === code.INTERFACE_PAGE && this.memory.isNetIov(netmem)) {
      return this.fault(context, place, netmem, faults.PAGE_DMA_ADDRESS);
    }
    const pool = this.memory.poolOf(netmem);
    // Of a pool that the model does not know nothing can be said.
    if (pool < 0) return true;
    if (this.memory.isMapped(pool)) {
      this.exercise(context, evidence.RX4);
      return true;
    }
    this.note(context, place, netmem, faults.NOT_MAPPED);
    return true;
  }

  private sync(context: RxContext, netmem: number, api: number, by: number, place: number): boolean {
    const niov = this.memory.isNetIov(netmem);
    this.log.write(EV_SYNC, context.queue.id, place, context.packet, netmem, context.bytesOfBuffer());
    if (by === code.PAST_POOL) {
      if (!niov) return true;
      return this.fault(context, place, netmem, faults.DMA_API_SYNC);
    }
    if (niov && api === code.INTERFACE_PAGE) {
      return this.fault(context, place, netmem, faults.PAGE_SYNC);
    }
    this.exercise(context, evidence.RX6);
    this.memory.syncForCpu(this.memory.poolOf(netmem), netmem, context.bytesOfBuffer());
    return true;
  }

  private cpuAccess(context: RxContext, netmem: number, how: number, place: number): boolean {
    this.log.write(EV_ACCESS, context.queue.id, place, context.packet, netmem, how);
    if (!this.memory.isNetIov(netmem)) {
      if (how !== code.ACCESS_PREFETCH) context.headersAtHand = true;
      return true;
    }
    if (how === code.ACCESS_PREFETCH) return true;
    // GRO looks into the first fragment only where the skb has no headers of its own (skb_gro_reset_offset()).
    if (how === code.ACCESS_HEADERS && context.skb !== 0 && this.skbs.linear[context.skb] > 0) return true;
    return this.fault(context, place, netmem, faults.CPU_ACCESS_FAULT);
  }

  private newSkb(context: RxContext): number {
    if (context.skb !== 0) this.stack.free(context.skb, context.queue.id);
    const skb = this.skbs.alloc(context.packet, context.flow, context.queue.id);
    const frame = context.flags;
    let flags = 0;
    if ((frame & (FRAME_BAD_CHECKSUM | FRAME_MALFORMED)) === 0) flags |= SKB_CHECKED;
    if (frame & FRAME_UDP) flags |= SKB_UDP;
    if (frame & FRAME_MALFORMED) flags |= SKB_MALFORMED;
    this.skbs.flags[skb] = flags;
    // Of several skbs that a driver makes of one frame, the first one stands for it; one made beside frames for none.
    this.skbs.segments[skb] = context.inFrame && !context.delivered ? context.segments : 0;
    this.skbs.truesize[skb] = SKB_HEAD_TRUESIZE;
    return skb;
  }

  private copyHeader(context: RxContext, buffer: number, place: number): boolean {
    const header = buffer < 0 ? 0 : context.operand(buffer);
    if (header !== 0 && this.memory.isNetIov(header)) {
      return this.fault(context, place, header, faults.HEADER_UNREADABLE);
    }
    if (context.skb === 0) context.skb = this.newSkb(context);
    if (context.headersAtHand) {
      this.skbs.linear[context.skb] = context.headerBytes;
      this.skbs.setLinearPayload(context.skb, context.linearBytes);
    }
    this.log.write(EV_SKB, context.queue.id, place, context.packet, -1, this.skbs.linear[context.skb]);
    return true;
  }

  private buildSkb(context: RxContext, buffer: number, operand: number, place: number): boolean {
    const { kept } = context;
    const ofFirst = kept !== 0 && buffer === this.classesOf(context.program).payload;
    const netmem = ofFirst ? kept : operand;
    if (this.memory.isNetIov(netmem)) {
      return this.fault(context, place, netmem, faults.BUILD_SKB_FAULT);
    }
    context.headersAtHand = true;
    // Fragments of an xdp_buff lie in its buffer: the skb that is built around that has them.
    const headless = context.skb !== 0 && this.skbs.linear[context.skb] === 0;
    if (!headless) context.skb = this.newSkb(context);
    this.skbs.linear[context.skb] = context.headerBytes;
    this.skbs.setLinearPayload(context.skb, context.linearBytes);
    this.log.write(EV_SKB, context.queue.id, place, context.packet, netmem, context.headerBytes);
    if (buffer === this.classesOf(context.program).header) {
      // The headers are all that is in it.
      this.skbs.head[context.skb] = netmem;
      this.drop(context, buffer, netmem);
      context.moved[buffer] = netmem;
      return true;
    }
    if (!ofFirst) return this.attach(context, buffer, netmem, place);
    context.kept = 0;
    const bytes = Math.floor(context.payloadBytes / context.buffers);
    this.skbs.addFrag(context.skb, netmem, bytes, context.queue.bufferBytes);
    this.log.write(EV_FRAG, context.queue.id, place, context.packet, netmem, bytes);
    return true;
  }

  private addFrag(
    context: RxContext,
    buffer: number,
    netmem: number,
    api: number,
    marks: boolean,
    place: number,
  ): boolean {
    const niov = this.memory.isNetIov(netmem);
    if (niov && api === code.INTERFACE_PAGE) {
      return this.fault(context, place, netmem, faults.PAGE_FRAG);
    }
    if (context.skb === 0) context.skb = this.newSkb(context);
    if (niov && marks) this.skbs.set(context.skb, SKB_UNREADABLE);
    if (niov && !marks) {
      this.fault(context, place, netmem, faults.NOACC_FRAG);
    }
    return this.attach(context, buffer, netmem, place);
  }

  private attach(context: RxContext, buffer: number, netmem: number, place: number): boolean {
    const { bufferBytes } = context.queue;
    // It is in the skb already.
    if (context.current[buffer] !== netmem && context.fresh[buffer] !== netmem) return true;
    if (!this.skbs.addFrag(context.skb, netmem, context.bytesOfBuffer(), bufferBytes)) return true;
    if (context.current[buffer] === netmem) context.current[buffer] = 0;
    else if (context.fresh[buffer] === netmem) context.fresh[buffer] = 0;
    context.moved[buffer] = netmem;
    this.log.write(EV_FRAG, context.queue.id, place, context.packet, netmem, context.bytesOfBuffer());
    return true;
  }

  private deliver(context: RxContext, place: number): boolean {
    if (context.skb === 0) return true;
    // The kernel would not have got here.
    if (context.faulted && !this.explore) return true;
    const skb = context.skb;
    context.skb = 0;
    const { payload } = this.classesOf(context.program);
    if (payload >= 0 && context.moved[payload] !== 0) context.gone = context.moved[payload];
    context.forgetMoved();
    context.delivered = true;
    if (this.skbs.has(skb, SKB_UNREADABLE)) {
      this.exercise(context, evidence.RX5);
      if (this.skbs.has(skb, SKB_RECYCLE)) {
        this.exercise(context, evidence.RX7);
      } else {
        this.note(context, place, -1, faults.NO_RECYCLE_MARK);
      }
    } else if (this.skbs.frags[skb] > 0 && this.skbs.has(skb, SKB_RECYCLE)) {
      this.exercise(context, evidence.RX7);
    }
    this.stack.receive(skb, context.queue.id);
    return true;
  }

  /**
   * A buffer of which the driver kept a reference when the packet went up: it is done with, but what the driver calls has to
   * be right for the kind of memory that it was.
   */
  private afterDelivery(
    context: RxContext,
    operation: number,
    buffer: number,
    first: number,
    place: number,
  ): boolean {
    if (buffer < 0 || buffer !== this.classesOf(context.program).payload) return true;
    const { gone } = context;
    if (gone === 0 || !this.memory.isNetIov(gone) || this.isDoubted(place, gone)) return true;
    switch (operation) {
      case PUT:
        if (first !== code.INTERFACE_PAGE) return true;
        return this.fault(context, place, gone, faults.PAGE_PUT);
      case FREE_PAGE:
        return this.fault(context, place, gone, faults.PUT_PAGE_NETIOV);
      case REFCOUNT:
        return this.fault(context, place, gone, faults.REFCOUNT_NETIOV);
      default:
        return true;
    }
  }

  private put(
    context: RxContext,
    buffer: number,
    netmem: number,
    api: number,
    direct: boolean,
    place: number,
  ): boolean {
    if (api === code.INTERFACE_PAGE && this.memory.isNetIov(netmem)) {
      return this.fault(context, place, netmem, faults.PAGE_PUT);
    }
    if (!this.drop(context, buffer, netmem)) return true;
    this.log.write(EV_PUT, context.queue.id, place, context.packet, netmem, direct ? 1 : 0);
    this.giveBack(context, netmem, direct);
    return true;
  }

  private freePage(context: RxContext, buffer: number, netmem: number, place: number): boolean {
    if (this.memory.isNetIov(netmem)) {
      return this.fault(context, place, netmem, faults.PUT_PAGE_NETIOV);
    }
    if (!this.drop(context, buffer, netmem)) return true;
    if (this.memory.poolOf(netmem) >= 0) {
      this.note(context, place, netmem, faults.PUT_PAGE_POOL);
    }
    this.memory.freeSystem(netmem);
    return true;
  }

  /** Takes the buffer out of the driver's hands; false when it was not in them (it sits in the skb). */
  private drop(context: RxContext, buffer: number, netmem: number): boolean {
    if (context.current[buffer] === netmem) context.current[buffer] = 0;
    else if (context.fresh[buffer] === netmem) context.fresh[buffer] = 0;
    else return false;
    return true;
  }

  protected privateRecycling(context: RxContext, netmem: number, place: number): boolean {
    if (netmem === 0) return true;
    if (this.memory.isNetIov(netmem)) {
      return this.fault(context, place, netmem, faults.REFCOUNT_NETIOV);
    }
    this.note(context, place, netmem, faults.REFCOUNT_PAGE);
    return true;
  }
}
