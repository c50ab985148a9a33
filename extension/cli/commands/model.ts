/** `netmem model`: the driver model as JSON, what the simulator runs. */
import { jsonSize, MAX_MODEL_CHARACTERS } from '../../../simulator/contract/json-size.ts';
import { writePlainJson } from '../../analyzer/index.ts';
import { MEGABYTE } from '../../files/read-file.ts';
import { EXIT, worse, type ExitCode } from '../exit-code.ts';
import { analyse } from '../session.ts';
import { cutPaths } from '../cut-paths.ts';
import type { Terminal } from '../terminal.ts';
import { sessionOptions, type SharedOptions } from './options.ts';

export async function model(path: string, options: SharedOptions, terminal: Terminal): Promise<ExitCode> {
  const session = await analyse([path], sessionOptions(options, { model: 'whole', fixes: false }), terminal);
  const [first, ...others] = session.drivers;
  if (first === undefined) return worse(session.exit, EXIT.usage);
  if (others.length > 0) {
    terminal.message(`${path}: ${session.drivers.length} drivers; a model is of one, name its directory`);
    return EXIT.usage;
  }
  const { model } = first.result;
  if (model === null) return worse(session.exit, EXIT.internal);
  const size = jsonSize(model);
  if (size > MAX_MODEL_CHARACTERS) {
    const megabytes = (characters: number): string => `${Math.round(characters / MEGABYTE)} MB`;
    terminal.message(
      `${path}: its model is ${megabytes(size)} of JSON, over the limit of ${megabytes(MAX_MODEL_CHARACTERS)}; name fewer of its sources`,
    );
    return worse(session.exit, EXIT.usage);
  }
  cutPaths(model).forEach((line) => terminal.message(`${path}: ${line}`));
  terminal.out(writePlainJson(model));
  return session.exit;
}
