/** Examples of every command, for its help and for the manual page. A test holds each against the command line. */

export interface Example {
  /** As typed; may be a pipeline. */
  readonly line: string;
  readonly does: string;
}

/** By name of the command; the empty name is the program's own help. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  '': [
    { line: 'netmem check drivers/net/ethernet/engleder', does: 'every finding of a driver' },
    { line: 'netmem report drivers/net/ethernet', does: 'how far each driver is' },
    { line: 'netmem fix --diff drivers/net/ethernet/foo', does: 'a patch that converts it' },
    { line: 'git diff | netmem check --diff -', does: 'only what a patch touches' },
    { line: 'netmem simulate drivers/net/ethernet/foo', does: 'run it with device memory' },
    { line: 'netmem explain rx3-page-api', does: 'what the kernel demands' },
    { line: 'netmem explain page_pool_put_page', does: 'what takes its place' },
  ],
  check: [
    { line: 'netmem check drivers/net/ethernet/marvell/mvneta.c', does: 'one file' },
    { line: 'netmem check --explain drivers/net/ethernet/foo', does: 'why each place was chosen' },
    { line: 'netmem check --select RX4,RX5 --confidence high .', does: 'some requirements, the sure ones' },
    { line: 'git diff origin/main | netmem check --diff -', does: 'the lines a branch changes' },
    { line: "git ls-files '*.c' | netmem check -", does: 'a list of files' },
    { line: 'netmem check --format sarif . > netmem.sarif', does: 'for code scanning' },
  ],
  fix: [
    { line: 'netmem fix --diff drivers/net/ethernet/foo | git apply', does: 'a patch, read and applied' },
    { line: 'netmem fix --write drivers/net/ethernet/foo', does: 'in place, all files or none' },
    { line: 'netmem fix --class foo_rx_buf.page --diff .', does: 'one buffer with all that holds it' },
    { line: 'netmem fix --only RX3 --commit-message --diff .', does: 'some requirements, and the message' },
  ],
  report: [
    { line: 'netmem report drivers/net/ethernet/foo', does: 'what is met, what comes next' },
    { line: 'netmem report --format markdown drivers/net', does: 'a table of all drivers' },
  ],
  model: [{ line: 'netmem model drivers/net/ethernet/foo > foo.json', does: 'what the simulator runs' }],
  modes: [
    { line: 'netmem modes drivers/net/ethernet/foo', does: 'where it binds, what is open there' },
    { line: 'netmem modes --format json drivers/net/ethernet/foo', does: 'for scripts' },
  ],
  baseline: [
    { line: 'netmem baseline drivers/net/ethernet/foo', does: 'report only what is new from here on' },
    { line: 'netmem baseline --check drivers/net/ethernet/foo', does: 'entries that are mended by now' },
  ],
  simulate: [
    { line: 'netmem simulate drivers/net/ethernet/foo', does: 'with device memory bound' },
    { line: 'netmem simulate --provider zcrx --param packets=5000 .', does: 'with io_uring memory' },
    { line: 'netmem simulate --pcapng run.pcapng --trace run.json .', does: 'for Wireshark, Perfetto' },
    { line: 'netmem simulate --scenario all', does: 'every lesson, on a correct driver' },
    { line: 'netmem simulate --explore .', does: 'what would break behind a refusal' },
    { line: 'netmem simulate --list', does: 'what the lessons are' },
  ],
  rules: [{ line: 'netmem rules --format json', does: 'for scripts' }],
  explain: [
    { line: 'netmem explain rx5-cpu-access', does: 'the page of a rule' },
    { line: 'netmem explain RX4', does: 'a requirement and its rules' },
    { line: 'netmem explain -k ~/linux skb_add_rx_frag', does: 'its counterpart in that tree' },
  ],
  replay: [{ line: 'netmem replay --kernel 6.18 pool.trace', does: 'what the kernel does, step by step' }],
  completion: [
    { line: 'eval "$(netmem completion bash)"', does: 'for this shell; put it into ~/.bashrc' },
    { line: 'netmem completion zsh > ~/.zfunc/_netmem', does: 'a directory of $fpath' },
    { line: 'netmem completion fish | source', does: 'for config.fish' },
  ],
  lsp: [{ line: 'netmem lsp --stdio', does: 'for the settings of an editor; see docs/editors.md' }],
  manual: [{ line: 'netmem manual > netmem.1 && man ./netmem.1', does: 'the manual page' }],
};

/** The examples of a command as the end of its help, at most 80 columns wide where a line allows it. */
export function exampleHelp(command: string): string {
  const examples = EXAMPLES[command] ?? [];
  if (examples.length === 0) return '';
  const width = Math.max(...examples.map(({ line }) => line.length));
  const lines = examples.map(({ line, does }) =>
    2 + width + 2 + does.length <= 80 ? `  ${line.padEnd(width)}  ${does}` : `  ${line}\n      ${does}`,
  );
  return `\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`;
}
