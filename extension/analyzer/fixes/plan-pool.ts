/**
 * Parameters of a payload pool: the flags that a memory provider needs, and the queue that it serves. All of it changes
 * what the driver does, so a human has to look; what cannot be written down from here is said.
 */
import type { PoolFlag } from '../../../simulator/contract/driver-model.ts';
import { poolWords } from '../../../simulator/contract/pool-name.ts';
import { TYPE } from '../kernel/structures.ts';
import { NAME } from '../kernel/table.ts';
import type { KernelTree } from '../kernel/tree.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { Pool } from '../model/alias/pool-params.ts';
import type { FieldWrite } from '../model/alias/pool-params.ts';
import type { Location } from '../text/range.ts';
import { type DriverPlan, type FileEdit, type Obstacle, refusal } from './driver-plan.ts';

const UNREADABLE: PoolFlag = NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM;

/** @param open names of pools whose payload is not all tracked as netmem yet */
export function planPools(
  facts: DriverFacts,
  tree: KernelTree,
  open: ReadonlySet<string>,
  finish: (edits: readonly FileEdit[]) => DriverPlan['plan']['edits'],
): DriverPlan[] {
  return facts.pools.flatMap((pool): DriverPlan[] => {
    const { role, name } = pool.model;
    if (pool.partial || (role !== 'payload' && role !== 'linear')) return [];
    const made = new PoolChange(pool, tree, open.has(name));
    if (made.flags.length + made.fields.length + made.obstacles.length === 0) return [];
    const places = [pool.location, pool.apiAt, ...(pool.flagsAt === null ? [] : [pool.flagsAt])];
    const id = `pool:${pool.location.file}:${pool.location.range.start}`;
    const common = { kind: 'pool' as const, names: new Set([name]), places };
    const edits = made.edits();
    if (edits.length === 0)
      return [
        {
          ...common,
          obstacles: made.obstacles,
          plan: refusal(
            id,
            `Parameters of ${poolWords(name)} stay: ${made.obstacles[0]?.reason ?? ''}`,
            made.obstacles,
          ),
        },
      ];
    const what = [...made.flags, ...made.fields.map((f) => `.${f.name}`)].join(', ');
    return [
      {
        ...common,
        obstacles: [],
        plan: {
          id,
          title: `Set ${what} for ${poolWords(name)}`,
          applicability: 'unsafe',
          edits: finish(edits),
          refusals: made.obstacles.map(({ location, reason }) => ({ location, reason })),
        },
      },
    ];
  });
}

class PoolChange {
  readonly flags: PoolFlag[] = [];
  readonly fields: { readonly name: string; readonly value: string }[] = [];
  readonly obstacles: Obstacle[] = [];
  private readonly pool: Pool;

  constructor(pool: Pool, tree: KernelTree, open: boolean) {
    this.pool = pool;
    const { model } = pool;
    if (!this.has(NAME.PP_FLAG_DMA_MAP))
      this.refuse('the driver maps this pool by hand: let the pool do it (PP_FLAG_DMA_MAP) first');
    else if (!this.has(NAME.PP_FLAG_DMA_SYNC_DEV)) {
      if (model.maxLen.value === 'unset')
        this.refuse('PP_FLAG_DMA_SYNC_DEV needs .max_len, the length that the device may write');
      else this.flags.push(NAME.PP_FLAG_DMA_SYNC_DEV);
    }
    if (model.role !== 'payload' || !tree.has(UNREADABLE) || this.has(UNREADABLE)) return;
    const device = model.netdev.value === 'set' ? '' : this.netdev();
    if (open) this.refuse('its buffers are not all tracked as netmem_ref yet');
    else if (model.queueIdx.value === 'unset')
      this.refuse('.queue_idx is not set: write the number of the receive queue there first');
    else if (device === null) this.refuse('.netdev is not set, and no net_device is at hand here');
    else {
      if (device !== '') this.fields.push({ name: 'netdev', value: device });
      this.flags.push(UNREADABLE);
    }
  }

  private has(flag: PoolFlag): boolean {
    const { model } = this.pool;
    return model.flags.value.includes(flag) || model.conditionalFlags.some((c) => c.flag === flag);
  }

  private refuse(reason: string): void {
    this.obstacles.push({ location: this.pool.flagsAt ?? this.pool.apiAt, reason, cause: 'pool parameters' });
  }

  /** A parameter or local of type net_device in the function that creates the pool. */
  private netdev(): string | null {
    const { item, file, base } = this.pool.creation.fn;
    const param = item.params.find((p) => p.type.base === TYPE.net_device && p.type.stars === 1);
    if (param !== undefined) return param.name;
    const body = file.text.slice(base + item.bodyAt.s, base + this.pool.creation.call.s);
    return /struct net_device \*(\w+)/.exec(body)?.[1] ?? null;
  }

  edits(): FileEdit[] {
    const write = this.pool.creation.params.get('flags')?.at(-1);
    if (write === undefined || this.flags.length + this.fields.length === 0) return [];
    const end = write.base + write.value.e;
    const out: FileEdit[] = [];
    const reason = 'a memory provider needs it';
    if (this.flags.length > 0 && plainFlags(write))
      out.push({
        file: write.file.path,
        range: { start: end, end },
        newText: ` | ${this.flags.join(' | ')}`,
        reason,
      });
    else if (this.flags.length > 0) return [];
    for (const f of this.fields) {
      const line = write.file.text.lastIndexOf('\n', write.base + write.at.s - 1) + 1;
      const before = write.file.text.slice(line, write.base + write.value.s).replace(/\bflags\b/, f.name);
      const stop = write.file.text.slice(end).startsWith(';') ? ';' : ',';
      const at: Location['range'] = { start: line, end: line };
      out.push({ file: write.file.path, range: at, newText: `${before}${f.value}${stop}\n`, reason });
    }
    return out;
  }
}

/** A flag, or flags joined by |: another may be put behind. */
function plainFlags(write: FieldWrite): boolean {
  return /^[\w\s|]+$/.test(write.file.text.slice(write.base + write.value.s, write.base + write.value.e));
}
