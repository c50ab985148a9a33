/** The manual page, made from the program itself. */
import type { Command } from 'commander';
import { BASELINE_FILE, SETTINGS_FILE, SETTINGS_SCHEMA } from '../analyzer/index.ts';
import {
  shapeOf,
  spellings,
  type ArgumentShape,
  type CommandShape,
  type OptionShape,
} from './command-shape.ts';
import { EXAMPLES } from './commands/examples.ts';
import { VERSION } from './version.ts';

const SEE_ALSO = 'https://docs.kernel.org/networking/netmem.html';

/** `netmem.1` in the macros of man(7). */
export function writeManual(program: Command): string {
  const shape = shapeOf(program);
  const shared = sharedOptions(shape);
  return [
    `.TH NETMEM 1 "" "netmem ${escape(VERSION)}" "User Commands"`,
    '.SH NAME',
    'netmem \\- find what keeps a network driver from supporting netmem',
    '.SH SYNOPSIS',
    ...shape.commands.flatMap((command) => [
      '.br',
      `.B netmem ${escape(command.name)}`,
      escape(synopsis(command)),
    ]),
    '.SH DESCRIPTION',
    escape(shape.does),
    'A driver is a directory with C sources, together with the sub\\-directories that its Makefile links.',
    'Nothing is built, and no compile database is needed.',
    'Results go to standard output, everything else to standard error.',
    '.SH COMMANDS',
    ...shape.commands.flatMap((command) => describe(command, shared)),
    '.SH OPTIONS OF ALL COMMANDS THAT ANALYSE',
    ...shared.flatMap(option),
    '.SH EXAMPLES',
    ...(EXAMPLES[''] ?? []).flatMap(example),
    '.SH EXIT STATUS',
    ...term('0', 'clean'),
    ...term('1', 'findings, open requirements, or a driver left out of several: standard error says why'),
    ...term('2', 'wrong usage, or input that cannot be used'),
    ...term('3', 'internal error that left nothing, or output that could not be written'),
    '.SH FILES',
    ...term(SETTINGS_FILE, 'settings for the drivers in its directory and below, in JSON with comments:'),
    '.RS',
    ...settings(),
    '.RE',
    ...term(BASELINE_FILE, 'accepted findings, written by netmem baseline'),
    '.SH ENVIRONMENT',
    ...term('NO_COLOR', 'no colour, not even on a terminal'),
    ...term('NETMEM_DEBUG', 'print where an internal error happened'),
    '.SH SEE ALSO',
    escape(SEE_ALSO),
    '',
  ].join('\n');
}

/** Options that every command with `--kernel <dir>` and `--jobs` has: described once. */
function sharedOptions(program: CommandShape): readonly OptionShape[] {
  const [first, ...others] = program.commands.filter(isAnalysis);
  return (first?.options ?? []).filter((candidate) =>
    others.every((command) =>
      command.options.some(({ long, does }) => long === candidate.long && does === candidate.does),
    ),
  );
}

function isAnalysis(command: CommandShape): boolean {
  return command.options.some(({ long }) => long === '--jobs');
}

function synopsis(command: CommandShape): string {
  return `[options] ${command.arguments.map(argument).join(' ')}`.trimEnd();
}

function argument({ name, required, variadic }: ArgumentShape): string {
  const text = `${name.toUpperCase()}${variadic ? '...' : ''}`;
  return required ? text : `[${text}]`;
}

function describe(command: CommandShape, shared: readonly OptionShape[]): string[] {
  const own = command.options.filter(
    ({ long }) => long !== '--help' && !(isAnalysis(command) && shared.some((other) => other.long === long)),
  );
  return [
    `.SS netmem ${escape(`${command.name} ${synopsis(command)}`)}`,
    `${escape(capital(command.does))}.`,
    ...own.flatMap(option),
    ...(EXAMPLES[command.name] ?? []).flatMap(example),
  ];
}

function option(shape: OptionShape): string[] {
  const names = spellings(shape)
    .map((name) => `\\fB${escape(name)}\\fR`)
    .join(', ');
  const value = shape.value === null ? '' : ` \\fI${escape(shape.value)}\\fR`;
  const choices = shape.choices.length === 0 ? '' : `: ${shape.choices.join(', ')}`;
  const preset = shape.preset === null ? '' : ` (default: ${shape.preset})`;
  return ['.TP', `${names}${value}`, escape(`${shape.does}${choices}${preset}`)];
}

function example({ line, does }: { readonly line: string; readonly does: string }): string[] {
  return ['.PP', `${escape(capital(does))}:`, '.PP', '.RS', '.nf', escape(line), '.fi', '.RE'];
}

function settings(): string[] {
  return Object.entries(SETTINGS_SCHEMA.properties)
    .filter(([name]) => !name.startsWith('$'))
    .flatMap(([name, { description }]) => term(name, description.replaceAll('`', '')));
}

function term(name: string, text: string): string[] {
  return ['.TP', `.B ${escape(name)}`, escape(text)];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A hyphen is typed as such; a line that starts with a dot would be a macro. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}
