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

export const SCENARIOS: readonly Scenario[] = [
  ...BASICS,
  ...BIND,
  ...REQUESTS,
  ...EXCLUSIONS,
  ...CHANNELS,
  ...STEERING,
  ...SEVERAL_QUEUES,
  ...USER,
  ...RECEIVE,
  ...LARGE_BUFFERS,
  ...ZCRX,
  ...ZCRX_SHARING,
  ...NETKIT,
  ...LEASES,
  ...HELPERS,
  ...FRAMES,
  ...MISTAKES,
  ...TRANSMIT,
];

/** The scenario with this id, or undefined. */
export function findScenario(id: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.id === id);
}
