/**
 * The light bulb. Actions are offered without their edits and resolved when chosen; a plan that was made for older
 * text is refused, never bent.
 */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
  type Command,
  LSPErrorCodes,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Finding, FixPlan, PlannedEdit } from '../analyzer/index.ts';
import { acceptActions, acceptEdit, isAcceptData } from './accept-actions.ts';
import { plansAt } from './conversions.ts';
import { findingsAt, findingsIn, toDiagnostic } from './diagnostics.ts';
import { toRange } from './documents.ts';
import type { DriverSession, DriverSnapshot } from './driver-session.ts';
import { normalised } from './drivers.ts';
import { toWorkspaceEdit } from './edits.ts';
import type { FileAccess } from './host.ts';
import { EXPLAIN_COMMAND, type FixesParams, PREVIEW_COMMAND, SHOW_IN_SIMULATOR_COMMAND } from './protocol.ts';

export const FIX_ALL_KIND = `${CodeActionKind.SourceFixAll}.netmem`;

/** Conversions of a buffer are refactorings too, for those who look for them there. */
export const CONVERT_KIND = `${CodeActionKind.RefactorRewrite}.netmem`;

/** What an action carries from the offer to the moment it is chosen. */
interface ActionData {
  readonly uri: string;
  readonly generation: number;
  /** Id of the plan, or null for all safe plans of the file. */
  readonly plan: string | null;
}

/** Abilities of the client that change the answer. */
export interface ActionClient {
  readonly resolves: boolean;
  readonly versionedEdits: boolean;
  readonly createsFiles: boolean;
  /** Has the commands of this extension. */
  readonly isWorkbench: boolean;
}

export interface ActionContext {
  readonly session: DriverSession;
  readonly snapshot: DriverSnapshot;
  readonly files: FileAccess;
  readonly client: ActionClient;
}

/**
 * Actions for a range of a file: fixes, what they would change, the run that trips over the place, words about the
 * finding, and last a way to be rid of it.
 */
export async function codeActions(cx: ActionContext, params: CodeActionParams): Promise<CodeAction[]> {
  const { snapshot, client } = cx;
  const uri = normalised(params.textDocument.uri);
  if (!snapshot.documents.has(uri)) return [];
  const wanted = params.context.only;
  const asks = (kind: string) =>
    wanted === undefined || wanted.some((only) => kind === only || kind.startsWith(`${only}.`));
  const actions: CodeAction[] = [];
  if (asks(CodeActionKind.QuickFix)) {
    const findings = findingsAt(snapshot, uri, params.range);
    for (const finding of findings) actions.push(...fixesFor(snapshot, uri, finding, client.isWorkbench));
    if (client.isWorkbench) {
      actions.push(...previewActions(snapshot, params, CodeActionKind.QuickFix, findings));
      actions.push(...simulateActions(snapshot, findings), ...explainActions(snapshot, findings));
    }
    for (const finding of oneEach(findings, ({ rule }) => rule))
      actions.push(...acceptActions(snapshot, finding, client.isWorkbench));
  }
  if (client.isWorkbench && wanted !== undefined && asks(CONVERT_KIND))
    actions.push(...previewActions(snapshot, params, CONVERT_KIND, []));
  // On a plain light-bulb request the file-wide action would only be noise.
  if (wanted !== undefined && asks(FIX_ALL_KIND) && safeEdits(snapshot, uri).length > 0)
    actions.push({
      title: 'Apply all safe netmem fixes in this file',
      kind: FIX_ALL_KIND,
      data: { uri, generation: snapshot.generation, plan: null } satisfies ActionData,
    });
  if (client.resolves) return actions;
  const complete = actions.map(async (action) => {
    if (action.command !== undefined) return [action];
    const edit = await editFor(cx, action.data);
    return edit === null ? [] : [{ ...action, edit }];
  });
  return (await Promise.all(complete)).flat();
}

/** Fixes of one finding. With `previews`, what touches several files is left to the preview, which shows it first. */
function fixesFor(snapshot: DriverSnapshot, uri: string, finding: Finding, previews: boolean): CodeAction[] {
  const diagnostic = toDiagnostic(snapshot, finding);
  const plans = finding.fixes.filter((plan) => plan.edits.length > 0 && (!previews || staysIn(plan, uri)));
  return plans.map((plan, index) => ({
    title: plan.applicability === 'unsafe' ? `${plan.title} (review: may change behaviour)` : plan.title,
    kind: CodeActionKind.QuickFix,
    ...(diagnostic !== null && { diagnostics: [diagnostic] }),
    ...(index === 0 && plan.applicability === 'safe' && { isPreferred: true }),
    data: { uri, generation: snapshot.generation, plan: plan.id } satisfies ActionData,
  }));
}

/**
 * Conversions of the buffer at the caret, each as a command that shows what it would change.
 * @param findings what they are offered for: VS Code puts actions without any behind all others
 */
function previewActions(
  snapshot: DriverSnapshot,
  { textDocument: { uri }, range, context }: CodeActionParams,
  kind: string,
  findings: readonly Finding[],
): CodeAction[] {
  // Planning takes longer than a light bulb at every move of the caret may.
  if (context.triggerKind === CodeActionTriggerKind.Automatic) return [];
  return plansAt(snapshot, uri, range)
    .filter(({ edits }) => edits.length > 0)
    .map(({ id, title }) =>
      command(snapshot, findings, kind, {
        title: `Preview: ${title}…`,
        command: PREVIEW_COMMAND,
        arguments: [uri, range, id],
      }),
    );
}

function simulateActions(snapshot: DriverSnapshot, findings: readonly Finding[]): CodeAction[] {
  return oneEach(findings, ({ requirement }) => requirement).map((finding) =>
    command(snapshot, [finding], CodeActionKind.QuickFix, {
      title: `Show ${finding.requirement} in the simulator`,
      command: SHOW_IN_SIMULATOR_COMMAND,
      arguments: [snapshot.documents.get(finding.location.file)?.uri, finding.requirement],
    }),
  );
}

function explainActions(snapshot: DriverSnapshot, findings: readonly Finding[]): CodeAction[] {
  return oneEach(findings, ({ rule }) => rule).flatMap((finding) => {
    const document = snapshot.documents.get(finding.location.file);
    if (document === undefined) return [];
    return command(snapshot, [finding], CodeActionKind.QuickFix, {
      title: `Explain ${finding.rule}`,
      command: EXPLAIN_COMMAND,
      arguments: [document.uri, toRange(document, finding.location.range)],
    });
  });
}

/** An action that one of this extension's own commands carries out. */
function command(
  snapshot: DriverSnapshot,
  findings: readonly Finding[],
  kind: string,
  run: Command,
): CodeAction {
  const diagnostics = findings.flatMap((finding) => toDiagnostic(snapshot, finding) ?? []);
  return { title: run.title, kind, command: run, ...(diagnostics.length > 0 && { diagnostics }) };
}

/** The first finding of each kind. */
function oneEach(findings: readonly Finding[], kindOf: (finding: Finding) => string): Finding[] {
  const first = new Map<string, Finding>();
  for (const finding of findings) if (!first.has(kindOf(finding))) first.set(kindOf(finding), finding);
  return [...first.values()];
}

/** Which of the places, each a caret, have an action that changes something. */
export function placesWithFixes(snapshot: DriverSnapshot, places: FixesParams['places']): boolean[] {
  return places.map(({ uri, position }) => {
    const caret = { start: position, end: position };
    const plans = [
      ...findingsAt(snapshot, uri, caret).flatMap(({ fixes }) => fixes),
      ...plansAt(snapshot, uri, caret),
    ];
    return plans.some(({ edits }) => edits.length > 0);
  });
}

/**
 * The action with its edit.
 * @throws ResponseError ContentModified if the driver changed since the offer
 */
export async function resolveAction(action: CodeAction, context: ActionContext | null): Promise<CodeAction> {
  const edit = context === null ? null : await editFor(context, action.data);
  if (edit === null)
    throw new ResponseError(
      LSPErrorCodes.ContentModified,
      `"${action.title}" was offered for text that has changed since. Ask for the fixes again.`,
    );
  return { ...action, edit };
}

/** URI of the file an action was offered for, or null if it is none of ours. */
export function actionUri(action: CodeAction): string | null {
  return isActionData(action.data) || isAcceptData(action.data) ? action.data.uri : null;
}

async function editFor(cx: ActionContext, data: unknown): Promise<WorkspaceEdit | null> {
  const { session, snapshot, client, files } = cx;
  if (isAcceptData(data)) return acceptEdit(snapshot, files, data, client);
  if (!isActionData(data) || data.generation !== snapshot.generation) return null;
  const edits = data.plan === null ? safeEdits(snapshot, data.uri) : planEdits(snapshot, data.plan);
  return edits === null ? null : toWorkspaceEdit(session, snapshot, edits, client.versionedEdits);
}

function planEdits(snapshot: DriverSnapshot, id: string): readonly PlannedEdit[] | null {
  for (const finding of snapshot.findings)
    for (const plan of finding.fixes) if (plan.id === id) return plan.edits;
  return null;
}

/** The first safe plan of every finding of the file, those left out that overlap an earlier one or leave the file. */
function safeEdits(snapshot: DriverSnapshot, uri: string): readonly PlannedEdit[] {
  const chosen: PlannedEdit[] = [];
  const seen = new Set<string>();
  for (const finding of findingsIn(snapshot, uri)) {
    const plan = finding.fixes.find((fix) => fix.applicability === 'safe' && fix.edits.length > 0);
    if (plan === undefined || seen.has(plan.id) || !staysIn(plan, uri)) continue;
    seen.add(plan.id);
    // Two plans may want the same header; what they share is made once.
    const own = plan.edits.filter((edit) => !chosen.some((other) => isSame(edit, other)));
    if (!own.some((edit) => chosen.some((other) => overlaps(edit, other)))) chosen.push(...own);
  }
  return chosen.sort((a, b) => a.range.start - b.range.start);
}

function staysIn(plan: FixPlan, uri: string): boolean {
  return plan.edits.every((edit) => edit.file === uri);
}

function isSame(a: PlannedEdit, b: PlannedEdit): boolean {
  return a.range.start === b.range.start && a.range.end === b.range.end && a.newText === b.newText;
}

function overlaps(a: PlannedEdit, b: PlannedEdit): boolean {
  if (a.range.start === b.range.start) return true;
  return a.range.start < b.range.end && b.range.start < a.range.end;
}

function isActionData(data: unknown): data is ActionData {
  return (
    typeof data === 'object' &&
    data !== null &&
    'uri' in data &&
    typeof data.uri === 'string' &&
    'generation' in data &&
    typeof data.generation === 'number' &&
    'plan' in data &&
    (data.plan === null || typeof data.plan === 'string')
  );
}
