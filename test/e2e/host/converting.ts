/** Converting a buffer: looked at first, applied whole, refused if a file has changed meanwhile, undone at once. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openDriver, placeOf, run, someFindings, tabs, until } from './support.ts';

const FILE = 'convert/foo.c';
const WORD = 'page_pool_dev_alloc_pages';

export function define(): void {
  describe('converting a buffer', () => {
    let document: vscode.TextDocument;
    let before: string;

    beforeEach(async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      ({ document } = await openDriver(FILE, 'other'));
      before = document.getText();
      await someFindings(document.uri);
    });
    afterEach(async () => {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      assert.equal(document.getText(), before);
    });

    it('shows the change first, applies it whole, and one undo takes it back', async () => {
      await preview();
      assert.equal(document.getText(), before);
      await answer('workbench.action.acceptSelectedQuickOpenItem');
      await until(
        () => document.getText(),
        (text) => text.includes('netmem_ref') && !text.includes(WORD),
      );
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), before);
    });

    it('applies nothing if the user goes away', async () => {
      await preview();
      await answer('workbench.action.closeQuickOpen');
      assert.equal(document.getText(), before);
    });

    it('applies nothing if the file has changed since it was shown', async () => {
      await preview();
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(0, 0), '/* mine */\n');
      await vscode.workspace.applyEdit(edit);
      await answer('workbench.action.acceptSelectedQuickOpenItem');
      assert.equal(document.getText(), `/* mine */\n${before}`);
    });

    it('is a quick fix without a preview too', async () => {
      const action = await until(
        async () => (await actions()).find(({ title }) => title.startsWith('Convert')),
        (found) => found?.edit !== undefined,
      );
      assert.ok(action?.edit);
      assert.ok(await vscode.workspace.applyEdit(action.edit));
      assert.match(document.getText(), /netmem_ref page/);
    });

    it('is part of fix-all, which takes safe fixes only', async () => {
      await vscode.commands.executeCommand('editor.action.fixAll');
      await until(
        () => document.getText(),
        (text) => text.includes('netmem_ref'),
      );
    });

    /** Calls the preview from the light bulb and waits until it stands there. */
    async function preview(): Promise<void> {
      const action = await until(
        async () => (await actions()).find(({ title }) => title.startsWith('Preview')),
        (found) => found?.command !== undefined,
      );
      assert.ok(action?.command);
      void run(action.command);
      await until(tabs, (open) => open.some(isPreview));
    }

    /** Answers the list of conversions, which comes once the diff is there; the preview goes with it. */
    async function answer(command: string): Promise<void> {
      await until(
        async () => {
          await vscode.commands.executeCommand(command);
          return tabs();
        },
        (open) => !open.some(isPreview),
      );
    }

    async function actions(): Promise<vscode.CodeAction[]> {
      const at = placeOf(document, WORD);
      return vscode.commands.executeCommand(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(at, at),
        undefined,
        20,
      );
    }
  });
}

function isPreview(label: string): boolean {
  return label.includes('to netmem');
}
