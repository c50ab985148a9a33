/** Output of many drivers, of which one that the writers fail on is left out, and takes no other with it. */
import type { DriverInput } from './discovery.ts';
import { errorLine } from './error-line.ts';
import type { Terminal } from './terminal.ts';
import { displayName } from './display.ts';

/** What is said of a driver that something was left out of. @param what was left out, as the rest of the line */
export function sayLeftOut(driver: DriverInput, what: string, error: unknown, terminal: Terminal): void {
  const name = displayName(driver.directory, terminal.cwd);
  terminal.message(`${name}: internal error, ${what}: ${errorLine(error)}`);
  if (process.env['NETMEM_DEBUG'] !== undefined && error instanceof Error)
    (error.stack ?? '').split('\n').forEach((line) => terminal.message(line));
}

export interface Written {
  readonly text: string;
  /** False if something was left out, which has been said. */
  readonly isWhole: boolean;
}

/**
 * Writes one text of all drivers. Where that fails, each is tried alone, and the text is of those that it works for.
 * @throws what `write` threw, if it works for each driver alone and not for all
 */
export function writeEach<D extends { readonly input: DriverInput }>(
  drivers: readonly D[],
  write: (drivers: readonly D[]) => string,
  terminal: Terminal,
): Written {
  try {
    return { text: write(drivers), isWhole: true };
  } catch (failure) {
    const good = drivers.filter((driver) => {
      try {
        write([driver]);
        return true;
      } catch (error) {
        sayLeftOut(driver.input, 'what was found in it was left out', error, terminal);
        return false;
      }
    });
    if (good.length === drivers.length) throw failure;
    return { text: write(good), isWhole: false };
  }
}
