/** Which receive queue a frame goes to: flow rules first, then the RSS indirection table. */
import { boundQueues } from '../contract/bound-queues.ts';
import type { RunConfig } from '../contract/config.ts';
import { FRAME_MALFORMED, FRAME_UDP, MEASURED_FLOW } from './frame.ts';
import type { WireFrame } from './frame.ts';

const TABLE_SIZE = 128;

export class Steering {
  private readonly table = new Uint8Array(TABLE_SIZE);
  private readonly rule: RunConfig['flowRule'];
  /** The bound queue, or all of an RSS context of the bound queues. */
  private readonly targets: readonly number[];

  constructor(config: RunConfig) {
    // ethtool refuses a rule to a queue that does not exist.
    this.rule = config.boundQueue < config.rxQueues ? config.flowRule : 'none';
    const context = config.flowRule === 'rss-context';
    this.targets = context ? boundQueues(config) : [config.boundQueue];
    for (let i = 0; i < TABLE_SIZE; i++) this.table[i] = i % config.rssQueues;
  }

  /**
   * An RSS context of the bound queues takes what a rule sends it there. A 5-tuple rule names the measured TCP connection.
   * A 3-tuple rule (protocol, address, port of the receiver) also catches other connections to the same port: every second one here. Malformed frames match no rule.
   */
  queueOf(frame: WireFrame): number {
    const plainTcp = (frame.flags & (FRAME_UDP | FRAME_MALFORMED)) === 0;
    if (plainTcp && this.rule !== 'none') {
      const { targets } = this;
      if (frame.flow === MEASURED_FLOW) return targets[hash(frame) % targets.length];
      if (this.rule === '3-tuple' && frame.flow % 2 === 0) return targets[0];
    }
    return this.table[hash(frame) % TABLE_SIZE];
  }
}

/** Stands for the Toeplitz hash: spreads flows, the same flow always to the same entry. */
function hash(frame: WireFrame): number {
  const protocol = frame.flags & FRAME_UDP ? 17 : 6;
  return (Math.imul(frame.flow * 32 + protocol, 0x9e3779b1) >>> 16) & 0xffff;
}
