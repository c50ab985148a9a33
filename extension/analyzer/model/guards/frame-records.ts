/** Records of XDP frames that are sent: a receive buffer that XDP sends gets into one, and stays a page. */
import { TYPE } from '../../kernel/structures.ts';
import type { Holder } from '../alias/alias-class.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import { memberUses } from './member-uses.ts';
import { memberStored, type Reach } from './reach.ts';
import { constantText } from './subject.ts';

/** True for a function that is handed an XDP frame, and no socket buffer. */
export function takesFrame({ placed: { item } }: FunctionRef): boolean {
  const takes = (base: string): boolean => item.params.some(({ type }) => type.base === base);
  return takes(TYPE.xdp_frame) && !takes(TYPE.sk_buff);
}

/** True for a field that only functions fill which are handed XDP frames. */
export function keepsFrames({ owner, name }: Holder, reach: Reach): boolean {
  const member = `${owner}.${name}`;
  const { symbols, words, asked } = reach.cx;
  asked.members.add(member);
  const uses = words.having(name).map((fn) => ({ fn, uses: memberUses(fn, symbols) }));
  if (uses.some(({ uses: u }) => u.initialised.has(member) || u.handed.has(member))) return false;
  // To clear the field fills it with nothing.
  const filling = uses.filter(
    ({ fn, uses: { written } }) =>
      written.has(member) &&
      reach.flow(fn).stores.some((s) => memberStored(s) === member && constantText(s.x.r, s.cx) === null),
  );
  return filling.length > 0 && filling.every(({ fn }) => takesFrame(fn));
}
