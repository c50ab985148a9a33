/** `netmem baseline`: accept the findings of today, so that only new ones are reported. */
import { resolve } from 'node:path';
import {
  BASELINE_FILE,
  count,
  parseBaseline,
  unusedEntries,
  visible,
  writeBaseline,
} from '../../analyzer/index.ts';
import { createFile, isTaken } from '../../files/new-file.ts';
import { MEGABYTE, readInput } from '../../files/read-file.ts';
import { reasonOf } from '../../files/reason.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { analyse, baselineName } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { sessionOptions, type SharedOptions } from './options.ts';

export interface BaselineOptions extends SharedOptions {
  readonly output?: string;
  readonly reason: string;
  /** Only say which entries cover nothing any more. */
  readonly check: boolean;
}

const MAX_BASELINE_BYTES = 16 * MEGABYTE;

export async function baseline(
  paths: readonly string[],
  options: BaselineOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const session = await analyse(
    paths,
    { ...sessionOptions(options, { model: 'none', fixes: false }), useBaseline: false },
    terminal,
  );
  if (session.exit !== EXIT.clean) return session.exit;
  const file = resolve(terminal.cwd, options.output ?? BASELINE_FILE);
  const subjects = session.drivers.flatMap(({ findings }) =>
    findings.map((finding) => ({
      rule: finding.rule,
      file: baselineName(finding, terminal.cwd, file),
      function: finding.function,
      fingerprint: finding.fingerprint,
    })),
  );
  const name = options.output ?? BASELINE_FILE;
  if (options.check) return checkBaseline(file, name, subjects, terminal);
  if (isTaken(file)) {
    terminal.message(`${name}: there already; remove it to start over, or name another with --output`);
    return EXIT.usage;
  }
  try {
    createFile(file, writeBaseline(subjects, options.reason));
  } catch (error) {
    terminal.message(`${name}: ${reasonOf(error)}`);
    return EXIT.usage;
  }
  terminal.message(`${name}: ${count(subjects.length, 'finding')} accepted`);
  return EXIT.clean;
}

function checkBaseline(
  file: string,
  name: string,
  subjects: Parameters<typeof unusedEntries>[1],
  terminal: Terminal,
): ExitCode {
  let text: string;
  try {
    text = readInput(file, MAX_BASELINE_BYTES).toString('utf8');
  } catch (error) {
    terminal.message(`${name}: ${reasonOf(error)}; netmem baseline PATH writes one`);
    return EXIT.usage;
  }
  const parsed = parseBaseline(text);
  if (!parsed.ok) {
    terminal.message(`${name}: ${parsed.error}`);
    return EXIT.usage;
  }
  const unused = unusedEntries(parsed.value, subjects);
  for (const entry of unused)
    terminal.out(`${visible(entry.file)}: ${visible(entry.rule)} (${entry.scope}) covers nothing any more\n`);
  terminal.message(
    `${name}: ${unused.length} of ${count(parsed.value.entries.length, 'entry').replace('entrys', 'entries')} unused`,
  );
  return unused.length > 0 ? EXIT.findings : EXIT.clean;
}
