/** RX3: payload buffers are tracked as netmem_ref, in ring entries, parameters and variables alike. */
import { TYPE } from '../kernel/structures.ts';
import type { Finding, Severity } from '../finding.ts';
import type { HolderKind } from '../model/buffer-class.ts';
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
  field: 'Field',
  global: 'Global',
  return: 'The result of',
  parameter: 'Parameter',
  'prototype-parameter': 'Parameter',
  'prototype-return': 'The result of',
  local: 'Variable',
};

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  const seen = new Set<string>();
  const sending = transmitOnly(cx.facts);
  for (const c of payloadClasses(cx.facts)) {
    const pages = c.holders.filter((h) => h.page && h.type.base === TYPE.page);
    if (pages.length === 0 || !isUsedWithProvider(c, cx.facts)) continue;
    for (const h of pages) {
      const key = `${h.nameAt.file}:${h.nameAt.range.start}`;
      if (seen.has(key)) continue;
      if (h.kind === 'local' && sending.has(h.owner)) continue;
      if (!cx.facts.guards.holderMeetsProvider(h, c)) continue;
      seen.add(key);
      out.push(
        finding(about, {
          severity: isPooled(c) ? SEVERITY[h.kind] : 'hint',
          confidence: confidenceOf(c),
          location: h.baseAt,
          api: `${TYPE.page} *`,
          replacement: TYPE.netmem_ref,
          message: `${WORDS[h.kind]} ${h.name === '' ? '(unnamed)' : h.name} holds a ${roleName(c)} as struct page: track it as netmem_ref.`,
          evidence: evidenceOf(c),
          bufferClass: c.id,
        }),
      );
    }
  }
  return out;
}

export const rx3PageHolder: Rule = { ...about, run };
