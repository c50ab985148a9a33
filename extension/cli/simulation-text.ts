/** A run for people: the verdict first, then packets, then each requirement with its evidence as a compiler prints it. */
import { BINDING_NOTES, bindingOf } from '../../simulator/contract/binding.ts';
import type { SourceRange } from '../../simulator/contract/driver-model.ts';
import type { Simulation } from '../../simulator/run/simulation.ts';
import type { BindOutcome, Evidence, RequirementVerdict, Verdict } from '../../simulator/contract/verdict.ts';
import type { Scenario } from '../../simulator/scenarios/scenario.ts';
import { visible, wrap } from '../analyzer/index.ts';
import type { Style } from '../analyzer/index.ts';

const WIDTH = 80;
/** Column where the answer to a label starts. */
const INDENT = 13;
/** Evidence shown of one requirement; the rest is counted. */
const MAX_EVIDENCE = 5;

export interface RunReport {
  readonly scenario: Scenario;
  readonly simulation: Simulation;
  readonly verdict: Verdict;
  /** Faults behind a refused request, oldest first, of a run that did not go there itself. */
  readonly past: readonly Evidence[];
  /** Whether it came out as it should: what makes the command fail. */
  readonly passed: boolean;
  /** A line of the driver's source, 1-based; null when it cannot be shown. */
  readonly sourceLine: (file: string, line: number) => string | null;
  /** How the user knows the file. */
  readonly display: (file: string) => string;
}

export function writeScenarioList(scenarios: readonly Scenario[], style: Style): string {
  const lines = scenarios.flatMap(({ id, title, teaches, requirement }) => [
    `${style.bold(id)}  ${title}${requirement === null ? '' : style.dim(` [${requirement}]`)}`,
    ...wrap(teaches, WIDTH - 4).map((line) => `    ${line}`),
  ]);
  return text(lines);
}

/** A mode of the driver for people: the question, its answers, and where it is asked. */
interface ListedMode {
  readonly question: string;
  readonly answers: readonly string[];
  readonly at: SourceRange;
}

export function writeModes(modes: readonly ListedMode[], style: Style): string {
  if (modes.length === 0) return text(['The driver has no modes that its paths ask for.']);
  const lines = modes.flatMap(({ question, answers, at }) => [
    `${style.bold(visible(question))}  ${style.dim(`${at.file}:${at.line}`)}`,
    ...wrap(answers.map((answer) => visible(answer)).join(' | '), WIDTH - 4).map((line) => `    ${line}`),
  ]);
  return text(lines);
}

/** One line a scenario, for many; below it what did not come out. */
export function writeRunLine(report: RunReport, style: Style): string {
  const { scenario, verdict, passed } = report;
  const word = passed ? style.good('ok  ') : style.error('FAIL');
  const lines = [`${word} ${scenario.id.padEnd(30)} ${cut(scenario.title, WIDTH - 36)}`];
  if (!passed) {
    const broken = verdict.expectations.filter(({ holds }) => !holds);
    lines.push(...broken.map(({ text: promised, actual }) => `     ${promised}: it is ${actual}`));
    if (broken.length === 0) lines.push(...indented(verdict.cause, 5));
    if (verdict.at !== null) lines.push(`     ${where(report, verdict.at)}`);
  }
  return text(lines);
}

export function writeRun(report: RunReport, style: Style): string {
  const { verdict, simulation, scenario } = report;
  const { model, kernel, seed, config } = simulation.input;
  const word = stateWord(verdict, style);
  const lines = [
    ...labelled(style, word, verdict.cause, 'bold'),
    ...(verdict.blame === 'nobody' ? [] : labelled(style, 'to blame', verdict.blame)),
  ];
  if (verdict.at !== null) lines.push(...place(report, verdict.at, style));
  lines.push(...bind(report, verdict.bind, style), ...bind(report, verdict.bindTx, style));
  lines.push(...past(report));
  for (const { request, errno, cause } of verdict.refused) {
    lines.push(...labelled(style, 'refused', `${request}: ${errno}, ${cause}`));
  }
  lines.push(
    ...labelled(
      style,
      'run',
      `driver ${visible(model.name)}, scenario ${scenario.id}, provider ${config.provider}, kernel ${kernel}, seed ${seed}`,
    ),
    ...packets(report, style),
    '',
    ...requirements(report, style),
    ...mode(report, style),
    ...coverage(report, style),
  );
  const { expectations } = verdict;
  const broken = expectations.filter(({ holds }) => !holds);
  if (expectations.length > 0) {
    const result =
      broken.length === 0
        ? `all ${expectations.length} promises of the scenario came out`
        : `${broken.length} of ${expectations.length} promises of the scenario did not come out`;
    lines.push('', ...labelled(style, 'promised', result));
    for (const { text: promised, actual } of broken)
      lines.push(`${' '.repeat(INDENT)}${promised}: it is ${actual}`);
  }
  return text(lines);
}

function stateWord({ state }: Verdict, style: Style): string {
  switch (state) {
    case 'pass':
      return style.good('pass');
    case 'inconclusive':
      return style.warning('inconclusive');
    case 'fail':
    case 'pending':
      return style.error('FAIL');
  }
}

function bind(report: RunReport, outcome: BindOutcome, style: Style): readonly string[] {
  if (outcome.request === 'none') return [];
  if (outcome.accepted) return labelled(style, outcome.request, `accepted: ${outcome.cause}`);
  // What the first line said already is not said again.
  const said = report.verdict.cause.endsWith(outcome.cause);
  const errno = `refused: ${outcome.errno ?? ''}, ${outcome.blame} to blame`;
  const lines = labelled(style, outcome.request, said ? errno : `${errno}: ${outcome.cause}`);
  return outcome.at === null || said ? lines : [...lines, ...place(report, outcome.at, style)];
}

/** What a refused request hides, and how to see it. */
function past(report: RunReport): readonly string[] {
  const [first] = report.past;
  if (first === undefined) return [];
  const at = first.at === null ? '' : `, first at ${where(report, first.at)}`;
  const blank = ' '.repeat(INDENT);
  const said = `past the refusal: ${report.past.length} more${at}`;
  return [`${blank}${said}`, `${blank}netmem simulate --explore shows them`];
}

function packets({ verdict, simulation }: RunReport, style: Style): readonly string[] {
  const { wire, delivered, read, dropped, faulted, inFlight, droppedBy } = verdict.packets;
  const rest = [
    ...(faulted === 0 ? [] : [`${faulted} faulted`]),
    ...(inFlight === 0 ? [] : [`${inFlight} in flight`]),
  ];
  const counts = [
    `${wire} on the wire`,
    `${delivered} delivered`,
    `${read} read`,
    `${dropped} dropped`,
    ...rest,
  ];
  const note = BINDING_NOTES[bindingOf(verdict, simulation.input.config.explore)];
  const lines = labelled(style, 'packets', [...(note === '' ? [] : [note]), counts.join(', ')].join(', '));
  const causes = Object.entries(droppedBy).map(([cause, frames]) => `${cause} ${frames}`);
  const { tx } = simulation.snapshot();
  return [
    ...lines,
    ...(causes.length === 0 ? [] : labelled(style, 'dropped', causes.join(', '))),
    ...(simulation.input.config.txMessages === 0
      ? []
      : labelled(
          style,
          'sent',
          `${tx.sent} packets, ${tx.completed} completed, ${tx.notified} notified, ${tx.dropped} dropped`,
        )),
  ];
}

function requirements(report: RunReport, style: Style): readonly string[] {
  const { requirements: all } = report.verdict;
  const untested = all.filter(({ state }) => state === 'not-reached').map(({ requirement }) => requirement);
  return [
    ...all.flatMap((requirement) => {
      switch (requirement.state) {
        case 'holds':
          return labelled(style, `${requirement.requirement} ${style.good('holds')}`, requirement.text);
        case 'fails':
          return failedRequirement(report, requirement, style);
        case 'not-reached':
          return [];
      }
    }),
    ...(untested.length === 0 ? [] : labelled(style, 'not tested', untested.join(', '))),
  ];
}

function failedRequirement(
  report: RunReport,
  { evidence }: RequirementVerdict,
  style: Style,
): readonly string[] {
  const shown = evidence.slice(0, MAX_EVIDENCE);
  const more = evidence.length - shown.length;
  return [
    ...shown.flatMap((item) => evidenceLines(report, item, style)),
    ...(more === 0 ? [] : [`${' '.repeat(INDENT)}and ${more} more`]),
  ];
}

function evidenceLines(report: RunReport, item: Evidence, style: Style): readonly string[] {
  const times = item.count > 1 ? ` (${item.count} times)` : '';
  const assuming = item.assuming === null ? '' : ` (if ${item.assuming})`;
  const severe = item.consequence !== 'private-recycling' && item.consequence !== 'warn';
  const word = severe ? style.error('error:') : style.warning('warning:');
  const plain = `${item.at === null ? '' : `${where(report, item.at)}: `}${severe ? 'error' : 'warning'}:`;
  const head = item.at === null ? word : `${style.bold(`${where(report, item.at)}:`)} ${word}`;
  const message = visible(`${item.requirement} ${item.text}${assuming}${times} [${item.consequence}]`);
  const [first = '', ...rest] = wrapAfter(plain.length + 1, message);
  const lines = [`${head}${first === '' ? '' : ` ${first}`}`, ...rest.map((line) => `    ${line}`)];
  if (item.at !== null) lines.push(...sourceExcerpt(report, item.at, style));
  if (item.packet !== null) lines.push(`    at packet ${item.packet}, ${item.time} ns, step ${item.step}`);
  const calls = item.stack.slice(1).map(({ function: name }) => `${name}()`);
  if (calls.length > 0) lines.push(...indented(`called ${calls.join(' from ')}`, 4));
  return lines;
}

/** The mode of the driver that ran: what its configuration says, as the run took it. */
function mode({ verdict }: RunReport, style: Style): readonly string[] {
  const words = verdict.choices
    .filter(({ about }) => about === 'mode')
    .map(({ question, answer }) => (answer === 'yes' ? question : `${question} = ${answer ?? 'no'}`));
  return words.length === 0 ? [] : ['', ...labelled(style, 'mode', words.join(', '))];
}

function coverage({ verdict }: RunReport, style: Style): readonly string[] {
  const ran = verdict.coverage.filter(({ chosen }) => chosen);
  const paths = ran.map(({ path, entry, origin, executed, operations }) =>
    origin === 'generic' ? `${path}: stand-in` : `${path}: ${entry}() ${executed}/${operations}`,
  );
  return [
    '',
    ...labelled(
      style,
      'paths',
      `${paths.join(', ')} (operations run, of those that packets of this run can reach)`,
    ),
  ];
}

function place(report: RunReport, at: SourceRange, style: Style): readonly string[] {
  return [`${' '.repeat(INDENT)}${style.bold(where(report, at))}`, ...sourceExcerpt(report, at, style)];
}

/** The line of source as the text report of `check` shows it. */
function sourceExcerpt({ sourceLine }: RunReport, at: SourceRange, style: Style): readonly string[] {
  const line = sourceLine(at.file, at.line);
  if (line === null || line.trim() === '') return [];
  return [
    `${style.dim(`${String(at.line).padStart(5)} |`)} ${cut(visible(line.replaceAll('\t', '    ')), WIDTH - 9)}`,
  ];
}

function where({ display }: RunReport, at: SourceRange): string {
  return visible(`${display(at.file)}:${at.line}:${at.column}`);
}

function labelled(
  style: Style,
  label: string,
  answer: string,
  emphasis: 'bold' | 'none' = 'none',
): readonly string[] {
  // A label in colour is longer than it looks.
  const plain = label.replaceAll(/\u001b\[\d+m/g, '');
  const [first = '', ...rest] = wrap(visible(answer), WIDTH - INDENT);
  const show = (line: string) => (emphasis === 'bold' ? style.bold(line) : line);
  return [
    `${label}${' '.repeat(Math.max(1, INDENT - plain.length))}${show(first)}`,
    ...rest.map((line) => `${' '.repeat(INDENT)}${show(line)}`),
  ];
}

/** Wraps a message whose first line has `used` columns before it; nothing fits there when a path is long. */
function wrapAfter(used: number, message: string): readonly string[] {
  const room = WIDTH - used;
  const [first = ''] = wrap(message, Math.max(room, 1));
  if (first.length > room) return ['', ...wrap(message, WIDTH - 4)];
  return [first, ...wrap(message.slice(first.length).trim(), WIDTH - 4)];
}

function indented(message: string, columns: number): readonly string[] {
  return wrap(message, WIDTH - columns).map((line) => `${' '.repeat(columns)}${line}`);
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 3)}...`;
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
