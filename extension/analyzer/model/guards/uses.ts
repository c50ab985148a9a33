/** Facts as guards see them: where in a function they are, and which of them only touch the bytes of a buffer. */
import type { Span } from '../../syntax/ast.ts';
import type { BufferFact } from '../alias/alias-class.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { FactKind } from '../flow/facts.ts';

/**
 * What is done to the bytes of a buffer, and is harmless wherever they are a page's. The rest keeps or frees it: a record
 * that one mode fills with pages and another with netmem has to be converted for both.
 */
export const USES: ReadonlySet<FactKind> = new Set([
  ...(['sync-cpu', 'sync-device', 'copy-from', 'read', 'prefetch', 'prefetch-page'] as const),
  ...(['build-skb', 'xdp-prepare', 'kmap', 'type-check'] as const),
]);

/** The place of a fact in its function. */
export function spanOf(f: BufferFact, { placed: { base } }: FunctionRef): Span {
  return { s: f.location.range.start - base, e: f.location.range.end - base };
}
