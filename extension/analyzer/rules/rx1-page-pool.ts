/** RX1: payload memory comes from a page_pool. Everything else cannot be hidden behind a memory provider. */
import type { Finding } from '../finding.ts';
import { XMIT } from '../kernel/structures.ts';
import { NAME } from '../kernel/table.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { AllocationSource } from '../model/flow/facts.ts';
import type { Location } from '../text/range.ts';
import { because } from './message.ts';
import { modesWithoutPool } from './poolless-modes.ts';
import { receivedSkbs } from './received-skbs.ts';
import {
  evidenceOf,
  finding,
  isPayload,
  isPooled,
  isSoftware,
  type Rule,
  type RuleContext,
  roleName,
  transmitOnly,
} from './rule.ts';

const about = {
  id: 'rx1-page-pool',
  requirement: 'RX1',
  title: 'Receive buffers do not come from a page_pool',
  severity: 'warning',
  docs: 'rx1-page-pool',
} as const satisfies Omit<Rule, 'run'>;

const WORDS = {
  page: 'page allocator',
  fragment: 'page fragment allocator',
  skb: 'skb allocator',
  'buffer-manager': 'library of hardware buffer managers',
} as const;

/** A source of buffers that is no pool. */
function isOther(source: AllocationSource | null): source is keyof typeof WORDS {
  return source !== null && source in WORDS;
}

/** What to say of one step of a buffer's life outside the pool: where it comes from, where it goes. */
function story(f: BufferFact, helper: string | null): string | null {
  if (f.kind === 'put-page')
    return helper === null ? null : 'give it back by page_pool_put_full_netmem(), not to the page allocator.';
  if (f.kind !== 'allocate' || !isOther(f.source)) return null;
  return `take it from a page_pool, not from the ${WORDS[f.source]}.`;
}

/** True if the fact may be a finding at all. */
function speaks({ kind, source }: BufferFact): boolean {
  return kind === 'put-page' || isOther(source);
}

function intoFragment({ kind }: BufferFact): boolean {
  return kind === 'frag' || kind === 'coalesce';
}

/**
 * True for header buffers of a split: the CPU only copies out of them, right where a buffer of a pool becomes a fragment of
 * the same packet. No provider has to reach them.
 */
function holdsSplitHeaders(c: AliasClass, classes: readonly AliasClass[]): boolean {
  if (isPooled(c) || c.facts.some((f) => intoFragment(f) || f.kind === 'build-skb')) return false;
  const split = new Set(
    classes.flatMap((p) => (isPooled(p) ? p.facts.filter(intoFragment).map(({ fn }) => fn) : [])),
  );
  return c.facts.some((f) => f.kind === 'copy-from' && split.has(f.fn));
}

/** True if what follows the allocation is a look at the packet, not the mapping of the new skb: it is copied into. */
function isCopy(f: BufferFact, facts: DriverFacts): boolean {
  const { file, range } = f.location;
  let next: BufferFact | null = null;
  for (const c of facts.classes) {
    for (const g of c.facts) {
      if (g.fn !== f.fn || (g.kind !== 'map' && g.kind !== 'sync-cpu' && g.kind !== 'copy-to')) continue;
      const at = g.location.range.start;
      if (g.location.file !== file || at <= range.start) continue;
      if (next === null || at < next.location.range.start) next = g;
    }
  }
  return next !== null && next.kind !== 'map';
}

/** What tells the device of a buffer, or says that it knows it. */
const DEVICE: ReadonlySet<BufferFact['kind']> = new Set(['dma-address', 'map', 'sync-cpu', 'post']);

/** True unless the class is memory of pools that the device never gets: packets are copied into it. */
function reachesDevice(c: AliasClass, { pools }: DriverFacts): boolean {
  const own = pools.filter(({ model }) => c.pools.includes(model.name));
  const maps = own.some(
    ({ model, partial }) =>
      partial ||
      [...model.flags.value, ...model.conditionalFlags.map((f) => f.flag)].includes(NAME.PP_FLAG_DMA_MAP),
  );
  return own.length === 0 || maps || c.facts.some(({ kind }) => DEVICE.has(kind));
}

/** True for an skb that is handed to the driver's own transmission where it is taken: a frame of a test, not received into. */
function isSent(f: BufferFact, { calls, pointers }: DriverFacts): boolean {
  if (f.source !== 'skb') return false;
  const entries = pointers.get(XMIT);
  return calls.functions.some(
    ({ placed, summary }) =>
      placed.item.name === f.fn &&
      summary.calls.some(
        ({ callee, argProvenance }) =>
          (callee === XMIT || entries?.has(callee) === true) && argProvenance[0]?.includes(f.api) === true,
      ),
  );
}

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  const seen = new Set<string>();
  const classes = isSoftware(cx.facts) ? [] : cx.facts.classes.filter((c) => isPayload(c));
  const sending = transmitOnly(cx.facts);
  const pooledToo =
    !cx.facts.guards.xdpPools.areAll && classes.some((c) => isPooled(c) && reachesDevice(c, cx.facts));
  for (const c of classes) {
    // Beside pools that take unreadable memory, headers may come from anywhere.
    if (cx.facts.guards.declares && !isPooled(c) && !c.facts.some(intoFragment)) continue;
    if (holdsSplitHeaders(c, classes)) continue;
    const report = (location: Location, api: string, message: string, release: boolean): void => {
      const key = `${location.file}:${location.range.start}`;
      if (seen.has(key)) return;
      seen.add(key);
      out.push(
        finding(about, {
          severity: pooledToo || release ? 'info' : 'warning',
          confidence: c.role === 'payload' ? 'high' : 'medium',
          location,
          api,
          replacement: release ? NAME.page_pool_put_full_netmem : NAME.page_pool_alloc_netmem,
          message,
          evidence: evidenceOf(c),
          aliasClass: c.id,
        }),
      );
    };
    const helpers = cx.facts.helperCalls.filter((h) => h.classId === c.id && !h.inObject);
    // Where the device writes into the linear part of an skb, the skb is what was allocated.
    const skbs = c.evidence.filter(
      (f) => f.kind === 'allocate' && f.source === 'skb' && !isCopy(f, cx.facts),
    );
    for (const f of new Set([...c.facts, ...skbs])) {
      if (sending.has(f.fn) || !speaks(f) || isSent(f, cx.facts) || !cx.facts.guards.meetsProvider(f, c))
        continue;
      // A generic helper hands the page out: the receive path is where it is called from.
      const through = helpers.filter((h) => h.facts.includes(f));
      const direct = through.length === 0 ? story(f, null) : null;
      if (direct !== null) report(f.apiAt, f.api, direct, f.kind === 'put-page');
      if (pooledToo && f.kind === 'put-page') continue;
      for (const h of through) {
        // What an allocator gives back when it fails is not the caller's to tell.
        if (f.kind === 'put-page' && h.facts.some(({ kind }) => kind === 'allocate')) continue;
        const told = story(f, h.callee);
        if (told !== null) report(h.calleeAt, h.callee, told, f.kind === 'put-page');
      }
    }
  }
  for (const { c, pool, taken, mapped } of modesWithoutPool(cx.facts, classes)) {
    if (!isOther(taken.source) || sending.has(taken.fn)) continue;
    const { file, range } = taken.apiAt;
    if (seen.has(`${file}:${range.start}`)) continue;
    out.push(
      finding(about, {
        severity: 'info',
        confidence: 'high',
        location: taken.apiAt,
        api: taken.api,
        message: 'take it from a page_pool in this mode, too: no provider reaches it without.',
        evidence: [
          because(
            taken.apiAt,
            `where ${pool} is not set, ${taken.api}() takes this ${roleName(c)} from the ${WORDS[taken.source]}; other lines of this mode are not listed`,
          ),
          ...(mapped === null
            ? []
            : [because(mapped.location, `${mapped.fn}() maps it for the device by ${mapped.api}()`)]),
        ],
        aliasClass: c.id,
      }),
    );
  }
  if (!isSoftware(cx.facts) && !cx.facts.classes.some((c) => isPooled(c))) {
    // Beside others, an skb counts that was taken right where it is mapped.
    const beside = out.length > 0;
    for (const { map, taken } of receivedSkbs(cx.facts)) {
      const { file, range } = (taken ?? map).apiAt;
      if (beside && (taken === null || seen.has(`${file}:${range.start}`))) continue;
      out.push(
        finding(about, {
          confidence: 'medium',
          location: (taken ?? map).apiAt,
          api: (taken ?? map).api,
          replacement: NAME.page_pool_alloc_netmem,
          message: 'use a page_pool: the device receives into the linear part of an skb.',
          evidence: [
            because(
              map.location,
              `${map.fn}() maps the skb for the device by ${map.api}(); only a page_pool can be backed by a memory provider`,
            ),
          ],
        }),
      );
    }
  }
  return out;
}

export const rx1PagePool: Rule = { ...about, run };
