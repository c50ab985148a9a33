/** Settings that say what is found, and in which tree: each does what its page says, and its absence undoes it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { NEWEST } from '../../../extension/analyzer/kernel/tree.ts';
import {
  actionsAt,
  findings,
  hover,
  openDriver,
  ruleOf,
  someFindings,
  until,
  withSetting,
} from './support.ts';

const RX = 'tern_rx.c';

export function define(): void {
  describe('settings', () => {
    it('gives a rule the severity that the settings say, and hides what is off', async () => {
      const { document } = await openDriver(RX);
      const rule = ruleOf((await someFindings(document.uri))[0] ?? assert.fail());
      const severities = () =>
        findings(document.uri)
          .filter((finding) => ruleOf(finding) === rule)
          .map(({ severity }) => severity);
      await withSetting('netmem.rules', { [rule]: 'hint' }, async () => {
        await until(
          severities,
          (found) => found.length > 0 && found.every((s) => s === vscode.DiagnosticSeverity.Hint),
        );
      });
      await withSetting('netmem.rules', { [rule]: 'off' }, async () => {
        await until(severities, (found) => found.length === 0);
      });
      await until(severities, (found) => found.length > 0);
    });

    it('leaves out files that the settings exclude, and rules that nobody selected', async () => {
      const { document } = await openDriver(RX);
      const all = (await someFindings(document.uri)).length;
      const count = () => findings(document.uri).length;
      await withSetting('netmem.exclude', ['**/tern_rx.c'], async () => {
        await until(count, (found) => found === 0);
      });
      await until(count, (found) => found === all);
      await withSetting('netmem.select', ['RX7'], async () => {
        await until(
          () => findings(document.uri).map(ruleOf),
          (found) => found.length > 0 && found.every((rule) => rule.startsWith('rx7')),
        );
      });
      await until(count, (found) => found === all);
    });

    it('hides findings that the analyser is less sure of than the settings want', async () => {
      const { document } = await openDriver('unsure/foo.c', 'other');
      const unsure = () =>
        findings(document.uri).filter(({ relatedInformation = [] }) =>
          relatedInformation.some(({ message }) => message.startsWith('incomplete:')),
        );
      await until(unsure, (found) => found.length > 0);
      const all = findings(document.uri).length;
      await withSetting('netmem.confidence', 'high', async () => {
        await until(unsure, (found) => found.length === 0);
        assert.ok(findings(document.uri).length > 0);
      });
      await until(
        () => findings(document.uri).length,
        (found) => found === all,
      );
    });

    it('offers what the kernel tree of the settings has', async () => {
      const { document } = await openDriver('convert/foo.c', 'other');
      const converts = async () => {
        const actions = await actionsAt(document, 'page_pool_dev_alloc_pages');
        return actions.length > 0 && actions.some(({ title }) => title.startsWith('Convert'));
      };
      await until(converts, (offered) => offered);
      const old = join(process.env['NETMEM_TEST_VIRTUAL'] ?? '', 'old');
      await withSetting('netmem.kernelTree', old, async () => {
        await until(converts, (offered) => !offered);
      });
      await until(converts, (offered) => offered);
    });

    it('assumes the release of the settings where there is no tree', async () => {
      const { document } = await openDriver(RX);
      const text = () => hover(document, 'page_pool_dev_alloc_pages');
      await until(text, (said) => said.includes(`${NEWEST} assumed`));
      await withSetting('netmem.release', '6.12', async () => {
        await until(text, (said) => said.includes('6.12 assumed'));
      });
      await until(text, (said) => said.includes(`${NEWEST} assumed`));
    });
  });
}
