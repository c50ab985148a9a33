/** Headers that a file needs once it names netmem. */
import type { FileModel } from '../model/names/symbols.ts';
import type { ReasonedEdit } from './layout.ts';
import type { Units } from './unit.ts';

const NETMEM = 'net/netmem.h';

/** Headers that bring netmem_ref and its helpers with them in every tree that has netmem. */
const BRING_NETMEM = new Set([
  NETMEM,
  'net/page_pool/types.h',
  'net/page_pool/helpers.h',
  'linux/skbuff.h',
  'linux/netdevice.h',
  'linux/etherdevice.h',
  'linux/if_vlan.h',
  'linux/ip.h',
  'linux/ipv6.h',
  'linux/tcp.h',
  'linux/udp.h',
  'linux/bpf_trace.h',
  'linux/filter.h',
  'net/xdp.h',
  'net/page_pool/memory_provider.h',
  'net/ip.h',
  'net/tcp.h',
  'net/netdev_queues.h',
]);

/** The `#include <net/netmem.h>` of a file that is to name netmem_ref, or null if it has it already. */
export function netmemInclude(file: FileModel, units: Units): ReasonedEdit | null {
  const system = reached(units, file).flatMap((f) =>
    f.items.flatMap(({ item }) => (item.k === 'include' && item.system ? [item.path] : [])),
  );
  if (system.some((p) => BRING_NETMEM.has(p))) return null;
  const includes = file.items.filter(({ item }) => item.k === 'include' && item.system);
  const path = (i: (typeof includes)[number]): string => (i.item.k === 'include' ? i.item.path : '');
  const sorted =
    includes.filter((i) => path(i).startsWith('net/') && path(i) < NETMEM).at(-1) ?? includes.at(-1);
  const local = file.items.find(({ item }) => item.k === 'include');
  const at =
    sorted !== undefined
      ? lineAfter(file.text, sorted.base)
      : local !== undefined
        ? file.text.lastIndexOf('\n', local.base) + 1
        : afterGuard(file.text);
  return {
    range: { start: at, end: at },
    newText: `#include <${NETMEM}>\n`,
    reason: 'netmem_ref is declared in net/netmem.h',
  };
}

/** The file and the driver's headers that it includes, directly or not. */
function reached(units: Units, from: FileModel): FileModel[] {
  const seen = new Set<FileModel>([from]);
  const work = [from];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    for (const { item } of at.items) {
      const next = item.k === 'include' && !item.system ? units.included(at, item.path) : null;
      if (next !== null && !seen.has(next)) {
        seen.add(next);
        work.push(next);
      }
    }
  }
  return [...seen];
}

function lineAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** Behind `#define GUARD`, or behind the licence comment. */
function afterGuard(text: string): number {
  const guard = /^#ifndef\s+(\w+)[^\n]*\n#define\s+\1[^\n]*\n\n?/m.exec(text);
  if (guard !== null) return guard.index + guard[0].length;
  const licence = /^(?:\/\/[^\n]*\n|\/\*[^]*?\*\/\s*?\n)+/.exec(text);
  return licence === null ? 0 : licence[0].length;
}
