/** A provider that refuses: at init with an errno, or at every allocation. For tests of what a pool does about it. */
import { type NetmemRef, NO_NETMEM } from '../../simulator/memory/netmem.ts';
import type { MemoryProvider } from '../../simulator/page-pool/memory-provider.ts';

export class FailingProvider implements MemoryProvider {
  readonly kind = 'failing';
  readonly total = 0;
  readonly free = 0;
  readonly chunkBytes = 0;
  private readonly initErrno: number;

  /** @param initErrno what init() returns; 0 lets the pool be made */
  constructor(initErrno: number) {
    this.initErrno = initErrno;
  }

  init(): number {
    return this.initErrno;
  }

  allocate(): NetmemRef {
    return NO_NETMEM;
  }

  /** Whatever gets here came from elsewhere: the pool puts it. */
  release(): boolean {
    return true;
  }

  destroy(): void {
    // Nothing to free.
  }

  chunkOf(): number {
    return -1;
  }

  forEachFree(): void {
    // Nothing is ever free.
  }
}
