/** `netmem model`: the driver model as JSON, what the simulator runs. */
import { writePlainJson } from '../../analyzer/report/visible.ts';
import { EXIT, worse, type ExitCode } from '../exit-code.ts';
import { analyse } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { sessionOptions, type SharedOptions } from './options.ts';

export async function model(path: string, options: SharedOptions, terminal: Terminal): Promise<ExitCode> {
  const session = await analyse([path], sessionOptions(options, { model: true, fixes: false }), terminal);
  const [first, ...others] = session.drivers;
  if (first === undefined) return worse(session.exit, EXIT.usage);
  if (others.length > 0) {
    terminal.message(`${path}: ${session.drivers.length} drivers; a model is of one, name its directory`);
    return EXIT.usage;
  }
  terminal.out(writePlainJson(first.result.model));
  return session.exit;
}
