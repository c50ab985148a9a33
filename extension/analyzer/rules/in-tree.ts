/**
 * Findings in the words of the user's tree: a helper that it lacks gives way to the form that it can compile, and where it
 * has none that is said, so that nobody looks for a name in vain.
 */
import type { Finding } from '../finding.ts';
import { formFor, pageApi } from '../kernel/api.ts';
import { sinceOf } from '../kernel/presence.ts';
import { typeWord } from '../kernel/structures.ts';
import { entryOf, NAME } from '../kernel/table.ts';
import type { KernelTree } from '../kernel/tree.ts';
import { because } from './message.ts';

const WORD = /\b[A-Za-z_]\w*\b/g;

/** Identifiers in a text that a tree may lack: those that came with netmem. */
function datedNames(text: string): readonly string[] {
  return (text.match(WORD) ?? []).filter((word) => sinceOf(entryOf(word) ?? typeWord(word)) !== null);
}

/** The finding with what it advises as the tree has it. */
export function inTree(finding: Finding, tree: KernelTree): Finding {
  const better = betterForm(finding, tree);
  const replacement = better ?? finding.replacement;
  const message =
    better === null
      ? finding.message
      : finding.message.replaceAll(`${finding.replacement ?? ''}()`, `${better}()`);
  const lost = replacement !== null && /^\w+$/.test(replacement) && !tree.has(replacement);
  // What is advised stands in the message, and in the reason, which is evidence at the same place.
  const reasons = finding.evidence.filter(({ location }) => location === finding.location);
  const said = [message, ...reasons.map((reason) => reason.message)].join(' ');
  const named = [...datedNames(said), ...(lost && said.includes(replacement) ? [replacement] : [])];
  const lacking = [...new Set(named)].filter((name) => !tree.has(name));
  // The rule about the declaration says so in words of its own.
  const evidence =
    lacking.length === 0 || finding.api === NAME.netmem_tx
      ? finding.evidence
      : [because(finding.location, lack(lacking, tree)), ...finding.evidence];
  return evidence === finding.evidence && message === finding.message && replacement === finding.replacement
    ? finding
    : { ...finding, message, evidence, replacement: lost ? null : replacement };
}

/** A form for the same call that the tree has, where it lacks the usual one. */
function betterForm({ api, replacement }: Finding, tree: KernelTree): string | null {
  if (replacement === null || tree.has(replacement)) return null;
  const entry = pageApi(api);
  return entry === null ? null : (formFor(entry, tree)?.name ?? null);
}

function lack(names: readonly string[], tree: KernelTree): string {
  const who = tree.origin.kind === 'probed' ? 'this tree lacks' : `${tree.release}, which is assumed, lacks`;
  const list = names.map((name) => {
    const since = sinceOf(entryOf(name) ?? typeWord(name));
    return since === null ? name : `${name} (mainline has it from ${since} on)`;
  });
  return `${who} ${list.join(' and ')}`;
}
