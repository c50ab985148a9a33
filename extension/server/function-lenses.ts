/**
 * What stands above the functions that create pools, receive and transmit: what their buffers are for and how many
 * findings they have. The client adds what the simulator said.
 */
import { count, filePath } from '../analyzer/index.ts';
import type { BufferFact, DriverSymbols, FactKind, PlacedFunction } from '../analyzer/index.ts';
import { findingsIn } from './diagnostics.ts';
import { toRange } from './documents.ts';
import type { DriverSnapshot } from './driver-session.ts';
import { normalised } from './drivers.ts';
import type { FunctionLens } from './protocol.ts';

/**
 * Where a buffer comes from and where it goes: the functions worth a line of their own. The driver IR would know more,
 * but extracting them takes longer than a keystroke may.
 */
const ENDS: ReadonlySet<FactKind> = new Set(['allocate', 'frag', 'build-skb', 'xdp-prepare']);

/** Lenses of one file, in its order; none for a file without such functions. */
export function functionLenses(snapshot: DriverSnapshot, uri: string): FunctionLens[] {
  const key = normalised(uri);
  const document = snapshot.documents.get(key);
  const { facts, model } = snapshot.analysis;
  if (document === undefined || facts === undefined) return [];
  const findings = findingsIn(snapshot, key);
  const transmitters = transmitEntries(facts.symbols);
  const roles = rolesByFunction(snapshot, key);
  const functions = [...facts.symbols.functions.values()]
    .flat()
    .filter(({ file }) => file.path === filePath(key));
  return functions
    .sort((a, b) => a.base - b.base)
    .flatMap((placed) => {
      const body = { start: placed.base + placed.item.s, end: placed.base + placed.item.e };
      const first = document.positionAt(body.start).line + 1;
      const last = document.positionAt(body.end).line + 1;
      const pools = model.pools
        .filter(
          ({ createdAt }) => createdAt.file === key && createdAt.line >= first && createdAt.line <= last,
        )
        .map(({ role }) => `${role} pool`);
      const buffers = (roles.get(placed.item.name) ?? []).map((role) => `${role} buffers`);
      const sends = transmitters.has(placed.item.name) ? ['transmit path'] : [];
      const is = [...new Set([...sends, ...(pools.length > 0 ? pools : buffers)])];
      if (is.length === 0) return [];
      const inside = findings.filter(
        ({ location: { range } }) => range.start >= body.start && range.end <= body.end,
      );
      return [
        {
          name: toRange(document, nameOf(placed)),
          body: toRange(document, body),
          text: [is.join(', '), ...(inside.length === 0 ? [] : [count(inside.length, 'finding')])].join(
            ' · ',
          ),
        },
      ];
    });
}

function nameOf({ base, item: { nameAt } }: PlacedFunction) {
  return { start: base + nameAt.s, end: base + nameAt.e };
}

/** Functions that the operation tables name for sending. */
function transmitEntries({ globals }: DriverSymbols): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { item } of globals.values())
    if (item.init?.k === 'init')
      for (const { path, value } of item.init.items)
        if (path.includes('ndo_start_xmit') && value.k === 'id') names.add(value.name);
  return names;
}

/** Roles of the buffers that begin or end their way in each function of a file. */
function rolesByFunction(snapshot: DriverSnapshot, key: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { role, facts } of snapshot.analysis.facts?.classes ?? []) {
    if (role === 'unknown' || role === 'private') continue;
    for (const { fn } of facts.filter((fact) => isEnd(fact, key))) {
      const roles = found.get(fn) ?? [];
      if (!roles.includes(role)) found.set(fn, [...roles, role]);
    }
  }
  return found;
}

function isEnd({ kind, location }: BufferFact, key: string): boolean {
  return location.file === key && ENDS.has(kind);
}
