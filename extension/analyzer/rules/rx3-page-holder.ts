/** RX3: payload buffers are tracked as netmem_ref, in ring entries, parameters and variables alike. */
import { TYPE } from '../kernel/structures.ts';
import type { Finding, Severity } from '../finding.ts';
import { familyOf } from '../kernel/table.ts';
import type { AliasClass, BufferFact, Holder, HolderKind } from '../model/alias/alias-class.ts';
import { fitting } from './message.ts';
import {
  confidenceOf,
  evidenceOf,
  finding,
  isPooled,
  isUsedWithProvider,
  payloadClasses,
  type Rule,
  type RuleContext,
  roleName,
  transmitOnly,
} from './rule.ts';

const about = {
  id: 'rx3-page-holder',
  requirement: 'RX3',
  title: 'A payload buffer is tracked as struct page',
  severity: 'warning',
  docs: 'rx3-page-holder',
} as const satisfies Omit<Rule, 'run'>;

const SEVERITY: Readonly<Record<HolderKind, Severity>> = {
  field: 'warning',
  global: 'warning',
  return: 'info',
  parameter: 'info',
  'prototype-parameter': 'info',
  'prototype-return': 'info',
  local: 'hint',
};

const WORDS: Readonly<Record<HolderKind, string>> = {
  field: 'field',
  global: 'global',
  return: 'the result of',
  parameter: 'parameter',
  'prototype-parameter': 'parameter',
  'prototype-return': 'the result of',
  local: 'variable',
};

/** Types of a pointer to bytes. */
const BYTES: ReadonlySet<string> = new Set(['void', 'char', 'unsigned char', 'u8', '__u8', 'uint8_t']);

function isKept({ kind }: Holder): boolean {
  return kind === 'field' || kind === 'global';
}

/** Arrays of pages of a pool, and pointers into them; else fields that keep them by address, where none keeps the page. */
function onlyHandles(c: AliasClass): Holder[] {
  if (!isPooled(c) || c.role === 'header') return [];
  const single = c.holders.filter(isKept);
  const pages = c.arrays.filter((h) => h.page);
  if (pages.some(isKept) || single.some((h) => h.page)) return pages;
  const byAddress = (h: Holder, depth: number): boolean => h.type.depth === depth && BYTES.has(h.type.base);
  const kept = c.arrays.filter(isKept);
  return [...pages, ...single.filter((h) => byAddress(h, 1)), ...kept.filter((h) => byAddress(h, 2))];
}

/** What a function does to receive buffers only. */
function isReceive({ kind, source, direction, api }: BufferFact): boolean {
  if (kind === 'allocate') return source === 'pool' || source === 'pool-address';
  if (kind === 'map' || kind === 'unmap' || kind === 'sync-cpu') return direction !== 'to-device';
  return kind === 'frag' || kind === 'build-skb' || (kind === 'release' && familyOf(api) === 'page-pool');
}

/** True for a field of memory that is sent: a bounce buffer shares an entry with receive buffers, not their life. */
function isForSending(
  h: Holder,
  c: AliasClass,
  sending: ReadonlySet<string>,
  { facts }: RuleContext,
): boolean {
  if (h.kind !== 'field') return false;
  const users = facts.guards.accessors(h);
  const receiving = new Set(c.facts.flatMap((f) => (isReceive(f) ? f.fn : [])));
  return users.some((fn) => sending.has(fn)) && !users.some((fn) => receiving.has(fn));
}

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  const seen = new Set<string>();
  const sending = transmitOnly(cx.facts);
  for (const c of payloadClasses(cx.facts)) {
    const pages = [...c.holders.filter((h) => h.page && h.type.base === TYPE.page), ...onlyHandles(c)];
    if (pages.length === 0 || !isUsedWithProvider(c, cx.facts)) continue;
    for (const h of pages) {
      const key = `${h.nameAt.file}:${h.nameAt.range.start}`;
      if (seen.has(key)) continue;
      if (h.kind === 'local' && sending.has(h.owner)) continue;
      if (h.type.base !== TYPE.page && isForSending(h, c, sending, cx)) continue;
      if (!cx.facts.guards.holderMeetsProvider(h, c)) continue;
      seen.add(key);
      const isPage = h.type.base === TYPE.page;
      out.push(
        finding(about, {
          severity: isPooled(c) ? SEVERITY[h.kind] : 'hint',
          confidence: confidenceOf(c),
          location: h.baseAt,
          api: `${h.type.base} *`,
          replacement: TYPE.netmem_ref,
          message: fitting(
            `track ${WORDS[h.kind]} ${h.name === '' ? '(unnamed)' : h.name} as netmem_ref${isPage ? '' : `, not as ${h.type.base} *`}: it holds a ${roleName(c)}.`,
            `track ${WORDS[h.kind]} ${h.name} as netmem_ref.`,
            `track it as netmem_ref: it holds a ${roleName(c)}.`,
          ),
          evidence: evidenceOf(c),
          aliasClass: c.id,
        }),
      );
    }
  }
  return out;
}

export const rx3PageHolder: Rule = { ...about, run };
