/** The `netmem` task: `netmem check` over a folder, its output read by the `$netmem` problem matcher. */
import { relative, resolve } from 'node:path';
import * as vscode from 'vscode';

const TASK_TYPE = 'netmem';

/** @param command path of the bundled `netmem` command */
export function registerTasks(command: string): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(TASK_TYPE, {
    provideTasks: () =>
      (vscode.workspace.workspaceFolders ?? []).filter(isOnDisk).map((folder) => task(command, folder, '.')),
    resolveTask: (given) => {
      const { path } = given.definition;
      const folder = given.scope;
      if (typeof folder !== 'object' || !isOnDisk(folder)) return undefined;
      return task(command, folder, typeof path === 'string' ? path : '.', given.definition);
    },
  });
}

/** The command reads files of the machine it runs on. */
function isOnDisk({ uri }: vscode.WorkspaceFolder): boolean {
  return uri.scheme === 'file';
}

function task(
  command: string,
  folder: vscode.WorkspaceFolder,
  path: string,
  definition: vscode.TaskDefinition = { type: TASK_TYPE },
): vscode.Task {
  const cwd = folder.uri.fsPath;
  // The matcher takes names from the folder. To try others as well it would look at the disk for each line, and lose the
  // lines that it has not come to when the command ends.
  const name = relative(cwd, resolve(cwd, path));
  // The editor's own Node runs the command, so that none has to be installed.
  const run = new vscode.ProcessExecution(process.execPath, [command, 'check', name === '' ? '.' : name], {
    cwd,
    env: { ELECTRON_RUN_AS_NODE: '1' },
  });
  const made = new vscode.Task(definition, folder, `check ${path}`, TASK_TYPE, run, '$netmem');
  made.group = vscode.TaskGroup.Build;
  return made;
}
