/** Packets without a head of their own that get payload: the stack reads their headers in the first fragment. */
import { NAME } from '../kernel/table.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { locate } from '../model/alias/alias-class.ts';
import { because } from './message.ts';
import { evidenceOf, payloadClasses, type Report } from './rule.ts';

/** Once for each call that gives such a packet, of drivers that take unreadable memory. */
export function unsplitFrames(facts: DriverFacts): Report[] {
  const out = new Map<string, Report>();
  for (const c of payloadClasses(facts)) {
    for (const { fn, call } of facts.guards.headlessWithProvider(c)) {
      const { file, base } = fn.placed;
      out.set(`${file.path}:${base + call.s}`, {
        confidence: 'medium',
        location: locate(file, base, call.fn),
        api: NAME.napi_get_frags,
        message: 'drop frames that are not split where the buffer is unreadable.',
        evidence: [
          because(
            locate(file, base, call.fn),
            `${NAME.napi_get_frags}() gives a packet without a head: the stack finds no headers of a frame that was not split`,
          ),
          ...evidenceOf(c),
        ],
        aliasClass: c.id,
      });
    }
  }
  return [...out.values()];
}
