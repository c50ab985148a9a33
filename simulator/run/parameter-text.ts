/** `key=value` as people type it, read with the parameter's own type. */
import { ok, refuse } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { ParameterValue } from './configure.ts';
import { PARAMETERS } from '../contract/parameters.ts';

export interface ParameterSetting {
  readonly key: string;
  readonly value: ParameterValue;
}

/** Reads one setting; ranges are checked when the run is made. */
export function parseParameter(text: string): Result<ParameterSetting> {
  const at = text.indexOf('=');
  if (at < 1) return refuse(null, `${text}: write a parameter as key=value`);
  const key = text.slice(0, at);
  const written = text.slice(at + 1);
  const parameter = PARAMETERS.find((known) => known.key === key);
  const kind = key === 'explore' ? 'switch' : parameter?.kind;
  switch (kind) {
    case undefined:
      return refuse(null, `${key}: no such parameter; there are ${parameterNames()}`);
    case 'number': {
      const value = Number(written.replaceAll('_', ''));
      if (written.trim() !== '' && Number.isFinite(value)) return ok({ key, value });
      return refuse(null, `${key}: ${written} is not a number`);
    }
    case 'switch':
      if (written === 'true' || written === 'false') return ok({ key, value: written === 'true' });
      return refuse(null, `${key}: ${written} is neither true nor false`);
    case 'choice':
      return ok({ key, value: written });
  }
}

function parameterNames(): string {
  return [...PARAMETERS.map(({ key }) => key), 'explore'].join(', ');
}
