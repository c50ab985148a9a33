/** What the client said about itself at `initialize`, reduced to the questions the server asks. */
import type { InitializeParams } from 'vscode-languageserver';
import type { ActionClient } from './code-actions.ts';

export interface Client {
  /** Diagnostics are pulled by the client; if not, the server pushes them. Never both. */
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly registersConfiguration: boolean;
  readonly registersWatchers: boolean;
  /** Takes watchers for one directory, also outside of the workspace. */
  readonly watchesAnywhere: boolean;
  readonly hasWorkspaceFolders: boolean;
  /** Knows the `netmem/…` notifications. */
  readonly isWorkbench: boolean;
  readonly actions: ActionClient;
}

export function readClient(params: InitializeParams | undefined): Client {
  const document = params?.capabilities.textDocument;
  const workspace = params?.capabilities.workspace;
  const isWorkbench = flag(params?.initializationOptions, 'workbench');
  return {
    pullsDiagnostics: document?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    watchesAnywhere: workspace?.didChangeWatchedFiles?.relativePatternSupport === true,
    hasWorkspaceFolders: workspace?.workspaceFolders === true,
    isWorkbench,
    actions: {
      resolves: document?.codeAction?.resolveSupport?.properties.includes('edit') === true,
      versionedEdits: workspace?.workspaceEdit?.documentChanges === true,
      createsFiles: workspace?.workspaceEdit?.resourceOperations?.includes('create') === true,
      isWorkbench,
    },
  };
}

function flag(options: unknown, name: string): boolean {
  return typeof options === 'object' && options !== null && Reflect.get(options, name) === true;
}
