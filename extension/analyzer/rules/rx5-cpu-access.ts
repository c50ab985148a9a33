/** RX5: payload is never assumed to be readable by the CPU or backed by pages. */
import type { Finding, Severity } from '../finding.ts';
import { mayYieldNull, NAME, replacementOf } from '../kernel/table.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { headerPools } from './header-pools.ts';
import { fitting } from './message.ts';
import { unsplitFrames } from './unsplit-frames.ts';
import {
  confidenceOf,
  evidenceOf,
  finding,
  isPooled,
  payloadFacts,
  type Rule,
  type RuleContext,
  roleName,
} from './rule.ts';

const about = {
  id: 'rx5-cpu-access',
  requirement: 'RX5',
  title: 'Payload is read or addressed by the CPU',
  severity: 'warning',
  docs: 'rx5-cpu-access',
} as const satisfies Omit<Rule, 'run'>;

interface Accusation {
  readonly severity: Severity;
  readonly message: string;
  readonly replacement: string | null;
}

/** True if the driver itself says that the buffers may be unreadable: by its pools, or by asking for netmem. */
function takesUnreadable(c: AliasClass, { pools }: DriverFacts): boolean {
  const own = pools.filter((p) => c.pools.includes(p.model.name));
  if (own.length > 0) return own.some((p) => p.allows.length > 0);
  return c.facts.some((f) => f.kind === 'allocate' && f.api.includes('netmem'));
}

function becomesHead({ api }: BufferFact, severity: Severity, what: string): Accusation {
  return {
    severity,
    replacement: null,
    message: fitting(
      `give the head readable memory: ${api}() builds it in a ${what}.`,
      `give the head readable memory: this builds it in a ${what}.`,
    ),
  };
}

function accuse(f: BufferFact, c: AliasClass, facts: DriverFacts): Accusation | null {
  const what = roleName(c);
  const strict: Severity = c.role === 'payload' || takesUnreadable(c, facts) ? 'warning' : 'info';
  switch (f.kind) {
    case 'address':
      if (mayYieldNull(f.api)) {
        if (!facts.guards.computesWithNull(f, c)) return null;
        return {
          severity: strict,
          replacement: null,
          message: fitting(
            `check ${f.api}() for NULL before adding an offset: the sum never is NULL.`,
            'check it for NULL before adding an offset: the sum never is NULL.',
          ),
        };
      }
      return {
        severity: strict,
        replacement: replacementOf(f.api),
        message: fitting(
          `use netmem_address() and test it for NULL, not ${f.api}().`,
          'use netmem_address() and test it for NULL.',
        ),
      };
    case 'kmap':
      return {
        severity: strict,
        replacement: null,
        message: fitting(
          `drop the packet instead of ${f.api}(): it can be neither mapped nor read.`,
          'drop the packet instead: it can be neither mapped nor read.',
        ),
      };
    case 'physical':
      return {
        severity: strict,
        replacement: null,
        message: fitting(
          `take the DMA address, not ${f.api}(): it may not be addressed physically.`,
          'take the DMA address: it may not be addressed physically.',
        ),
      };
    case 'build-skb':
      // Slab memory is no pool's: another kind of buffer goes through the same variable.
      if (f.api === NAME.slab_build_skb && isPooled(c)) return null;
      return becomesHead(f, strict, what);
    case 'xdp-prepare':
      return becomesHead(f, strict, what);
    case 'copy-from':
    case 'read':
      return {
        severity: strict,
        replacement: null,
        message: fitting(
          `skip or drop it when it has no address: ${f.api === '*' ? 'this' : `${f.api}()`} reads a ${what}.`,
          `skip or drop it when it has no address: this reads a ${what}.`,
        ),
      };
    case 'prefetch':
      return {
        severity: 'hint',
        replacement: null,
        message: fitting(
          `skip it when netmem_address() is NULL: ${f.api}() of a ${what}.`,
          `skip it when netmem_address() is NULL: a ${what} is prefetched.`,
        ),
      };
    case 'prefetch-page':
      return {
        severity: 'hint',
        replacement: null,
        message: fitting(
          `do it for pages only: ${f.api}() of the struct page of a ${what}.`,
          'do it for pages only: the struct page is prefetched.',
        ),
      };
    case 'type-check':
      return {
        severity: 'hint',
        replacement: null,
        message: fitting(
          `use it only to skip or drop: ${f.api}() tells kinds of memory apart.`,
          'use it only to skip or drop: it tells kinds of memory apart.',
        ),
      };
    default:
      return null;
  }
}

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  const seen = new Set<string>();
  const transmit = new Set([...cx.facts.abilities.transmit].map((fn) => fn.item.name));
  const wanted = (f: BufferFact, c: AliasClass): boolean => {
    // What is read on the way out is sent: XDP frames lie in receive buffers, and share fields with packets.
    if ((f.kind === 'copy-from' || f.kind === 'read') && transmit.has(f.fn)) return false;
    if (f.api === NAME.netmem_is_net_iov && cx.facts.guards.isTest(f)) return false;
    return accuse(f, c, cx.facts) !== null;
  };
  for (const [f, c] of payloadFacts(cx.facts, wanted)) {
    const accusation = accuse(f, c, cx.facts);
    // `memcpy(to, page_address(p), n)` is one mistake, not two.
    const key = `${f.apiAt.file}:${f.apiAt.range.start}`;
    if (accusation === null || seen.has(key)) continue;
    seen.add(key);
    out.push(
      finding(about, {
        ...accusation,
        confidence: confidenceOf(c),
        location: f.apiAt,
        api: f.api,
        evidence: evidenceOf(c),
        aliasClass: c.id,
      }),
    );
  }
  for (const report of [...headerPools(cx.facts), ...unsplitFrames(cx.facts)])
    out.push(finding(about, report));
  return out;
}

export const rx5CpuAccess: Rule = { ...about, run };
