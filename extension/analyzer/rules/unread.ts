/**
 * What the parser could not read of a driver, and what of it could bear on a requirement: a place in a function that
 * names nothing of packet buffers says nothing of them either.
 */
import { type Requirement, REQUIREMENTS } from '../finding.ts';
import type { Location } from '../text/range.ts';
import { TYPE, typeWords } from '../kernel/structures.ts';
import { effectsOf, mappedBy, NAME, namesWhere } from '../kernel/table.ts';
import { weightOf } from '../kernel/weight.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { FileModel } from '../model/names/symbols.ts';

export interface UnreadPlace {
  readonly location: Location;
  readonly reason: string;
  /** What the place may have a part in. */
  readonly bearsOn: readonly Requirement[];
}

const UNREAD = 'The C parser could not read this; what lies near it may be missing.';

interface Gap {
  readonly location: Location;
  readonly reason: string;
  /** The function or declaration around it. */
  readonly text: string;
}

const gapsOfFile = new WeakMap<FileModel, readonly Gap[]>();

function gapsOf(file: FileModel): readonly Gap[] {
  let found = gapsOfFile.get(file);
  if (found === undefined) {
    found = file.items.flatMap(({ base, item, around = item }) => {
      if (item.k === 'define' || item.k === 'include' || item.errors === undefined) return [];
      const text = file.text.slice(base + around.s, base + around.e);
      return item.errors.map(({ s, e }) => ({
        location: { file: file.path, range: { start: base + s, end: base + e } },
        reason: (item.k === 'other' ? item.reason : undefined) ?? UNREAD,
        text,
      }));
    });
    gapsOfFile.set(file, found);
  }
  return found;
}

const RECEIVE: readonly Requirement[] = REQUIREMENTS.filter((name) => name.startsWith('RX'));
const TRANSMIT: readonly Requirement[] = ['TX1', 'TX2'];
/** Words that say what a driver offers, with the requirements that they decide. */
const DECIDING: ReadonlyMap<string, readonly Requirement[]> = new Map<string, readonly Requirement[]>([
  ...namesWhere(({ ringParameter }) => ringParameter === true).map((name) => [name, ['RX2']] as const),
  ...typeWords('operations').map((name) => [name, ['RX2']] as const),
  ...typeWords('driverFact').map((name) => [name, RECEIVE] as const),
  ...typeWords('held').map((name) => [name, RECEIVE] as const),
  [TYPE.page_pool.replace('struct ', ''), RECEIVE],
  [NAME.netmem_tx, ['TX2']],
]);

/** What a call of a kernel function has a part in. Mapping and unmapping serve both directions. */
function decidedBy(word: string): readonly Requirement[] {
  const effects = effectsOf(word);
  if (mappedBy(word) != null || effects?.some(({ fact }) => fact === 'map' || fact === 'unmap'))
    return REQUIREMENTS;
  if (effects?.some(({ fact }) => fact === 'unmap-store' || fact === 'skb-frag')) return TRANSMIT;
  return weightOf(word) === 'buffer' ? RECEIVE : NONE;
}

const NONE: readonly Requirement[] = [];

/** Fields and functions of the driver that buffers go through. */
function namesOf({ classes, helperCalls }: DriverFacts): ReadonlySet<string> {
  const out = new Set<string>();
  for (const { holders } of classes)
    for (const { kind, name } of holders) if (kind === 'field' || kind === 'global') out.add(name);
  for (const { callee } of helperCalls) out.add(callee);
  return out;
}

function bearing(text: string, names: ReadonlySet<string>): readonly Requirement[] {
  const found = new Set<Requirement>();
  const add = (all: readonly Requirement[]): void => {
    for (const name of all) found.add(name);
  };
  for (const [word] of text.matchAll(/[A-Za-z_]\w*/g)) {
    add(DECIDING.get(word) ?? decidedBy(word));
    if (names.has(word)) add(RECEIVE);
  }
  return REQUIREMENTS.filter((name) => found.has(name));
}

/** All places that could not be read. What they bear on is found when it is asked for. */
export function unreadPlaces(facts: DriverFacts): UnreadPlace[] {
  let names: ReadonlySet<string> | null = null;
  return facts.files.flatMap((file) =>
    gapsOf(file).map(({ location, reason, text }): UnreadPlace => {
      let bearsOn: readonly Requirement[] | null = null;
      return {
        location,
        reason,
        get bearsOn() {
          return (bearsOn ??= bearing(text, (names ??= namesOf(facts))));
        },
      };
    }),
  );
}
