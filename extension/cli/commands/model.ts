/** `netmem model`: the driver model as JSON, what the simulator runs. */
import type { DriverModel } from '../../../simulator/contract/driver-model.ts';
import { writePlainJson } from '../../analyzer/report/visible.ts';
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
  const { model: driverModel } = first.result;
  if (driverModel === null) return worse(session.exit, EXIT.internal);
  const text = modelText(driverModel);
  if (text === null) {
    const limit = MAX_MODEL_CHARACTERS / 1024 / 1024;
    terminal.message(
      `${path}: the model comes to more than ${limit} MB of text; nothing is printed. netmem simulate runs it all the same`,
    );
    return worse(session.exit, EXIT.usage);
  }
  cutPaths(driverModel).forEach((line) => terminal.message(`${path}: ${line}`));
  terminal.out(text);
  return session.exit;
}

/** Of the text that is printed. The largest model of a driver in the kernel has 5 million. */
const MAX_MODEL_CHARACTERS = 64 * 1024 * 1024;
/** Of the same without blanks and ends of lines, so that no memory is spent on the hopeless. */
const MAX_PACKED_CHARACTERS = MAX_MODEL_CHARACTERS / 4;

/** The model as JSON; null if it is too large to be of use. Functions that are called often are in it as often. */
function modelText(model: DriverModel): string | null {
  try {
    if (JSON.stringify(model).length > MAX_PACKED_CHARACTERS) return null;
    const text = writePlainJson(model);
    return text.length > MAX_MODEL_CHARACTERS ? null : text;
  } catch (error) {
    // Longer than a string may be.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
