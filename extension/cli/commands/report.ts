/** `netmem report`: how far the drivers are, requirement by requirement. */
import {
  isNothing,
  readiness,
  visible,
  visibleLines,
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
import { errorLine } from '../error-line.ts';
import { changesOf, compareReports, readEarlierReport, writeComparison } from '../report-comparison.ts';
import type { EarlierReport } from '../report-comparison.ts';
import { writeReportPage } from '../report-page/page.ts';
import type { ReportedDriver } from '../report-page/page.ts';
import { readText } from '../source-files.ts';
import { resolve } from 'node:path';

export interface ReportOptions extends SharedOptions {
  readonly format: 'text' | 'markdown' | 'json' | 'html';
  /** File with an earlier report as JSON. */
  readonly against?: string;
}

export async function report(
  paths: readonly string[],
  options: ReportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const earlier =
    options.against === undefined ? null : readEarlier(options.against, options.format, terminal);
  if (earlier === undefined) return EXIT.usage;
  const session = await analyse(paths, sessionOptions(options, { model: 'pools', fixes: true }), terminal);
  const open = new Set<string>();
  const { text, isWhole } = writeEach(
    session.drivers,
    (some) => {
      const drivers = some.flatMap((driver): ReportedDriver[] => {
        const state = readinessOf(driver, terminal);
        const findings = driver.findings.filter(({ suppressed }) => suppressed === null);
        return state === null ? [] : [{ readiness: state, findings }];
      });
      for (const { readiness: state } of drivers)
        if (state.requirements.some((requirement) => requirement.open > 0)) open.add(state.directory);
      return written(drivers, earlier, options, terminal);
    },
    terminal,
  );
  terminal.out(text);
  return worse(session.exit, open.size > 0 || !isWhole ? EXIT.findings : EXIT.clean);
}

/** The report of `--against`; undefined: it cannot be had, which has been said. */
function readEarlier(
  name: string,
  format: ReportOptions['format'],
  terminal: Terminal,
): EarlierReport | undefined {
  if (format === 'markdown') {
    terminal.message('--against goes with --format text, json or html');
    return undefined;
  }
  let text: string;
  try {
    text = readText(resolve(terminal.cwd, name));
  } catch (error) {
    terminal.message(`${name}: ${errorLine(error)}`);
    return undefined;
  }
  const report = readEarlierReport(text);
  if (typeof report !== 'string') return report;
  terminal.message(`${name}: not an earlier report: ${visible(report)}`);
  return undefined;
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

function written(
  drivers: readonly ReportedDriver[],
  earlier: EarlierReport | null,
  { format, against }: ReportOptions,
  terminal: Terminal,
): string {
  const states = drivers.map((driver) => driver.readiness);
  const since = earlier === null ? null : compareReports(earlier, states);
  switch (format) {
    case 'text': {
      const more = since === null ? '' : `\n${visibleLines(writeComparison(since, against ?? ''))}`;
      return writeReadinessText(states, terminal.style) + more;
    }
    case 'markdown':
      return writeReadinessMarkdown(states);
    case 'json':
      return writePlainJson(
        since === null ? states : states.map((state) => ({ ...state, changes: changesOf(state, since) })),
      );
    case 'html':
      return writeReportPage(
        drivers.filter(({ readiness: state }) => !isNothing(state)),
        since,
      );
  }
}
