/** Where a driver without a page pool takes its receive buffers from: what a run of it has to point at. */
import type { DriverModel } from '../../../simulator/contract/driver-model.ts';
import type { Finding } from '../finding.ts';
import { effectsOf } from '../kernel/table.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { sourceRange } from '../model/names/source-range.ts';

/** @param findings in the order of the files; the first allocation that RX1 is about counts */
export function buffersFrom(
  { pools, files }: DriverFacts,
  findings: readonly Finding[],
): Pick<DriverModel, 'buffersFrom'> {
  if (pools.length > 0) return {};
  const allocates = (api: string): boolean =>
    effectsOf(api)?.some(({ fact }) => fact === 'allocate') === true;
  const first = findings.find(({ requirement, api }) => requirement === 'RX1' && allocates(api));
  const file = files.find(({ path }) => path === first?.location.file);
  if (first === undefined || file === undefined) return {};
  return { buffersFrom: { value: first.api, at: sourceRange(file, first.location.range) } };
}
