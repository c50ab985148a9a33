/** Mappings that failed: where dma_mapping_error() says so, the address is none that has to be unmapped. */
import { NAME } from '../../kernel/table.ts';
import type { Expr } from '../../syntax/ast.ts';

/** The expressions whose mapping failed where the condition `c` holds; none if it may hold for another reason. */
export function failedMappings(c: Expr): readonly Expr[] {
  if (c.k === 'binary' && c.op === '&&') return [...failedMappings(c.l), ...failedMappings(c.r)];
  if (c.k !== 'call' || c.fn.k !== 'id') return [];
  const address = c.args[1];
  return c.fn.name === NAME.dma_mapping_error && address !== undefined ? [address] : [];
}
