/** Pools that serve XDP alone: while a program is attached no provider can be bound, so that no provider feeds them. */
import { NAME } from '../../kernel/table.ts';
import type { Guard } from './guard.ts';
import { Implications } from './implied.ts';
import type { Allocation } from './pool-handles.ts';
import { isForXdp } from './provider.ts';
import type { Reach } from './reach.ts';

/** How many callers up a condition is looked for. */
const LEVELS = 4;

export class XdpPools {
  private readonly reach: Reach;
  private readonly allocations: () => readonly Allocation[];
  private readonly implications: Implications;
  private found: boolean | null = null;

  /** @param allocations calls that take buffers from pools, where it matters what they are for */
  constructor(reach: Reach, allocations: () => readonly Allocation[]) {
    this.reach = reach;
    this.allocations = allocations;
    this.implications = new Implications(reach);
  }

  /** True if the driver runs programs at all. */
  get mayBe(): boolean {
    return this.reach.cx.words.having(NAME.bpf_prog_run_xdp).length > 0;
  }

  /** True if the driver takes buffers from pools only while XDP is there. */
  get areAll(): boolean {
    return (this.found ??= this.find());
  }

  private find(): boolean {
    const all = this.mayBe ? this.allocations() : [];
    return all.length > 0 && all.every((at) => this.isOnlyAt(at));
  }

  /** True if what happens at the place does so only while XDP is there, as it or all its callers say. */
  isOnlyAt({ fn, by, s, e }: Allocation, level = LEVELS): boolean {
    if (this.says(this.reach.flow(fn).at({ s, e }))) return true;
    const sites = level === 0 ? [] : this.reach.sitesOf(fn, by);
    return (
      sites.length > 0 &&
      sites.every(({ caller, call }) => this.isOnlyAt({ fn: caller, by, ...call.at }, level - 1))
    );
  }

  /** A record may be told to be XDP's by a tag, which is only given while XDP is there. */
  private says(guard: Guard): boolean {
    return (
      guard.length > 0 &&
      guard.every((c) => isForXdp([c]) || c.some((l) => isForXdp(this.implications.of(l))))
    );
  }
}
