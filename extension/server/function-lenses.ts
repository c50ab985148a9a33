/**
 * What stands above the functions that create pools, receive and transmit: what their buffers are for and how many
 * findings they have. The client adds what the simulator said.
 */
import type { PathKind } from '../../simulator/driver-model/path-program.ts';
import type { BufferFact } from '../analyzer/model/buffer-class.ts';
import type { FactKind } from '../analyzer/model/facts.ts';
import type { PlacedFunction } from '../analyzer/model/symbols.ts';
import { count } from '../analyzer/report/readiness.ts';
import { filePath } from '../analyzer/text/range.ts';
import { findingsIn } from './diagnostics.ts';
import { toRange } from './documents.ts';
import type { DriverSnapshot } from './driver-session.ts';
import { normalised } from './drivers.ts';
import type { FunctionLens } from './protocol.ts';

const PATHS: Record<PathKind, string> = {
  'rx-poll': 'receive path',
  'rx-refill': 'refill',
  'rx-release': 'release of the ring',
  'tx-xmit': 'transmit path',
  'tx-complete': 'transmit completion',
  'queue-mem-alloc': 'queue restart',
  'queue-mem-free': 'queue restart',
  'queue-start': 'queue restart',
  'queue-stop': 'queue restart',
};

/** Where a buffer comes from and where it goes: the functions worth a line of their own. */
const ENDS: ReadonlySet<FactKind> = new Set(['allocate', 'frag', 'build-skb', 'xdp-prepare']);

/** Lenses of one file, in its order; none for a file without such functions. */
export function functionLenses(snapshot: DriverSnapshot, uri: string): FunctionLens[] {
  const key = normalised(uri);
  const document = snapshot.documents.get(key);
  const { facts, model } = snapshot.analysis;
  if (document === undefined || facts === undefined) return [];
  const findings = findingsIn(snapshot, key);
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
      const paths = (model.programs ?? [])
        .filter(({ entry, origin }) => origin === 'driver' && entry === placed.item.name)
        .map(({ path }) => PATHS[path]);
      const buffers = (roles.get(placed.item.name) ?? []).map((role) => `${role} buffers`);
      const is = [...new Set(pools.length > 0 ? [...pools, ...paths] : [...paths, ...buffers])];
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
  return ENDS.has(kind) && location.file === key;
}
