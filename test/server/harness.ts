/** A language server over an in-memory connection, with an analyser whose only rule is that `BAD` should be `GOOD`. */
import { PassThrough } from 'node:stream';
import {
  type ClientCapabilities,
  type InitializeResult,
  type ProtocolConnection,
  createConnection,
  createProtocolConnection,
} from 'vscode-languageserver/node';
import type { Analyzer, Driver, DriverAnalysis, SourceFile } from '../../extension/analyzer/analyzer.ts';
import type { Finding } from '../../extension/analyzer/finding.ts';
import type { DriverFacts } from '../../extension/analyzer/model/driver/driver-facts.ts';
import { understandDriver } from '../../extension/analyzer/model/driver/driver.ts';
import type { FileAccess, Host } from '../../extension/server/host.ts';
import type { DirectoryEntry } from '../../extension/server/protocol.ts';
import { startServer } from '../../extension/server/server.ts';
import { DRIVER_MODEL_VERSION, type DriverModel } from '../../simulator/contract/driver-model.ts';

export const DIRECTORY = 'file:///tree/drivers/net/foo';
export const MAIN = `${DIRECTORY}/foo_main.c`;

/** VS Code's abilities, as far as the server asks. */
export const PULLING: ClientCapabilities = {
  textDocument: {
    diagnostic: {},
    codeAction: {
      resolveSupport: { properties: ['edit'] },
      codeActionLiteralSupport: { codeActionKind: { valueSet: [] } },
    },
  },
  workspace: { workspaceEdit: { documentChanges: true } },
};

export interface Session {
  readonly client: ProtocolConnection;
  readonly initialized: InitializeResult;
  /** How often the analyser ran. */
  readonly runs: () => number;
  /** How often the server wanted to be started again. */
  readonly restarts: () => number;
  open(uri: string, text: string, version?: number): Promise<void>;
  change(uri: string, text: string, version: number): Promise<void>;
}

const running: ProtocolConnection[] = [];

export interface StartOptions {
  /** In place of the one that looks for `BAD`. */
  readonly analyzer?: Analyzer;
  /** In place of `files`. */
  readonly access?: FileAccess;
  /** Sent to the server when it asks for the `netmem` section. Makes the client one that can be asked. */
  readonly settings?: unknown;
  /** URI of the only workspace folder. */
  readonly folder?: string;
  /** Any other editor, which has none of this extension's commands. */
  readonly foreign?: boolean;
}

/** Starts a server that sees `files` on disk. */
export async function start(
  capabilities: ClientCapabilities,
  files: Readonly<Record<string, string>>,
  { analyzer, access, settings, folder, foreign }: StartOptions = {},
): Promise<Session> {
  const up = new PassThrough();
  const down = new PassThrough();
  let runs = 0;
  let restarts = 0;
  const host: Host = {
    files: access ?? {
      readFile: (uri) => Promise.resolve(files[uri] ?? null),
      readDirectory: (uri) => Promise.resolve(entriesOf(files, uri)),
      staysIn: (uri, directory) => Promise.resolve(uri.startsWith(`${directory}/`)),
    },
    analyzer: () => Promise.resolve(analyzer ?? fakeAnalyzer(() => (runs += 1))),
    restart: () => (restarts += 1),
    rulePage: () => null,
  };
  startServer(createConnection(up, down), host);
  const client = createProtocolConnection(down, up);
  client.listen();
  running.push(client);
  client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => settings));
  client.onRequest('client/registerCapability', () => null);
  const initialized = await client.sendRequest<InitializeResult>('initialize', {
    processId: null,
    rootUri: folder ?? null,
    capabilities:
      settings === undefined
        ? capabilities
        : { ...capabilities, workspace: { ...capabilities.workspace, configuration: true } },
    ...(foreign !== true && { initializationOptions: { workbench: true } }),
  });
  await client.sendNotification('initialized', {});
  return {
    client,
    initialized,
    runs: () => runs,
    restarts: () => restarts,
    open: (uri, text, version = 1) =>
      client.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'c', version, text },
      }),
    change: (uri, text, version) =>
      client.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      }),
  };
}

/** What a directory holds if these are all files there are. */
function entriesOf(files: Readonly<Record<string, string>>, directory: string): DirectoryEntry[] {
  const below = Object.keys(files).filter((file) => file.startsWith(`${directory}/`));
  const names = new Set(below.map((file) => file.slice(directory.length + 1).split('/')[0] ?? ''));
  return [...names].map((name): DirectoryEntry => {
    const uri = `${directory}/${name}`;
    const text = files[uri];
    return text === undefined ? { kind: 'directory', uri } : { kind: 'file', uri, size: text.length };
  });
}

/** Ends every server that `start` started. */
export function stopAll(): void {
  for (const client of running.splice(0)) client.dispose();
}

const NO_FACTS: DriverFacts = understandDriver([]);

function fakeAnalyzer(ran: () => void): Analyzer {
  return {
    openDriver(files, _tree, options): Driver {
      let whole = options?.reading !== 'relevant';
      const texts = new Map([...files].map((file) => [file.path, file]));
      let cached: DriverAnalysis | null = null;
      const set = (change: () => void) => {
        change();
        cached = null;
      };
      return {
        setFile: (file) => set(() => texts.set(file.path, file)),
        removeFile: (path) => set(() => texts.delete(path)),
        analysis: () => {
          // What the server analyses to warm up is no driver of the test's.
          if (cached === null && [...texts.keys()].some((path) => path.includes('/'))) ran();
          cached ??= {
            findings: [...texts.values()].flatMap((file) => findBad(file, whole)),
            model: modelOf([...texts.values()].some(({ text }) => text.includes('XDP'))),
            incomplete: [],
            facts: NO_FACTS,
          };
          return cached;
        },
        readWhole: () => {
          if (!whole) set(() => (whole = true));
        },
        dispose: () => texts.clear(),
      };
    },
  };
}

/** `FAR BAD` is only seen by a reading of the whole driver. */
function findBad(file: SourceFile, whole: boolean): Finding[] {
  if (file.text.includes('CRASH')) throw new Error('the analyser met its match');
  return [...file.text.matchAll(whole ? /BAD/g : /(?<!FAR )BAD/g)].map(({ index }): Finding => {
    const range = { start: index, end: index + 3 };
    return {
      rule: 'rx3-bad',
      requirement: 'RX3',
      severity: 'warning',
      confidence: 'high',
      location: { file: file.path, range },
      api: 'BAD',
      replacement: 'GOOD',
      message: 'BAD should be GOOD',
      evidence: [],
      aliasClass: null,
      fixes: [
        {
          id: `${file.path}:${index}`,
          title: 'Make it GOOD',
          applicability: 'safe',
          edits: [{ file: file.path, range, newText: 'GOOD', reason: 'GOOD is better' }],
          refusals: [],
        },
      ],
    };
  });
}

const modelOf = (xdp: boolean): DriverModel => ({
  version: DRIVER_MODEL_VERSION,
  name: 'foo',
  pools: [],
  capabilities: {
    tcpDataSplit: { value: false, at: null },
    tcpDataSplitSet: { value: false, at: null },
    tcpDataSplitGet: { value: false, at: null },
    hdsThresh: { value: false, at: null },
    queueMgmtOps: { value: [], at: null },
    rxPageSize: { value: false, at: null },
    netmemTx: { value: 'none', at: null },
    xdp: { value: xdp, at: null },
    afXdp: { value: false, at: null },
  },
});
