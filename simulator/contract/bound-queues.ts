/** The receive queues that one request binds. */
import type { RunConfig } from './config.ts';

/**
 * bind-rx may name several queues; the registration of an io_uring has one, and so has a netkit in front of the device
 * here.
 * @returns numbers of the queues, ascending, at least one; they need not exist
 */
export function boundQueues(config: RunConfig): readonly number[] {
  const several = config.provider === 'dmabuf' && config.netkit === 'none';
  const count = several ? Math.max(1, config.boundQueues) : 1;
  return Array.from({ length: count }, (_, i) => config.boundQueue + i);
}

/** Whether the request names the queue. */
export function isBoundQueue(config: RunConfig, queue: number): boolean {
  return boundQueues(config).includes(queue);
}
