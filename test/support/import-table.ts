/**
 * The folders of the product: what each holds and what it may import. ARCHITECTURE.md shows these rows;
 * `npm run docs` writes them there, `test/architecture.test.ts` compares.
 */
export interface Folder {
  readonly folder: string;
  readonly holds: string;
  /**
   * Folders, files and packages that its sources may import; every folder may import itself. A folder stands for all
   * below it, `folder/*` for the files directly in it, `node:` for the modules of Node.
   */
  readonly imports: readonly string[];
}

/** Checked row by row; a file belongs to the longest folder name that it starts with. */
export const FOLDERS: readonly Folder[] = [
  { folder: 'extension/analyzer/text', holds: 'ranges, line index, edits, diffs', imports: ['diff'] },
  {
    folder: 'extension/analyzer/syntax',
    holds: 'pieces of a file, mask, parser, items',
    imports: ['extension/analyzer/text', 'extension/analyzer/kernel', 'web-tree-sitter'],
  },
  {
    folder: 'extension/analyzer/kernel',
    holds: "table of kernel identifiers, types and words, probe of the user's tree",
    imports: ['simulator/contract', 'simulator/core/kernel-release'],
  },
  {
    folder: 'extension/analyzer/model/names',
    holds: 'symbols, types, constants and places of a driver: what a name stands for',
    imports: [
      'extension/analyzer/text',
      'extension/analyzer/syntax',
      'extension/analyzer/kernel',
      'simulator/contract',
    ],
  },
  {
    folder: 'extension/analyzer/model/reading',
    holds:
      'which files make a driver, and what of them has to be read: prefilter, shims, questions about macros',
    imports: [
      'extension/analyzer/text',
      'extension/analyzer/syntax',
      'extension/analyzer/kernel',
      'extension/analyzer/model/names',
    ],
  },
  {
    folder: 'extension/analyzer/model/flow',
    holds: 'function summaries: what each function does to buffers, and who calls whom',
    imports: ['extension/analyzer/syntax', 'extension/analyzer/kernel', 'extension/analyzer/model/names'],
  },
  {
    folder: 'extension/analyzer/model/alias',
    holds: 'alias graph and alias classes: linked summaries, provenance, roles, pools of a class',
    imports: [
      'extension/analyzer/text',
      'extension/analyzer/syntax',
      'extension/analyzer/kernel',
      'extension/analyzer/model/names',
      'extension/analyzer/model/reading',
      'extension/analyzer/model/flow',
      'simulator/contract',
    ],
  },
  {
    folder: 'extension/analyzer/model/guards',
    holds: 'conditions under which a place runs, and what they say of providers, modes and XDP',
    imports: [
      'extension/analyzer/syntax',
      'extension/analyzer/kernel',
      'extension/analyzer/model/names',
      'extension/analyzer/model/flow',
      'extension/analyzer/model/alias',
    ],
  },
  {
    folder: 'extension/analyzer/model/transmit',
    holds: 'mappings and unmappings of sent fragments',
    imports: [
      'extension/analyzer/syntax',
      'extension/analyzer/kernel',
      'extension/analyzer/model/names',
      'extension/analyzer/model/flow',
      'extension/analyzer/model/alias',
    ],
  },
  {
    folder: 'extension/analyzer/model/driver',
    holds: 'the driver model: pools, capabilities, what is asked of the whole driver',
    imports: [
      'extension/analyzer/text',
      'extension/analyzer/syntax',
      'extension/analyzer/kernel',
      'extension/analyzer/model/names',
      'extension/analyzer/model/reading',
      'extension/analyzer/model/flow',
      'extension/analyzer/model/alias',
      'extension/analyzer/model/guards',
      'extension/analyzer/model/transmit',
      'simulator/contract',
    ],
  },
  {
    folder: 'extension/analyzer/model/programs',
    holds: 'driver IR: the paths of the driver as programs of the simulator',
    imports: [
      'extension/analyzer/text',
      'extension/analyzer/syntax',
      'extension/analyzer/kernel',
      'extension/analyzer/model/names',
      'extension/analyzer/model/flow',
      'extension/analyzer/model/alias',
      'extension/analyzer/model/guards',
      'extension/analyzer/model/transmit',
      'extension/analyzer/model/driver',
      'simulator/contract',
    ],
  },
  {
    folder: 'extension/analyzer/rules',
    holds: 'a file a requirement: data and `run(context)`',
    imports: [
      'extension/analyzer/text',
      'extension/analyzer/kernel',
      'extension/analyzer/model',
      'extension/analyzer/*',
      'simulator/contract',
    ],
  },
  {
    folder: 'extension/analyzer/fixes',
    holds: 'edit plans, class and driver conversion, kernel style',
    imports: [
      'extension/analyzer/text',
      'extension/analyzer/syntax',
      'extension/analyzer/kernel',
      'extension/analyzer/model',
      'extension/analyzer/*',
      'simulator/contract',
      'diff',
    ],
  },
  {
    folder: 'extension/analyzer/findings',
    holds: 'findings with lines, the function around them and a fingerprint, as reports print them',
    imports: ['extension/analyzer/text', 'extension/analyzer/*'],
  },
  {
    folder: 'extension/analyzer/settings',
    holds: 'settings, their schema, globs, severity, accepted findings (baseline)',
    imports: [
      'extension/analyzer/text',
      'extension/analyzer/kernel',
      'extension/analyzer/rules',
      'extension/analyzer/findings',
      'extension/analyzer/*',
      'jsonc-parser',
    ],
  },
  {
    folder: 'extension/analyzer/report',
    holds: 'text, jsonl, SARIF, GitHub, markdown writers',
    imports: [
      'extension/analyzer/text',
      'extension/analyzer/kernel',
      'extension/analyzer/model',
      'extension/analyzer/rules',
      'extension/analyzer/findings',
      'extension/analyzer/settings',
      'extension/analyzer/*',
      'simulator/contract',
      'sarif',
    ],
  },
  {
    folder: 'extension/analyzer/engine',
    holds: 'opens drivers: reads their files, runs model, rules and plans',
    imports: ['extension/analyzer', 'simulator/contract'],
  },
  {
    folder: 'extension/analyzer',
    holds: 'what the hosts get, as plain data: analysis, findings, plans',
    imports: [
      'extension/analyzer/text',
      'extension/analyzer/syntax',
      'extension/analyzer/kernel',
      'extension/analyzer/model',
      'simulator/contract',
    ],
  },
  {
    folder: 'extension/files',
    holds: 'the one way to files of the machine: names, reader, writer',
    imports: ['node:'],
  },
  {
    folder: 'extension/server',
    holds: 'language server, one for every editor',
    imports: [
      'extension/analyzer/index',
      'extension/files',
      'simulator/contract',
      'vscode-languageserver',
      'vscode-languageserver-textdocument',
      'vscode-uri',
      'node:',
    ],
  },
  {
    folder: 'extension/client',
    holds: 'VS Code glue',
    imports: [
      'vscode',
      'vscode-languageclient',
      'vscode-uri',
      'webview/protocol',
      'simulator/contract',
      'node:',
      'extension/server/protocol',
      'extension/files',
    ],
  },
  {
    folder: 'extension/cli',
    holds: 'the `netmem` command',
    imports: [
      'extension/analyzer/index',
      'extension/files',
      'extension/server',
      'simulator',
      'commander',
      'picocolors',
      'vscode-languageserver',
      'node:',
      'package.json',
    ],
  },
  {
    folder: 'webview',
    holds: 'protocol, panel, the worker that runs the simulator',
    imports: ['simulator', 'lit', '@vscode-elements/elements', 'uplot'],
  },
];

/** The simulator, top-down: a layer imports only layers below it, and every import that is listed is used. */
export const SIMULATOR_LAYERS: readonly Folder[] = layers({
  trace: {
    holds: 'a run as a timeline, a packet capture and counters, in files that other tools read',
    imports: ['run', 'nic', 'contract', 'core'],
  },
  run: {
    holds: 'a run: start, step, seek, snapshots, description of events, netlink views, verdict',
    imports: ['scenarios', 'machine', 'program', 'stack', 'nic', 'record', 'memory', 'contract', 'core'],
  },
  scenarios: {
    holds: 'named configurations with what must come out, and the reference driver',
    imports: ['program', 'contract', 'core'],
  },
  machine: {
    holds: 'the parts wired together: interpreter of the driver IR, pools and rings of the queues',
    imports: [
      'tx',
      'providers',
      'netlink',
      'stack',
      'page-pool',
      'nic',
      'program',
      'record',
      'memory',
      'contract',
      'core',
    ],
  },
  'trace-replay': {
    holds: 'recorded page pool calls, carried out on the simulated page pool',
    imports: ['providers', 'page-pool', 'memory', 'core'],
  },
  tx: {
    holds: 'transmit and its completion',
    imports: ['netlink', 'program', 'record', 'contract', 'core'],
  },
  providers: {
    holds: 'memory providers: dma-buf and zcrx',
    imports: ['page-pool', 'memory', 'core'],
  },
  netlink: {
    holds: 'checks of bind requests, ring settings, leases and exclusions',
    imports: ['program', 'memory', 'contract', 'core'],
  },
  stack: {
    holds: 'skbs, GRO, sockets and the user who reads them',
    imports: ['nic', 'record', 'memory', 'contract', 'core'],
  },
  'page-pool': {
    holds: 'the page pool, function by function, and what it asks of a memory provider',
    imports: ['memory', 'core'],
  },
  nic: {
    holds: 'frames, traffic, steering and receive queues of the device',
    imports: ['contract', 'core'],
  },
  program: {
    holds: 'driver IR compiled into flat code, and the generic ones for drivers without',
    imports: ['contract'],
  },
  record: {
    holds: 'what a run writes down: log and history, counters, faults, evidence',
    imports: ['contract'],
  },
  memory: {
    holds: 'netmem references, pages and net_iovs, and what the machine needs of memory',
    imports: ['contract'],
  },
  contract: {
    holds: 'plain data that crosses the border: driver model, parameters, events, snapshots, verdict',
    imports: ['core'],
  },
  core: {
    holds: 'time, event queue, random numbers, results, releases, errno, limits',
    imports: [],
  },
});

/** Folders whose imports no test looks at. */
export const UNCHECKED: readonly Omit<Folder, 'imports'>[] = [
  {
    folder: 'extension/docs',
    holds: 'pages of the rules, settings, CI, walkthrough; read by people and `explain`',
  },
  {
    folder: 'extension/example',
    holds: 'a small NIC driver with a planted violation of every requirement',
  },
  {
    folder: 'extension/packaging',
    holds: 'npm package, third-party notices, and what generates sources',
  },
  { folder: 'test', holds: 'mirrors the sources; end-to-end tests in the real VS Code; benches' },
  { folder: 'syntaxes', holds: 'injection grammars' },
];

function layers(rows: Readonly<Record<string, Omit<Folder, 'folder'>>>): readonly Folder[] {
  return Object.entries(rows).map(([name, { holds, imports }]) => ({
    folder: `simulator/${name}`,
    holds,
    imports: imports.map((layer) => `simulator/${layer}`),
  }));
}
