/** Several workspace folders: each has its own settings, and one command looks at all of them. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { fileOf, findings, openDriver, someFindings, until } from './support.ts';

export function define(): void {
  describe('a workspace of several folders', () => {
    it('reads the project’s file of the folder that a driver is in', async () => {
      const quiet = await openDriver('quiet/tern_rx.c', 'other');
      const loud = await openDriver('tern_rx.c');
      await someFindings(loud.document.uri);
      // Its `.netmemrc.json` wants TX findings only.
      assert.deepEqual(findings(quiet.document.uri), []);
    });

    it('lists the findings of a whole driver while one of its files is open, and no longer', async () => {
      await openDriver('tern_rx.c');
      await someFindings(fileOf('tern', 'tern_tx.c'));
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      for (const name of ['tern_rx.c', 'tern_tx.c'])
        await until(
          () => findings(fileOf('tern', name)),
          (found) => found.length === 0,
        );
    });

    it('is analyzed on command, into the Problems view, without opening anything', async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      const closed = fileOf('other', 'second/tern_rx.c');
      assert.deepEqual(vscode.languages.getDiagnostics(closed), []);
      await vscode.commands.executeCommand('netmem.analyzeWorkspace');
      assert.ok(findings(closed).length > 0);
      assert.equal(vscode.window.visibleTextEditors.length, 0);
    });

    it('takes a file over from that analysis when it is opened', async () => {
      const closed = fileOf('other', 'second/tern_rx.c');
      const before = findings(closed).length;
      await openDriver('second/tern_rx.c', 'other');
      await until(
        () => findings(closed).length,
        (found) => found === before,
      );
    });

    it('offers the check as a task whose problems are matched', async () => {
      const tasks = await vscode.tasks.fetchTasks({ type: 'netmem' });
      assert.deepEqual(tasks.map(({ scope }) => (typeof scope === 'object' ? scope.name : scope)).sort(), [
        'other',
        'tern',
      ]);
      assert.deepEqual(tasks[0]?.problemMatchers, ['$netmem']);
      const task = tasks.find(({ scope }) => typeof scope === 'object' && scope.name === 'tern');
      assert.ok(task);
      const ended = new Promise<number | undefined>((done) => {
        const listening = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => {
          listening.dispose();
          done(exitCode);
        });
      });
      await vscode.tasks.executeTask(task);
      assert.equal(await ended, 1);
      // Of a file that is not open; a compiler's line says where a problem starts and not where it ends.
      await until(
        () => vscode.languages.getDiagnostics(fileOf('tern', 'tern_tx.c')),
        (found) => found.some(({ source, range }) => source === 'netmem' && range.isEmpty),
      );
    });
  });
}
