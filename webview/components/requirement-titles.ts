/** The requirements of the kernel's netmem document, each in a few words. */
import type { RequirementId } from '../../simulator/contract/verdict.ts';

export const REQUIREMENT_TITLES: Readonly<Record<RequirementId, string>> = {
  RX1: 'Payload memory comes from a page pool',
  RX2: 'Header split and queue restart',
  RX3: 'Buffers are handled as netmem',
  RX4: 'Pool parameters let a provider in',
  RX5: 'The CPU never touches payload',
  RX6: 'Sync for the CPU goes through the pool',
  RX7: 'No recycling beside the pool',
  TX1: 'Mapped and unmapped by netmem helpers',
  TX2: 'netmem_tx is declared',
};
