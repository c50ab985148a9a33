/** The language server is killed: VS Code starts another, and what the user sees comes back. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { findings, openDriver, until } from './support.ts';

/** Processes of our language server below this extension host, by the process file system of Linux. */
function servers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = / (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) \w/, ''))?.[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return Number(parent) === process.pid && command.includes('server.cjs');
      } catch {
        return false;
      }
    });
}

/** Findings of the server, which lead to a page; those that a task has left do not. */
function live(uri: vscode.Uri): vscode.Diagnostic[] {
  return findings(uri).filter(({ code }) => typeof code === 'object');
}

export function define(): void {
  describe('a language server that is gone', () => {
    it('is started again, with the findings of what is open and of what is typed', async function () {
      if (process.platform !== 'linux') this.skip();
      const { document } = await openDriver('tern_rx.c');
      const { length: before } = await until(
        () => live(document.uri),
        (found) => found.length > 0,
      );
      const [server, ...others] = servers();
      assert.ok(server !== undefined && others.length === 0, 'not one server');
      process.kill(server, 'SIGKILL');
      await until(servers, (found) => found.length === 1 && !found.includes(server));
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(0, 0), '\n');
      await vscode.workspace.applyEdit(edit);
      const after = await until(
        () => live(document.uri),
        (found) => found.length === before,
      );
      assert.equal(after.length, before);
      const actions = await until(
        () =>
          vscode.commands.executeCommand<vscode.CodeAction[]>(
            'vscode.executeCodeActionProvider',
            document.uri,
            after[0]?.range ?? new vscode.Range(0, 0, 0, 0),
          ),
        (found) => found.length > 0,
      );
      assert.ok(actions.length > 0);
      await vscode.commands.executeCommand('undo');
    });
  });
}
