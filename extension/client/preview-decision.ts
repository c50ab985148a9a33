/**
 * The commands in the toolbar of a preview: Apply, Discard and, for several conversions, Choose. A preview whose diff is
 * closed is discarded. There is one at a time.
 */
import * as vscode from 'vscode';

/** Context keys of the manifest: a preview is on show; it has several conversions. */
const SHOWN = 'netmem.previewShown';
const SEVERAL = 'netmem.previewHasChoice';

interface Shown {
  /** True once the user has closed the diff. */
  readonly isClosed: () => boolean;
  /** Lets the user choose, true if the choice is to be applied; null for a single conversion. */
  readonly choose: (() => Promise<boolean>) | null;
}

export class Decisions implements vscode.Disposable {
  #shown: Shown | null = null;
  #decide: (isApplied: boolean) => void = () => undefined;
  readonly #registrations = vscode.Disposable.from(
    vscode.commands.registerCommand('netmem.applyPreview', () => this.#decide(true)),
    vscode.commands.registerCommand('netmem.discardPreview', () => this.#decide(false)),
    vscode.commands.registerCommand('netmem.choosePreview', () => this.#choose()),
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.length > 0 && this.#shown?.isClosed() === true) this.#decide(false);
    }),
  );

  /** Waits for what the user does about the preview on show. @returns true if it is to be applied */
  async next(shown: Shown): Promise<boolean> {
    this.#shown = shown;
    const decision = new Promise<boolean>((decide) => (this.#decide = decide));
    await setContext(SEVERAL, shown.choose !== null);
    await setContext(SHOWN, true);
    const isApplied = await decision;
    this.#shown = null;
    await setContext(SHOWN, false);
    return isApplied;
  }

  /** Discards the preview on show, if there is one. */
  discard(): void {
    this.#decide(false);
  }

  async #choose(): Promise<void> {
    const shown = this.#shown;
    if ((await shown?.choose?.()) === true && this.#shown === shown) this.#decide(true);
  }

  dispose(): void {
    this.#registrations.dispose();
  }
}

function setContext(key: string, value: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', key, value);
}
