/** TX1 where packets are sent by scatterlists: the kernel fills them with the pages of fragments, and a netmem has none. */
import type { Evidence } from '../finding.ts';
import { effectsOf } from '../kernel/table.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import { ofFragment } from '../model/transmit/transmit-mapping.ts';
import { because } from './message.ts';

/** A scatterlist of a sent packet is made or unmapped. */
export interface ScatterlistUse {
  readonly fact: BufferFact;
  readonly message: string;
  readonly evidence: readonly Evidence[];
}

/**
 * Where the scatterlists of `c` are filled from sent packets, and unmapped. None unless the driver maps them itself.
 * @param classes all of the driver
 * @param transmit names of the functions that the transmit entry points reach
 * @param meets false for what never happens to a netmem
 */
export function sentScatterlists(
  c: AliasClass,
  classes: readonly AliasClass[],
  transmit: ReadonlySet<string>,
  meets: (f: BufferFact) => boolean,
): readonly ScatterlistUse[] {
  const filled = c.facts.filter(
    (f) => f.kind === 'sg-fill' && transmit.has(f.fn) && takesFragments(f, classes) && meets(f),
  );
  const mapped = c.facts.filter((f) => f.kind === 'sg-map' && f.direction !== 'from-device');
  const [fill] = filled;
  const [map] = mapped;
  if (fill === undefined || map === undefined) return [];
  return [
    ...filled.map((fact) => ({
      fact,
      message: 'map fragment by fragment with skb_frag_dma_map(): a netmem has no page.',
      evidence: [
        because(fact.apiAt, `${fact.api}() puts the pages of fragments into a scatterlist that is mapped`),
        because(map.location, `${map.fn}() maps it by ${map.api}()`),
      ],
    })),
    ...c.facts
      .filter((f) => f.kind === 'sg-unmap' && f.direction !== 'from-device' && meets(f))
      .map((fact) => ({
        fact,
        message: 'unmap fragment by fragment: a netmem in a scatterlist was never mapped.',
        evidence: [
          because(
            fact.apiAt,
            `${fact.api}() unmaps the fragments of a scatterlist; map each with skb_frag_dma_map()`,
          ),
          because(fill.location, `${fill.fn}() fills it by ${fill.api}()`),
        ],
      })),
  ];
}

/** True for what fills from a whole socket buffer, or with the page of a fragment, which is in a class of its own. */
function takesFragments({ api, location: at }: BufferFact, classes: readonly AliasClass[]): boolean {
  if (effectsOf(api)?.some(({ fact }) => fact === 'sg-page') !== true) return true;
  return classes.some(({ facts }) =>
    facts.some(
      (f) =>
        f.kind === 'sg-page' &&
        f.location.file === at.file &&
        f.location.range.start === at.range.start &&
        ofFragment(f),
    ),
  );
}
