/** Converting a buffer: looked at first, applied whole, refused if a file has changed meanwhile, undone at once. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { actionsAt, fileOf, openDriver, run, someFindings, tabs, until } from './support.ts';

const FILE = 'convert/foo.c';
const WORD = 'page_pool_dev_alloc_pages';
/** Time for the preview to follow the list. */
const TO_FOLLOW_MS = 10_000;

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
      await answer('netmem.applyPreview');
      await until(
        () => document.getText(),
        (text) => text.includes('netmem_ref') && !text.includes(WORD),
      );
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), before);
    });

    it('applies nothing if the preview is discarded', async () => {
      await preview();
      await answer('netmem.discardPreview');
      assert.equal(document.getText(), before);
    });

    it('applies nothing if the preview is closed', async () => {
      await preview();
      await answer('workbench.action.closeActiveEditor');
      await vscode.commands.executeCommand('netmem.applyPreview');
      assert.equal(document.getText(), before);
    });

    it('applies nothing if the file has changed since it was shown', async () => {
      await preview();
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(0, 0), '/* mine */\n');
      await vscode.workspace.applyEdit(edit);
      await answer('netmem.applyPreview');
      assert.equal(document.getText(), `/* mine */\n${before}`);
    });

    it('applies what is ticked of several conversions, and nothing of the rest', async () => {
      await openDriver('pair/foo.c', 'other');
      const [foo, bar] = ['foo', 'bar'].map((name) => fileOf('other', `pair/${name}.c`));
      assert.ok(foo && bar);
      void vscode.commands.executeCommand('netmem.previewConversion');
      await until(tabs, (open) => open.some(isPreview));
      const shown = () =>
        vscode.workspace.textDocuments
          .filter(({ uri }) => uri.scheme === 'netmem-preview' && uri.query === 'after')
          .filter((side) => side.getText().includes('netmem_ref')).length;
      await until(shown, (count) => count === 2);
      // Unticks the first conversion. The command does nothing before the list is there, and ticks it again if it
      // comes twice: so the preview has time to follow before the command is given again.
      await until(
        async () => {
          void vscode.commands.executeCommand('netmem.choosePreview');
          await vscode.commands.executeCommand('quickInput.first');
          await vscode.commands.executeCommand('quickInput.toggleCheckbox');
          return until(shown, (count) => count === 1, TO_FOLLOW_MS).catch(shown);
        },
        (count) => count === 1,
      );
      await answer('workbench.action.acceptSelectedQuickOpenItem');
      const converted = async (uri: vscode.Uri) =>
        (await vscode.workspace.openTextDocument(uri)).getText().includes('netmem_ref');
      await until(
        async () => [await converted(bar), await converted(foo)],
        ([one, other]) => one !== other,
      );
      for (const uri of [foo, bar]) {
        await vscode.window.showTextDocument(uri);
        await vscode.commands.executeCommand('workbench.action.files.revert');
      }
    });

    it('is a quick fix without a preview too', async () => {
      const action = await until(
        async () => (await actionsAt(document, WORD)).find(({ title }) => title.startsWith('Convert')),
        (found) => found?.edit !== undefined,
      );
      assert.ok(action?.edit);
      assert.ok(await vscode.workspace.applyEdit(action.edit));
      assert.match(document.getText(), /netmem_ref page/);
    });

    it('is part of fix-all, which takes safe fixes only', async () => {
      // A request that meets the analysis of the undo before it is answered with nothing, as a save would be.
      await until(
        async () => {
          await vscode.commands.executeCommand('editor.action.fixAll');
          return document.getText();
        },
        (text) => text.includes('netmem_ref'),
      );
    });

    /** Calls the preview from the light bulb and waits until it stands there. */
    async function preview(): Promise<void> {
      const action = await until(
        async () => (await actionsAt(document, WORD)).find(({ title }) => title.startsWith('Preview')),
        (found) => found?.command !== undefined,
      );
      assert.ok(action?.command);
      void run(action.command);
      await until(tabs, (open) => open.some(isPreview));
    }

    /** Decides about the preview, which goes with that. The command does nothing before the diff is there. */
    async function answer(command: string): Promise<void> {
      await until(
        async () => {
          await vscode.commands.executeCommand(command);
          return tabs();
        },
        (open) => !open.some(isPreview),
      );
    }
  });
}

function isPreview(label: string): boolean {
  return label.includes('to netmem') || label.includes('netmem conversions');
}
