/** `netmem report`: how far the drivers are, requirement by requirement. */
import {
  readiness,
  writePlainJson,
  writeReadinessMarkdown,
  writeReadinessText,
} from '../../analyzer/index.ts';
import type { Readiness } from '../../analyzer/index.ts';
import { writeEach } from '../each-driver.ts';
import { EXIT, worse, type ExitCode } from '../exit-code.ts';
import { type AnalysedDriver, analyse } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { sessionOptions, type SharedOptions } from './options.ts';
import { displayName } from '../display.ts';

export interface ReportOptions extends SharedOptions {
  readonly format: 'text' | 'markdown' | 'json';
}

export async function report(
  paths: readonly string[],
  options: ReportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const session = await analyse(paths, sessionOptions(options, { model: 'pools', fixes: true }), terminal);
  const open = new Set<string>();
  const { text, isWhole } = writeEach(
    session.drivers,
    (some) => {
      const drivers = some.flatMap((driver) => readinessOf(driver, terminal) ?? []);
      for (const { directory, requirements } of drivers)
        if (requirements.some((requirement) => requirement.open > 0)) open.add(directory);
      return written(drivers, options.format, terminal);
    },
    terminal,
  );
  terminal.out(text);
  return worse(session.exit, open.size > 0 || !isWhole ? EXIT.findings : EXIT.clean);
}

function readinessOf(
  { input, result, findings, incomplete }: AnalysedDriver,
  terminal: Terminal,
): Readiness | null {
  if (result.model === null) return null;
  const at = ({ file, line }: { readonly file: string; readonly line: number }): string => `${file}:${line}`;
  return readiness({
    driver: input.name,
    directory: displayName(input.directory, terminal.cwd),
    model: result.model,
    findings,
    incomplete: incomplete.map(({ place, bearsOn }) => ({
      bearsOn,
      where: at(place),
    })),
    traces: result.resolved.traces && {
      isMapped: result.resolved.traces.isMapped,
      untraced: result.resolved.traces.untraced.map(({ place, reason }) => ({ where: at(place), reason })),
      foreignPool: result.resolved.traces.foreignPool && at(result.resolved.traces.foreignPool),
      syncedAt: result.resolved.traces.syncedAt && at(result.resolved.traces.syncedAt),
    },
  });
}

function written(drivers: readonly Readiness[], format: ReportOptions['format'], terminal: Terminal): string {
  switch (format) {
    case 'text':
      return writeReadinessText(drivers, terminal.style);
    case 'markdown':
      return writeReadinessMarkdown(drivers);
    case 'json':
      return writePlainJson(drivers);
  }
}
