/**
 * A helper that serves payload and header buffers keeps both apart: it becomes a netmem helper for payload, as upstream
 * does, and the page form stays under its old name for headers.
 */
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { PlacedFunction } from '../model/names/symbols.ts';
import { applyEdits } from '../text/edits.ts';
import type { FileEdit } from './driver-plan.ts';
import type { GroupDecider, DecidedGroup } from './group-decision.ts';
import { layOut, wrap } from './layout.ts';
import type { SlotGroup, Slots } from './slots.ts';

/** Tries to convert the payload side of a group that also holds buffers which stay pages. Null if no helper parts them. */
export function splitHelper(
  group: SlotGroup,
  slots: Slots,
  decider: GroupDecider,
  facts: DriverFacts,
): DecidedGroup | null {
  for (const key of new Set(group.calls.map((c) => c.key))) {
    const fn = helperOf(group, key, facts);
    // Each attempt groups the pages of the whole driver anew.
    if (fn !== null && !slots.mayCut()) return null;
    const made = fn === null ? null : splitAt(group, key, fn, slots, decider, facts);
    if (made !== null) return made;
  }
  return null;
}

/** The static function behind a key, if it has just the one definition and no prototype. */
function helperOf(group: SlotGroup, key: string, facts: DriverFacts): PlacedFunction | null {
  const name = key.slice(key.lastIndexOf(':') + 1);
  const fn = signatureOwner(group, name);
  if (
    fn?.item.isStatic !== true ||
    !key.includes(':') ||
    (facts.symbols.prototypes.get(name) ?? []).length > 0
  )
    return null;
  return fn;
}

const owners = new WeakMap<SlotGroup, Map<string, PlacedFunction>>();

/** The first function of this name whose parameter or result is in the group. */
function signatureOwner(group: SlotGroup, name: string): PlacedFunction | null {
  let byName = owners.get(group);
  if (byName === undefined) {
    owners.set(group, (byName = new Map<string, PlacedFunction>()));
    for (const { fn, kind } of group.sites)
      if (fn !== null && (kind === 'return' || kind === 'parameter') && !byName.has(fn.item.name))
        byName.set(fn.item.name, fn);
  }
  return byName.get(name) ?? null;
}

function inside(fn: PlacedFunction, file: string, at: number): boolean {
  return file === fn.file.path && fn.base <= at && at < fn.base + fn.item.e;
}

function splitAt(
  group: SlotGroup,
  key: string,
  fn: PlacedFunction,
  slots: Slots,
  decider: GroupDecider,
  facts: DriverFacts,
): DecidedGroup | null {
  const name = netmemName(fn.item.name, facts);
  if (name === null) return null;
  const members = new Set(group.sites);
  const parts = slots.groups(new Set([key])).filter((g) => g.sites.some((s) => members.has(s)));
  const own = parts.filter((g) => g.sites.some((s) => s.fn === fn && s.kind !== 'local'));
  const helper = merged(own);
  if (helper.pins.length + helper.borders.length + helper.readable.length > 0) return null;
  if (!helper.sites.every((s) => inside(fn, s.file.path, s.nameAt.start))) return null;
  const others = parts.filter((g) => !own.includes(g)).map((g) => decider.decide(g));
  const payload = others.filter((j) => j.decision.k === 'convert');
  if (payload.length === 0 || others.some((j) => j.decision.k === 'refuse')) return null;
  const side = merged(payload.map((j) => j.group));
  const places = new Map(
    side.calls.filter((c) => c.key === key).map((c) => [`${c.location.file}:${c.location.range.start}`, c]),
  );
  const calls = [...places.values()].map((c): FileEdit => ({
    file: c.location.file,
    range: c.location.range,
    newText: name,
    reason: `${fn.item.name}() stays for headers; payload takes ${name}()`,
  }));
  const takesPages = helper.sites.some((s) => s.kind === 'parameter');
  const inner = decider.edits(helper, [...payload.flatMap((j) => j.classes)]);
  const form = takesPages ? cloned(fn, name, inner) : wrapped(fn, name, inner);
  if (form === null) return null;
  const edits = [
    ...form,
    ...calls,
    ...payload.flatMap((j) => (j.decision.k === 'convert' ? j.decision.edits : [])),
  ];
  return {
    group: merged([helper, side]),
    classes: [...new Set(payload.flatMap((j) => j.classes))],
    decision: { k: 'convert', edits },
  };
}

function merged(groups: readonly SlotGroup[]): SlotGroup {
  return {
    sites: groups.flatMap((g) => g.sites),
    edits: groups.flatMap((g) => g.edits),
    borders: groups.flatMap((g) => g.borders),
    readable: groups.flatMap((g) => g.readable),
    pins: groups.flatMap((g) => g.pins),
    calls: groups.flatMap((g) => g.calls),
    references: groups.flatMap((g) => g.references),
  };
}

/** `__foo_alloc_page` as `__foo_alloc_netmem`; null if the driver has that name already. */
function netmemName(name: string, { symbols }: DriverFacts): string | null {
  const made = /page/.test(name)
    ? name.replace(/pages?(?=_|$)|page/, (m) => (m === 'pages' ? 'netmems' : 'netmem'))
    : `${name}_netmem`;
  return symbols.functions.has(made) || symbols.prototypes.has(made) || symbols.macros.has(made)
    ? null
    : made;
}

/** Head of the function as written, up to its body. */
function headOf({ file, base, item }: PlacedFunction): string {
  return file.text.slice(base + item.s, base + item.bodyAt.s).trimEnd();
}

/** The helper is converted where it stands; behind it the page form calls it. */
function wrapped(fn: PlacedFunction, name: string, inner: readonly FileEdit[]): FileEdit[] | null {
  const { file, base, item } = fn;
  if (item.params.some((p) => p.name === '')) return null;
  const args = item.params.map((p) => p.name).join(', ');
  const call = wrap(`\treturn netmem_to_page(${name}(${args}));`).join('\n');
  const end = base + item.e;
  return [
    ...inner,
    rename(fn, name),
    {
      file: file.path,
      range: { start: end, end },
      newText: `\n\n${headOf(fn)}\n{\n${call}\n}`,
      reason: `${item.name}() stays for buffers that the CPU reads, which are always pages`,
    },
  ];
}

function rename({ file, base, item }: PlacedFunction, name: string): FileEdit {
  return {
    file: file.path,
    range: { start: base + item.nameAt.s, end: base + item.nameAt.e },
    newText: name,
    reason: `payload has a helper of its own, ${name}()`,
  };
}

/** The helper stays; behind it stands a copy on netmem. */
function cloned(fn: PlacedFunction, name: string, inner: readonly FileEdit[]): FileEdit[] | null {
  const { file, base, item } = fn;
  const start = base + item.s;
  const text = file.text.slice(start, base + item.e);
  const local = [...inner, rename(fn, name)].map((e) => ({
    ...e,
    range: { start: e.range.start - start, end: e.range.end - start },
  }));
  const done = applyEdits(text, layOut(text, local));
  if (!done.ok) return null;
  const end = base + item.e;
  return [
    {
      file: file.path,
      range: { start: end, end },
      newText: `\n\n${done.text}`,
      reason: `${item.name}() also serves buffers that stay pages: payload gets a copy, ${name}()`,
    },
  ];
}
