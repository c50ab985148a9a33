/**
 * Which variables hold a length of which buffers: what the driver syncs, copies or puts into a fragment says so, also
 * through its helpers. `if (!hdr_len)` then means that the device did not split the frame, whatever it is called.
 */
import type { CallExpr, Expr } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';
import { calleeArguments } from '../flow/call-arguments.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { DriverIndex } from './driver-index.ts';
import { nameOfValue } from './instance.ts';
import { bare } from './values.ts';

/** Position of the length in calls that take one. */
const LENGTH_ARGUMENT: ReadonlyMap<string, number> = new Map(
  Object.entries({
    dma_sync_single_for_cpu: 2,
    dma_sync_single_range_for_cpu: 3,
    page_pool_dma_sync_for_cpu: 3,
    page_pool_dma_sync_netmem_for_cpu: 3,
    skb_add_rx_frag: 4,
    skb_add_rx_frag_netmem: 4,
    skb_fill_page_desc: 4,
    skb_fill_netmem_desc: 4,
    skb_frag_fill_page_desc: 3,
    skb_frag_fill_netmem_desc: 3,
    skb_put_data: 2,
    __skb_put_data: 2,
    skb_copy_to_linear_data: 2,
    memcpy: 2,
    xdp_prepare_buff: 3,
    xdp_buff_add_frag: 3,
  }),
);

type Names = Map<string, Set<number>>;

export class Lengths {
  private readonly byFunction = new Map<FunctionRef, Names>();

  /** @param within the functions worth looking at; @param ring class numbers of the receive ring. */
  constructor(index: DriverIndex, within: ReadonlySet<FunctionRef>, ring: ReadonlySet<number>) {
    for (const group of index.facts.calls.order)
      for (const fn of group) if (within.has(fn)) this.byFunction.set(fn, this.read(fn, index, ring));
  }

  /** Classes whose length `x` is in `fn`, or null. */
  of(fn: FunctionRef, x: Expr): ReadonlySet<number> | null {
    const name = nameOfValue(x);
    return name === null ? null : (this.byFunction.get(fn)?.get(name) ?? null);
  }

  private read(fn: FunctionRef, index: DriverIndex, ring: ReadonlySet<number>): Names {
    const names: Names = new Map();
    const note = (x: Expr | undefined, classes: Iterable<number>): void => {
      const name = x === undefined ? null : lengthName(x);
      if (name === null) return;
      const known = names.get(name) ?? new Set<number>();
      for (const c of classes) if (ring.has(c)) known.add(c);
      if (known.size > 0) names.set(name, known);
    };
    const view = index.view(fn);
    visitExpressions(fn.placed.item.body, (x) => {
      if (x.k !== 'call') return;
      const position = x.fn.k === 'id' ? LENGTH_ARGUMENT.get(x.fn.name) : undefined;
      if (position !== undefined)
        for (const { classes } of index.factsAt(view, x)) note(x.args[position], classes);
      else this.throughHelper(x, view, index, note);
    });
    return names;
  }

  private throughHelper(
    x: CallExpr,
    view: Parameters<DriverIndex['targets']>[0],
    index: DriverIndex,
    note: (x: Expr | undefined, classes: Iterable<number>) => void,
  ): void {
    for (const target of index.targets(view, x)) {
      const inner = this.byFunction.get(target);
      if (inner === undefined) continue;
      const about = index.classesOfCall(view, x);
      const args = calleeArguments(x);
      target.placed.item.params.forEach((p, i) => {
        const classes = inner.get(p.name);
        if (classes === undefined) return;
        const narrowed = about === null ? [] : [...classes].filter((c) => about.has(c));
        note(args[i], narrowed.length > 0 ? narrowed : classes);
      });
    }
  }
}

/** The name in `len`, `len - ETH_FCS_LEN`, `(u16)len`. */
function lengthName(x: Expr): string | null {
  const at = bare(x);
  if (at.k === 'binary') return lengthName(at.l);
  return nameOfValue(at);
}
