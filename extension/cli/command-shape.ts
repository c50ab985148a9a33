/** What the command line offers, as plain data read off the program: completion and manual page are made from it. */
import type { Argument, Command, Option } from 'commander';

/** Shells that completion is made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export interface OptionShape {
  /** `-f`, or null. */
  readonly short: string | null;
  /** `--format`. */
  readonly long: string;
  /** Name of its value, or null if it takes none. */
  readonly value: string | null;
  readonly choices: readonly string[];
  readonly does: string;
  /** Shown as the default, or null. */
  readonly preset: string | null;
}

export interface ArgumentShape {
  readonly name: string;
  readonly required: boolean;
  readonly variadic: boolean;
  readonly choices: readonly string[];
  readonly does: string;
}

export interface CommandShape {
  readonly name: string;
  readonly does: string;
  readonly options: readonly OptionShape[];
  readonly arguments: readonly ArgumentShape[];
  readonly commands: readonly CommandShape[];
}

/** Hidden options are left out. */
export function shapeOf(command: Command): CommandShape {
  const help = command.createHelp();
  return {
    name: command.name(),
    does: command.description(),
    options: help.visibleOptions(command).map(optionShape),
    arguments: command.registeredArguments.map(argumentShape),
    commands: command.commands.map(shapeOf),
  };
}

function optionShape(option: Option): OptionShape {
  const preset: unknown = option.defaultValue;
  const shown = typeof preset === 'string' || typeof preset === 'number';
  return {
    short: option.short ?? null,
    long: option.long ?? '',
    value: /[<[]([^\]>.]+)/.exec(option.flags)?.[1] ?? null,
    choices: option.argChoices ?? [],
    does: option.description,
    preset: shown ? String(preset) : null,
  };
}

function argumentShape(argument: Argument): ArgumentShape {
  return {
    name: argument.name(),
    required: argument.required,
    variadic: argument.variadic,
    choices: argument.argChoices ?? [],
    does: argument.description,
  };
}

/** `--format name`, `-f`: every spelling of an option. */
export function spellings({ short, long }: OptionShape): readonly string[] {
  return short === null ? [long] : [short, long];
}
