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

const WORD = /\b[A-Za-z_]\w*\b/g;

/** Identifiers in a message that a tree may lack: those that came with netmem. */
function datedNames(message: string): readonly string[] {
  return (message.match(WORD) ?? []).filter((word) => sinceOf(entryOf(word) ?? typeWord(word)) !== null);
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
  const named = [...datedNames(message), ...(lost && message.includes(replacement) ? [replacement] : [])];
  const lacking = [...new Set(named)].filter((name) => !tree.has(name));
  // The rule about the declaration says so in words of its own.
  const said =
    lacking.length === 0 || finding.api === NAME.netmem_tx ? message : `${message} ${lack(lacking, tree)}`;
  return said === finding.message && replacement === finding.replacement
    ? finding
    : { ...finding, message: said, replacement: lost ? null : replacement };
}

/** A form for the same call that the tree has, where it lacks the usual one. */
function betterForm({ api, replacement }: Finding, tree: KernelTree): string | null {
  if (replacement === null || tree.has(replacement)) return null;
  const entry = pageApi(api);
  return entry === null ? null : (formFor(entry, tree)?.name ?? null);
}

function lack(names: readonly string[], tree: KernelTree): string {
  const who = tree.origin.kind === 'probed' ? 'This tree lacks' : `${tree.release}, which is assumed, lacks`;
  const list = names.map((name) => {
    const since = sinceOf(entryOf(name) ?? typeWord(name));
    return since === null ? name : `${name} (mainline has it from ${since} on)`;
  });
  return `${who} ${list.join(' and ')}.`;
}
