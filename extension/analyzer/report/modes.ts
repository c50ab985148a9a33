/**
 * The modes of a driver: settings that decide whether a memory provider can be bound, or what is open, with the lines that
 * select them. Settings that make no difference to either are left out.
 */
import type { SourceRange } from '../../../simulator/contract/driver-model.ts';
import type { DriverAnalysis } from '../analyzer.ts';
import type { Finding, Requirement } from '../finding.ts';
import { TYPE } from '../kernel/structures.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { type Atom, makeAtom, kindOfAtom } from '../model/guards/atom.ts';
import { ALWAYS, both, either, type Guard } from '../model/guards/guard.ts';
import { memberUses, writtenPlace } from '../model/guards/member-uses.ts';
import { ProviderQuestion } from '../model/guards/provider.ts';
import { alternatives, memberStored } from '../model/guards/reach.ts';
import { constantText } from '../model/guards/subject.ts';
import { sourceRange } from '../model/names/source-range.ts';
import { payloadClasses } from '../rules/rule.ts';

/** One answer to what a setting is. */
export interface ModeAnswer {
  /** A constant as the driver spells it, `yes` or `no`; `other` for none of the constants. */
  readonly answer: string;
  /** Where the driver selects it, or null where no line does: it comes from the device or the user. */
  readonly selectedAt: SourceRange | null;
  /** True if a provider can be bound. */
  readonly binds: boolean;
  /** Requirements with warnings and errors that can come true, and their number. */
  readonly open: Readonly<Partial<Record<Requirement, number>>>;
}

export interface ModeSetting {
  /** The same wherever in the driver: `struct gve_priv.queue_format`. */
  readonly setting: string;
  readonly answers: readonly ModeAnswer[];
}

export interface DriverModes {
  /** Without operations on queues the kernel binds no provider, whatever the mode. */
  readonly hasQueueOperations: boolean;
  readonly settings: readonly ModeSetting[];
}

/** A finding and when it comes true. */
interface Guarded {
  readonly requirement: Requirement;
  readonly guard: Guard;
  readonly provider: Guard;
  readonly isThis: (kind: string) => boolean;
}

/** More answers than this are no modes. */
const MOST_ANSWERS = 16;

export function modesOfDriver({ facts, findings }: DriverAnalysis): DriverModes {
  if (facts === undefined) return { hasQueueOperations: false, settings: [] };
  const table = `${TYPE.netdev_queue_mgmt_ops}.`;
  const hasQueueOperations = [...facts.pointers.keys()].some((key) => key.startsWith(table));
  const classes = payloadClasses(facts);
  const providers = classes.map((c) => facts.guards.providerOf(c));
  const provider = providers.length === 0 ? facts.guards.binding : either(...providers);
  const found = guardedFindings(facts, findings, classes);
  const question = new ProviderQuestion(facts.guards.reach);
  const anyKind = (): boolean => true;
  const settings = settingsIn(facts, classes, found, provider).map(({ setting, answers }): ModeSetting => {
    const made = answers.map(({ answer, guard, selectedAt }): ModeAnswer => {
      const binds =
        hasQueueOperations && question.isPossible({ guard, provider, isThis: anyKind, refusalsCount: true });
      const open: Partial<Record<Requirement, number>> = {};
      for (const f of found) {
        const { requirement, isThis } = f;
        const use = { guard: both(f.guard, guard), provider: f.provider, isThis, refusalsCount: true };
        if (question.isPossible(use)) open[requirement] = (open[requirement] ?? 0) + 1;
      }
      return { answer, selectedAt, binds, open };
    });
    return { setting, answers: made };
  });
  return { hasQueueOperations, settings: settings.filter(({ answers }) => tellApart(answers)) };
}

function tellApart([first, ...others]: readonly ModeAnswer[]): boolean {
  const said = ({ binds, open }: ModeAnswer): string => JSON.stringify([binds, open]);
  return first !== undefined && others.some((other) => said(other) !== said(first));
}

/** Warnings and errors; what is said of the driver as a whole holds in every mode. */
function guardedFindings(
  { classes, guards }: DriverFacts,
  findings: readonly Finding[],
  payload: readonly AliasClass[],
): Guarded[] {
  const places = new Map<string, { readonly f: BufferFact; readonly c: AliasClass }>();
  for (const c of [...classes, ...payload])
    for (const f of c.facts) places.set(`${f.apiAt.file}:${f.apiAt.range.start}`, { f, c });
  return findings.flatMap(({ severity, requirement, location: { file, range } }): Guarded[] => {
    if (severity !== 'warning' && severity !== 'error') return [];
    const at = places.get(`${file}:${range.start}`);
    if (at === undefined) return [{ requirement, guard: ALWAYS, provider: ALWAYS, isThis: () => true }];
    const { f, c } = at;
    return [
      {
        requirement,
        guard: guards.of(f, c),
        provider: requirement.startsWith('TX') ? ALWAYS : guards.providerOf(c),
        isThis: (kind) => kind.split(' ').includes(c.id),
      },
    ];
  });
}

interface Setting {
  readonly setting: string;
  readonly answers: readonly {
    readonly answer: string;
    readonly guard: Guard;
    readonly selectedAt: SourceRange | null;
  }[];
}

/** What guards ask of members that only set-up writes. */
function settingsIn(
  facts: DriverFacts,
  classes: readonly AliasClass[],
  found: readonly Guarded[],
  provider: Guard,
): Setting[] {
  const { reach } = facts.guards;
  const atoms = new Map<string, Atom>();
  const collect = (g: Guard): void => {
    for (const c of g)
      for (const { atom } of c)
        if (kindOfAtom(atom) === null && reach.modes.isMode(atom) && isSetting(facts, atom))
          atoms.set(atom.key, atom);
  };
  collect(provider);
  for (const { guard } of found) collect(guard);
  for (const c of classes) for (const f of c.facts) collect(facts.guards.of(f, c));
  const constants = new Map<string, Atom[]>();
  const out: Setting[] = [];
  for (const atom of atoms.values()) {
    switch (atom.compare.is) {
      case 'equal': {
        const known = constants.get(atom.subject.key);
        if (known === undefined) constants.set(atom.subject.key, [atom]);
        else known.push(atom);
        break;
      }
      case 'set':
      case 'mask':
      case 'bit':
        out.push({
          setting: shown(atom.key),
          answers: [
            { answer: 'yes', guard: [[{ atom, holds: true }]], selectedAt: selection(facts, atom) },
            { answer: 'no', guard: [[{ atom, holds: false }]], selectedAt: null },
          ],
        });
        break;
      default:
    }
  }
  for (const [setting, asked] of constants)
    out.push({ setting: shown(setting), answers: answersTo(facts, asked) });
  return out.sort((a, b) => (a.setting < b.setting ? -1 : 1));
}

/** What configures the driver: neither a pointer nor a state that the kernel's core keeps. */
function isSetting(facts: DriverFacts, atom: Atom): boolean {
  return !isResource(facts, atom) && !isForeignState(facts, atom);
}

/** True for a member of a structure of the kernel's that the driver only reads: `struct pci_dev.error_state`, for one. */
function isForeignState(facts: DriverFacts, { subject, compare }: Atom): boolean {
  const member = subject.member ?? '';
  const at = member.lastIndexOf('.');
  if (at < 0 || facts.symbols.field(member.slice(0, at), member.slice(at + 1)) !== null) return false;
  const isSet = compare.is === 'bit' && bitSet(facts, `${member} & BIT(${compare.number})`) !== null;
  return !isSet && storesTo(facts, member).length === 0;
}

/** True for a pointer: it says what was allocated, and why is said by other settings. */
function isResource({ symbols }: DriverFacts, { subject, compare }: Atom): boolean {
  const member = subject.member ?? '';
  const at = member.lastIndexOf('.');
  const field = symbols.field(member.slice(0, at), member.slice(at + 1))?.field;
  return compare.is === 'set' && field !== undefined && field.type.stars + field.type.dims > 0;
}

/** `struct foo_ring.format`, without the numbers of structures that have no name. */
function shown(key: string): string {
  return key.replace(/\/\d+/g, '').replace(/\//g, '.');
}

/** The constants that the driver compares the setting with, and those that it stores in it. */
function answersTo(facts: DriverFacts, asked: readonly Atom[]): Setting['answers'] {
  const [first] = asked;
  if (first === undefined) return [];
  const { subject } = first;
  const known = new Set(asked.flatMap(({ compare }) => (compare.is === 'equal' ? [compare.to] : [])));
  for (const value of storedConstants(facts, subject.member ?? '')) known.add(value);
  const atoms = [...known]
    .slice(0, MOST_ANSWERS)
    .sort()
    .map((to) => ({ to, atom: makeAtom(subject, { is: 'equal', to }) }));
  return [
    ...atoms.map(({ to, atom }) => ({
      answer: to,
      guard: [[{ atom, holds: true }]],
      selectedAt: selection(facts, atom),
    })),
    {
      answer: 'other',
      guard: [atoms.map(({ atom }) => ({ atom, holds: false }))],
      selectedAt: null,
    },
  ];
}

function storedConstants(facts: DriverFacts, member: string): string[] {
  return storesTo(facts, member).flatMap(({ value }) => (value === null || value === '0' ? [] : [value]));
}

interface Stored {
  /** The constant that is stored, or null for what varies. */
  readonly value: string | null;
  readonly at: SourceRange;
}

function storesTo({ guards: { reach }, symbols }: DriverFacts, member: string): Stored[] {
  const field = member.slice(member.lastIndexOf('.') + 1);
  return reach.cx.words.having(field).flatMap((fn): Stored[] => {
    const { written } = memberUses(fn, symbols);
    if (!written.has(member)) return [];
    const { file, base } = fn.placed;
    return reach.flow(fn).stores.flatMap((store) => {
      if (memberStored(store) !== member) return [];
      return alternatives(store.x.r, store.guard).map(([value]) => ({
        value: constantText(value, store.cx),
        at: sourceRange(file, { start: base + value.s, end: base + value.e }),
      }));
    });
  });
}

/** Where a setting gets this answer: the first line that stores the constant, else one that stores something. */
function selection(facts: DriverFacts, { subject, compare }: Atom): SourceRange | null {
  const member = subject.member ?? '';
  if (compare.is === 'bit') return bitSet(facts, `${member} & BIT(${compare.number})`);
  const stores = storesTo(facts, member).filter(({ value }) => value !== '0');
  const exact = stores.find(({ value }) => compare.is === 'equal' && value === compare.to);
  return (exact ?? stores.find(({ value }) => value === null || compare.is !== 'equal'))?.at ?? null;
}

function bitSet({ guards: { reach }, symbols }: DriverFacts, place: string): SourceRange | null {
  const field = /\.(\w+) &/.exec(place)?.[1] ?? '';
  for (const fn of reach.cx.words.having(field)) {
    if (!memberUses(fn, symbols).written.has(place)) continue;
    const { file, base } = fn.placed;
    for (const { x, cx } of reach.flow(fn).calls) {
      if (x.fn.k !== 'id' || x.fn.name.includes('clear') || writtenPlace(x, cx) !== place) continue;
      return sourceRange(file, { start: base + x.s, end: base + x.e });
    }
  }
  return null;
}
