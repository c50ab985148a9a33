/** Focus mode: the line being typed is left in peace, every other line is not. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { findings, openDriver, placeOf, someFindings, until, withSetting } from './support.ts';

const FILE = 'convert/foo.c';
const WORD = 'page_pool_dev_alloc_pages';

export function define(): void {
  describe('focus mode', () => {
    it('hides the findings of the line being typed until the caret leaves it', async () => {
      const editor = await openDriver(FILE, 'other');
      const { document } = editor;
      await someFindings(document.uri);
      await withSetting('netmem.focusMode', true, async () => {
        const { line } = placeOf(document, WORD);
        const onLine = () => findings(document.uri).filter(({ range }) => range.start.line === line).length;
        const before = await until(onLine, (count) => count > 0);
        const others = findings(document.uri).length - before;
        assert.ok(others > 0);
        const end = document.lineAt(line).range.end;
        editor.selection = new vscode.Selection(end, end);
        await vscode.commands.executeCommand('type', { text: ' ' });
        await until(onLine, (count) => count === 0);
        assert.equal(findings(document.uri).length, others);
        const away = new vscode.Position(0, 0);
        editor.selection = new vscode.Selection(away, away);
        await until(onLine, (count) => count === before);
      });
      await vscode.commands.executeCommand('workbench.action.files.revert');
    });

    it('is off unless asked for', async () => {
      const editor = await openDriver(FILE, 'other');
      const { document } = editor;
      const all = (await someFindings(document.uri)).length;
      const end = document.lineAt(placeOf(document, WORD).line).range.end;
      editor.selection = new vscode.Selection(end, end);
      const analysed = new Promise<void>((done) => {
        const listening = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
          if (!uris.some((uri) => uri.toString() === document.uri.toString())) return;
          listening.dispose();
          done();
        });
      });
      await vscode.commands.executeCommand('type', { text: ' ' });
      await analysed;
      assert.equal(findings(document.uri).length, all);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    });
  });
}
