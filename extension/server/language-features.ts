/** The parts of LSP beyond diagnostics: light bulb, hover, inlay hints. Each answers from the driver's snapshot. */
import type { Connection, ServerCapabilities } from 'vscode-languageserver';
import type { Client } from './client.ts';
import { CONVERT_KIND, FIX_ALL_KIND, actionUri, codeActions, resolveAction } from './code-actions.ts';
import type { Drivers } from './drivers.ts';
import type { Guarded } from './guarded.ts';
import type { FileAccess } from './host.ts';
import { hoverAt } from './hover.ts';
import { roleHints } from './inlay-hints.ts';

export interface LanguageContext {
  readonly drivers: Drivers;
  readonly files: FileAccess;
  readonly client: () => Client;
  readonly guarded: Guarded;
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
  { drivers, files, client, guarded }: LanguageContext,
): void {
  connection.onCodeAction((params, token) =>
    guarded(params.textDocument.uri, [], async () => {
      const session = await drivers.find(params.textDocument.uri);
      const snapshot = await session?.snapshot();
      if (!session || !snapshot || token.isCancellationRequested) return [];
      return codeActions({ session, snapshot, files, client: client().actions }, params);
    }),
  );

  connection.onCodeActionResolve((action) => {
    const uri = actionUri(action);
    if (uri === null) return action;
    return guarded(uri, action, async () => {
      const session = await drivers.find(uri);
      const snapshot = await session?.snapshot();
      const context = session && snapshot ? { session, snapshot, files, client: client().actions } : null;
      return resolveAction(action, context);
    });
  });

  connection.onHover(({ textDocument: { uri }, position }, token) =>
    guarded(uri, null, async () => {
      const snapshot = await (await drivers.find(uri))?.snapshot();
      return snapshot && !token.isCancellationRequested ? hoverAt(snapshot, uri, position) : null;
    }),
  );

  connection.languages.inlayHint.on(({ textDocument: { uri }, range }, token) =>
    guarded(uri, [], async () => {
      const snapshot = await (await drivers.find(uri))?.snapshot();
      return snapshot && !token.isCancellationRequested ? roleHints(snapshot, uri, range) : [];
    }),
  );
}
