/** RX7: no recycling of one's own on page reference counts; the pool keeps the references of payload. */
import type { Finding } from '../finding.ts';
import type { BufferFact } from '../model/alias/alias-class.ts';
import { fitting } from './message.ts';
import { confidenceOf, evidenceOf, finding, payloadFacts, type Rule, type RuleContext } from './rule.ts';

const about = {
  id: 'rx7-recycling',
  requirement: 'RX7',
  title: 'Payload pages are recycled by their reference count',
  severity: 'warning',
  docs: 'rx7-recycling',
} as const satisfies Omit<Rule, 'run'>;

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  const counts = ({ kind }: BufferFact): boolean => kind === 'refcount' || kind === 'reusable';
  for (const [f, c] of payloadFacts(cx.facts, counts)) {
    out.push(
      finding(about, {
        confidence: confidenceOf(c),
        location: f.apiAt,
        api: f.api,
        replacement: null,
        message: fitting(
          `give it back to the pool: ${f.api}() asks a count that not all memory has.`,
          'give it back to the pool: this asks a count that not all memory has.',
        ),
        evidence: evidenceOf(c),
        aliasClass: c.id,
      }),
    );
  }
  return out;
}

export const rx7Recycling: Rule = { ...about, run };
