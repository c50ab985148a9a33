/** Entry of the language server as VS Code starts it: a process of its own, talking over its IPC channel. */
import { ProposedFeatures, createConnection } from 'vscode-languageserver/node';
import { optimizeLate } from './late-optimizer.ts';
import { nodeHost } from './node-host.ts';
import { startServer } from './server.ts';

optimizeLate();
const connection = createConnection(ProposedFeatures.all);
startServer(connection, nodeHost(connection, import.meta.dirname));
