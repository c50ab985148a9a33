/// <reference lib="webworker" />
/** Entry of the language server in a web worker. It has no files: everything it reads comes through the client. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { createAnalyzer } from '../analyzer/index.ts';
import type { Analyzer } from '../analyzer/index.ts';
import { clientFiles } from './client-files.ts';
import { PARSER_BINARIES_REQUEST, type ParserBinariesResult } from './protocol.ts';
import { startServer } from './server.ts';

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
const files = clientFiles(connection);
let analyzer: Promise<Analyzer> | null = null;
startServer(connection, {
  files,
  analyzer: () =>
    (analyzer ??= connection
      .sendRequest<ParserBinariesResult>(PARSER_BINARIES_REQUEST)
      .then((binaries) => createAnalyzer(binaries))),
  restart: () => undefined,
  rulePage: () => null,
});
