/**
 * Runs drivers of a real tree in the simulator from their sources and prints a table: operations found and executed,
 * unknown conditions, verdict with each provider, how that agrees with the static findings, and why where it does not.
 * On pages an in-tree driver runs clean, or extraction or machine are wrong, and its pools die when the link goes down.
 * `KERNEL_TREE` names the tree, or `KERNEL_WORK` a directory made by `prepare.sh`; `KERNEL_DRIVERS` narrows the run to
 * drivers whose name matches.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { DriverAnalysis } from '../../extension/analyzer/analyzer.ts';
import type { Requirement } from '../../extension/analyzer/finding.ts';
import { crossReferences } from '../support/cross-reference.ts';
import { filePath, type Location } from '../../extension/analyzer/text/range.ts';
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
import type { ProgramNode } from '../../simulator/contract/driver-ir.ts';
import { startRun } from '../../simulator/run/configure.ts';
import { REQUIREMENTS, type Evidence, type Verdict } from '../../simulator/contract/verdict.ts';
import { analyserForTests, NEWEST } from '../analyzer/analyse.ts';

const tree = process.env['KERNEL_TREE'] ?? join(process.env['KERNEL_WORK'] ?? '', 'original');
if (!existsSync(join(tree, 'drivers/net'))) throw new Error('KERNEL_TREE names no kernel tree');

/** Directories below drivers/net; with files where a directory holds several drivers. */
const DRIVERS: readonly { readonly name: string; readonly directory: string; readonly files?: RegExp }[] = [
  { name: 'tsnep', directory: 'ethernet/engleder' },
  { name: 'mvneta', directory: 'ethernet/marvell', files: /^mvneta/ },
  { name: 'stmmac', directory: 'ethernet/stmicro/stmmac' },
  { name: 'bnxt', directory: 'ethernet/broadcom/bnxt' },
  { name: 'gve', directory: 'ethernet/google/gve' },
  { name: 'mlx5', directory: 'ethernet/mellanox/mlx5/core' },
  { name: 'hns3', directory: 'ethernet/hisilicon/hns3' },
  { name: 'fec', directory: 'ethernet/freescale', files: /^fec/ },
  { name: 'ravb', directory: 'ethernet/renesas', files: /^ravb/ },
  { name: 'idpf', directory: 'ethernet/intel/idpf' },
  { name: 'mtk', directory: 'ethernet/mediatek', files: /^mtk_/ },
  { name: 'airoha', directory: 'ethernet/airoha' },
  {
    name: 'cpsw',
    directory: 'ethernet/ti',
    files: /^cpsw\.|^cpsw_(priv|ethtool|ale|sl)|^cpts|^davinci_cpdma/,
  },
  { name: 'am65', directory: 'ethernet/ti', files: /^am65|^k3-cppi/ },
  { name: 'enetc', directory: 'ethernet/freescale/enetc' },
  { name: 'fbnic', directory: 'ethernet/meta/fbnic' },
  { name: 'igc', directory: 'ethernet/intel/igc' },
  { name: 'ionic', directory: 'ethernet/pensando/ionic' },
  { name: 'lan966x', directory: 'ethernet/microchip/lan966x' },
  { name: 'libwx', directory: 'ethernet/wangxun/libwx' },
  { name: 'mana', directory: 'ethernet/microsoft/mana' },
  { name: 'mlxsw', directory: 'ethernet/mellanox/mlxsw', files: /^pci/ },
  { name: 'mt76', directory: 'wireless/mediatek/mt76', files: /^(mt76\.h|dma|mac80211|tx)\b/ },
  { name: 'mvpp2', directory: 'ethernet/marvell/mvpp2' },
  { name: 'netsec', directory: 'ethernet/socionext', files: /^netsec/ },
  { name: 'otx2', directory: 'ethernet/marvell/octeontx2/nic' },
  { name: 'rtase', directory: 'ethernet/realtek/rtase' },
  { name: 'tn40', directory: 'ethernet/tehuti', files: /^tn40/ },
  { name: 'veth', directory: '.', files: /^veth\.c$/ },
  { name: 'virtio', directory: '.', files: /^virtio_net\.c$/ },
  { name: 'vmxnet3', directory: 'vmxnet3' },
  { name: 'xen', directory: '.', files: /^xen-netfront\.c$/ },
];
/**
 * The generic poll stands in: packets come out of a virtual peer, or a handler that is handed through two functions, or
 * are made where the ring is filled (xen), or around memory of which nobody sees where it comes from (virtio).
 */
const LEFT = new Set(['veth', 'cpsw', 'xen', 'virtio']);
/** Frames of 300 that are delivered where it is not all: skbs and pages are posted side by side for one packet. */
const SHORT: ReadonlyMap<string, number> = new Map([['vmxnet3', 0]]);

const wanted = new RegExp(process.env['KERNEL_DRIVERS'] ?? '');

const PROVIDERS = ['pages', 'dmabuf', 'zcrx'] as const;
type Provider = (typeof PROVIDERS)[number];
const SCENARIO = { pages: 'pages-work', dmabuf: 'dmabuf-works', zcrx: 'zcrx-works' } as const;
/** What happens to a page as well, without harm. */
const HARMLESS = new Set(['past-pool', 'private-recycling', 'refused']);

const PAGES = { tcpDataSplit: 'unknown', reader: 'plain' };

/** Pools that wait for their pages after the interface went down and up again. */
function dyingPools(model: DriverModel): readonly string[] {
  const parameters = { ...PAGES, provider: 'pages', explore: false };
  const started = startRun({ model, scenario: 'link-bounce', parameters, seed: 1 });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd(500_000);
  const { pools } = started.value.snapshot();
  return pools.filter(({ state }) => state === 'dying').map(({ name, inflight }) => `${name}: ${inflight}`);
}

function run(model: DriverModel, provider: Provider, explore: boolean): Verdict {
  const pages = provider === 'pages' ? PAGES : {};
  const parameters = { packets: 300, explore, ...pages };
  const started = startRun({ model, scenario: SCENARIO[provider], parameters, seed: 1 });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd(500_000);
  return started.value.verdict();
}

function evidenceOf(verdict: Verdict): readonly Evidence[] {
  return verdict.requirements.flatMap(({ evidence }) => evidence);
}

function placeOf(at: { readonly file: string; readonly line: number; readonly column: number }): string {
  return `${at.file}:${at.line}:${at.column}`;
}

/** Names of the functions that the programs go through. */
function functionsOf(model: DriverModel): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (nodes: readonly ProgramNode[]): void => {
    for (const node of nodes) {
      if (node.node === 'call') names.add(node.function);
      if (node.node === 'branch') visit([...node.then, ...node.otherwise]);
      else if (node.node === 'loop' || node.node === 'call') visit(node.body);
      else if (node.node === 'sequence') visit(node.steps);
    }
  };
  for (const { entry, body } of model.programs ?? []) {
    names.add(entry);
    visit(body.steps);
  }
  return names;
}

interface Compared {
  readonly analysis: DriverAnalysis;
  readonly evidence: readonly Evidence[];
  /** `file:line` of the operations that some run executed. */
  readonly executed: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
}

/** Why the rule of a requirement says nothing where the run is refused. */
const QUIET: Partial<Record<Requirement, string>> = {
  RX1: 'the buffers come out of a library beyond the directory, where the rule does not look',
  RX2: 'the rule speaks of drivers with payload in pages that it can name',
  RX4: 'the rule judges payload pools, and without a header split there are none',
  TX2: 'the rule speaks of drivers whose transmit path handles fragments',
};

/** Why findings and runs say different things about a requirement; null where they agree. */
function difference(id: Requirement, { analysis, evidence, executed, texts }: Compared): string | null {
  const found = analysis.findings.filter(({ requirement }) => requirement === id);
  const seen = evidence.filter(({ requirement }) => requirement === id);
  if (found.length > 0 === seen.length > 0) return null;
  if (found.length === 0) {
    const [first] = seen;
    if (seen.every(({ consequence }) => consequence === 'refused'))
      return `${id}: ${first?.text}; ${QUIET[id] ?? ''}`;
    const generic = seen.every(({ at }) => at === null || !at.file.includes('/'));
    if (generic) return `${id}: a generic path stands in, whose buffers are no pool's`;
    return `${id}: line ${first?.at?.line}: ${first?.text}; no rule covers it there`;
  }
  if (evidence.some(({ requirement, consequence }) => requirement === 'RX1' && consequence === 'refused'))
    return `${id}: no pool can take a provider (RX1), so that all buffers of a run are pages`;
  const inPrograms = functionsOf(analysis.model);
  const lines = found.map(({ location: { file, range } }) => {
    const before = texts.get(file)?.slice(0, range.start) ?? '';
    return `${file}:${before.split('\n').length}`;
  });
  const ran = lines.filter((line) => executed.has(line));
  if (ran.length > 0) return `${id}: ${ran.length} of ${lines.length} places ran, without harm`;
  const functions = new Set(found.map(({ location }) => functionAt(analysis, location)));
  const reached = [...functions].filter((name) => inPrograms.has(name));
  return reached.length > 0
    ? `${id}: in ${reached.join(', ')}, behind conditions that no run took, or no operation of its own`
    : `${id}: ${[...functions].slice(0, 3).join(', ')} on no path that the machine calls`;
}

function functionAt({ facts }: DriverAnalysis, { file, range }: Location): string {
  for (const list of facts?.symbols.functions.values() ?? [])
    for (const { file: own, base, item } of list)
      if (own.path === file && base + item.s <= range.start && range.end <= base + item.e) return item.name;
  return 'a declaration';
}

function count(nodes: readonly ProgramNode[], into: Record<'operations' | 'unknown', Set<string>>): void {
  for (const node of nodes) {
    if (node.node === 'operation') into.operations.add(placeOf(node.at));
    else if (node.node === 'branch') {
      if (node.condition.means === 'unknown') into.unknown.add(placeOf(node.at));
      count([...node.then, ...node.otherwise], into);
    } else if (node.node === 'loop' || node.node === 'call') count(node.body, into);
    else if (node.node === 'sequence') count(node.steps, into);
  }
}

/** `+` both say it fails, `s` only the findings, `r` only the runs, `=` neither. */
function agreement(stat: ReadonlySet<Requirement>, runs: ReadonlySet<Requirement>): string {
  return REQUIREMENTS.map((id) => {
    const both = `${stat.has(id) ? 's' : ''}${runs.has(id) ? 'r' : ''}`;
    return `${id}${both === 'sr' ? '+' : both === '' ? '=' : both}`;
  }).join(' ');
}

const table: string[] = [];
afterAll(() => process.stdout.write(`${table.join('\n')}\n`));

test.each(DRIVERS.filter(({ name }) => wanted.test(name)))('$name', async ({ name, directory, files }) => {
  const root = join(tree, 'drivers/net', directory);
  const names = readdirSync(root, { recursive: files === undefined, encoding: 'utf8' }).filter(
    (file) => /\.[ch]$/.test(file) && (files === undefined || files.test(basename(file))),
  );
  const texts = new Map(names.map((file) => [`${name}/${file}`, readFileSync(join(root, file), 'utf8')]));
  const driver = (await analyserForTests()).openDriver(
    [...texts].map(([path, text]) => ({ path: filePath(path), text })),
    NEWEST,
  );
  const analysis = driver.analysis();
  const { model } = analysis;
  const poll = model.programs?.find(({ path }) => path === 'rx-poll');
  if (LEFT.has(name)) expect(poll, 'a program after all: take it off the list').toBeUndefined();
  else expect(poll, 'no program from the NAPI poll').toBeDefined();
  const receive = (model.programs ?? []).filter(({ path }) => path.startsWith('rx-'));
  const found = { operations: new Set<string>(), unknown: new Set<string>() };
  for (const { body } of receive) count(body.steps, found);
  const plain = Object.fromEntries(PROVIDERS.map((p) => [p, run(model, p, false)]));
  const explored = PROVIDERS.map((p) => run(model, p, true));
  const executed = new Set([...Object.values(plain), ...explored].flatMap((v) => v.executed.map(placeOf)));
  const ran = [...found.operations].filter((place) => executed.has(place)).length;
  const send = startRun({ model, scenario: 'tx-works', parameters: { explore: true }, seed: 1 });
  if (send.ok) send.value.runToEnd(100_000);
  const tx = send.ok ? evidenceOf(send.value.verdict()) : [];
  const evidence = [...explored.slice(1).flatMap(evidenceOf), ...tx];
  const stat = new Set(analysis.findings.map(({ requirement }) => requirement));
  const runs = new Set(evidence.map(({ requirement }) => requirement));
  const placed = analysis.findings.filter(({ requirement }) => /^RX[3567]$|^TX1$/.test(requirement));
  const references = crossReferences(analysis, evidence, texts);
  const tripped = placed.filter((f) => references.ofFinding(f).some(({ relation }) => relation !== 'line'));
  const cell = (p: Provider): string => {
    const verdict = plain[p];
    return verdict === undefined
      ? ''
      : `${verdict.state}${verdict.bind.errno === null ? '' : ` (${verdict.bind.errno})`}`;
  };
  table.push(
    [
      name.padEnd(8),
      (poll?.entry ?? 'generic').padEnd(28),
      `${found.operations.size} operations, ${ran} executed, ${found.unknown.size} unknown`,
      PROVIDERS.map((p) => `${p} ${cell(p)}`).join(', '),
      `findings tripped ${tripped.length}/${placed.length}`,
      agreement(stat, runs),
    ].join(' | '),
  );
  const lines = new Set(
    [...Object.values(plain), ...explored, ...(send.ok ? [send.value.verdict()] : [])].flatMap((v) =>
      v.executed.map(({ file, line }) => `${file}:${line}`),
    ),
  );
  for (const id of REQUIREMENTS) {
    const why = difference(id, { analysis, evidence, executed: lines, texts });
    if (why !== null) table.push(`         ${why}`);
  }
  const onPages = evidenceOf(plain['pages'] ?? run(model, 'pages', false));
  expect(onPages.filter(({ consequence }) => !HARMLESS.has(consequence))).toEqual([]);
  expect(plain['pages']?.packets.delivered).toBe(SHORT.get(name) ?? 300);
  if (!SHORT.has(name)) expect(dyingPools(model), 'pages that the driver keeps').toEqual([]);
  driver.dispose();
});
