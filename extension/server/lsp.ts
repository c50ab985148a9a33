/** `netmem lsp --stdio`: the same server for every other editor. */
import { ProposedFeatures, createConnection } from 'vscode-languageserver/node';
import { wholeFrames } from './framing.ts';
import { nodeHost } from './node-host.ts';
import { startServer } from './server.ts';

/**
 * Serves on standard input and output until the client ends it.
 * @param binaries directory that has the two wasm files
 */
export function serveStdio(binaries: string): void {
  const frames = wholeFrames((problem) => process.stderr.write(`netmem: ${problem}\n`));
  const connection = createConnection(ProposedFeatures.all, process.stdin.pipe(frames), process.stdout);
  startServer(connection, nodeHost(connection, binaries));
}
