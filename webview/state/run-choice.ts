/** What a choice of the user comes to: what is set counts before what the scenario says. */
import { isProvider, type ProviderId } from '../../simulator/contract/memory-providers.ts';
import { DEFAULT_CONFIG } from '../../simulator/contract/parameters.ts';
import { findScenario } from '../../simulator/scenarios/catalogue.ts';
import type { RunChoice } from '../protocol/messages.ts';

/** The memory provider of the run. */
export function providerOf({ scenario, parameters }: RunChoice): ProviderId {
  const chosen = parameters['provider'] ?? findScenario(scenario)?.config.provider;
  return isProvider(chosen) ? chosen : DEFAULT_CONFIG.provider;
}

/** Whether the run goes on past refused requests. */
export function exploresPast({ scenario, parameters }: RunChoice): boolean {
  return (parameters['explore'] ?? findScenario(scenario)?.config.explore) === true;
}
