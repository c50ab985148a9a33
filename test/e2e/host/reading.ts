/** Reading a driver: findings with their pages, hover, lenses, role hints, explanation. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { findings, hover, openDriver, ruleOf, someFindings, tabs, until, withSetting } from './support.ts';

const RX = 'tern_rx.c';

export function define(): void {
  describe('reading a driver', () => {
    it('shows findings whose code links to the page of the rule', async () => {
      const { document } = await openDriver(RX);
      const [first] = await someFindings(document.uri);
      assert.ok(first);
      assert.ok(typeof first.code === 'object', 'the code is no link');
      assert.equal(first.code.target.scheme, 'command');
      const [rule] = JSON.parse(first.code.target.query) as string[];
      await vscode.commands.executeCommand(first.code.target.path, rule);
      await until(tabs, (open) => open.some((label) => label.includes(`${rule}.md`)));
    });

    it('explains a helper of the page pool on hover, with its netmem form', async () => {
      const { document } = await openDriver(RX);
      const text = await hover(document, 'page_pool_dev_alloc_pages');
      assert.match(text, /page_pool_dev_alloc_netmems\(rxq->hdr_pool\)/);
      assert.match(await hover(document, 'PP_FLAG_ALLOW_UNREADABLE_NETMEM'), /header split/);
    });

    it('stands lenses above pools, and takes them away when asked to', async () => {
      const { document } = await openDriver(RX);
      const titles = () => lensTitles(document.uri);
      const shown = await until(titles, (found) => found.length > 0);
      assert.ok(
        shown.some((title) => /pool .*simulate/.test(title)),
        shown.join('\n'),
      );
      await withSetting('netmem.codeLens', false, async () => {
        await until(titles, (found) => found.length === 0);
      });
    });

    it('hints at roles only when asked to', async () => {
      const { document } = await openDriver('tern.h');
      await someFindings(document.uri);
      const hints = () =>
        vscode.commands.executeCommand<vscode.InlayHint[]>(
          'vscode.executeInlayHintProvider',
          document.uri,
          new vscode.Range(0, 0, document.lineCount, 0),
        );
      assert.deepEqual(await hints(), []);
      await withSetting('netmem.inlayHints.roles', true, async () => {
        const found = await until(hints, (answer) => answer.length > 0);
        const label = found[0]?.label;
        assert.match(typeof label === 'string' ? label : '', /^: \w+$/);
      });
    });

    it('explains a finding beside the code, and copies it as a compiler would print it', async () => {
      const editor = await openDriver(RX);
      const [first] = await someFindings(editor.document.uri);
      assert.ok(first);
      editor.selection = new vscode.Selection(first.range.start, first.range.start);
      await vscode.commands.executeCommand('netmem.copyFinding');
      const line = first.range.start.line + 1;
      await until(
        () => vscode.env.clipboard.readText(),
        (text) => text.startsWith(`tern_rx.c:${line}:`) && text.includes(ruleOf(first)),
      );
      await vscode.commands.executeCommand('netmem.explainFinding');
      await until(tabs, (open) => open.some((label) => label.includes(`Explain ${ruleOf(first)}`)));
    });

    it('says nothing about C that is no driver', async () => {
      const { document } = await openDriver('plain.c', 'other');
      const answered = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
      );
      assert.deepEqual(answered, []);
      assert.deepEqual(findings(document.uri), []);
    });
  });
}

async function lensTitles(uri: vscode.Uri): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    uri,
  );
  return lenses.map(({ command }) => command?.title ?? '').filter((title) => title.startsWith('netmem'));
}
