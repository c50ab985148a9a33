/** The queue that the provider is, or would be, bound to in a run. */
import { DEFAULT_CONFIG } from '../../simulator/contract/parameters.ts';
import { findScenario } from '../../simulator/scenarios/catalogue.ts';
import type { RunChoice } from '../protocol/messages.ts';

export function boundQueueOf({ scenario, parameters }: RunChoice): number {
  const chosen = parameters['boundQueue'] ?? findScenario(scenario)?.config.boundQueue;
  return typeof chosen === 'number' ? chosen : DEFAULT_CONFIG.boundQueue;
}
