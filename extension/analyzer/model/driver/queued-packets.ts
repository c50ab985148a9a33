/**
 * Packets that transmission puts into a queue of the driver's own: what finds them there (a thread, a work item, the end
 * of a transfer) goes on with transmission.
 */
import { entryOf, namesWhere } from '../../kernel/table.ts';
import type { Expr } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';
import { wholeFunction } from '../guards/condition-context.ts';
import { memberKey } from '../guards/member-uses.ts';
import type { WordIndex } from '../flow/word-index.ts';
import type { DriverSymbols, PlacedFunction } from '../names/symbols.ts';

type Does = 'put' | 'find';

const QUEUE_FUNCTIONS = namesWhere(({ packetQueue }) => packetQueue !== undefined);

/** The members that are queues which each function puts packets into, or finds them in, by their keys. */
type Uses = ReadonlyMap<PlacedFunction, Readonly<Record<Does, ReadonlySet<string>>>>;

function memberIn(x: Expr | undefined): Expr | null {
  if (x?.k === 'addr' || x?.k === 'cast') return memberIn(x.x);
  if (x?.k === 'index') return memberIn(x.obj);
  return x?.k === 'member' ? x : null;
}

function usesOf(symbols: DriverSymbols, words: WordIndex): Uses {
  const out = new Map<PlacedFunction, Readonly<Record<Does, ReadonlySet<string>>>>();
  for (const { placed } of new Set(QUEUE_FUNCTIONS.flatMap((name) => words.having(name)))) {
    const cx = wholeFunction(placed.item, symbols.names, () => null);
    const uses = { put: new Set<string>(), find: new Set<string>() };
    visitExpressions(placed.item.body, (x) => {
      const queue = x.k === 'call' && x.fn.k === 'id' ? entryOf(x.fn.name)?.packetQueue : undefined;
      if (x.k !== 'call' || queue === undefined) return;
      const place = memberIn(x.args[queue.arg]);
      const key = place?.k === 'member' ? memberKey(place, cx) : null;
      if (key !== null) uses[queue.does].add(key);
    });
    if (uses.put.size + uses.find.size > 0) out.set(placed, uses);
  }
  return out;
}

/**
 * Functions that transmission reaches, those included that find packets where it has queued them.
 * @param reach all that functions reach by calls
 */
export function withQueues(
  roots: readonly PlacedFunction[],
  reach: (roots: readonly PlacedFunction[]) => ReadonlySet<PlacedFunction>,
  symbols: DriverSymbols,
  words: WordIndex,
): ReadonlySet<PlacedFunction> {
  let sent = reach(roots);
  const uses = usesOf(symbols, words);
  for (let size = -1; size !== sent.size;) {
    size = sent.size;
    const filled = new Set([...sent].flatMap((fn) => [...(uses.get(fn)?.put ?? [])]));
    const finders = [...uses].filter(
      ([fn, { find }]) => !sent.has(fn) && [...find].some((q) => filled.has(q)),
    );
    if (finders.length > 0) sent = reach([...sent, ...finders.map(([fn]) => fn)]);
  }
  return sent;
}
