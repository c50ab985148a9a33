/** Pools as the driver model tells them: effective parameters of each creation, with the place of each value. */
import type {
  BufferRole,
  PoolFlag,
  PoolModel,
  Sourced,
} from '../../../../simulator/contract/driver-model.ts';
import { isPoolFlag, NAME } from '../../kernel/table.ts';
import type { Expr } from '../../syntax/ast.ts';
import type { Location } from '../../text/range.ts';
import { identifiersIn, integerValue } from '../names/constants.ts';
import { guardsOf } from '../guards/flows.ts';
import { ALWAYS, both, type Guard, guardText, implies, NEVER } from '../guards/guard.ts';
import type { FieldWrite, Pool, PoolCreation } from '../alias/pool-params.ts';
import { sourceRange } from '../names/source-range.ts';
import type { DriverSymbols } from '../names/symbols.ts';

const FLAGS: readonly PoolFlag[] = [
  NAME.PP_FLAG_DMA_MAP,
  NAME.PP_FLAG_DMA_SYNC_DEV,
  NAME.PP_FLAG_SYSTEM_POOL,
  NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM,
];

function at(w: FieldWrite): PoolModel['createdAt'] {
  return sourceRange(w.file, { start: w.base + w.at.s, end: w.base + w.at.e });
}

function textOf(w: FieldWrite): string {
  return w.file.text.slice(w.base + w.value.s, w.base + w.value.e);
}

/** A write that may be the one in force at the call; `condition` says when, null for always. */
interface WriteInForce {
  readonly write: FieldWrite;
  readonly condition: string | null;
}

/**
 * The writes to a field that count at the call: none that excludes it, none that a later plain write on every way to the
 * call has replaced.
 */
function inForce(
  writes: readonly FieldWrite[],
  creation: PoolCreation,
  symbols: DriverSymbols,
): readonly WriteInForce[] {
  const own = (w: FieldWrite): Guard => guardsOf(w.fn, symbols).at(w.at);
  const created = guardsOf(creation.fn, symbols).at(creation.call);
  let out: WriteInForce[] = [];
  for (const write of writes) {
    const guard = own(write);
    const here = write.fn.item === creation.fn.item;
    if (here && both(guard, created) === NEVER) continue;
    const sure = here ? implies(created, guard) : guard === ALWAYS;
    if (sure && !write.adds) out = [];
    out.push({ write, condition: sure ? null : guardText(guard) });
  }
  return out;
}

class PoolReader {
  private readonly inForce = new Map<string, readonly WriteInForce[]>();
  private readonly creation: PoolCreation;
  private readonly symbols: DriverSymbols;

  constructor(creation: PoolCreation, symbols: DriverSymbols) {
    this.creation = creation;
    this.symbols = symbols;
  }

  private writes(field: string): readonly FieldWrite[] {
    let found = this.inForce.get(field);
    if (found === undefined) {
      found = inForce(this.creation.params.get(field) ?? [], this.creation, this.symbols);
      this.inForce.set(field, found);
    }
    return found.map((w) => w.write);
  }

  /** Under what a write counts, as far as its function is the one that creates the pool. */
  private condition(w: FieldWrite): string | null {
    const found = this.inForce.get('flags')?.find((f) => f.write === w);
    return found?.condition ?? null;
  }

  last(field: string): FieldWrite | null {
    return this.writes(field).at(-1) ?? null;
  }

  set(field: string): Sourced<'set' | 'unset'> {
    const w = this.last(field);
    if (w === null) return { value: 'unset', at: null };
    return {
      value: integerValue(w.value, this.symbols) === 0 && field !== 'queue_idx' ? 'unset' : 'set',
      at: at(w),
    };
  }

  number(field: string): Sourced<number | null> {
    const w = this.last(field);
    return w === null ? { value: 0, at: null } : { value: integerValue(w.value, this.symbols), at: at(w) };
  }

  maxLen(): PoolModel['maxLen'] {
    const w = this.last('max_len');
    return w === null
      ? { value: 'unset', at: null }
      : { value: integerValue(w.value, this.symbols) ?? 'set', at: at(w) };
  }

  direction(): PoolModel['dmaDir'] {
    const w = this.last('dma_dir');
    if (w === null) return { value: 'unset', at: null };
    const names = [...identifiersIn(textOf(w), this.symbols)].filter((n) => n.startsWith('DMA_'));
    const [only] = names;
    if (
      names.length === 1 &&
      (only === 'DMA_FROM_DEVICE' || only === 'DMA_BIDIRECTIONAL' || only === 'DMA_TO_DEVICE')
    )
      return { value: only, at: at(w) };
    return { value: 'unknown', at: at(w) };
  }

  flags(): Pick<PoolModel, 'flags' | 'conditionalFlags'> {
    const sure = new Set<PoolFlag>();
    const conditional: PoolModel['conditionalFlags'][number][] = [];
    for (const w of this.writes('flags')) {
      const names = identifiersIn(textOf(w), this.symbols);
      const choice = w.value.k === 'cond' || textOf(w).includes('?');
      for (const flag of FLAGS) {
        if (!names.has(flag)) continue;
        const condition = this.condition(w);
        if (condition === null && (!choice || this.inEachArm(w.value, flag))) sure.add(flag);
        else
          conditional.push({
            flag,
            condition: condition ?? textOf(w).split('?')[0]?.trim() ?? '',
            at: at(w),
          });
      }
    }
    // Where they are set, not where one more is added.
    const last = this.writes('flags').findLast((w) => !w.adds) ?? this.last('flags');
    return {
      flags: { value: FLAGS.filter((f) => sure.has(f)), at: last === null ? null : at(last) },
      conditionalFlags: conditional.filter((c) => !sure.has(c.flag)),
    };
  }

  /** True if the flag is set whatever the choices in the expression. */
  private inEachArm(x: Expr, flag: PoolFlag): boolean {
    switch (x.k) {
      case 'cond':
        return this.inEachArm(x.a ?? x.c, flag) && this.inEachArm(x.b, flag);
      case 'binary':
        return x.op === '|' && (this.inEachArm(x.l, flag) || this.inEachArm(x.r, flag));
      case 'cast':
        return this.inEachArm(x.x, flag);
      case 'id':
        return identifiersIn(x.name, this.symbols).has(flag);
      default:
        return false;
    }
  }

  /** The writes in force that set PP_FLAG_ALLOW_UNREADABLE_NETMEM. */
  allowing(): readonly FieldWrite[] {
    return this.writes('flags').filter((w) =>
      identifiersIn(textOf(w), this.symbols).has(NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM),
    );
  }

  /** True if the flags come from somewhere that cannot be read as flag names. */
  opaqueFlags(): boolean {
    return this.writes('flags').some(
      (w) =>
        integerValue(w.value, this.symbols) === null &&
        ![...identifiersIn(textOf(w), this.symbols)].some(isPoolFlag),
    );
  }
}

/** Reads one creation; `role` comes from the classes that use the pool. */
export function readPool(creation: PoolCreation, symbols: DriverSymbols, role: BufferRole): Pool {
  const r = new PoolReader(creation, symbols);
  const { file, base } = creation.fn;
  const location: Location = {
    file: file.path,
    range: { start: base + creation.call.s, end: base + creation.call.e },
  };
  const apiAt: Location = {
    file: file.path,
    range: { start: base + creation.apiAt.s, end: base + creation.apiAt.e },
  };
  const size = r.last('pool_size');
  const sizeValue = size === null ? 0 : integerValue(size.value, symbols);
  const flagsWrite = r.last('flags');
  return {
    creation,
    location,
    apiAt,
    flagsAt:
      flagsWrite === null
        ? null
        : {
            file: flagsWrite.file.path,
            range: { start: flagsWrite.base + flagsWrite.at.s, end: flagsWrite.base + flagsWrite.at.e },
          },
    partial: creation.partial || r.opaqueFlags(),
    allows: r.allowing(),
    model: {
      name: creation.name,
      role,
      createdAt: sourceRange(file, location.range),
      ...r.flags(),
      order: r.number('order'),
      poolSize: { value: sizeValue, at: size === null ? null : at(size) },
      poolSizeText: size === null || sizeValue !== null ? null : textOf(size),
      maxLen: r.maxLen(),
      offset: r.number('offset'),
      dmaDir: r.direction(),
      netdev: r.set('netdev'),
      queueIdx: r.set('queue_idx'),
      napi: r.set('napi'),
    },
  };
}
