/** The command line: what there is, with help that teaches by example. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { FORMATS } from '../analyzer/report/writer.ts';
import { baseline, type BaselineOptions } from './commands/baseline.ts';
import { check, type CheckOptions } from './commands/check.ts';
import { model } from './commands/model.ts';
import { addSharedOptions, type SharedOptions } from './commands/options.ts';
import { report, type ReportOptions } from './commands/report.ts';
import { listRules, type RulesOptions } from './commands/rules.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

const EXAMPLES = `
Examples:
  netmem check drivers/net/ethernet/engleder     every finding of a driver
  netmem report drivers/net/ethernet             how far each driver is
  netmem fix --diff drivers/net/ethernet/foo     a patch to read, then git apply
  git diff | netmem check --diff -               only what a patch touches
  netmem explain rx3-page-api                    what the kernel demands, and why

Exit codes: 0 clean, 1 findings, 2 wrong usage or input, 3 internal error.`;

const CHECK_EXAMPLES = `
Examples:
  netmem check drivers/net/ethernet/marvell/mvneta.c
  netmem check --format sarif drivers/net/ethernet/foo > foo.sarif
  netmem check --select RX4,RX5 --confidence high drivers/net
  git diff origin/main | netmem check --diff -
  git ls-files '*.c' | netmem check --files-from -

Exit codes: 0 clean, 1 findings, 2 wrong usage or input, 3 internal error.`;

/** Runs the command line. @returns how the process should end */
export async function runProgram(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exit: ExitCode = EXIT.clean;
  const program = buildProgram(terminal, (code) => {
    exit = code;
  });
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
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.message(text.replace(/^error: /, '').trimEnd()),
    })
    .showHelpAfterError('(netmem --help shows what there is)');
  const paths = new Argument('[path...]', 'driver directories or C files');

  addSharedOptions(program.command('check'))
    .description('list what keeps drivers from supporting netmem')
    .addArgument(paths)
    .addOption(new Option('-f, --format <name>', 'how to print').choices(FORMATS).default('text'))
    .option('--diff <patch>', 'only findings on lines a patch changes; - reads standard input')
    .option('--files-from <file>', 'read paths from a file, a line each; - reads standard input')
    .option('--explain', 'print why each place was chosen', false)
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (paths: string[], options: CheckOptions) => finish(await check(paths, options, terminal)));

  addSharedOptions(program.command('report'))
    .description('show how far drivers are, requirement by requirement')
    .argument('<path...>', 'driver directories or C files')
    .addOption(formatOption(['text', 'markdown', 'json']))
    .action(async (paths: string[], options: ReportOptions) =>
      finish(await report(paths, options, terminal)),
    );

  addSharedOptions(program.command('model'))
    .description('print the driver model, what the simulator runs')
    .argument('<path>', 'a driver directory')
    .action(async (path: string, options: SharedOptions) => finish(await model(path, options, terminal)));

  addSharedOptions(program.command('baseline'))
    .description('accept the findings of today, so that only new ones are reported')
    .argument('<path...>', 'driver directories or C files')
    .option('-o, --output <file>', 'where to write (default: .netmem-baseline.json here)')
    .option('--reason <text>', 'why they are accepted', 'accepted when the baseline was made')
    .option('--check', 'list entries that cover nothing any more', false)
    .action(async (paths: string[], options: BaselineOptions) =>
      finish(await baseline(paths, options, terminal)),
    );

  program
    .command('rules')
    .description('list the rules')
    .addOption(formatOption(['text', 'json']))
    .action((options: RulesOptions) => finish(listRules(options, terminal)));

  return program;
}

function formatOption(names: readonly string[]): Option {
  return new Option('-f, --format <name>', 'how to print').choices(names).default(names[0]);
}
