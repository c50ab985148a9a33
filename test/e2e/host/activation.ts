/** The extension as VS Code sees it: installed from the VSIX, with its commands. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from './support.ts';

const ID = 'netmem-workbench.netmem-workbench';

export function define(): void {
  describe('the packaged extension', () => {
    it('is installed, and is ready in a driver’s directory before a file is opened', async () => {
      const extension = vscode.extensions.getExtension(ID);
      assert.ok(extension, 'not installed');
      await until(
        () => extension.isActive,
        (active) => active,
      );
      assert.ok(vscode.workspace.textDocuments.every(({ languageId }) => languageId !== 'c'));
    });

    it('registers every command of its manifest', async () => {
      const known = new Set(await vscode.commands.getCommands(true));
      const manifest: unknown = vscode.extensions.getExtension(ID)?.packageJSON;
      const missing = commandsOf(manifest).filter((command) => !known.has(command));
      assert.deepEqual(missing, []);
    });
  });
}

function commandsOf(manifest: unknown): string[] {
  const commands = field(field(manifest, 'contributes'), 'commands');
  assert.ok(Array.isArray(commands) && commands.length > 0, 'the manifest has no commands');
  return commands.map((command) => String(field(command, 'command')));
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
