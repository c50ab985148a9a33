/** Why a place of TX1 is about a fragment: where the fragment is taken or mapped. What is received is none of it. */
import type { Evidence } from '../finding.ts';
import { effectsOf } from '../kernel/table.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { SentFragments } from '../model/driver/sent-fragments.ts';

const MOST = 4;

/** Evidence from mappings that an address was followed to. */
export function mappedHere(mappings: readonly BufferFact[]): readonly Evidence[] {
  return mappings.slice(0, MOST).map((m) => ({
    location: m.location,
    message: `${m.fn}() maps the fragment by ${m.api}()`,
  }));
}

/**
 * Evidence for what was not followed to its mappings: the fragments of the same function, else those of the same class,
 * else those that the driver maps.
 */
export function fragmentEvidence(
  f: BufferFact,
  c: AliasClass,
  classes: readonly AliasClass[],
  sent: SentFragments,
): readonly Evidence[] {
  const own = c.facts.filter((other) => other !== f && sent.takesFragment(other));
  const near = own.filter(({ fn, location }) => fn === f.fn && location.file === f.location.file);
  const [found] = [near, own].filter((facts) => facts.length > 0);
  if (found === undefined)
    return mappedHere(classes.flatMap(({ facts }) => facts.filter((other) => sent.isFragment(other))));
  return found.slice(0, MOST).map((m) => ({
    location: m.location,
    message: `${m.fn}() ${sent.isFragment(m) ? 'maps' : 'takes'} the fragment by ${effectsOf(m.api) === null ? m.api : `${m.api}()`}`,
  }));
}
