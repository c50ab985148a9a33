/** From what a user chose (scenario, parameters, driver) to a run. */
import { KERNEL_RELEASES, NEWEST_RELEASE } from '../core/kernel-release.ts';
import type { KernelRelease } from '../core/kernel-release.ts';
import { refuse } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { modelProblem } from '../contract/bounds.ts';
import type { DriverModel } from '../contract/driver-model.ts';
import { findScenario } from '../scenarios/catalogue.ts';
import { referenceDriver } from '../scenarios/reference-driver.ts';
import type { Expectation, Scenario } from '../scenarios/scenario.ts';
import type { RunConfig } from '../contract/config.ts';
import { createSimulation } from './create.ts';
import { DEFAULT_CONFIG, PARAMETERS } from '../contract/parameters.ts';
import type { Pin, Simulation } from './simulation.ts';
import { validate } from '../contract/validate.ts';

export type ParameterValue = number | string | boolean;

export interface RunRequest {
  /** The user's driver; null runs the scenario's reference driver, with its expectations. */
  readonly model: DriverModel | null;
  readonly scenario: string;
  /** By parameter key; what is missing comes from the scenario, then from the defaults. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly seed: number;
  /** Default: the scenario's, else that of the driver's tree, else the newest modelled. */
  readonly kernel?: KernelRelease;
  /** Answers to questions of the driver that the run has to keep to. */
  readonly pins?: readonly Pin[];
}

/** The configuration that a scenario and a user's parameters come to; refuses unknown keys and values. */
function configure(
  scenario: Scenario,
  parameters: Readonly<Record<string, ParameterValue>>,
): Result<RunConfig> {
  for (const key of Object.keys(parameters)) {
    if (key !== 'explore' && !PARAMETERS.some((parameter) => parameter.key === key)) {
      return refuse(
        null,
        `unknown parameter ${key}; known are ${PARAMETERS.map((known) => known.key).join(', ')}`,
      );
    }
  }
  return validate({ ...DEFAULT_CONFIG, ...scenario.config, ...parameters });
}

/** Makes the run that was asked for. */
export function startRun(request: RunRequest): Result<Simulation> {
  const scenario = findScenario(request.scenario);
  if (scenario === undefined) return refuse(null, `there is no scenario ${request.scenario}`);
  const problem = request.model === null ? null : modelProblem(request.model);
  if (problem !== null) return refuse(null, `${request.model?.name ?? ''}: the driver's model ${problem}`);
  const config = configure(scenario, request.parameters);
  if (!config.ok) return config;
  const own = request.model === null && Object.keys(request.parameters).length === 0;
  const expectations: readonly Expectation[] = own ? scenario.expectations : [];
  return createSimulation(
    {
      model: request.model ?? referenceDriver(scenario.driver).model,
      config: config.value,
      seed: request.seed,
      ...(request.pins === undefined ? {} : { pins: request.pins }),
      kernel: request.kernel ?? scenario.kernel ?? releaseOf(request.model) ?? NEWEST_RELEASE,
    },
    expectations,
  );
}

function releaseOf(model: DriverModel | null): KernelRelease | undefined {
  return KERNEL_RELEASES.find((release) => release === model?.kernel);
}
