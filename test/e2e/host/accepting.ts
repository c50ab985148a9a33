/** Accepting findings: from the light bulb into a file outside the sources. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AcceptOffer } from '../../../extension/server/protocol.ts';
import { fileOf, findings, openDriver, ruleOf, run, someFindings, until, withSetting } from './support.ts';

export function define(): void {
  describe('accepting a finding', () => {
    it('hides it and its like in one function, and nowhere else', async () => {
      const { document } = await openDriver('tern_rx.c');
      const all = await someFindings(document.uri);
      const functionAt = ({ range }: vscode.Diagnostic) => functionOf(document, range.start.line);
      const first = all.find((one) =>
        all.some((other) => ruleOf(other) === ruleOf(one) && functionAt(other) !== functionAt(one)),
      );
      assert.ok(first, 'no rule has findings in two functions');
      const isLike = (one: vscode.Diagnostic) =>
        ruleOf(one) === ruleOf(first) && functionAt(one) === functionAt(first);
      await accept(document, first, 'function');
      const expected = all.filter((one) => !isLike(one)).length;
      assert.ok(expected < all.length);
      const left = await until(
        () => findings(document.uri),
        (found) => found.length < all.length,
      );
      assert.equal(left.length, expected);
      assert.ok(!left.some(isLike));
      await vscode.workspace.fs.delete(fileOf('tern', '.netmem-baseline.json'));
      await until(
        () => findings(document.uri),
        (found) => found.length === all.length,
      );
    });

    for (const scope of ['line', 'file'] as const)
      it(`hides it for its ${scope}, until the entry goes`, async () => {
        const { document } = await openDriver('tern_rx.c');
        const all = await someFindings(document.uri);
        const [first] = all;
        assert.ok(first);
        await accept(document, first, scope);
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

    it('writes into the file that the settings name, and never into the sources', async () => {
      const { document } = await openDriver('tern_rx.c');
      const all = await someFindings(document.uri);
      const [first] = all;
      assert.ok(first);
      await withSetting('netmem.baseline', 'accepted/list.json', async () => {
        await accept(document, first, null);
        await until(
          () => findings(document.uri),
          (found) => found.length === all.length - 1,
        );
        const written = await vscode.workspace.fs.readFile(fileOf('tern', 'accepted/list.json'));
        assert.ok(new TextDecoder().decode(written).includes(ruleOf(first)));
      });
      // The setting is gone, and so is what that file hid.
      await until(
        () => findings(document.uri),
        (found) => found.length === all.length,
      );
      assert.equal(document.isDirty, false);
      await vscode.workspace.fs.delete(fileOf('tern', 'accepted'), { recursive: true });
    });
  });
}

/**
 * Chooses the entry of the light bulb's menu.
 * @param scope as if it had been asked for; null: answers the question with what it offers first, which is the line
 */
export async function accept(
  document: vscode.TextDocument,
  finding: vscode.Diagnostic,
  scope: 'line' | 'function' | 'file' | null,
): Promise<void> {
  const title = `Accept ${ruleOf(finding)}…`;
  const action = await until(
    async () => (await actions(document.uri, finding.range)).find((candidate) => candidate.title === title),
    (found) => found !== undefined,
  );
  assert.ok(action?.command);
  const [offer] = (action.command.arguments ?? []) as [AcceptOffer];
  const { scopes, ...place } = offer;
  assert.ok(scopes.some((each) => each.scope === (scope ?? 'line')));
  if (scope !== null) {
    await run({ ...action.command, arguments: [{ ...place, scope }] });
    return;
  }
  let done = false;
  const accepting = run(action.command).then(() => (done = true));
  await until(
    async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return done;
    },
    (answered) => answered,
  );
  await accepting;
}

/** Name of the function around a line of kernel style, whose functions begin in the first column. */
function functionOf(document: vscode.TextDocument, line: number): string {
  for (let at = line; at >= 0; at -= 1) {
    const { text } = document.lineAt(at);
    if (text.startsWith('}')) break;
    const [, name] = /^\w[^;=]*?(\w+)\(/.exec(text) ?? [];
    if (name !== undefined) return name;
  }
  return '';
}

async function actions(uri: vscode.Uri, range: vscode.Range): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range);
}
