/**
 * The command line: what there is, with help that teaches by example. What a command runs is loaded when it is called,
 * so that `netmem --version` does not wait for the parser.
 */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { PROVIDER_IDS } from '../../simulator/contract/memory-providers.ts';
import { DEFAULT_SCENARIO } from '../../simulator/scenarios/scenario.ts';
import { FORMATS, NEWEST, RELEASES } from '../analyzer/index.ts';
import type { BaselineOptions } from './commands/baseline.ts';
import type { CheckOptions } from './commands/check.ts';
import { exampleHelp } from './commands/examples.ts';
import type { ExplainOptions } from './commands/explain.ts';
import type { FixOptions } from './commands/fix.ts';
import { addSharedOptions, defineOption, type SharedOptions, splitNames } from './commands/options.ts';
import type { ModesOptions } from './commands/modes.ts';
import type { ReplayCommandOptions } from './commands/replay.ts';
import type { ReportOptions } from './commands/report.ts';
import type { RulesOptions } from './commands/rules.ts';
import type { SimulateOptions } from './commands/simulate.ts';
import { SHELLS, type Shell } from './command-shape.ts';
import { COLOUR_CHOICES } from './colour.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

const EXIT_CODES = `
Exit codes: 0 clean, 1 findings, 2 wrong usage or input, 3 internal error.`;

/** Runs the command line. @returns how the process should end */
export async function runProgram(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exit: ExitCode = EXIT.clean;
  const program = buildProgram(terminal, (code) => {
    exit = code;
  });
  if (argv.length === 0) {
    program.outputHelp();
    return EXIT.clean;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
  }
  return exit;
}

/** The commands with their options. @param finish told how a command ended */
export function buildProgram(terminal: Terminal, finish: (exit: ExitCode) => void): Command {
  const program = new Command('netmem')
    .description('Find what keeps a Linux network driver from supporting netmem, convert it, simulate it.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .addHelpText('after', `${exampleHelp('')}\n${EXIT_CODES}`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.message(oneLine(text)),
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    })
    .configureHelp({ optionDescription, argumentDescription: ({ description }) => description })
    .showHelpAfterError('see netmem --help');
  addAnalysis(program, terminal, finish);
  addSimulation(program, terminal, finish);
  addReference(program, terminal, finish);
  addServer(program);
  return program;
}

/** Commander's words for an error, as one line. */
function oneLine(text: string): string {
  return text
    .replace(/^error: /, '')
    .trimEnd()
    .replace(/\n\(Did you mean (.*)\?\)/, '; did you mean $1?');
}

/** What an option does, its choices, and its default if it is worth a word. */
function optionDescription(option: Option): string {
  const preset: unknown = option.defaultValue;
  const notes: string[] = [];
  if (option.argChoices !== undefined) notes.push(option.argChoices.join(', '));
  if (typeof preset === 'string' || typeof preset === 'number') notes.push(`default: ${preset}`);
  return notes.length === 0 ? option.description : `${option.description} (${notes.join('; ')})`;
}

type Finish = (exit: ExitCode) => void;

/** Commands that look at drivers. */
function addAnalysis(program: Command, terminal: Terminal, finish: Finish): void {
  const paths = '[path...]';
  const named = 'driver directories or C files';

  addSharedOptions(command(program, 'check', 'list what keeps drivers from supporting netmem'))
    .argument(paths, `${named}; - reads a list of them from standard input`)
    .addOption(formatOption(FORMATS))
    .option('--diff <patch>', 'only findings on lines a patch changes; - reads standard input')
    .option('--files-from <file>', 'read paths from a file, a line each')
    .option('--explain', 'print why each place was chosen', false)
    .option('--verbose', 'list the places that could not be read', false)
    .action(async (paths: string[], options: CheckOptions) => {
      const { check } = await import('./commands/check.ts');
      finish(await check(paths, options, terminal));
    });

  command(program, 'fix', 'convert drivers to netmem: a patch to read, or in place')
    .argument('<path...>', named)
    .option('--diff', 'print a patch for git apply (so too without --write)', false)
    .option('--write', 'change the files, all of them or none', false)
    .option('--unsafe', 'make edits too that a human has to look at', false)
    .option('--only <names>', 'only what mends findings of these rules or requirements', splitNames)
    .option('--class <name>', 'only this buffer: a field, variable or function that holds it')
    .option('--rename', 'rename page to netmem in what is converted', false)
    .option('--verbose', 'list every place that is left alone', false)
    .option('--commit-message', 'print a draft of the commit message', false)
    .option('-k, --kernel <dir>', 'root of the kernel tree (default: the tree around the path)')
    .addOption(new Option('--release <version>', 'assume this release if there is no tree').choices(RELEASES))
    .addOption(defineOption())
    .option('--config <file>', 'settings file (default: .netmemrc.json in or above the driver)')
    .action(async (paths: string[], options: FixOptions) => {
      const { fix } = await import('./commands/fix.ts');
      finish(await fix(paths, options, terminal));
    });

  addSharedOptions(command(program, 'report', 'show how far drivers are, requirement by requirement'))
    .argument('<path...>', named)
    .addOption(formatOption(['text', 'markdown', 'json', 'html']))
    .option('--against <file>', 'say what got better and worse since this report (--format json)')
    .action(async (paths: string[], options: ReportOptions) => {
      const { report } = await import('./commands/report.ts');
      finish(await report(paths, options, terminal));
    });

  addSharedOptions(command(program, 'model', 'print the driver model, what the simulator runs'))
    .argument('<path>', 'a driver directory')
    .action(async (path: string, options: SharedOptions) => {
      const { model } = await import('./commands/model.ts');
      finish(await model(path, options, terminal));
    });

  addSharedOptions(command(program, 'modes', 'list settings that decide where a provider can be bound'))
    .argument('<path>', 'a driver directory')
    .addOption(formatOption(['text', 'json']))
    .action(async (path: string, options: ModesOptions) => {
      const { modes } = await import('./commands/modes.ts');
      finish(await modes(path, options, terminal));
    });

  addSharedOptions(command(program, 'baseline', 'accept the findings of today; only new ones are reported'))
    .argument('<path...>', named)
    .option('-o, --output <file>', 'where to write (default: .netmem-baseline.json here)')
    .option('--reason <text>', 'why they are accepted', 'accepted when the baseline was made')
    .option('--check', 'list entries that cover nothing any more', false)
    .action(async (paths: string[], options: BaselineOptions) => {
      const { baseline } = await import('./commands/baseline.ts');
      finish(await baseline(paths, options, terminal));
    });
}

/** The command that runs drivers. */
function addSimulation(program: Command, terminal: Terminal, finish: Finish): void {
  command(
    program,
    'simulate',
    'run a driver: does bind-rx succeed, do packets arrive, whose line is to blame',
  )
    .argument('[driver]', 'a driver directory; the built-in reference driver if left out')
    .option(
      '-s, --scenario <name>',
      `what to run, or all (default: ${DEFAULT_SCENARIO}; on pages one that asks for no header split if the driver has none)`,
    )
    .option('--list', 'list the scenarios', false)
    .addOption(new Option('-p, --provider <name>', 'who owns the payload memory').choices(PROVIDER_IDS))
    .option('--explore', 'go on past refused requests, to what would break next', false)
    .option('--seed <number>', 'seed of the traffic', parseSeed, 1)
    .option('-k, --kernel <release>', `${RELEASES.join(', ')}, or the root of the driver's tree`)
    .addOption(defineOption())
    .option('--config <file>', 'settings file (default: .netmemrc.json in or above the driver)')
    .option('--pcapng <file>', 'write the packets on the wire, for Wireshark')
    .option('--trace <file>', 'write the timeline, for Perfetto')
    .option('--counters <file>', 'write all counters as JSON, by their netlink names')
    .option('--coverage <file>', 'write which lines and branches of the driver ran, for lcov')
    .option('--param <key=value>', 'set a parameter of the run; may be repeated', collect, [])
    .option(
      '--mode <question=answer>',
      'pin a mode of the driver, or list: print its modes; may be repeated',
      collect,
      [],
    )
    .addOption(formatOption(['text', 'json']))
    .action(async (driver: string | undefined, options: SimulateOptions) => {
      const { simulate } = await import('./commands/simulate.ts');
      finish(await simulate(driver, options, terminal));
    });
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff)
    throw new InvalidArgumentError('not a whole number from 0 to 4294967295');
  return seed;
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/** Commands that explain, and those that other programs read. */
function addReference(program: Command, terminal: Terminal, finish: Finish): void {
  command(program, 'rules', 'list the rules')
    .addOption(formatOption(['text', 'markdown', 'json']))
    .action(async (options: RulesOptions) => {
      const { listRules } = await import('./commands/rules.ts');
      finish(listRules(options, terminal));
    });

  command(
    program,
    'explain',
    'say what a rule demands, what takes the place of a function, why bind-rx fails',
  )
    .argument(
      '<name...>',
      'a rule, a requirement (RX4), an identifier of the kernel, an errno, a request (bind-rx), a counter, a line of dmesg; - reads standard input',
    )
    .option('-k, --kernel <dir>', 'look identifiers up in this kernel tree (default: the tree around)')
    .addOption(new Option('--release <version>', 'checks of this kernel release').choices(RELEASES))
    .option('--driver <dir>', 'say which of the checks this driver fails')
    .addOption(formatOption(['text', 'markdown', 'json']))
    .action(async (names: string[], options: ExplainOptions) => {
      const { explain } = await import('./commands/explain.ts');
      finish(await explain(names, options, terminal));
    });

  command(program, 'replay', 'replay a page pool trace, an answer in JSON for each operation')
    .argument('[trace]', 'file with the trace; standard input if left out', '-')
    .addOption(new Option('--kernel <version>', 'behave like this release').choices(RELEASES).default(NEWEST))
    .action(async (trace: string, options: ReplayCommandOptions) => {
      const { replayFile } = await import('./commands/replay.ts');
      finish(await replayFile(trace, options, terminal));
    });

  command(program, 'completion', 'print completion for a shell')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { writeCompletion } = await import('./completion.ts');
      terminal.out(writeCompletion(shell, program));
      finish(EXIT.clean);
    });

  command(program, 'manual', 'print the manual page (troff)').action(async () => {
    const { writeManual } = await import('./manual.ts');
    terminal.out(writeManual(program));
    finish(EXIT.clean);
  });
}

/** The command that editors start. It ends when they do. */
function addServer(program: Command): void {
  command(program, 'lsp', 'serve an editor: findings, fixes and hovers over the language server protocol')
    .option('--stdio', 'over standard input and output, the only way there is', true)
    .action(async () => {
      const { lsp } = await import('./commands/lsp.ts');
      lsp();
    });
}

function command(program: Command, name: string, does: string): Command {
  return program
    .command(name)
    .description(does)
    .helpOption('-h, --help', 'print this')
    .addOption(new Option('--color <when>', 'colours in the output').choices(COLOUR_CHOICES).default('auto'))
    .addHelpText('after', exampleHelp(name));
}

/** The first name is the default. */
function formatOption(names: readonly string[]): Option {
  return new Option('-f, --format <name>', 'how to print').choices(names).default(names[0]);
}
