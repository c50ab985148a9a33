/** Memory providers as people call them. */
import type { RunConfig } from '../../simulator/contract/config.ts';
import { DEFAULT_CONFIG } from '../../simulator/contract/parameters.ts';
import { findScenario } from '../../simulator/scenarios/catalogue.ts';
import type { RunChoice } from '../protocol.ts';

export const PROVIDER_TITLES: Readonly<Record<RunConfig['provider'], string>> = {
  pages: 'pages',
  dmabuf: 'dma-buf',
  zcrx: 'io_uring zcrx',
};

/** The provider that a choice of the user comes to. */
export function providerOf({ scenario, parameters }: RunChoice): RunConfig['provider'] {
  const chosen = parameters['provider'] ?? findScenario(scenario)?.config.provider;
  return PROVIDERS.find((provider) => provider === chosen) ?? DEFAULT_CONFIG.provider;
}

/** Whether the run goes on past refused requests. */
export function exploresPast({ scenario, parameters }: RunChoice): boolean {
  return (parameters['explore'] ?? findScenario(scenario)?.config.explore) === true;
}

const PROVIDERS = ['pages', 'dmabuf', 'zcrx'] as const;
