/** RX4: the payload pool maps and synchronises for the device, and says that unreadable memory is welcome; no other pool does. */
import type { Confidence, Finding, Severity } from '../finding.ts';
import { NAME } from '../kernel/table.ts';
import type { Pool } from '../model/pools.ts';
import type { BufferRole, PoolFlag } from '../../../simulator/contract/driver-model.ts';
import type { Location } from '../text/range.ts';
import {
  confidenceOf,
  evidenceOf,
  finding,
  isPayload,
  isSoftware,
  type Rule,
  type RuleContext,
} from './rule.ts';
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
}

/** Characters of a condition that a message quotes at most. */
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
    message: `Buffers of this pool hold headers and payload together: before device memory can be bound to a queue, payload needs a pool of its own, with ${lacks.join(' and ')}.`,
  };
}

function judgePayload(pool: Pool, around: Around): Say[] {
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
        message: `${flag} is not set on this pool: with a memory provider, page_pool_create() then fails with EOPNOTSUPP.`,
      });
    const condition = hasModes || withoutDma(pool, around) ? null : onlyIf(pool, flag);
    if (condition !== null)
      out.push({
        severity: 'info',
        at,
        api: flag,
        message: `${flag} is set on this pool only ${condition.length > LONGEST ? 'on some paths' : `if ${condition}`}: otherwise, with a memory provider, page_pool_create() fails with EOPNOTSUPP.`,
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
          ? 'This pool serves payload and other buffers: give the others a pool of their own, then set PP_FLAG_ALLOW_UNREADABLE_NETMEM here.'
          : 'PP_FLAG_ALLOW_UNREADABLE_NETMEM is not set on this payload pool: binding device memory ends with ENODATA. Set it once nothing assumes readable memory.',
    });
  }
  if (!unreadable && !pieces && !declares) out.push(wholePackets(pool));
  if (unreadable && model.netdev.value === 'unset')
    out.push({
      severity: 'error',
      at,
      api: 'netdev',
      message:
        'PP_FLAG_ALLOW_UNREADABLE_NETMEM without .netdev: page_pool_create() looks the queue up in it without a test.',
    });
  if (model.queueIdx.value === 'unset' && (unreadable || pieces)) {
    out.push({
      severity: unreadable ? 'warning' : 'info',
      at: unreadable ? at : whole,
      api: 'queue_idx',
      message:
        '.queue_idx is not set: the pool counts as queue 0’s, and binding any other queue ends with ENODATA.',
    });
  }
  if (has(NAME.PP_FLAG_DMA_SYNC_DEV) && model.maxLen.value === 'unset')
    out.push({
      severity: 'error',
      at,
      api: 'max_len',
      message: 'PP_FLAG_DMA_SYNC_DEV without .max_len: page_pool_create() fails with EINVAL.',
    });
  if (
    has(NAME.PP_FLAG_DMA_MAP) &&
    (model.dmaDir.value === 'unset' || model.dmaDir.value === 'DMA_TO_DEVICE')
  ) {
    out.push({
      severity: 'error',
      at,
      api: 'dma_dir',
      message:
        'PP_FLAG_DMA_MAP needs .dma_dir DMA_FROM_DEVICE or DMA_BIDIRECTIONAL: page_pool_create() fails with EINVAL.',
    });
  }
  return out;
}

/** @param onlyPools no payload is known of the driver, so that it is what its pools hold */
function judge(pool: Pool, onlyPools: boolean, around: Around): Say[] {
  if (pool.partial) return [];
  switch (pool.model.role) {
    case 'payload':
    case 'linear':
    case 'mixed':
      return judgePayload(pool, around);
    case 'header':
    case 'xdp': {
      const flags = [...pool.model.flags.value, ...pool.model.conditionalFlags.map((c) => c.flag)];
      if (!flags.includes(NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM)) return [];
      return [
        {
          severity: 'error',
          at: pool.flagsAt ?? pool.apiAt,
          api: NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM,
          message:
            'PP_FLAG_ALLOW_UNREADABLE_NETMEM on a pool whose buffers the CPU reads: headers need readable memory.',
        },
      ];
    }
    case 'unknown':
      return onlyPools ? judgePayload(pool, around).filter((say) => say.severity !== 'info') : [];
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
  if (isSoftware(cx.facts)) return [];
  const onlyPools = !cx.facts.classes.some((c) => isPayload(c));
  for (const pool of cx.facts.pools) {
    if (isBesideProvider(pool, cx)) continue;
    const { hasModes, declares } = cx.facts.guards;
    const pieces = servesFragments(pool, cx);
    const around = { pieces, hasModes, declares, mapped: isMapped(pool, cx) };
    for (const say of judge(pool, onlyPools, around)) {
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
          evidence: [{ location: pool.location, message: `the pool is created here (${pool.model.role})` }],
        }),
      );
    }
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
        message: `let the pool do it (PP_FLAG_DMA_MAP): ${f.api}() ${does} its memory.`,
        evidence: evidenceOf(c),
        bufferClass: c.id,
      }),
    );
  }
  return out;
}

export const rx4PoolFlags: Rule = { ...about, run };
