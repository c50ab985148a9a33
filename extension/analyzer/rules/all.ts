/** Every rule, in the order of the kernel's document. Settings, documentation and SARIF are made from this list. */
import type { Finding } from '../finding.ts';
import { definitionOf, fileOf, macroAt } from '../model/reading/macro-evidence.ts';
import { holdBack } from './hold-back.ts';
import { inTree } from './in-tree.ts';
import type { Rule, RuleContext } from './rule.ts';
import { rx1PagePool } from './rx1-page-pool.ts';
import { rx2TcpDataSplit } from './rx2-tcp-data-split.ts';
import { rx3PageApi } from './rx3-page-api.ts';
import { rx3PageHolder } from './rx3-page-holder.ts';
import { rx4PoolFlags } from './rx4-pool-flags.ts';
import { rx5CpuAccess } from './rx5-cpu-access.ts';
import { rx6DmaSync } from './rx6-dma-sync.ts';
import { rx7Recycling } from './rx7-recycling.ts';
import { tx1Unmap } from './tx1-unmap.ts';
import { tx2Declare } from './tx2-declare.ts';

export const RULES: readonly Rule[] = [
  rx1PagePool,
  rx2TcpDataSplit,
  rx3PageApi,
  rx3PageHolder,
  rx4PoolFlags,
  rx5CpuAccess,
  rx6DmaSync,
  rx7Recycling,
  tx1Unmap,
  tx2Declare,
];

function byPlace(a: Finding, b: Finding): number {
  if (a.location.file !== b.location.file) return a.location.file < b.location.file ? -1 : 1;
  return a.location.range.start - b.location.range.start || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}

/** What a macro has brought stands at its use; where the macro is defined is said beside it. */
function withMacro(f: Finding, { files, symbols }: RuleContext['facts']): Finding {
  const file = fileOf(files, f.location.file);
  const use = file === null ? null : macroAt(file, f.location.range);
  const location = use === null ? null : definitionOf(symbols, use.name);
  if (use === null || location === null) return f;
  const message = `${f.api} comes from the macro ${use.name}, defined here`;
  return { ...f, evidence: [...f.evidence, { location, message }] };
}

/** Alternatives share what stands in all of them: it is said once. Expects the findings by place. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, api, location: { file, range } }) => {
    const key = `${rule} ${api} ${file} ${range.start} ${range.end}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** All findings of a driver, by file and place. */
export function runRules(cx: RuleContext): Finding[] {
  const found = RULES.flatMap((rule) => rule.run(cx)).map((f) => inTree(f, cx.tree));
  return distinct(
    holdBack(found, cx.facts)
      .map((f) => withMacro(f, cx.facts))
      .sort(byPlace),
  );
}
