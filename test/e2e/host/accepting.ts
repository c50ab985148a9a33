/** Accepting findings: from the light bulb into a file outside the sources. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { fileOf, findings, openDriver, ruleOf, run, someFindings, until } from './support.ts';

export function define(): void {
  describe('accepting a finding', () => {
    for (const [scope, words] of [
      ['line', 'on this line'],
      ['file', 'in this file'],
    ] as const)
      it(`hides it for its ${scope}, until the entry goes`, async () => {
        const { document } = await openDriver('tern_rx.c');
        const all = await someFindings(document.uri);
        const [first] = all;
        assert.ok(first);
        const title = `Accept ${ruleOf(first)} ${words} (baseline)`;
        const action = await until(
          async () =>
            (await actions(document.uri, first.range)).find((candidate) => candidate.title === title),
          (found) => found !== undefined,
        );
        assert.ok(action?.command);
        await run(action.command);
        const left = await until(
          () => findings(document.uri),
          (found) => found.length < all.length,
        );
        const ofRule = all.filter((finding) => ruleOf(finding) === ruleOf(first)).length;
        assert.equal(left.length, scope === 'file' ? all.length - ofRule : all.length - 1);
        assert.equal(document.isDirty, false);
        await vscode.workspace.fs.delete(fileOf('tern', '.netmem-baseline.json'));
        await until(
          () => findings(document.uri),
          (found) => found.length === all.length,
        );
      });
  });
}

async function actions(uri: vscode.Uri, range: vscode.Range): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range);
}
