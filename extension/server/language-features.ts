/** The parts of LSP beyond diagnostics: light bulb, hover, inlay hints. Each answers from the driver's snapshot. */
import type { Connection, ServerCapabilities } from 'vscode-languageserver';
import type { Client } from './client.ts';
import { CONVERT_KIND, FIX_ALL_KIND, actionUri, codeActions, resolveAction } from './code-actions.ts';
import type { Drivers } from './drivers.ts';
import type { FileAccess } from './host.ts';
import { hoverAt } from './hover.ts';
import { roleHints } from './inlay-hints.ts';

export interface LanguageContext {
  readonly drivers: Drivers;
  readonly files: FileAccess;
  readonly client: () => Client;
}

export function languageCapabilities(client: Client): ServerCapabilities {
  return {
    codeActionProvider: {
      codeActionKinds: ['quickfix', FIX_ALL_KIND, ...(client.isWorkbench ? [CONVERT_KIND] : [])],
      resolveProvider: client.actions.resolves,
    },
    hoverProvider: true,
    inlayHintProvider: true,
  };
}

export function registerLanguageFeatures(
  connection: Connection,
  { drivers, files, client }: LanguageContext,
): void {
  connection.onCodeAction(async (params, token) => {
    const session = await drivers.find(params.textDocument.uri);
    const snapshot = await session?.snapshot();
    if (!session || !snapshot || token.isCancellationRequested) return [];
    return codeActions({ session, snapshot, files, client: client().actions }, params);
  });

  connection.onCodeActionResolve(async (action) => {
    const uri = actionUri(action);
    if (uri === null) return action;
    const session = await drivers.find(uri);
    const snapshot = await session?.snapshot();
    const context = session && snapshot ? { session, snapshot, files, client: client().actions } : null;
    return resolveAction(action, context);
  });

  connection.onHover(async ({ textDocument, position }, token) => {
    const snapshot = await (await drivers.find(textDocument.uri))?.snapshot();
    return snapshot && !token.isCancellationRequested ? hoverAt(snapshot, textDocument.uri, position) : null;
  });

  connection.languages.inlayHint.on(async ({ textDocument, range }, token) => {
    const snapshot = await (await drivers.find(textDocument.uri))?.snapshot();
    return snapshot && !token.isCancellationRequested ? roleHints(snapshot, textDocument.uri, range) : [];
  });
}
