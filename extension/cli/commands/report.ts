/** `netmem report`: how far the drivers are, requirement by requirement. */
import { writePlainJson } from '../../analyzer/report/visible.ts';
import { relative } from 'node:path';
import { readiness } from '../../analyzer/report/readiness.ts';
import { writeReadinessMarkdown, writeReadinessText } from '../../analyzer/report/readiness-text.ts';
import { EXIT, worse, type ExitCode } from '../exit-code.ts';
import { analyse } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { sessionOptions, type SharedOptions } from './options.ts';

export interface ReportOptions extends SharedOptions {
  readonly format: 'text' | 'markdown' | 'json';
}

export async function report(
  paths: readonly string[],
  options: ReportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const session = await analyse(paths, sessionOptions(options, { model: 'pools', fixes: true }), terminal);
  const drivers = session.drivers.flatMap(({ input, result, findings, incomplete }) =>
    result.model === null
      ? []
      : [
          readiness({
            driver: input.name,
            directory: relative(terminal.cwd, input.directory) || '.',
            model: result.model,
            findings,
            incomplete: incomplete.map(({ place, bearsOn }) => ({
              bearsOn,
              where: `${place.file}:${place.line}`,
            })),
          }),
        ],
  );
  switch (options.format) {
    case 'text':
      terminal.out(writeReadinessText(drivers, terminal.style));
      break;
    case 'markdown':
      terminal.out(writeReadinessMarkdown(drivers));
      break;
    case 'json':
      terminal.out(writePlainJson(drivers));
      break;
  }
  const open = drivers.some((driver) => driver.requirements.some(({ state }) => state === 'open'));
  return worse(session.exit, open ? EXIT.findings : EXIT.clean);
}
