/** Bounds of a configuration. What the kernel would refuse by itself is left to the run, which knows the errno. */
import { refuse, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { RunConfig } from './config.ts';
import { ADMIN_ACTIONS } from './config.ts';
import { PARAMETERS } from './parameters.ts';
import type { NumberParameter } from './parameters.ts';

/** Simulated seconds that the wire may be busy; more is refused, since nobody would wait for it. */
const MAX_SECONDS = 3600;

/** Mistakes that the kernel itself answers, with its errno; they reach the run (bind) or the device's settings. */
const LEFT_TO_THE_RUN: readonly string[] = ['chunks', 'rxBufLen', 'hdsThresh', 'boundQueue'];

/** Errno of ethtool and of the page pool for values outside their range, by parameter. */
const ERRNO: Readonly<Partial<Record<string, string>>> = {
  ringSize: 'EINVAL',
  rxQueues: 'EINVAL',
  rssQueues: 'EINVAL',
  mtu: 'EINVAL',
};

/** Refuses what cannot be run, naming the parameter, its range, and the kernel's errno where it has one. */
export function validate(config: RunConfig): Result<RunConfig> {
  for (const parameter of PARAMETERS) {
    const value = config[parameter.key];
    switch (parameter.kind) {
      case 'number': {
        const problem = numberProblem(parameter, value);
        if (problem !== null) return refuse(ERRNO[parameter.key] ?? null, problem);
        break;
      }
      case 'choice':
        if (typeof value !== 'string' || !parameter.options.includes(value)) {
          return refuse(
            null,
            `${parameter.key}: ${String(value)} is none of ${parameter.options.join(', ')}`,
          );
        }
        break;
      case 'switch':
        if (typeof value !== 'boolean') return refuse(null, `${parameter.key} must be true or false`);
        break;
    }
  }
  if (config.rssQueues > config.rxQueues) {
    return refuse(
      'EINVAL',
      `rssQueues: ${config.rssQueues} queues in the RSS table of a device with ${config.rxQueues}`,
    );
  }
  const seconds = config.packets / config.rate;
  if (seconds > MAX_SECONDS) {
    return refuse(
      null,
      `packets/rate: the run would last ${Math.round(seconds)} simulated seconds; ${MAX_SECONDS} is the limit`,
    );
  }
  const rest = otherProblem(config);
  return rest === null ? ok(config) : refuse(null, rest);
}

function numberProblem(parameter: NumberParameter, value: unknown): string | null {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    return `${parameter.key} must be a whole number, not ${String(value)}`;
  }
  if (LEFT_TO_THE_RUN.includes(parameter.key) && value >= 0 && value <= parameter.max) return null;
  if (value < parameter.min || value > parameter.max) {
    const bounded = parameter.group === 'traffic' && value > parameter.max;
    const why = bounded ? '; a run is bounded, fewer frames show the same' : '';
    return `${parameter.key}: ${value} is outside ${parameter.min} to ${parameter.max}${why}`;
  }
  return null;
}

/** Settings without a parameter of their own. */
function otherProblem(config: RunConfig): string | null {
  const positive = [
    ['napiBudget', config.napiBudget],
    ['packetCost', config.packetCost],
    ['historyLimit', config.historyLimit],
  ] as const;
  for (const [name, value] of positive) {
    if (!Number.isInteger(value) || value < 1) return `${name} must be a whole number above 0`;
  }
  const natural = [
    ['interruptDelay', config.interruptDelay],
    ['receiveBuffer', config.receiveBuffer],
    ['hdsThreshMax', config.hdsThreshMax],
  ] as const;
  for (const [name, value] of natural) {
    if (!Number.isInteger(value) || value < 0) return `${name} must be a whole number, 0 or more`;
  }
  for (const { at, action } of config.actions) {
    if (!Number.isInteger(at) || at < 0) return `the time of ${action} must be whole nanoseconds from 0 on`;
    if (!ADMIN_ACTIONS.includes(action)) return `unknown action ${action}`;
  }
  return null;
}
