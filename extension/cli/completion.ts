/** Completion for shells, made from the program itself: what it does not offer, they do not offer. */
import type { Command } from 'commander';
import { REQUIREMENTS, RULES } from '../analyzer/index.ts';
import { shapeOf, spellings, type CommandShape, type OptionShape, type Shell } from './command-shape.ts';
import { ERRNOS } from './explain/errno.ts';
import { TERMS } from './explain/terms.ts';

/** The script that the shell evaluates. */
export function writeCompletion(shell: Shell, program: Command): string {
  const shape = shapeOf(program);
  switch (shell) {
    case 'bash':
      return bash(shape);
    case 'zsh':
      return zsh(shape);
    case 'fish':
      return fish(shape);
  }
}

/** Words that stand for an argument of the command; empty where it takes paths. */
function words(command: CommandShape): readonly string[] {
  if (command.name === 'explain') {
    const terms = TERMS.flatMap(({ names }) => names.filter((name) => /^[a-z-]+$/.test(name)));
    return [...RULES.map((rule) => rule.id), ...REQUIREMENTS, ...ERRNOS.map(({ name }) => name), ...terms];
  }
  return command.arguments.flatMap((argument) => argument.choices);
}

/** Values of an option; empty if it takes none or a path. */
function values(option: OptionShape): readonly string[] {
  if (option.long === '--select') return [...RULES.map((rule) => rule.id), ...REQUIREMENTS];
  return option.choices;
}

function bash(program: CommandShape): string {
  const cases = program.commands.map((command) => {
    const valued = command.options
      .filter((option) => option.value !== null)
      .map(
        (option) => `        ${spellings(option).join('|')}) words="${values(option).join(' ')}"; return ;;`,
      );
    const flags = command.options.flatMap(spellings).join(' ');
    return [
      `    ${command.name})`,
      ...(valued.length === 0 ? [] : ['      case $2 in', ...valued, '      esac']),
      `      if [[ $1 == -* ]]; then words="${flags}"; else words="${words(command).join(' ')}"; fi`,
      '      ;;',
    ].join('\n');
  });
  const top = [...program.commands.map(({ name }) => name), ...program.options.flatMap(spellings)];
  return `# bash completion for netmem: eval "$(netmem completion bash)"
# An empty list of words leaves the shell its own completion of file names.
_netmem_words() {
  case $3 in
    "") words="${top.join(' ')}" ;;
${cases.join('\n')}
  esac
}
_netmem() {
  local words="" command="" at
  for ((at = 1; at < COMP_CWORD; at++)); do
    if [[ \${COMP_WORDS[at]} != -* ]]; then command=\${COMP_WORDS[at]}; break; fi
  done
  _netmem_words "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}" "$command"
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _netmem netmem
`;
}

function zsh(program: CommandShape): string {
  const names = program.commands.map(({ name, does }) => `    '${name}:${quote(does)}'`);
  const cases = program.commands.map((command) => {
    const options = command.options.map((option) => {
      const value =
        option.value === null
          ? ''
          : `:${option.value}:${values(option).length === 0 ? '_files' : `(${values(option).join(' ')})`}`;
      const text = `[${quote(option.does).replace(/[[\]:]/g, '\\$&')}]${value}`;
      const all = spellings(option);
      return all.length === 1 ? `'${option.long}${text}'` : `'(${all.join(' ')})'{${all.join(',')}}'${text}'`;
    });
    const given = words(command);
    const rest =
      command.arguments.length === 0
        ? []
        : [
            `'*:${command.arguments[0]?.name ?? ''}:${given.length === 0 ? '_files' : `(${given.join(' ')})`}'`,
          ];
    return `    ${command.name})\n      _arguments -s ${[...options, ...rest].join(' \\\n        ')}\n      ;;`;
  });
  return `#compdef netmem
# zsh completion for netmem: netmem completion zsh > a directory of $fpath, as _netmem
_netmem() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _netmem ]]; then _netmem "$@"; else compdef _netmem netmem; fi
`;
}

function fish(program: CommandShape): string {
  const lines = program.commands.flatMap((command) => {
    const when = `-n '__fish_seen_subcommand_from ${command.name}'`;
    const options = command.options.map((option) => {
      const short = option.short === null ? '' : ` -s ${option.short.slice(1)}`;
      const value =
        option.value === null
          ? ''
          : values(option).length === 0
            ? ' -r -F'
            : ` -x -a '${values(option).join(' ')}'`;
      return `complete -c netmem ${when}${short} -l ${option.long.slice(2)}${value} -d '${quote(option.does)}'`;
    });
    const given = words(command);
    const rest =
      command.arguments.length > 0 && given.length === 0
        ? [`complete -c netmem ${when} -F`]
        : given.length === 0
          ? []
          : [`complete -c netmem ${when} -a '${given.join(' ')}'`];
    return [
      `complete -c netmem -n __fish_use_subcommand -a ${command.name} -d '${quote(command.does)}'`,
      ...options,
      ...rest,
    ];
  });
  return `# fish completion for netmem: netmem completion fish | source\ncomplete -c netmem -f\n${lines.join('\n')}\n`;
}

/** Inside single quotes. */
function quote(text: string): string {
  return text.replaceAll("'", '’');
}
