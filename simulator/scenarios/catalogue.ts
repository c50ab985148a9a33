/** Every scenario, in teaching order. */
import { BASICS } from './basics.ts';
import { BIND } from './bind.ts';
import { CHANNELS } from './channels.ts';
import { EXCLUSIONS } from './exclusions.ts';
import { HELPERS } from './helpers.ts';
import { LARGE_BUFFERS } from './large-buffers.ts';
import { LEASES } from './leases.ts';
import { NETKIT } from './netkit.ts';
import { RECEIVE } from './receive.ts';
import { REQUESTS } from './requests.ts';
import { SEVERAL_QUEUES } from './several-queues.ts';
import { STEERING } from './steering.ts';
import { USER } from './user.ts';
import { FRAMES } from './frames.ts';
import { MISTAKES } from './mistakes.ts';
import { TRANSMIT } from './transmit.ts';
import { ZCRX } from './zcrx.ts';
import { ZCRX_SHARING } from './zcrx-sharing.ts';
import type { Scenario } from './scenario.ts';

/** Scenarios of one subject. */
export interface ScenarioGroup {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
}

/** By what they are about, in teaching order. */
export const SCENARIO_GROUPS: readonly ScenarioGroup[] = [
  { title: 'Basics', scenarios: BASICS },
  { title: 'Binding', scenarios: [...BIND, ...REQUESTS] },
  { title: 'Exclusions', scenarios: EXCLUSIONS },
  { title: 'Channels', scenarios: CHANNELS },
  { title: 'Steering', scenarios: STEERING },
  { title: 'Several queues', scenarios: SEVERAL_QUEUES },
  { title: 'Reader', scenarios: USER },
  { title: 'Receiving', scenarios: RECEIVE },
  { title: 'Large buffers', scenarios: LARGE_BUFFERS },
  { title: 'io_uring', scenarios: [...ZCRX, ...ZCRX_SHARING] },
  { title: 'netkit', scenarios: NETKIT },
  { title: 'Leases', scenarios: LEASES },
  { title: 'Helpers', scenarios: HELPERS },
  { title: 'Frames', scenarios: FRAMES },
  { title: 'Mistakes', scenarios: MISTAKES },
  { title: 'Transmit', scenarios: TRANSMIT },
];

export const SCENARIOS: readonly Scenario[] = SCENARIO_GROUPS.flatMap(({ scenarios }) => scenarios);

/** The scenario with this id, or undefined. */
export function findScenario(id: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.id === id);
}
