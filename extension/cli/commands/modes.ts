/** `netmem modes`: the settings of a driver that decide where a provider can be bound, and what is open in each. */
import { writePlainJson } from '../../analyzer/index.ts';
import type { DriverModes } from '../../analyzer/index.ts';
import { EXIT, worse, type ExitCode } from '../exit-code.ts';
import { writeDriverModes } from '../modes-text.ts';
import { analyse } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { sessionOptions, type SharedOptions } from './options.ts';

export interface ModesOptions extends SharedOptions {
  readonly format: 'text' | 'json';
}

export async function modes(path: string, options: ModesOptions, terminal: Terminal): Promise<ExitCode> {
  const wants = { model: 'pools', fixes: false } as const;
  const session = await analyse([path], { ...sessionOptions(options, wants), wantModes: true }, terminal);
  const [first, ...others] = session.drivers;
  if (first === undefined) return worse(session.exit, EXIT.usage);
  if (others.length > 0) {
    terminal.message(`${path}: ${session.drivers.length} drivers; name the directory of one`);
    return EXIT.usage;
  }
  const found: DriverModes | null = first.result.modes;
  if (found === null) return worse(session.exit, EXIT.internal);
  const json = { driver: first.input.name, ...found };
  terminal.out(
    options.format === 'json'
      ? writePlainJson(json)
      : writeDriverModes(first.input.name, found, terminal.style),
  );
  return session.exit;
}
