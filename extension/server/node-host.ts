/** The server's world in Node: files of the machine, the wasm beside the bundle. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { createAnalyzer } from '../analyzer/index.ts';
import type { Analyzer } from '../analyzer/index.ts';
import { clientFiles } from './client-files.ts';
import type { Host } from './host.ts';
import { nodeFiles } from './node-files.ts';

/** Time for the words about the end to reach the client. */
const FAREWELL_MS = 200;

/** @param binaries directory that has the two wasm files */
export function nodeHost(connection: Connection, binaries: string): Host {
  const files = nodeFiles(clientFiles(connection));
  let analyzer: Promise<Analyzer> | null = null;
  return {
    files,
    analyzer: () => (analyzer ??= load(binaries)),
    restart: () => void setTimeout(() => process.exit(1), FAREWELL_MS),
    rulePage: (rule) => {
      const page = join(binaries, '../extension/docs/rules', `${rule}.md`);
      return existsSync(page) ? URI.file(page).toString() : null;
    },
  };
}

async function load(directory: string): Promise<Analyzer> {
  const [runtime, grammar] = await Promise.all([
    readFile(join(directory, 'web-tree-sitter.wasm')),
    readFile(join(directory, 'tree-sitter-c.wasm')),
  ]);
  return createAnalyzer({ runtime, grammar });
}
