/** RX4: the payload pool maps and synchronises for the device, and says that unreadable memory is welcome; no other pool does. */
import type { Confidence, Finding, Severity } from '../finding.ts';
import { NAME } from '../kernel/table.ts';
import type { Pool } from '../model/alias/pool-params.ts';
import type { BufferRole, PoolFlag } from '../../../simulator/contract/driver-model.ts';
import type { Location } from '../text/range.ts';
import { because, fitting } from './message.ts';
import {
  confidenceOf,
  evidenceOf,
  finding,
  isPayload,
  isSoftware,
  type Rule,
  type RuleContext,
} from './rule.ts';
import { closedPools } from './rx4-library-pool.ts';
import { driverMappings } from './rx4-driver-mapping.ts';

const about = {
  id: 'rx4-pool-flags',
  requirement: 'RX4',
  title: 'The parameters of a page_pool do not allow netmem',
  severity: 'warning',
  docs: 'rx4-pool-flags',
} as const satisfies Omit<Rule, 'run'>;

const CONFIDENCE: Readonly<Partial<Record<BufferRole, Confidence>>> = { payload: 'high', unknown: 'low' };

interface Say {
  readonly severity: Severity;
  readonly at: Location;
  readonly api: string;
  readonly message: string;
  readonly why: string;
}

/** Characters of a condition that evidence quotes at most. */
const LONGEST = 80;

/** Of a flag that the pool gets on one condition alone; null for any other. */
function onlyIf({ model }: Pool, flag: PoolFlag): string | null {
  if (model.flags.value.includes(flag)) return null;
  const [first, ...more] = model.conditionalFlags.filter((c) => c.flag === flag);
  return first === undefined || more.length > 0 ? null : first.condition;
}

/** What is known of the driver around a pool. */
interface Around {
  /** Parts of packets are put into fragments from this pool. */
  readonly pieces: boolean;
  /** The driver knows of providers: its conditions may be about these. */
  readonly hasModes: boolean;
  /** Some pool of the driver takes unreadable memory. */
  readonly declares: boolean;
  /** The driver itself maps buffers of the pool. */
  readonly mapped: boolean;
}

/** True where the condition of the flag decides whether there is DMA at all: both flags go together, and nobody maps else. */
function withoutDma({ model }: Pool, { mapped }: Around): boolean {
  const of = (flag: PoolFlag): string | undefined =>
    model.conditionalFlags.find((c) => c.flag === flag)?.condition;
  const condition = of(NAME.PP_FLAG_DMA_MAP);
  return !mapped && condition !== undefined && condition === of(NAME.PP_FLAG_DMA_SYNC_DEV);
}

/** What a pool of whole packets says of itself: payload gets nowhere else in this driver. */
function wholePackets({ model, apiAt }: Pool): Say {
  const lacks: string[] = [NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM];
  if (model.queueIdx.value === 'unset') lacks.push('.queue_idx');
  return {
    severity: 'info',
    at: apiAt,
    api: NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM,
    message: 'give payload a pool of its own: these buffers hold headers and payload.',
    why: `the pool that device memory is bound to needs ${lacks.join(' and ')}`,
  };
}

function checkPayloadPool(pool: Pool, around: Around): Say[] {
  const { pieces, hasModes, declares } = around;
  const { model } = pool;
  const out: Say[] = [];
  const has = (f: PoolFlag): boolean =>
    model.flags.value.includes(f) || model.conditionalFlags.some((c) => c.flag === f);
  const at = pool.flagsAt ?? pool.apiAt;
  // Of a pool that serves other buffers too, it is not the flags that have to change first.
  const whole = model.role === 'payload' ? at : pool.apiAt;
  for (const flag of [NAME.PP_FLAG_DMA_MAP, NAME.PP_FLAG_DMA_SYNC_DEV] as const) {
    if (!has(flag))
      out.push({
        severity: 'warning',
        at,
        api: flag,
        message: `set ${flag}: with a provider, the pool fails without it.`,
        why: 'with a memory provider, page_pool_create() fails with EOPNOTSUPP without it',
      });
    const condition = hasModes || withoutDma(pool, around) ? null : onlyIf(pool, flag);
    if (condition !== null)
      out.push({
        severity: 'info',
        at,
        api: flag,
        message: `set ${flag} always: with a provider, the pool fails without it.`,
        why: `it is set ${condition.length > LONGEST ? 'on some paths only' : `only if ${condition}`}; otherwise, with a memory provider, page_pool_create() fails with EOPNOTSUPP`,
      });
  }
  const unreadable = has(NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM);
  if (!unreadable && pieces) {
    out.push({
      severity: 'info',
      at: whole,
      api: NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM,
      message:
        model.role === 'mixed'
          ? 'give other buffers a pool of their own: this pool serves payload as well.'
          : 'set PP_FLAG_ALLOW_UNREADABLE_NETMEM once nothing assumes readable memory.',
      why:
        model.role === 'mixed'
          ? 'once this pool serves payload alone, it can have PP_FLAG_ALLOW_UNREADABLE_NETMEM'
          : 'without it, binding device memory ends with ENODATA',
    });
  }
  if (!unreadable && !pieces && !declares) out.push(wholePackets(pool));
  if (unreadable && model.netdev.value === 'unset')
    out.push({
      severity: 'error',
      at,
      api: 'netdev',
      message: 'set .netdev: PP_FLAG_ALLOW_UNREADABLE_NETMEM looks the queue up in it.',
      why: 'page_pool_create() takes .netdev without a test for NULL',
    });
  if (model.queueIdx.value === 'unset' && (unreadable || pieces)) {
    out.push({
      severity: unreadable ? 'warning' : 'info',
      at: unreadable ? at : whole,
      api: 'queue_idx',
      message: 'set .queue_idx: without it, binding any queue but 0 ends with ENODATA.',
      why: 'a pool without .queue_idx counts as that of queue 0',
    });
  }
  if (has(NAME.PP_FLAG_DMA_SYNC_DEV) && model.maxLen.value === 'unset')
    out.push({
      severity: 'error',
      at,
      api: 'max_len',
      message: 'set .max_len: PP_FLAG_DMA_SYNC_DEV without it fails with EINVAL.',
      why: 'page_pool_create() fails with EINVAL: it would not know how much to synchronise',
    });
  if (
    has(NAME.PP_FLAG_DMA_MAP) &&
    (model.dmaDir.value === 'unset' || model.dmaDir.value === 'DMA_TO_DEVICE')
  ) {
    out.push({
      severity: 'error',
      at,
      api: 'dma_dir',
      message: 'set .dma_dir to DMA_FROM_DEVICE or DMA_BIDIRECTIONAL for PP_FLAG_DMA_MAP.',
      why: 'page_pool_create() fails with EINVAL for any other direction',
    });
  }
  return out;
}

/** @param onlyPools no payload is known of the driver, so that it is what its pools hold */
function checkPool(pool: Pool, onlyPools: boolean, around: Around): Say[] {
  if (pool.partial) return [];
  switch (pool.model.role) {
    case 'payload':
    case 'linear':
    case 'mixed':
      return checkPayloadPool(pool, around);
    case 'header':
    case 'xdp': {
      const flags = [...pool.model.flags.value, ...pool.model.conditionalFlags.map((c) => c.flag)];
      if (!flags.includes(NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM)) return [];
      return [
        {
          severity: 'error',
          at: pool.flagsAt ?? pool.apiAt,
          api: NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM,
          message: 'drop PP_FLAG_ALLOW_UNREADABLE_NETMEM: headers need readable memory.',
          why: 'the CPU reads the buffers of this pool',
        },
      ];
    }
    case 'unknown':
      return onlyPools ? checkPayloadPool(pool, around).filter((say) => say.severity !== 'info') : [];
    case 'tx':
    case 'private':
      return [];
  }
}

/** True if buffers of the pool become fragments: in a pool of whole packets nothing is unreadable. */
function servesFragments({ model }: Pool, { facts }: RuleContext): boolean {
  return (
    model.role === 'payload' ||
    facts.classes.some(
      (c) => c.pools.includes(model.name) && c.facts.some((f) => f.kind === 'frag' || f.kind === 'coalesce'),
    )
  );
}

/** True if the driver maps buffers of the pool itself. */
function isMapped({ model }: Pool, { facts }: RuleContext): boolean {
  return facts.classes.some(
    (c) =>
      c.pools.includes(model.name) &&
      c.facts.some((f) => f.kind === 'map' && f.direction !== 'to-device' && !facts.guards.isWithoutPool(f)),
  );
}

/** True for the pool that a pointer leads to where it does not lead to one that takes unreadable memory. */
function isBesideProvider(pool: Pool, { facts }: RuleContext): boolean {
  if (pool.allows.length > 0 || !facts.guards.declares) return false;
  const { name } = pool.model;
  return facts.classes.some(
    (c) =>
      c.pools.includes(name) &&
      facts.pools.some((p) => p.allows.length > 0 && c.pools.includes(p.model.name)),
  );
}

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  const seen = new Set<string>();
  if (isSoftware(cx.facts) || cx.facts.guards.xdpPools.areAll) return [];
  const onlyPools = !cx.facts.classes.some((c) => isPayload(c));
  for (const pool of cx.facts.pools) {
    if (isBesideProvider(pool, cx)) continue;
    const { hasModes, declares } = cx.facts.guards;
    const pieces = servesFragments(pool, cx);
    const around = { pieces, hasModes, declares, mapped: isMapped(pool, cx) };
    for (const say of checkPool(pool, onlyPools, around)) {
      const key = `${say.at.file}:${say.at.range.start}:${say.api}`;
      if (seen.has(key)) continue;
      seen.add(key);
      out.push(
        finding(about, {
          severity: say.severity,
          confidence: CONFIDENCE[pool.model.role] ?? 'medium',
          location: say.at,
          api: say.api,
          replacement: say.api,
          message: say.message,
          evidence: [
            because(say.at, say.why),
            because(pool.location, `the pool is created here (${pool.model.role})`),
          ],
        }),
      );
    }
  }
  for (const { api, at, lacks } of closedPools(cx.facts)) {
    out.push(
      finding(about, {
        severity: 'info',
        confidence: 'high',
        location: at,
        api,
        message: fitting(`let ${api}() make a pool that a provider can feed.`),
        evidence: [because(at, `it gives the pool no ${lacks.join(' and no ')}`)],
      }),
    );
  }
  for (const [f, c] of driverMappings(cx)) {
    const does = f.kind === 'map' ? 'maps' : 'unmaps';
    out.push(
      finding(about, {
        severity: c.role === 'payload' ? 'warning' : 'info',
        confidence: confidenceOf(c),
        location: f.apiAt,
        api: f.api,
        replacement: NAME.PP_FLAG_DMA_MAP,
        message: fitting(
          `let the pool do it (PP_FLAG_DMA_MAP): ${f.api}() ${does} its memory.`,
          `let the pool do it (PP_FLAG_DMA_MAP): this ${does} its memory.`,
        ),
        evidence: evidenceOf(c),
        aliasClass: c.id,
      }),
    );
  }
  return out;
}

export const rx4PoolFlags: Rule = { ...about, run };
