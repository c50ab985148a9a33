/** The modes of a driver for people: a setting, its answers below it, with the line that selects each. */
import { visible, wrap } from '../analyzer/index.ts';
import type { DriverModes, ModeAnswer, Style } from '../analyzer/index.ts';

const WIDTH = 80;
/** Columns of an answer and of whether it binds. */
const ANSWER = 26;

export function writeDriverModes(
  driver: string,
  { hasQueueOperations, settings }: DriverModes,
  style: Style,
): string {
  const head = !hasQueueOperations
    ? `${driver}: no operations on queues, so that a provider is bound in no mode.`
    : settings.length === 0
      ? `${driver}: no setting decides where a provider is bound, or what is open.`
      : `${driver}: settings that decide where a provider is bound, and what is open.`;
  const lines = settings.flatMap(({ setting, answers }) => [
    ...wrap(visible(setting), WIDTH).map((line) => style.bold(line)),
    ...answers.flatMap((answer) => answerLines(answer, style)),
  ]);
  return [...wrap(visible(head), WIDTH), ...lines, ''].join('\n');
}

function answerLines({ answer, selectedAt, binds, open }: ModeAnswer, style: Style): string[] {
  const counts = Object.entries(open)
    .sort()
    .map(([requirement, count]) => `${requirement} ${count}`);
  const state = binds ? 'binds' : 'refuses';
  const rest = `${state.padEnd(9)}${counts.length === 0 ? 'nothing open' : `open: ${counts.join(', ')}`}`;
  const name = visible(answer);
  const first =
    name.length < ANSWER - 2
      ? [`  ${name.padEnd(ANSWER - 2)}${rest}`]
      : [`  ${name}`, `${' '.repeat(ANSWER)}${rest}`];
  if (selectedAt === null) return first;
  return [...first, style.dim(`    selected at ${selectedAt.file}:${selectedAt.line}`)];
}
