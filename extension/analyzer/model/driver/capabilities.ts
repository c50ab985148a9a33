/** What a driver offers outside its pools: ethtool rings, queue management, XDP, netmem_tx. Driver-wide by nature. */
import type {
  DriverCapabilities,
  Sourced,
  SourceRange,
} from '../../../../simulator/contract/driver-model.ts';
import { TYPE } from '../../kernel/structures.ts';
import { NAME } from '../../kernel/table.ts';
import type { AssignExpr, Expr, FunctionItem, InitializerExpr, Span } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';
import type { Location } from '../../text/range.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import { closedQueue } from './closed-queue.ts';
import { refusedPageSizes } from './refused-page-sizes.ts';
import { conditionsAround } from './conditions-around.ts';
import { identifiersIn } from '../names/constants.ts';
import type { WordIndex } from '../flow/word-index.ts';
import { mentions } from '../names/mentions.ts';
import { withQueues } from './queued-packets.ts';
import { sourceRange } from '../names/source-range.ts';
import type { DriverSymbols, FileModel, PlacedFunction } from '../names/symbols.ts';

/** An operation table of the driver. */
export interface OpsTable {
  readonly type: string;
  readonly name: string;
  readonly file: FileModel;
  readonly base: number;
  readonly nameAt: Span;
  readonly init: InitializerExpr;
}

/** A place that matters to rules. */
export interface NamedPlace {
  readonly name: string;
  readonly location: Location;
  readonly fn: string;
}

/** A place that sets netmem_tx. */
export interface DeclaredNetmemTx extends NamedPlace {
  /** When it does, in the words of the source; null if whenever its function goes through. */
  readonly condition: string | null;
}

export interface QueueOps {
  readonly name: string;
  readonly location: Location;
  /** Operations that the table lacks. */
  readonly missing: readonly string[];
  /** False if no device is given the table. */
  readonly installed: boolean;
}

export interface DriverAbilities {
  readonly model: DriverCapabilities;
  readonly ethtoolOps: readonly {
    readonly location: Location;
    readonly hasRings: boolean;
    readonly setRing: string | null;
  }[];
  /** Tables of operations on queues. */
  readonly queueOps: readonly QueueOps[];
  readonly netdevOps: readonly Location[];
  /** Assignments of net_device.netmem_tx. */
  readonly netmemTx: readonly DeclaredNetmemTx[];
  /** Calls of register_netdev and friends. */
  readonly registrations: readonly NamedPlace[];
  /** Functions that the transmit entry points reach. */
  readonly transmit: ReadonlySet<PlacedFunction>;
}

const REGISTERS: readonly string[] = [
  NAME.register_netdev,
  NAME.register_netdevice,
  NAME.devm_register_netdev,
];

const QUEUE_OPS = ['ndo_queue_mem_alloc', 'ndo_queue_mem_free', 'ndo_queue_start', 'ndo_queue_stop'] as const;

function tables(symbols: DriverSymbols): OpsTable[] {
  const out: OpsTable[] = [];
  for (const { file, base, item } of symbols.globals.values()) {
    if (item.init?.k === 'init')
      out.push({ type: item.type.base, name: item.name, file, base, nameAt: item.nameAt, init: item.init });
  }
  return out;
}

function member(table: OpsTable, field: string): { readonly value: Expr; readonly at: Span } | null {
  const item = table.init.items.find((i) => i.path[0] === field);
  return item === undefined ? null : { value: item.value, at: item };
}

function place(table: OpsTable, at: Span): SourceRange {
  return sourceRange(table.file, { start: table.base + at.s, end: table.base + at.e });
}

function located(file: FileModel, base: number, at: Span): Location {
  return { file: file.path, range: { start: base + at.s, end: base + at.e } };
}

const calledNames = new WeakMap<FunctionItem, readonly string[]>();

/** Names that a function calls, once each. */
function callsOf(item: FunctionItem): readonly string[] {
  let names = calledNames.get(item);
  if (names === undefined) {
    const found = new Set<string>();
    visitExpressions(item.body, (x) => {
      if (x.k === 'call' && x.fn.k === 'id') found.add(x.fn.name);
    });
    calledNames.set(item, (names = [...found]));
  }
  return names;
}

/** Functions reachable by direct calls. */
function reachable(
  roots: readonly PlacedFunction[],
  symbols: DriverSymbols,
  depth = 12,
): Set<PlacedFunction> {
  const seen = new Set<PlacedFunction>(roots);
  let frontier = [...roots];
  for (let i = 0; i < depth && frontier.length > 0; i++) {
    const next: PlacedFunction[] = [];
    for (const fn of frontier) {
      for (const name of callsOf(fn.item)) {
        const callee = symbols.functionFor(name, fn.file);
        if (callee === null || seen.has(callee)) continue;
        seen.add(callee);
        next.push(callee);
      }
    }
    frontier = next;
  }
  return seen;
}

/** True for a function that sends a packet, by what it takes and returns. */
function isTransmission({ item }: PlacedFunction): boolean {
  return item.returns.base === 'netdev_tx_t' && item.params.some(({ type }) => type.base === TYPE.sk_buff);
}

/** Names of the tables that net_device.queue_mgmt_ops is set to; null if it is set to something that is no table's name. */
function installedTables(tables: readonly OpsTable[], words: WordIndex): ReadonlySet<string> | null {
  const names = new Set<string>();
  const isTable = (name: string): boolean => tables.some((t) => t.name === name);
  const others: Expr[] = [];
  const take = (x: Expr): void => {
    if (x.k === 'cond' && x.a !== null) [x.a, x.b].forEach(take);
    else if (x.k === 'cast' || x.k === 'addr') take(x.x);
    else if (x.k === 'id' && isTable(x.name)) names.add(x.name);
    else if (x.k !== 'num' && !(x.k === 'id' && x.name === 'NULL')) others.push(x);
  };
  for (const { placed } of words.having(NAME.queue_mgmt_ops)) {
    visitExpressions(placed.item.body, (x) => {
      if (x.k === 'assign' && x.l.k === 'member' && x.l.field === NAME.queue_mgmt_ops) take(x.r);
    });
  }
  return others.length === 0 ? names : null;
}

/** Functions that say any of these, in their order. */
function saying(any: readonly string[], words: WordIndex): readonly PlacedFunction[] {
  const found = new Set(any.flatMap((word) => words.having(word)));
  return [...found].sort((a, b) => a.id - b.id).map(({ placed }) => placed);
}

function functionNamed(x: Expr | undefined, table: OpsTable, symbols: DriverSymbols): PlacedFunction | null {
  return x?.k === 'id' ? symbols.functionFor(x.name, table.file) : null;
}

/** True if the function or what it calls mentions the word. */
function reaches(fn: PlacedFunction | null, word: string, symbols: DriverSymbols): boolean {
  return fn !== null && [...reachable([fn], symbols, 3)].some((f) => mentions(f, word));
}

/** Calls between a device's table and the function that registers it. */
const NEAR = 4;

/** True if the device has receive rings of its own: to open it turns on polling, or fills rings. */
function ownsRings(table: OpsTable, symbols: DriverSymbols): boolean {
  const open = functionNamed(member(table, 'ndo_open')?.value, table, symbols);
  return open !== null && [...reachable([open], symbols)].some((fn) => mentions(fn, NAME.napi_enable));
}

/** Tables in the order of the files, small ones last: those of representors and control devices have few operations. */
function byFullness(tables: readonly OpsTable[]): readonly OpsTable[] {
  const most = Math.max(0, ...tables.map((t) => t.init.items.length));
  const isFull = (t: OpsTable): boolean => 2 * t.init.items.length >= most;
  return [...tables.filter(isFull), ...tables.filter((t) => !isFull(t))];
}

/** Tables of net_devices, those first whose devices have receive rings. */
function byRings(tables: readonly OpsTable[], symbols: DriverSymbols): readonly OpsTable[] {
  if (tables.length < 2) return tables;
  const owners = new Set(tables.filter((t) => ownsRings(t, symbols)));
  const full = byFullness(tables);
  return [...byFullness(full.filter((t) => owners.has(t))), ...full.filter((t) => !owners.has(t))];
}

/** Registrations, that of the table's device first: in a function that also names the table, or has it named near. */
function byDevice(
  registrations: readonly NamedPlace[],
  table: OpsTable | undefined,
  symbols: DriverSymbols,
  all: readonly PlacedFunction[],
): readonly NamedPlace[] {
  if (table === undefined || registrations.length < 2) return registrations;
  const distance = ({ fn }: NamedPlace): number => {
    let around = all.filter(({ item }) => item.name === fn);
    for (let up = 0; up <= NEAR; up++) {
      const down = reachable(around, symbols, up === 0 ? 1 : NEAR);
      if (around.some((f) => mentions(f, table.name))) return 2 * up;
      if ([...down].some((f) => mentions(f, table.name))) return 2 * up + 1;
      const names = new Set(around.map(({ item }) => item.name));
      const callers = all.filter(({ item }) => callsOf(item).some((name) => names.has(name)));
      if (callers.length === 0) break;
      around = callers;
    }
    return Infinity;
  };
  const far = new Map(registrations.map((r) => [r, distance(r)] as const));
  return [...registrations].sort((a, b) => (far.get(a) ?? 0) - (far.get(b) ?? 0));
}

/** When an assignment to netmem_tx declares that the device sends netmem; null if always. */
function netmemTxCondition({ file, base, item }: PlacedFunction, assign: AssignExpr): string | null {
  const textOf = (x: Expr) => file.text.slice(base + x.s, base + x.e).replace(/\s+/g, ' ');
  const around = conditionsAround(item, assign.s, textOf);
  const value = assign.r.k === 'cond' ? textOf(assign.r.c) : textOf(assign.r);
  // A constant is no condition.
  const own = /^(?:true|\d+|[A-Z][A-Z\d_]*)$/.test(value) ? [] : [value];
  const all = [...around, ...own];
  return all.length === 0 ? null : all.join(' && ');
}

/** @param functions all of the driver */
export function readAbilities(
  symbols: DriverSymbols,
  functions: readonly FunctionRef[],
  words: WordIndex,
): DriverAbilities {
  const all = tables(symbols);
  const of = (type: string): OpsTable[] => all.filter((t) => t.type === type);
  const ethtool = byFullness(of(TYPE.ethtool_ops));
  const netdev = byRings(of(TYPE.net_device_ops), symbols);
  const queue = of(TYPE.netdev_queue_mgmt_ops);
  const netmemTx: DeclaredNetmemTx[] = [];
  const registrations: NamedPlace[] = [];
  let txValue: DriverCapabilities['netmemTx'] = { value: 'none', at: null };
  for (const fn of saying([NAME.netmem_tx, ...REGISTERS], words)) {
    visitExpressions(fn.item.body, (x) => {
      if (x.k === 'assign' && x.l.k === 'member' && x.l.field === NAME.netmem_tx) {
        const value = fn.file.text.slice(fn.base + x.r.s, fn.base + x.r.e);
        const location = located(fn.file, fn.base, x);
        if (x.r.k !== 'cond' && (/false|^0$/.test(value) || value.includes(NAME.NETMEM_TX_NONE))) {
          if (txValue.at === null) txValue = { value: 'none', at: sourceRange(fn.file, location.range) };
          return;
        }
        netmemTx.push({ name: value, location, fn: fn.item.name, condition: netmemTxCondition(fn, x) });
        txValue = {
          value: value.includes(NAME.NETMEM_TX_NO_DMA) ? 'no-dma' : 'dma',
          at: sourceRange(fn.file, location.range),
        };
      } else if (x.k === 'call' && x.fn.k === 'id' && REGISTERS.includes(x.fn.name)) {
        registrations.push({
          name: x.fn.name,
          location: located(fn.file, fn.base, x.fn),
          fn: fn.item.name,
        });
      }
    });
  }
  /** Where the driver says something else, or nothing: the member, or the fullest table, which is the device's own. */
  const ringPlace = (field: string): SourceRange | null => {
    const places = ethtool.map((t) => ({ member: member(t, field), table: t }));
    const found = places.find((p) => p.member !== null) ?? places[0];
    return found === undefined ? null : place(found.table, found.member?.at ?? found.table.nameAt);
  };
  const ringFlag = (flag: string): Sourced<boolean> => {
    for (const t of ethtool) {
      const m = member(t, 'supported_ring_params');
      if (
        m !== null &&
        identifiersIn(t.file.text.slice(t.base + m.value.s, t.base + m.value.e), symbols).has(flag)
      )
        return { value: true, at: place(t, m.at) };
    }
    return { value: false, at: ringPlace('supported_ring_params') };
  };
  const ringFunction = (field: string, word: string): Sourced<boolean> => {
    for (const t of ethtool) {
      const m = member(t, field);
      if (m !== null && reaches(functionNamed(m.value, t, symbols), word, symbols))
        return { value: true, at: place(t, m.at) };
    }
    return { value: false, at: ringPlace(field) };
  };
  const installed = queue.length === 0 ? null : installedTables(queue, words);
  const isInstalled = (t: OpsTable): boolean => installed?.has(t.name) ?? true;
  const first = queue.find((t) => isInstalled(t) && QUEUE_OPS.some((f) => member(t, f) !== null));
  const closed =
    first === undefined
      ? undefined
      : closedQueue(functionNamed(member(first, 'ndo_queue_mem_alloc')?.value, first, symbols), symbols);
  const parameters = queue.map((t) => ({ member: member(t, 'supported_params'), table: t }));
  const rxPageSize = parameters.find(
    ({ member: m, table: t }) =>
      m !== null &&
      identifiersIn(t.file.text.slice(t.base + m.value.s, t.base + m.value.e), symbols).has(
        NAME.QCFG_RX_PAGE_SIZE,
      ),
  );
  const validate =
    first === undefined ? null : functionNamed(member(first, 'ndo_validate_qcfg')?.value, first, symbols);
  const refused = validate === null ? [] : refusedPageSizes(validate, symbols);
  const operation = (field: string): Sourced<boolean> => {
    for (const t of netdev) {
      const m = member(t, field);
      if (m !== null) return { value: true, at: place(t, m.at) };
    }
    return { value: false, at: null };
  };
  const named = netdev.flatMap((t) => {
    const fn = functionNamed(member(t, 'ndo_start_xmit')?.value, t, symbols);
    return fn === null ? [] : [fn];
  });
  // Where several modules share the code, the table may be in another one: the type says it as well.
  const everything = functions.map(({ placed }) => placed);
  const roots = [...new Set([...named, ...everything.filter(isTransmission)])];
  return {
    model: {
      tcpDataSplit: ringFlag(NAME.ETHTOOL_RING_USE_TCP_DATA_SPLIT),
      tcpDataSplitSet: ringFunction('set_ringparam', NAME.tcp_data_split),
      tcpDataSplitGet: ringFunction('get_ringparam', NAME.tcp_data_split),
      hdsThresh: ringFlag(NAME.ETHTOOL_RING_USE_HDS_THRS),
      queueMgmtOps: {
        value: first === undefined ? [] : QUEUE_OPS.filter((f) => member(first, f) !== null),
        at: first === undefined ? null : place(first, first.nameAt),
      },
      ...(closed === undefined ? {} : { closedQueue: closed }),
      rxPageSize: {
        value: rxPageSize !== undefined,
        at:
          rxPageSize === undefined
            ? null
            : place(rxPageSize.table, rxPageSize.member?.at ?? rxPageSize.table.nameAt),
      },
      ...(refused.length === 0 ? {} : { refusedPageSizes: refused }),
      netmemTx: txValue,
      xdp: operation('ndo_bpf'),
      afXdp: operation('ndo_xsk_wakeup'),
    },
    ethtoolOps: ethtool.map((t) => {
      const set = member(t, 'set_ringparam');
      const anchor =
        member(t, 'supported_ring_params')?.at ?? set?.at ?? member(t, 'get_ringparam')?.at ?? t.nameAt;
      return {
        location: located(t.file, t.base, anchor),
        hasRings: set !== null || member(t, 'get_ringparam') !== null,
        setRing: set?.value.k === 'id' ? set.value.name : null,
      };
    }),
    queueOps: queue.map((t) => ({
      name: t.name,
      installed: isInstalled(t),
      location: located(t.file, t.base, t.nameAt),
      missing: QUEUE_OPS.filter((f) => member(t, f) === null),
    })),
    netdevOps: netdev.map((t) => located(t.file, t.base, t.nameAt)),
    netmemTx,
    registrations: byDevice(registrations, netdev[0], symbols, everything),
    transmit: withQueues(roots, (from) => reachable(from, symbols), symbols, words),
  };
}
