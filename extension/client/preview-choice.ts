/** Lists beside a preview: the conversions to choose from, and what no conversion changes. */
import * as vscode from 'vscode';
import type { Conversion } from '../server/protocol.ts';

interface Choice extends vscode.QuickPickItem {
  readonly conversion: Conversion;
}

/**
 * Lets the user tick conversions.
 * @param tick is told of every change, so that the diff follows
 * @returns true if what is ticked is to be applied, false if the list was left
 */
export function chooseConversions(
  conversions: readonly Conversion[],
  ticked: readonly Conversion[],
  tick: (selection: readonly Conversion[]) => void,
): Promise<boolean> {
  const pick = vscode.window.createQuickPick<Choice>();
  pick.title = 'Conversions to apply';
  pick.placeholder = 'Enter applies what is ticked, Escape goes back to the preview';
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  pick.items = conversions.map((conversion) => ({
    label: conversion.title,
    description: `${conversion.applicability}, ${conversion.files.length} ${conversion.files.length === 1 ? 'file' : 'files'}`,
    detail: conversion.refusals.join('; '),
    conversion,
  }));
  pick.selectedItems = pick.items.filter(({ conversion }) => ticked.includes(conversion));
  return new Promise((done) => {
    pick.onDidChangeSelection((items) => tick(items.map(({ conversion }) => conversion)));
    pick.onDidAccept(() => {
      tick(pick.selectedItems.map(({ conversion }) => conversion));
      done(true);
      pick.hide();
    });
    pick.onDidHide(() => {
      done(false);
      pick.dispose();
    });
    pick.show();
  });
}

const SHOW = 'Show';

/** Says how many places no conversion changes, and lists them with the reasons if asked. */
export async function tellLeftOut(conversions: readonly Conversion[]): Promise<void> {
  const items = conversions.flatMap(({ title, refusals }) =>
    refusals.map((reason) => ({ label: reason, description: title })),
  );
  if (items.length === 0) return;
  const count = items.length === 1 ? '1 place is' : `${items.length} places are`;
  const answer = await vscode.window.showInformationMessage(
    `Netmem: ${count} left out of the preview.`,
    SHOW,
  );
  if (answer === SHOW)
    await vscode.window.showQuickPick(items, { title: 'Left out of the preview', matchOnDescription: true });
}
