/**
 * Preview of conversions: the whole change as a diff over all files before anything is written. The toolbar of the diff
 * applies all conversions, some or none; each is applied whole. One undo takes the lot back.
 */
import * as vscode from 'vscode';
import {
  CONVERSIONS_REQUEST,
  type Conversion,
  type ConversionsParams,
  type ConversionsResult,
  PREVIEW_COMMAND,
  type ProtocolRange,
} from '../server/protocol.ts';
import { type MergedFile, firstTicked, mergeConversions } from './conversion.ts';
import type { DriverService } from './driver-service.ts';
import { chooseConversions, tellLeftOut } from './preview-choice.ts';
import { Decisions } from './preview-decision.ts';

const SCHEME = 'netmem-preview';

/** Texts of the preview on show. */
class PreviewTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #texts = new Map<string, string>();
  readonly onDidChange = this.#changed.event;

  /** Sets a side of a file and tells the editor. */
  set(file: string, side: 'before' | 'after', text: string): vscode.Uri {
    const uri = vscode.Uri.parse(file).with({ scheme: SCHEME, authority: '', query: side, fragment: '' });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

export function registerPreview(drivers: DriverService): vscode.Disposable {
  const texts = new PreviewTexts();
  const decisions = new Decisions();
  let last = Promise.resolve();

  const preview = async (uri: unknown, range: unknown, id: unknown): Promise<void> => {
    const target = typeof uri === 'string' ? uri : vscode.window.activeTextEditor?.document.uri.toString();
    if (target === undefined) {
      say('Netmem: open a source file of the driver first, then preview its conversion.');
      return;
    }
    const params: ConversionsParams = isRange(range) ? { uri: target, range } : { uri: target };
    const result = await drivers.ask<ConversionsResult>(CONVERSIONS_REQUEST, params);
    if (!result.ok) {
      say(`Netmem: ${result.error}`);
      return;
    }
    const { conversions } = result;
    const wanted =
      typeof id === 'string' ? conversions.filter((conversion) => conversion.id === id) : conversions;
    if (wanted.every(({ files }) => files.length === 0)) say(nothingToDo(wanted));
    else {
      // One at a time: a second preview would only confuse which one Apply means.
      decisions.discard();
      const next = last.then(() => offer(wanted, texts, decisions));
      // What one preview fails of is told by its own command, and is no business of the next one.
      last = next.catch(() => undefined);
      await next;
    }
  };

  return vscode.Disposable.from(
    texts,
    decisions,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, texts),
    vscode.commands.registerCommand(PREVIEW_COMMAND, preview),
  );
}

function nothingToDo(conversions: readonly Conversion[]): string {
  const [refusal] = conversions.flatMap(({ refusals }) => refusals);
  return refusal === undefined
    ? 'Netmem: there is nothing to convert here.'
    : `Netmem: nothing was converted. ${refusal}`;
}

/** Waits for the user's decision, and does what was decided. */
async function offer(
  conversions: readonly Conversion[],
  texts: PreviewTexts,
  decisions: Decisions,
): Promise<void> {
  const usable = conversions.filter(({ files }) => files.length > 0);
  const title = usable.length === 1 ? (usable[0]?.title ?? '') : `${usable.length} netmem conversions`;
  const all = mergeConversions(usable);
  await show(all.ok ? all.files : usable.flatMap(asFiles), title, texts);
  let ticked = firstTicked(usable);
  const tick = (selection: readonly Conversion[]): void => {
    ticked = selection;
    const merged = mergeConversions(selection);
    const changed = new Map(merged.ok ? merged.files.map((file) => [file.uri, file.after]) : []);
    // A conversion that was unticked leaves its files as they are.
    for (const { uri, before } of usable.flatMap(({ files }) => files))
      texts.set(uri, 'after', changed.get(uri) ?? before);
  };
  if (ticked.length < usable.length) tick(ticked);
  void tellLeftOut(conversions);
  const isApplied = await decisions.next({
    isClosed: () => previewTabs(title).length === 0,
    choose: usable.length < 2 ? null : () => chooseConversions(usable, ticked, tick),
  });
  await vscode.window.tabGroups.close(previewTabs(title));
  if (!isApplied || ticked.length === 0) return;
  const merged = mergeConversions(ticked);
  const error = merged.ok ? await apply(merged.files) : merged.error;
  if (error !== null) void vscode.window.showErrorMessage(`Netmem: nothing was applied. ${error}`);
}

function asFiles(conversion: Conversion): readonly MergedFile[] {
  const merged = mergeConversions([conversion]);
  return merged.ok ? merged.files : [];
}

async function show(files: readonly MergedFile[], title: string, texts: PreviewTexts): Promise<void> {
  const sides = files.map(({ uri, before, after }) => ({
    resource: vscode.Uri.parse(uri),
    before: texts.set(uri, 'before', before),
    after: texts.set(uri, 'after', after),
  }));
  const [only] = sides;
  if (sides.length === 1 && only !== undefined)
    await vscode.commands.executeCommand('vscode.diff', only.before, only.after, title, { preview: false });
  else
    await vscode.commands.executeCommand(
      'vscode.changes',
      title,
      sides.map(({ resource, before, after }) => [resource, before, after]),
    );
}

/** Applies everything as one edit. Returns why not, or null. */
async function apply(files: readonly MergedFile[]): Promise<string | null> {
  const edit = new vscode.WorkspaceEdit();
  for (const { uri, before, edits } of files) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    if (document.getText() !== before)
      return `${document.uri.fsPath} has changed since the preview. Preview the conversion again.`;
    for (const { start, end, newText } of edits)
      edit.replace(
        document.uri,
        new vscode.Range(document.positionAt(start), document.positionAt(end)),
        newText,
      );
  }
  return (await vscode.workspace.applyEdit(edit)) ? null : 'The editor refused the change.';
}

/** @param title of the preview; a diff of several files has no other name */
function previewTabs(title: string): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input, label }) =>
      input instanceof vscode.TabInputTextDiff
        ? input.modified.scheme === SCHEME
        : !(input instanceof vscode.TabInputText) && label.startsWith(title),
    );
}

function isRange(value: unknown): value is ProtocolRange {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value;
}

function say(message: string): void {
  void vscode.window.showInformationMessage(message);
}
