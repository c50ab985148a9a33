/**
 * Deliberate faults in the simulator that the replay of the kernel has to notice: behaviours of the table of switches,
 * each taken away.
 */
import { SWITCHES } from '../../switches/switches.mjs';

const BEHAVIOURS = [
  // Errnos of requests.
  'the queue must exist',
  'the split must be enabled',
  'XDP keeps providers out',
  'one provider a queue',
  'queue management operations are needed',
  'ALLOW_UNREADABLE_NETMEM decides about the provider',
  'no XDP while bound',
  'the split stays while bound',
  'flags of the ring',
  'at most 32768 refill entries',
  'a zcrx request is multishot',
  'MSG_ZEROCOPY is mandatory',
  'an unknown binding',
  'netmem_tx must be declared',
  // What becomes of packets, readers and memory.
  'without descriptors frames are dropped',
  'large frames take several buffers',
  'nobody sums what nobody can read',
  'netmem_address() of a net_iov is NULL',
  'a plain reader gets EFAULT',
  'MSG_TRUNC needs no address',
  'tokens hold the memory',
  'closing the socket returns all tokens',
  'a pool without netdev is an oops',
  // What netlink shows.
  'a closed device has no queues to show',
];

export const TWIN_FAULTS = BEHAVIOURS.map((behaviour) => {
  const turned = SWITCHES.find((known) => known.behaviour === behaviour);
  if (turned === undefined) throw new Error(`no switch is called ${behaviour}`);
  return turned;
});
