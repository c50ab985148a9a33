/** The cases with what they need, as one file: the analysis of the drivers is done once for all faults. */
import type { DriverModel } from '../../../../simulator/contract/driver-model.ts';
import type { TwinDriver } from '../drivers.ts';
import { isRecord } from '../outcome.ts';
import type { Outcome, TwinRelease } from '../outcome.ts';
import type { TwinScenario } from '../scenarios.ts';

export interface ReplayCase {
  readonly name: string;
  readonly release: TwinRelease;
  /** Key of the model. */
  readonly driver: string;
  readonly device: TwinDriver['device'];
  readonly scenario: TwinScenario;
  readonly kernel: Outcome;
}

export interface Replay {
  readonly models: Readonly<Record<string, DriverModel>>;
  readonly cases: readonly ReplayCase[];
}

export function isReplay(value: unknown): value is Replay {
  return isRecord(value) && isRecord(value['models']) && Array.isArray(value['cases']);
}
