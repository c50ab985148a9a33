/** struct napi_struct as a page pool sees it; pools of one queue share it. */
export interface Napi {
  /** list_owner: the CPU that polls; -1: nobody does. */
  owner: number;
}

/** DMA address of a page by its id: far enough apart for every order. */
const DMA_ADDRESS_UNIT = 2 ** 24;

/** What the DMA API was asked to do. Addresses are kept in two parts: small integers cost nothing to store. */
class DmaCounters {
  map = 0;
  unmap = 0;
  syncDevice = 0;
  syncDeviceBytes = 0;
  syncCpu = 0;
  private syncedId = 0;
  private syncedOffset = 0;

  /** dma_sync_single_for_device() on the buffer with this id. */
  syncForDevice(id: number, offset: number, bytes: number): void {
    this.syncDevice++;
    this.syncDeviceBytes += bytes;
    this.syncedId = id;
    this.syncedOffset = offset;
  }

  /** Address of the last sync for the device. */
  get syncDeviceAddress(): number {
    return this.syncedId * DMA_ADDRESS_UNIT + this.syncedOffset;
  }
}

/**
 * Where the kernel code runs and what surrounds it: everything a page pool asks of the machine. One object, owned by
 * whoever drives the pool (NIC model, trace replay), so that the pool itself has no hidden inputs.
 */
export class ExecutionContext {
  /** in_softirq(). */
  softirq = false;
  /** smp_processor_id(). */
  cpu = 0;
  /** numa_mem_id(). */
  memoryNode = 0;
  /** dma_dev_need_sync(): false on cache-coherent devices. */
  needSync = true;
  /** is_kernel_rodata() of the provider's operations. */
  opsInRodata = true;
  /** Let `skip` DMA mappings through, then fail `count`. */
  readonly dmaFailure = { skip: 0, count: 0 };
  /** The same for the allocations of page_pool_create(). */
  readonly kmallocFailure = { skip: 0, count: 0 };
  /** Milliseconds (jiffies at HZ 1000). */
  milliseconds = 0;
  readonly dma = new DmaCounters();
  /** WARN and WARN_ONCE hits, every one. */
  warnings = 0;
  /** pr_warn and pr_crit lines. */
  messages = 0;
  initCallbacks = 0;
  disconnects = 0;
  /** Told of every WARN and message line, for whoever shows them. */
  onNotice: ((notice: Notice) => void) | null = null;

  warn(text: string): void {
    this.warnings++;
    this.onNotice?.({ kind: 'warn', text });
  }

  message(text: string): void {
    this.messages++;
    this.onNotice?.({ kind: 'message', text });
  }
}

/** A line the kernel would have put into its log. */
export interface Notice {
  readonly kind: 'warn' | 'message';
  readonly text: string;
}

/** Counts one attempt against a failure plan; true if this one fails. */
export function fails(plan: { skip: number; count: number }): boolean {
  if (plan.skip > 0) {
    plan.skip--;
    return false;
  }
  if (plan.count > 0) {
    plan.count--;
    return true;
  }
  return false;
}
