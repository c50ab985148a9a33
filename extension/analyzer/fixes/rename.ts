/** On request: `page` becomes `netmem` in the names of what is converted. A name that cannot be followed everywhere stays. */
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { FileModel } from '../model/names/symbols.ts';
import type { FileEdit } from './driver-plan.ts';
import { scanCode } from './columns.ts';
import type { DeclarationSite, SlotGroup } from './slots.ts';

function netmemName(name: string): string {
  return name.replace(/pages/g, 'netmems').replace(/page/g, 'netmem');
}

/** Offsets of a word outside of strings and comments, with the character before it that is no blank. */
function words(
  text: string,
  name: string,
  from: number,
  to: number,
): { readonly at: number; readonly member: boolean }[] {
  const out: { at: number; member: boolean }[] = [];
  const part = text.slice(from, to);
  const word = new RegExp(`\\b${name}\\b`, 'y');
  scanCode(part, (c, i) => {
    if (c !== name.charAt(0) || /\w/.test(part.charAt(i - 1))) return;
    word.lastIndex = i;
    if (word.test(part) && !/\bstruct\s+$/.test(part.slice(Math.max(0, i - 16), i)))
      out.push({ at: from + i, member: /(?:->|\.)\s*$/.test(part.slice(Math.max(0, i - 8), i)) });
  });
  return out;
}

/** True if every mention of the field in the driver is one that the types led to. */
function fieldFollowed(name: string, files: readonly FileModel[], known: ReadonlySet<string>): boolean {
  return files.every((f) =>
    words(f.text, name, 0, f.text.length).every((w) => !w.member || known.has(`${f.path}:${w.at}`)),
  );
}

function localFollowed(site: DeclarationSite, name: string, known: ReadonlySet<string>): boolean {
  const { fn } = site;
  if (fn === null) return true;
  const { file, base, item } = fn;
  const inside = words(file.text, name, base + item.s, base + item.e);
  const free = words(file.text, netmemName(name), base + item.s, base + item.e).every((w) => w.member);
  return free && inside.every((w) => w.member || known.has(`${file.path}:${w.at}`));
}

export function renameEdits(group: SlotGroup, facts: DriverFacts): FileEdit[] {
  const sites = group.sites.filter((s) => s.kind !== 'return' && s.name.includes('page'));
  const known = new Set(group.references.map((r) => `${r.file}:${r.range.start}`));
  for (const s of sites) known.add(`${s.file.path}:${s.nameAt.start}`);
  const fits = (s: DeclarationSite): boolean => {
    switch (s.kind) {
      case 'field':
        return (
          facts.symbols.structs.get(s.owner)?.fields.has(netmemName(s.name)) !== true &&
          fieldFollowed(s.name, facts.files, known)
        );
      case 'local':
      case 'parameter':
        return localFollowed(s, s.name, known);
      case 'global':
      case 'return':
        return false;
    }
  };
  const kept = new Set(sites.filter((s) => !fits(s)).map((s) => s.name));
  const out = new Map<string, FileEdit>();
  const add = (file: FileEdit['file'], range: FileEdit['range'], name: string): void => {
    if (!kept.has(name))
      out.set(`${file}:${range.start}`, {
        file,
        range,
        newText: netmemName(name),
        reason: `${name} holds a netmem_ref now`,
      });
  };
  for (const s of sites) if (s.nameAt.end > s.nameAt.start) add(s.file.path, s.nameAt, s.name);
  const names = new Set(sites.map((s) => s.name));
  for (const r of group.references) {
    const text = facts.files.find((f) => f.path === r.file)?.text.slice(r.range.start, r.range.end) ?? '';
    if (names.has(text)) add(r.file, r.range, text);
  }
  return [...out.values()];
}
