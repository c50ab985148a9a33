/**
 * Frames whose headers the device did not split off: they lie in the payload's buffer, of which the stack reads them. A
 * function that gives some packets a head of their own and others none (`napi_get_frags()`) decides so by what the descriptor
 * says; without a head only memory that the CPU can read will do.
 */
import type { AssignExpr, CallExpr, Expr, Span } from '../../syntax/ast.ts';
import type { Literal } from './atom.ts';
import type { FunctionGuards, Guarded } from './function-guards.ts';
import { ALWAYS, both, type Conjunction, type Guard, necessary, NEVER } from './guard.ts';
import { withoutMoment } from './reaching.ts';
import { constantText, subjectOf } from './subject.ts';

/**
 * When a fragment is put at `frag` into the packet that `call` gave, of a frame that had its head in none of the ways in which
 * the function makes one before. In the words of the function.
 * @param under the function's guards where something is known to hold
 */
export function withoutHead(
  flow: FunctionGuards,
  call: Guarded<CallExpr>,
  frag: Span,
  under: (assumed: Guard) => FunctionGuards,
): Guard {
  const shared = necessary(call.guard);
  const isShared = (l: Literal): boolean =>
    shared.some((s) => s.holds === l.holds && s.atom.id === l.atom.id);
  let assumed: Guard = ALWAYS;
  for (const head of otherHeads(flow, call.x)) {
    const decides = necessary(head.guard).filter((l) => !isShared(l));
    // What cannot be otherwise all at once is left as it is.
    const more = both(assumed, [decides.map((l) => ({ ...l, holds: !l.holds }))]);
    if (more !== NEVER) assumed = more;
  }
  const walked = under(assumed);
  const before = new Set(walked.at(call.x).flatMap((c) => c.map((l) => l.atom.id)));
  return walked.at(frag).filter((c) => {
    const asked = c.filter(({ atom }) => before.has(atom.id));
    return isConsistent(asked, walked, call.x.s);
  });
}

/** What else the packet pointer is set to before: a packet that has a head. */
function otherHeads(flow: FunctionGuards, call: CallExpr): readonly Guarded<Expr>[] {
  const isIt = ({ x }: Guarded<AssignExpr>): boolean => x.r.s === call.s && x.r.e === call.e;
  const own = flow.stores.find(isIt);
  const place = own === undefined ? null : placeOf(own);
  if (place === null) return [];
  return flow.stores.filter(
    (s) => s.x.s < call.s && placeOf(s) === place && constantText(s.x.r, s.cx) === null,
  );
}

function placeOf({ x, cx }: Guarded<AssignExpr>): string | null {
  const of = subjectOf(x.l, cx);
  return of === null ? null : withoutMoment(of.id);
}

/** False if a member is said to be set and not to be, and nothing on this way has written it before `end`. */
function isConsistent(c: Conjunction, flow: FunctionGuards, end: number): boolean {
  const members = c.filter(({ atom }) => atom.subject.root === 'member' && atom.compare.is === 'set');
  return !members.some((a) => {
    const place = withoutMoment(a.atom.subject.id);
    return (
      members.some((b) => a.holds && !b.holds && withoutMoment(b.atom.subject.id) === place) &&
      !flow.stores.some((s) => s.x.e < end && placeOf(s) === place && both(s.guard, [c]) !== NEVER)
    );
  });
}
