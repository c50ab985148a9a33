/** What the user wants to see: settings, the project's file, the baseline. */
import type { CodeAction, DocumentDiagnosticReport, WorkspaceEdit } from 'vscode-languageserver';
import { afterEach, expect, test } from 'vitest';
import {
  ACCEPT_COMMAND,
  ACCEPT_REQUEST,
  type AcceptParams,
  type AcceptResult,
} from '../../extension/server/protocol.ts';
import { DIRECTORY, MAIN, PULLING, type Session, type StartOptions, start, stopAll } from './harness.ts';

afterEach(stopAll);

const RC = 'file:///tree/.netmemrc.json';
const BASELINE = 'file:///tree/.netmem-baseline.json';
const TEXT = 'int before(void)\n{\n\tBAD;\n}\n\nint other(void)\n{\n\tBAD;\n}\n';

type Files = Record<string, string>;

async function severities(files: Files, options: StartOptions): Promise<(number | undefined)[]> {
  const session = await start(PULLING, files, options);
  await session.open(MAIN, TEXT);
  return (await pull(session)).map((item) => item.severity);
}

async function pull(session: Session) {
  const report = await session.client.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
    textDocument: { uri: MAIN },
  });
  return report.kind === 'full' ? report.items : [];
}

test.each([
  ['nothing', {}, [2, 2]],
  ['the severity of a rule', { rules: { 'rx3-bad': 'error' } }, [1, 1]],
  ['the severity of a requirement', { rules: { RX3: 'hint' } }, [4, 4]],
  ['a rule that is off', { rules: { 'rx3-bad': 'off' } }, []],
  ['another selection', { select: ['RX4'] }, []],
  ['an excluded directory', { exclude: ['drivers/**'] }, []],
  ['another excluded directory', { exclude: ['staging'] }, [2, 2]],
  ['a wrong value, which is left out', { rules: { 'rx3-bad': 'loud' }, select: ['RX3'] }, [2, 2]],
])('the editor says %s', async (_, settings, expected) => {
  expect(await severities({}, { settings, folder: 'file:///tree' })).toEqual(expected);
});

test.each([
  ['wins over the editor', '{ "rules": { "rx3-bad": "hint" } }', [4, 4]],
  ['says what the editor does not', '{ "exclude": ["drivers/net"] }', []],
  ['is broken, and only the editor counts', '{ "rules": ', [1, 1]],
])('the project’s file %s', async (_, rc, expected) => {
  const settings = { rules: { 'rx3-bad': 'error' } };
  expect(await severities({ [RC]: rc }, { settings })).toEqual(expected);
});

test.each([
  ['the work tree begins below it', 'file:///tree/drivers/.git/HEAD', [2, 2]],
  ['a linked work tree begins below it', 'file:///tree/drivers/.git', [2, 2]],
  ['the work tree begins beside it', 'file:///tree/.git/HEAD', [4, 4]],
])('the project’s file counts up to the root of the work tree: %s', async (_, mark, expected) => {
  const files = { [RC]: '{ "rules": { "rx3-bad": "hint" } }', [mark]: 'ref: refs/heads/main\n' };
  expect(await severities(files, {})).toEqual(expected);
});

test('a wrong setting is named in the log, once', async () => {
  const session = await start(PULLING, {}, { settings: { confidence: 'absolute' } });
  const log: string[] = [];
  session.client.onNotification('window/logMessage', ({ message }: { message: string }) => {
    log.push(message);
  });
  await session.open(MAIN, TEXT);
  await pull(session);
  await session.client.sendNotification('workspace/didChangeConfiguration', { settings: null });
  await pull(session);
  expect(log).toEqual([expect.stringMatching(/^setting netmem\.confidence: .*low, medium, high/)]);
});

test.each([
  ['line', [7]],
  ['function', [7]],
  ['file', []],
] as const)('accepting a finding for its %s hides it once the baseline is written', async (scope, left) => {
  const files: Files = {};
  const session = await start(PULLING, files, { folder: 'file:///tree' });
  await session.open(MAIN, TEXT);
  const [first] = await pull(session);
  if (first === undefined) throw new Error('no finding');
  const params: AcceptParams = { uri: MAIN, range: first.range, rule: 'rx3-bad', scope };
  const accepted = await session.client.sendRequest<AcceptResult>(ACCEPT_REQUEST, params);
  expect(accepted).toMatchObject({ ok: true, uri: BASELINE, before: null });
  if (accepted.ok) files[BASELINE] = accepted.text;
  await session.client.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: BASELINE, type: 1 }],
  });
  expect((await pull(session)).map(({ range }) => range.start.line)).toEqual(left);
  // The first look at the driver and the whole of it; none for the baseline.
  expect(session.runs()).toBe(2);
});

test.each<[string, Files, StartOptions]>([
  [
    'the settings of the workspace',
    {},
    { settings: { baseline: '../../home/.bashrc' }, folder: 'file:///tree' },
  ],
  ['the same by its whole path', {}, { settings: { baseline: '/home/.bashrc' }, folder: 'file:///tree' }],
  ['the project’s file', { [RC]: '{ "baseline": "../home/.bashrc" }' }, { folder: 'file:///tree' }],
])(
  'a baseline out of the workspace, by %s, is named in the log and never written',
  async (_, files, options) => {
    const session = await start(PULLING, files, options);
    const log: string[] = [];
    session.client.onNotification('window/logMessage', ({ message }: { message: string }) => {
      log.push(message);
    });
    await session.open(MAIN, TEXT);
    const [first] = await pull(session);
    const params = { uri: MAIN, range: first?.range, rule: 'rx3-bad', scope: 'line' };
    const accepted = await session.client.sendRequest<AcceptResult>(ACCEPT_REQUEST, params);
    expect(accepted).toMatchObject({ ok: true, uri: 'file:///tree/.netmem-baseline.json' });
    expect(log.filter((line) => line.includes('leads out of the directory'))).toHaveLength(1);
  },
);

test('a broken baseline is not written over', async () => {
  const session = await start(PULLING, { [BASELINE]: '{ oops' });
  await session.open(MAIN, TEXT);
  const [first] = await pull(session);
  const params = { uri: MAIN, range: first?.range, rule: 'rx3-bad', scope: 'line' };
  const accepted = await session.client.sendRequest<AcceptResult>(ACCEPT_REQUEST, params);
  expect(accepted.ok ? '' : accepted.error).toContain('nothing was written');
});

async function acceptActions(session: Session): Promise<CodeAction[]> {
  const at = { line: 2, character: 2 };
  const actions = await session.client.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: MAIN },
    range: { start: at, end: at },
    context: { diagnostics: [] },
  });
  return actions.filter(({ title }) => title.startsWith('Accept'));
}

test('the light bulb of VS Code has one entry for it, whose command is told the scopes', async () => {
  const session = await start(PULLING, {});
  await session.open(MAIN, TEXT);
  const [offered, ...others] = await acceptActions(session);
  expect(others).toEqual([]);
  expect(offered).toMatchObject({
    title: 'Accept rx3-bad…',
    command: {
      command: ACCEPT_COMMAND,
      arguments: [
        {
          scopes: [
            { scope: 'line', words: 'on this line' },
            { scope: 'function', words: 'in before()' },
            { scope: 'file', words: 'in this file' },
          ],
        },
      ],
    },
  });
});

test('other editors get the edit of the baseline, and the sources stay as they are', async () => {
  const session = await start(PULLING, {}, { foreign: true });
  await session.open(MAIN, TEXT);
  const [line, ...wider] = await acceptActions(session);
  expect(wider).toHaveLength(2);
  const { edit } = await session.client.sendRequest<{ edit: WorkspaceEdit }>('codeAction/resolve', line);
  expect(edit.documentChanges).toMatchObject([
    { textDocument: { uri: `${DIRECTORY}/.netmem-baseline.json` }, edits: [{}] },
  ]);
});
