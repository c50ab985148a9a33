/** `netmem simulate`: runs a driver in the simulated machine, and says what came out and whose line is to blame. */
import { writePlainJson } from '../../analyzer/index.ts';
import type { ProviderId } from '../../../simulator/contract/memory-providers.ts';
import { atLeast, KERNEL_RELEASES } from '../../../simulator/core/kernel-release.ts';
import type { KernelRelease } from '../../../simulator/core/kernel-release.ts';
import { compiledModel } from '../../../simulator/machine/machine.ts';
import { startRun } from '../../../simulator/run/configure.ts';
import { isRefused, pastRefusal } from '../../../simulator/run/past-refusal.ts';
import { modesOf } from '../../../simulator/run/pins.ts';
import type { ParameterValue } from '../../../simulator/run/configure.ts';
import { parseParameter } from '../../../simulator/run/parameter-text.ts';
import { findScenario, SCENARIOS } from '../../../simulator/scenarios/catalogue.ts';
import { referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';
import type { Pin } from '../../../simulator/run/simulation.ts';
import { DEFAULT_SCENARIO, PAGES_SCENARIO, UNSPLIT_SCENARIO } from '../../../simulator/scenarios/scenario.ts';
import type { Scenario } from '../../../simulator/scenarios/scenario.ts';
import type { Verdict } from '../../../simulator/contract/verdict.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { analysedDriver, type SimulatedDriver } from '../simulated-driver.ts';
import { writeCoverage, writeTraces } from '../simulation-traces.ts';
import { writeModes, writeRun, writeRunLine, writeScenarioList, type RunReport } from '../simulation-text.ts';
import type { Terminal } from '../terminal.ts';

export interface SimulateOptions {
  /** Id of a scenario, or `all`; default: what shows the driver with this provider. */
  readonly scenario?: string;
  readonly list: boolean;
  readonly provider?: ProviderId;
  /** Go on past refused requests. */
  readonly explore: boolean;
  readonly seed: number;
  /** A modelled release, or the root of a kernel tree. */
  readonly kernel?: string;
  readonly config?: string;
  readonly define: readonly string[];
  readonly param: readonly string[];
  /** `QUESTION=ANSWER`: the mode of the driver, as far as it is not left to the search. */
  readonly mode: readonly string[];
  readonly format: 'text' | 'json';
  /** Files to write, of one run. */
  readonly pcapng?: string;
  readonly trace?: string;
  readonly counters?: string;
  /** File to write, of all runs. */
  readonly coverage?: string;
}

export async function simulate(
  path: string | undefined,
  options: SimulateOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (options.list) return list(options, terminal);
  const parameters = readParameters(options, terminal);
  const release = KERNEL_RELEASES.find((known) => known === options.kernel) ?? null;
  if (parameters === null || !isKnown(options.scenario, terminal)) return EXIT.usage;
  let driver: SimulatedDriver | null = null;
  if (path !== undefined) {
    const tree = release === null ? (options.kernel ?? null) : null;
    const found = await analysedDriver(
      path,
      { tree, release, config: options.config ?? null, define: options.define },
      terminal,
    );
    if (typeof found === 'number') return found;
    driver = found;
  } else if (release === null && options.kernel !== undefined) {
    terminal.message(`--kernel ${options.kernel}: without a driver, one of ${KERNEL_RELEASES.join(', ')}`);
    return EXIT.usage;
  }
  const scenarios = chosen(scenarioOf(options, driver), driver !== null, release);
  if (options.mode.includes('list')) return listModes(driver, options, terminal);
  if (driver === null && options.coverage !== undefined) {
    terminal.message('--coverage: name the driver whose lines are to be counted');
    return EXIT.usage;
  }
  if (scenarios.length > 1 && (options.pcapng ?? options.trace ?? options.counters) !== undefined) {
    terminal.message('--pcapng, --trace and --counters are of one run: name one scenario');
    return EXIT.usage;
  }
  const reports: RunReport[] = [];
  for (const scenario of scenarios) {
    terminal.progress(`${reports.length + 1}/${scenarios.length} ${scenario.id}`);
    const report = run(scenario, { driver, parameters, release }, options, terminal);
    if (report === null) return EXIT.usage;
    reports.push(report);
  }
  terminal.progress('');
  print(reports, options, terminal);
  const problem = reports
    .map(({ simulation }) => writeTraces(simulation, options, terminal.cwd))
    .concat(coverageProblem(reports, driver, options, terminal))
    .find(Boolean);
  if (problem !== undefined) {
    terminal.message(problem);
    return EXIT.usage;
  }
  return reports.every(({ passed }) => passed) ? EXIT.clean : EXIT.findings;
}

/** Writes the coverage of all runs, if it was asked for. */
function coverageProblem(
  reports: readonly RunReport[],
  driver: SimulatedDriver | null,
  { coverage }: SimulateOptions,
  terminal: Terminal,
): string | undefined {
  if (coverage === undefined || driver === null) return undefined;
  const simulations = reports.map(({ simulation }) => simulation);
  return writeCoverage(simulations, coverage, driver.display, terminal.cwd);
}

function list({ format }: SimulateOptions, terminal: Terminal): ExitCode {
  const entries = SCENARIOS.map(({ id, title, teaches, requirement }) => ({
    id,
    title,
    teaches,
    requirement,
  }));
  terminal.out(format === 'json' ? writePlainJson(entries) : writeScenarioList(SCENARIOS, terminal.style));
  return EXIT.clean;
}

/** The questions that `--mode` answers, with the answers that the driver tells apart. */
function listModes(
  driver: SimulatedDriver | null,
  { format }: SimulateOptions,
  terminal: Terminal,
): ExitCode {
  if (driver === null) {
    terminal.message('--mode list: name the driver whose modes are to be shown');
    return EXIT.usage;
  }
  const modes = modesOf(compiledModel(driver.model)).map(({ text, answers, rest, open, at }) => ({
    question: text,
    answers: [...answers, ...(open ? [rest ?? 'no'] : [])],
    at: { ...at, file: driver.display(at.file) },
  }));
  terminal.out(format === 'json' ? writePlainJson(modes) : writeModes(modes, terminal.style));
  return EXIT.clean;
}

function isKnown(id: string | undefined, terminal: Terminal): boolean {
  if (id === undefined || id === 'all' || findScenario(id) !== undefined) return true;
  terminal.message(`there is no scenario ${id}; netmem simulate --list shows all`);
  return false;
}

/** What runs when nobody chose: on pages, a driver that cannot split is not asked to. */
function scenarioOf({ scenario, provider }: SimulateOptions, driver: SimulatedDriver | null): string {
  if (scenario !== undefined) return scenario;
  if (provider !== 'pages') return DEFAULT_SCENARIO;
  const splits = driver === null || driver.model.capabilities.tcpDataSplit.value;
  return splits ? PAGES_SCENARIO : UNSPLIT_SCENARIO;
}

/** @param release that was asked for; all scenarios of the reference driver are those that come out so on it */
function chosen(id: string, ownDriver: boolean, release: KernelRelease | null): readonly Scenario[] {
  if (id !== 'all') {
    const scenario = findScenario(id);
    return scenario === undefined ? [] : [scenario];
  }
  // Mistakes that a scenario puts into the reference driver say nothing about a user's driver.
  const right = SCENARIOS.filter(({ driver }) => !ownDriver || Object.keys(driver).length === 0);
  if (ownDriver || release === null) return right;
  return right.filter(({ since, kernel }) =>
    kernel === undefined ? atLeast(release, since ?? release) : kernel === release,
  );
}

interface Request {
  readonly driver: SimulatedDriver | null;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly release: KernelRelease | null;
}

function run(
  scenario: Scenario,
  { driver, parameters, release }: Request,
  options: SimulateOptions,
  terminal: Terminal,
): RunReport | null {
  const start = (more: Readonly<Record<string, ParameterValue>>): ReturnType<typeof startRun> =>
    startRun({
      model: driver?.model ?? null,
      scenario: scenario.id,
      parameters: { ...parameters, ...more },
      pins: options.mode.map(pinOf),
      seed: options.seed,
      ...(release === null ? {} : { kernel: release }),
    });
  const started = start({});
  if (!started.ok) {
    const { errno, message } = started.error;
    terminal.message(errno === null ? message : `${message} (${errno})`);
    return null;
  }
  const simulation = started.value;
  simulation.runToEnd();
  const verdict = simulation.verdict();
  const explores = driver !== null && options.scenario !== 'all' && isRefused(verdict);
  const { listing } = referenceDriver(scenario.driver);
  const lines = listing.split('\n');
  return {
    scenario,
    simulation,
    verdict,
    past: explores && !simulation.input.config.explore ? explored(start({ explore: true })) : [],
    passed: hasPassed(verdict, options.scenario === 'all'),
    sourceLine: driver?.sourceLine ?? ((_file, line) => lines.at(line - 1) ?? null),
    display: driver?.display ?? ((file) => file),
  };
}

/** What the same run meets behind the refusal. */
function explored(started: ReturnType<typeof startRun>): RunReport['past'] {
  if (!started.ok) return [];
  started.value.runToEnd();
  return pastRefusal(started.value.verdict());
}

/**
 * A scenario on the reference driver passes when what it promises comes out, mistakes included. Any other run passes
 * when its verdict does; among all scenarios, many of which set up mistakes of the user or the administrator, it is
 * enough that the driver is not to blame.
 */
function hasPassed({ expectations, state, blame }: Verdict, all: boolean): boolean {
  if (expectations.length > 0) return expectations.every(({ holds }) => holds);
  return state === 'pass' || (all && blame !== 'driver');
}

function print(reports: readonly RunReport[], options: SimulateOptions, terminal: Terminal): void {
  const all = options.scenario === 'all';
  if (options.format === 'json') {
    const plain = reports.map(asJson);
    terminal.out(writePlainJson(all ? plain : plain[0]));
    return;
  }
  for (const report of reports) {
    terminal.out(all ? writeRunLine(report, terminal.style) : writeRun(report, terminal.style));
  }
  if (all) {
    const good = reports.filter(({ passed }) => passed).length;
    terminal.message(`${good} of ${reports.length} scenarios came out as they should`);
  }
}

function asJson({ scenario, simulation, verdict, past, passed, display }: RunReport): unknown {
  const { model, kernel, seed, config } = simulation.input;
  const pastRefusal = { faults: past.length, first: past[0]?.at ?? null };
  const report = {
    scenario: scenario.id,
    passed,
    driver: model.name,
    kernel,
    seed,
    config,
    verdict,
    pastRefusal,
  };
  const withNames = JSON.stringify(report, (key, value: unknown) =>
    key === 'file' && typeof value === 'string' ? display(value) : value,
  );
  return JSON.parse(withNames);
}

function readParameters(options: SimulateOptions, terminal: Terminal): Record<string, ParameterValue> | null {
  const parameters: Record<string, ParameterValue> = {};
  if (options.provider !== undefined) parameters['provider'] = options.provider;
  if (options.explore) parameters['explore'] = true;
  for (const text of options.param) {
    const setting = parseParameter(text);
    if (!setting.ok) {
      terminal.message(setting.error.message);
      return null;
    }
    parameters[setting.value.key] = setting.value.value;
  }
  return parameters;
}

/** A question may have an equals sign of its own: the last one parts it from the answer. */
function pinOf(text: string): Pin {
  const at = text.lastIndexOf('=');
  return at < 0
    ? { question: text.trim(), answer: 'yes' }
    : { question: text.slice(0, at).trim(), answer: text.slice(at + 1).trim() };
}
