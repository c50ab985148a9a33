/** The nine requirements of the kernel's netmem document in a few words each. Pages of the rules say the rest. */
import type { Requirement } from '../finding.ts';

export interface RequirementText {
  /** What the driver has to do, at most 44 characters. */
  readonly title: string;
  /** One sentence for those who ask. */
  readonly demand: string;
}

export const REQUIREMENT_TEXTS: Readonly<Record<Requirement, RequirementText>> = {
  RX1: {
    title: 'payload memory comes from a page_pool',
    demand:
      'Only a page_pool can hide where memory comes from, so received payload has to be taken from one.',
  },
  RX2: {
    title: 'header split can be switched on (ethtool)',
    demand:
      'Headers go to readable memory: tcp-data-split is offered, reported and set, and queues can be restarted.',
  },
  RX3: {
    title: 'payload is held as netmem_ref',
    demand: 'Payload buffers are allocated, kept, passed on and freed with the netmem helpers.',
  },
  RX4: {
    title: 'the payload pool has the right parameters',
    demand:
      'The pool maps and syncs for the device, knows its queue, and allows unreadable memory if headers are split.',
  },
  RX5: {
    title: 'the CPU never touches payload',
    demand: 'Payload may have no address: whoever wants to read it tests for that and drops or skips.',
  },
  RX6: {
    title: 'payload is synced through the pool',
    demand: 'Only the pool knows whether and how its memory has to be synced for the CPU.',
  },
  RX7: {
    title: 'no page reference games on payload',
    demand: 'Recycling is the business of the pool; references are taken through it.',
  },
  TX1: {
    title: 'frags are mapped and unmapped as netmem',
    demand:
      'Addresses of device memory never reach the DMA mapping API: set and unmap go through the netmem helpers.',
  },
  TX2: {
    title: 'the device declares netmem TX',
    demand: 'netdev->netmem_tx is set before registration, once the transmit path is ready for it.',
  },
};
