/** Options that several commands share, declared once. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { CONFIDENCES, parseDefine, RELEASES } from '../../analyzer/index.ts';
import type { Confidence, Release } from '../../analyzer/index.ts';
import type { SessionOptions } from '../session.ts';

/** As commander hands them over. */
export interface SharedOptions {
  readonly kernel?: string;
  readonly release?: Release;
  readonly config?: string;
  readonly define: readonly string[];
  readonly confidence?: Confidence;
  readonly select?: readonly string[];
  readonly jobs: number;
  readonly baseline: boolean;
}

const DEFAULT_JOBS = 2;

/** Adds the options of every command that analyses PATHs. */
export function addSharedOptions(command: Command): Command {
  return command
    .option('-k, --kernel <dir>', 'root of the kernel tree (default: the tree around the path)')
    .addOption(new Option('--release <version>', 'assume this release if there is no tree').choices(RELEASES))
    .addOption(defineOption())
    .option('--config <file>', 'settings file (default: .netmemrc.json in or above the driver)')
    .addOption(
      new Option('--confidence <level>', 'only findings of at least this confidence').choices(CONFIDENCES),
    )
    .option('--select <names>', 'only these rules or requirements, separated by commas', splitNames)
    .option('--no-baseline', 'count accepted findings too')
    .option('-j, --jobs <number>', 'threads for many drivers', parseJobs, DEFAULT_JOBS);
}

/** @param wants what the command prints beside the findings */
export function sessionOptions(
  options: SharedOptions,
  wants: { readonly model: 'none' | 'pools' | 'whole'; readonly fixes: boolean },
): SessionOptions {
  return {
    kernel: options.kernel ?? null,
    release: options.release ?? null,
    config: options.config ?? null,
    define: options.define,
    confidence: options.confidence ?? null,
    select: options.select ?? [],
    threads: options.jobs,
    useBaseline: options.baseline,
    wantModel: wants.model !== 'none',
    wantPrograms: wants.model === 'whole',
    wantFixes: wants.fixes,
  };
}

/** Macros that decide what is compiled. */
export function defineOption(): Option {
  return new Option('-D, --define <macro>', 'NAME, NAME=VALUE or -NAME (not defined); may be repeated')
    .argParser(addDefine)
    .default([], 'none');
}

function addDefine(text: string, before: readonly string[]): string[] {
  if (parseDefine(text) === null) throw new InvalidArgumentError('none of NAME, NAME=VALUE, -NAME');
  return [...before, text];
}

/** `RX4, RX5` as a list. */
export function splitNames(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function parseJobs(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 64)
    throw new InvalidArgumentError('not a number from 1 to 64');
  return number;
}
