/** The same files looked at twice: by a language server over the disk, and by the built `netmem check`. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentDiagnosticReport } from 'vscode-languageserver';
import { nodeFiles } from '../../extension/server/node-files.ts';
import { analyserForTests } from '../analyzer/analyse.ts';
import { PULLING, type Session, start } from '../server/harness.ts';

const NETMEM = resolve(import.meta.dirname, '../../dist/netmem.cjs');
/** For schemes that only a client can read; there is none here. */
const NO_OTHERS = {
  readFile: () => Promise.resolve(null),
  readDirectory: () => Promise.resolve(null),
  staysIn: () => Promise.resolve(false),
};

/** A server with the real analyser and the machine's files. */
export async function diskServer(): Promise<Session> {
  return start(PULLING, {}, { analyzer: await analyserForTests(), access: nodeFiles(NO_OTHERS) });
}

/** What the editor shows for a file that is opened: `line:column rule`. */
export async function editorFindings(session: Session, file: string): Promise<string[]> {
  const uri = pathToFileURL(file).toString();
  await session.open(uri, readFileSync(file, 'utf8'));
  const params = { textDocument: { uri } };
  const report = await session.client.sendRequest<DocumentDiagnosticReport>(
    'textDocument/diagnostic',
    params,
  );
  if (report.kind !== 'full') throw new Error('asked for the first time, the server has no earlier answer');
  const places = report.items.map(({ range, code }) => {
    const { line, character } = range.start;
    return `${line + 1}:${character + 1} ${String(code)}`;
  });
  return places.sort();
}

/** What the terminal says of some files, by file. */
export function terminalFindings(files: readonly string[]): Map<string, string[]> {
  const run = spawnSync(process.execPath, [NETMEM, 'check', '--format', 'jsonl', '--files-from', '-'], {
    input: files.join('\n'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const found = new Map<string, string[]>(files.map((file) => [file, []]));
  for (const line of run.stdout.split('\n').filter((text) => text !== '')) {
    const entry: unknown = JSON.parse(line);
    if (!isFinding(entry)) throw new Error(`no finding: ${line}`);
    found.get(entry.file)?.push(`${entry.line}:${entry.column} ${entry.rule}`);
  }
  for (const list of found.values()) list.sort();
  return found;
}

interface ListedFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string;
}

function isFinding(entry: unknown): entry is ListedFinding {
  return typeof entry === 'object' && entry !== null && 'file' in entry && 'line' in entry && 'rule' in entry;
}
