/** What the client says about its workspace: folders, and the settings that hold for a driver. */
import type { Connection, InitializeParams, WorkspaceFolder } from 'vscode-languageserver';
import { type DriverPolicy, loadPolicy } from './driver-policy.ts';
import type { FileAccess } from './host.ts';
import { type EditorSettings, readSettings } from './settings.ts';

export class Workspace {
  readonly #connection: Connection;
  readonly #files: FileAccess;
  #folders: readonly string[] = [];
  #asksClient = false;
  #pushed: unknown = undefined;
  readonly #said = new Set<string>();

  constructor(connection: Connection, files: FileAccess) {
    this.#connection = connection;
    this.#files = files;
  }

  /** URIs of the workspace folders, without a slash at the end. */
  get folders(): readonly string[] {
    return this.#folders;
  }

  initialize(params: InitializeParams): void {
    const folders = params.workspaceFolders?.map(({ uri }) => uri) ?? [];
    // What clients without workspace folders have instead.
    const root: unknown = Reflect.get(params, 'rootUri');
    this.#setFolders(folders.length > 0 || typeof root !== 'string' ? folders : [root]);
    this.#asksClient = params.capabilities.workspace?.configuration === true;
    this.#pushed = section(params.initializationOptions);
  }

  foldersChanged(added: readonly WorkspaceFolder[], removed: readonly WorkspaceFolder[]): void {
    const gone = new Set(removed.map(({ uri }) => trimmed(uri)));
    const left = this.#folders.filter((folder) => !gone.has(folder));
    this.#setFolders([...left, ...added.map(({ uri }) => uri)]);
  }

  /** Settings that a client without `workspace/configuration` sends by itself. */
  settingsPushed(settings: unknown): void {
    this.#pushed = section(settings);
  }

  async settings(directory: string): Promise<EditorSettings> {
    const value: unknown = this.#asksClient
      ? await this.#connection.workspace.getConfiguration({ scopeUri: directory, section: 'netmem' })
      : this.#pushed;
    return readSettings(value, (problem) => this.#say(problem));
  }

  async policy(directory: string): Promise<DriverPolicy> {
    return loadPolicy(directory, {
      files: this.#files,
      editor: await this.settings(directory),
      workspaceFolder: this.folderOf(directory),
      onProblem: (problem) => this.#say(problem),
    });
  }

  /** The innermost workspace folder around a directory, or null. */
  folderOf(directory: string): string | null {
    const around = this.#folders.filter(
      (folder) => directory === folder || directory.startsWith(`${folder}/`),
    );
    return around.sort((a, b) => b.length - a.length)[0] ?? null;
  }

  #setFolders(uris: readonly string[]): void {
    this.#folders = uris.map(trimmed);
  }

  /** Once each: a wrong setting is read again with every driver. */
  #say(problem: string): void {
    if (this.#said.has(problem)) return;
    this.#said.add(problem);
    this.#connection.console.warn(problem);
  }
}

function trimmed(uri: string): string {
  return uri.replace(/\/$/, '');
}

/** Clients send either the section itself or everything around it. */
function section(settings: unknown): unknown {
  if (typeof settings === 'object' && settings !== null && 'netmem' in settings) return settings.netmem;
  return settings;
}
