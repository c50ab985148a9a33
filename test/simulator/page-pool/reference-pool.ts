/**
 * A second page pool for comparison, written for plainness and from the description of the kernel's behaviour alone: it
 * shares no code with the simulator, keeps every buffer as an object, and knows where each of them is.
 */

export type Kernel = '6.12' | '6.18' | '7.1' | '7.2' | '7.3';

interface Buffer {
  readonly id: number;
  readonly chunk: boolean;
  node: number;
  /** References to the page itself; a chunk has none to count. */
  pageRefs: number;
  /** Users of the buffer as the pool counts them. */
  users: number;
  mapped: boolean;
  readonly reserve: boolean;
  /** Counted by the pool as held. */
  owned: boolean;
  /** What the user of the trace holds, and his extra page references. */
  held: number;
  extra: number;
}

/** Slots are free again only in batches: `freed` lags behind `taken`. */
interface Ring {
  readonly size: number;
  readonly items: Buffer[];
  put: number;
  taken: number;
  freed: number;
}

interface Pool {
  readonly p: Record<string, number>;
  readonly chunks: Buffer[] | null;
  readonly cache: Buffer[];
  readonly ring: Ring;
  readonly recycle: Record<string, number>;
  readonly alloc: Record<string, number>;
  node: number;
  cpu: number;
  napi: boolean;
  sync: boolean;
  syncCpu: boolean;
  hold: number;
  release: number;
  state: 'live' | 'dying' | 'gone';
  users: number;
  xdp: boolean;
  frag: { page: Buffer | null; offset: number; users: number };
  mapped: Set<Buffer>;
  due: number | null;
  warnAt: number;
}

const PAGE = 4096;
const MANY = 1e12;
const CHUNK_IDS = 1_000_000_000;
const DEFAULTS = {
  ...{ order: 0, pool_size: 0, nid: -1, dev: 1, napi: 0, dma_dir: 2, max_len: 0, offset: 0, flags: 0 },
  ...{ netdev: 1, queue: 0, init_cb: 0, cpuid: -1 },
};
const RECYCLE = { cached: 0, cache_full: 0, ring: 0, ring_full: 0, released_refcnt: 0 };
const ALLOC = { fast: 0, slow: 0, slow_high_order: 0, empty: 0, refill: 0, waive: 0 };

function uint(text: string): number {
  const value = Number(text);
  return value < 0 ? value + 2 ** 32 : value;
}

export class ReferencePool {
  pool: Pool | null = null;
  readonly pages: Buffer[] = [];
  private chunks: Buffer[] = [];
  private readonly kernel: Kernel;
  private readonly system = { ...RECYCLE };
  private readonly dma = { map: 0, unmap: 0, sync_dev: 0, sync_dev_bytes: 0, sync_dev_addr: 0, sync_cpu: 0 };
  private readonly env: Record<string, number> = {
    ...{
      softirq: 0,
      cpu: 0,
      napi_owner: 0,
      memnode: 0,
      need_sync: 1,
      rodata: 1,
      page_budget: -1,
      pfmemalloc: 0,
    },
  };
  private readonly failing = { dma_fail: [0, 0], kmalloc_fail: [0, 0] };
  private clock = 0;
  private index = 0;
  private initCalls = 0;
  private disconnects = 0;
  private warnings = 0;
  private lines = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** Buffers that the user holds, or has an extra reference to. */
  reachable(): Buffer[] {
    return [...this.pages, ...this.chunks].filter((b) => b.held > 0 || b.extra > 0);
  }

  run(line: string): string {
    const [op = '', ...words] = line.split(' ');
    const [r, off = -1, size = -1] = this.perform(op, words);
    const pool = this.pool;
    const frag = pool?.frag.page ? pool.frag : null;
    return JSON.stringify({
      ...{ i: this.index++, op, r, off, size, st: pool?.state ?? 'none' },
      ...{
        cache: pool?.cache.length ?? 0,
        ring: pool?.ring.items.length ?? 0,
        ring_size: pool?.ring.size ?? 0,
      },
      ...{ hold: pool?.hold ?? 0, release: pool?.release ?? 0 },
      inflight: pool === null ? 0 : Math.max(0, pool.hold - pool.release),
      frag: { id: frag?.page?.id ?? 0, off: frag?.offset ?? 0, users: frag?.users ?? 0 },
      alloc_stats: pool?.alloc ?? ALLOC,
      recycle_stats: pool?.recycle ?? RECYCLE,
      dma: this.dma,
      ...{ init_cb: this.initCalls, disconnect: this.disconnects },
      pages: this.pages.filter((page) => page.pageRefs > 0).length,
      chunks: pool?.chunks?.filter((chunk) => !chunk.owned).length ?? -1,
      ...{ warn: this.warnings, pr: this.lines },
    });
  }

  private perform(op: string, words: string[]): number[] {
    if (op in this.failing) {
      const plan = this.failing[op as keyof typeof this.failing];
      plan.splice(0, 2, Number(words[0]), Number(words[1]));
      return [0];
    }
    if (op in this.env) {
      this.env[op] = words[0] === 'on' ? 1 : words[0] === 'off' ? 0 : Number(words[0]);
      return [0];
    }
    if (op === 'create') return [this.create(words)];
    if (op === 'tick') return [this.tick(Number(words[0] ?? 1000))];
    const pool = this.pool;
    if (pool?.state === 'live') {
      const live = this.performLive(pool, op, words);
      if (live !== null) return live;
    }
    if (op === 'bulk_put')
      return [pool === null || pool.state === 'gone' ? -1000 : this.bulkPut(pool, words.map(Number))];
    const id = Number(words[0]);
    const buffer = (id >= CHUNK_IDS ? this.chunks : this.pages).find((b) => b.id === id);
    if (buffer === undefined) return [-1000];
    return [this.performOn(buffer, op, words.slice(1))];
  }

  private performLive(pool: Pool, op: string, words: string[]): number[] | null {
    const number = Number(words[0]);
    const size = uint(words[0] ?? '0');
    const bytes = PAGE * 2 ** (pool.p['order'] ?? 0);
    switch (op) {
      case 'destroy':
        this.destroy(pool);
        return [0];
      case 'pool_nid':
        this.moveTo(pool, number);
        return [0];
      case 'nid_changed':
        if (pool.node !== number) this.moveTo(pool, number);
        return [0];
      case 'use_xdp_mem':
        pool.users++;
        pool.xdp = true;
        return [0];
      case 'disable_direct':
        this.disableDirect(pool);
        return [0];
      case 'alloc':
        return [this.give(this.take(pool))];
      case 'alloc_frag': {
        const [page, offset] = this.piece(pool, size);
        return page === null ? [0] : [this.give(page), offset];
      }
      case 'alloc_any': {
        if (pool.chunks !== null) return [-1000];
        if ((size * 2) % 2 ** 32 > bytes) {
          const page = this.take(pool);
          return page === null ? [0] : [this.give(page), 0, bytes];
        }
        const [page, offset] = this.piece(pool, size);
        if (page === null) return [0];
        const last = pool.frag.offset + size > bytes;
        if (last) pool.frag.offset = bytes;
        return [this.give(page), offset, last ? bytes - offset : size];
      }
      default:
        return null;
    }
  }

  private performOn(buffer: Buffer, op: string, words: string[]): number {
    const pool = this.pool;
    if (op === 'nid') {
      if (buffer.chunk || buffer.pageRefs === 0) return -1000;
      buffer.node = Number(words[0]);
      return 0;
    }
    if (op === 'page_get' || op === 'page_put') {
      if (buffer.chunk || buffer.extra + (op === 'page_get' ? buffer.held : 0) < 1) return -1000;
      const step = op === 'page_get' ? 1 : -1;
      buffer.extra += step;
      buffer.pageRefs += step;
      return 0;
    }
    if (pool === null || buffer.held < 1) return -1000;
    const count = Number(words[0] ?? 1);
    const alone = buffer.held === 1 && buffer.users === 1;
    switch (op) {
      case 'put':
      case 'put_full':
      case 'put_direct': {
        buffer.held--;
        const sync = op === 'put' ? uint(words[0] ?? '-1') : 2 ** 32 - 1;
        const direct = op === 'put_direct' || Number(words[op === 'put' ? 1 : 0] ?? 0) !== 0;
        if (this.leave(buffer, 1)) this.giveBack(pool, buffer, sync, direct);
        return 0;
      }
      case 'put_unrefed':
        if (!alone) return -1000;
        buffer.held--;
        this.giveBack(pool, buffer, uint(words[0] ?? '-1'), Number(words[1] ?? 0) !== 0);
        return 0;
      case 'ref':
        buffer.users += count;
        buffer.held += count;
        return 0;
      case 'unref': {
        if (count < 1 || buffer.held < count) return -1000;
        const last = this.leave(buffer, count);
        buffer.held -= count;
        if (last) buffer.held++;
        return last ? 0 : 1;
      }
      case 'fragment':
        if (!alone || count < 1) return -1000;
        buffer.users = count;
        buffer.held = count;
        return 0;
      case 'sync_cpu':
        if ((pool.p['flags'] ?? 0) % 2 === 0) return -1000;
        if (pool.syncCpu) this.dma.sync_cpu++;
        return 0;
      default:
        return -1000;
    }
  }

  // ---- creation and end

  private create(words: string[]): number {
    if (this.pool?.state === 'live' || this.pool?.state === 'dying') return -1000;
    this.pool = null;
    const p: Record<string, number> = { ...DEFAULTS };
    let chunks = -1;
    for (const word of words) {
      const [key = '', value = ''] = word.split('=');
      if (key !== 'provider') p[key] = Number(value);
      else if (value !== 'page') chunks = Number(value.split(':')[1]);
    }
    this.chunks = Array.from({ length: Math.max(0, chunks) }, (_, i) => this.newBuffer(CHUNK_IDS + i, true));
    const error = this.reasonToRefuse(p, chunks >= 0);
    if (error !== 0) return -error;
    const flags = p['flags'] ?? 0;
    const wanted = uint(String(p['pool_size']));
    this.pool = {
      p,
      chunks: chunks >= 0 && (flags & 8) !== 0 ? this.chunks : null,
      cache: [],
      ring: { size: wanted === 0 ? 1024 : Math.min(wanted, 16384), items: [], put: 0, taken: 0, freed: 0 },
      recycle: (flags & 4) !== 0 ? this.system : { ...RECYCLE },
      alloc: { ...ALLOC },
      node: p['nid'] ?? -1,
      cpu: p['cpuid'] ?? -1,
      napi: p['napi'] === 1,
      sync: (flags & 2) !== 0,
      syncCpu: true,
      ...{ hold: 0, release: 0, state: 'live', users: 1, xdp: false, due: null, warnAt: 0 },
      frag: { page: null, offset: 0, users: 0 },
      mapped: new Set(),
    };
    if (this.pool.chunks !== null) {
      this.pool.sync = false;
      this.pool.syncCpu = false;
    }
    return 0;
  }

  private reasonToRefuse(p: Record<string, number>, bound: boolean): number {
    if (this.fails('kmalloc_fail')) return 12;
    const error = this.wrongParameter(p, bound);
    if (error !== 0) this.lines++;
    return error;
  }

  private wrongParameter(p: Record<string, number>, bound: boolean): number {
    const flags = p['flags'] ?? 0;
    const [map, sync, system, unreadable] = [1, 2, 4, 8].map((bit) => (flags & bit) !== 0);
    if ((flags | 15) !== 15) return 22;
    if (map && p['dma_dir'] !== 0 && p['dma_dir'] !== 2) return 22;
    if (sync && (!map || p['max_len'] === 0)) return 22;
    if (!system && this.fails('kmalloc_fail')) return 12;
    if (this.fails('kmalloc_fail')) return 12;
    if (!unreadable || !bound) return this.kernel.startsWith('7') && (p['order'] ?? 0) > 10 ? 22 : 0;
    if (!map || !sync) return 95;
    if (this.env['rodata'] === 0) {
      this.warnings++;
      return 14;
    }
    if (p['order'] === 0) return 0;
    this.lines++;
    return 7;
  }

  private destroy(pool: Pool): void {
    pool.users--;
    if (pool.users > 0) return;
    this.disableDirect(pool);
    const { page } = pool.frag;
    pool.frag.page = null;
    if (page !== null && this.leave(page, MANY - pool.frag.users)) this.discard(pool, page);
    pool.state = 'dying';
    while (pool.cache.length > 0) this.discard(pool, this.pop(pool.cache));
    for (const mapped of [...pool.mapped]) this.unmap(pool, mapped);
    if ((pool.p['flags'] ?? 0) % 2 === 1) pool.sync = false;
    this.lookAgain(pool);
    if (this.pool?.state === 'gone') return;
    pool.due = this.clock + 1000;
    pool.warnAt = this.clock + 60_000;
  }

  private lookAgain(pool: Pool): void {
    while (pool.ring.items.length > 0) this.discard(pool, this.consume(pool.ring));
    if (pool.hold !== pool.release) return;
    pool.state = 'gone';
    if (pool.xdp) this.disconnects++;
  }

  private tick(ms: number): number {
    const end = this.clock + ms;
    let works = 0;
    const { pool } = this;
    while (pool !== null && pool.due !== null && pool.due <= end) {
      this.clock = pool.due;
      pool.due = null;
      works++;
      this.lookAgain(pool);
      if (pool.state === 'gone') break;
      if (this.clock >= pool.warnAt && pool.p['netdev'] === 0) {
        this.lines++;
        pool.warnAt = this.clock + 60_000;
      }
      pool.due = this.clock + 1000;
    }
    this.clock = end;
    return works;
  }

  private disableDirect(pool: Pool): void {
    pool.cpu = -1;
    if (pool.napi && this.env['napi_owner'] !== -1) this.warnings++;
    pool.napi = false;
  }

  private moveTo(pool: Pool, node: number): void {
    pool.node = node;
    while (pool.cache.length > 0) this.discard(pool, this.pop(pool.cache));
  }

  // ---- getting buffers

  private take(pool: Pool): Buffer | null {
    const cached = pool.cache.pop();
    if (cached !== undefined) {
      this.count(pool.alloc, 'fast');
      return cached;
    }
    if (pool.ring.items.length === 0) this.count(pool.alloc, 'empty');
    else if (this.refill(pool)) return this.pop(pool.cache);
    if (pool.chunks === null) return this.slow(pool);
    const chunk = pool.chunks.find((candidate) => !candidate.owned);
    if (chunk !== undefined) this.own(pool, chunk);
    return chunk ?? null;
  }

  private refill(pool: Pool): boolean {
    const wanted = pool.node === -1 ? this.env['memnode'] : pool.node;
    while (pool.ring.items.length > 0 && pool.cache.length < 64) {
      const buffer = this.consume(pool.ring);
      if (!buffer.chunk && buffer.node !== wanted) {
        this.discard(pool, buffer);
        this.count(pool.alloc, 'waive');
        break;
      }
      pool.cache.push(buffer);
    }
    if (pool.cache.length === 0) return false;
    this.count(pool.alloc, 'refill');
    return true;
  }

  private slow(pool: Pool): Buffer | null {
    const order = pool.p['order'] ?? 0;
    const high = order > 0;
    if (order > 10) return null;
    const fresh: Buffer[] = [];
    while (fresh.length < (high ? 1 : 64) && this.env['page_budget'] !== 0) fresh.push(this.newPage(pool));
    const good = fresh.filter((page) => this.mapped(pool, page));
    for (const page of fresh) if (!good.includes(page)) page.pageRefs--;
    for (const page of good) this.own(pool, page);
    pool.cache.push(...good);
    if (good.length > 0) this.count(pool.alloc, high ? 'slow_high_order' : 'slow');
    return pool.cache.pop() ?? null;
  }

  private piece(pool: Pool, asked: number): [Buffer | null, number] {
    const bytes = PAGE * 2 ** (pool.p['order'] ?? 0);
    const { frag } = pool;
    if (asked > bytes) {
      this.warnings++;
      return [null, 0];
    }
    const size = this.kernel === '6.12' || this.kernel === '7.3' ? Math.ceil(asked / 8) * 8 : asked;
    if (frag.page !== null && frag.offset + size > bytes) {
      const used = frag.page;
      const last = this.leave(used, MANY - frag.users);
      const again = last && this.isReusable(used);
      if (last && !again) this.discard(pool, used);
      frag.page = null;
      if (again) {
        this.syncDevice(pool, used, 2 ** 32 - 1);
        if (this.kernel !== '6.12') this.count(pool.recycle, 'cached');
        this.count(pool.alloc, 'fast');
        frag.page = used;
        frag.offset = 0;
        frag.users = 0;
        used.users = MANY;
      }
    } else if (frag.page !== null && this.kernel === '6.12') this.count(pool.alloc, 'fast');
    if (frag.page === null) {
      frag.page = this.take(pool);
      if (frag.page === null) return [null, 0];
      frag.offset = 0;
      frag.users = 0;
      frag.page.users = MANY;
    }
    const offset = frag.offset;
    frag.offset += size;
    frag.users++;
    return [frag.page, offset];
  }

  // ---- giving buffers back

  private bulkPut(pool: Pool, ids: number[]): number {
    const all = [...this.pages, ...this.chunks];
    const named = ids.map((id) => all.find((b) => b.id === id));
    const buffers = named.filter((b) => b !== undefined);
    if (buffers.length < ids.length || (this.kernel !== '6.12' && ids.length > 16)) return -1000;
    if (this.kernel === '6.12' && buffers.some((b) => b.chunk)) return -1000;
    if (buffers.some((b) => b.held < buffers.filter((other) => other === b).length)) return -1000;
    const direct = this.isConsumer(pool);
    const wait: Buffer[] = [];
    for (const buffer of buffers) {
      buffer.held--;
      if (this.leave(buffer, 1) && !this.settle(pool, buffer, 2 ** 32 - 1, direct)) wait.push(buffer);
    }
    let full = false;
    for (const buffer of wait) {
      if (!full && this.produce(pool.ring, buffer)) this.count(pool.recycle, 'ring');
      else {
        if (!full) this.count(pool.recycle, 'ring_full');
        full = true;
        this.discard(pool, buffer);
      }
    }
    return 0;
  }

  private giveBack(pool: Pool, buffer: Buffer, sync: number, direct: boolean): void {
    if (this.settle(pool, buffer, sync, direct || this.isConsumer(pool))) return;
    if (this.produce(pool.ring, buffer)) this.count(pool.recycle, 'ring');
    else {
      this.count(pool.recycle, 'ring_full');
      this.discard(pool, buffer);
    }
  }

  /** True unless the buffer is left for the ring. */
  private settle(pool: Pool, buffer: Buffer, sync: number, direct: boolean): boolean {
    if (!this.isReusable(buffer)) {
      this.count(pool.recycle, 'released_refcnt');
      this.discard(pool, buffer);
      return true;
    }
    this.syncDevice(pool, buffer, sync);
    if (direct && pool.cache.length === 128) this.count(pool.recycle, 'cache_full');
    else if (direct) {
      this.count(pool.recycle, 'cached');
      pool.cache.push(buffer);
      return true;
    }
    return false;
  }

  private isConsumer(pool: Pool): boolean {
    const { softirq, cpu, napi_owner: owner } = this.env;
    return softirq === 1 && (pool.cpu === cpu || (pool.napi && owner === cpu));
  }

  private isReusable(buffer: Buffer): boolean {
    return buffer.chunk || (buffer.pageRefs === 1 && !buffer.reserve);
  }

  /** True if nobody uses the buffer any more. */
  private leave(buffer: Buffer, users: number): boolean {
    buffer.users -= users;
    if (buffer.users < 0) this.warnings++;
    if (buffer.users !== 0) return false;
    buffer.users = 1;
    return true;
  }

  private discard(pool: Pool, buffer: Buffer): void {
    this.unmap(pool, buffer);
    pool.release++;
    buffer.owned = false;
    if (!buffer.chunk) buffer.pageRefs--;
  }

  // ---- pages, ring, DMA

  private newBuffer(id: number, chunk: boolean): Buffer {
    const reserve = !chunk && (this.env['pfmemalloc'] ?? 0) > 0;
    const rest = { pageRefs: chunk ? 0 : 1, users: 0, mapped: false, owned: false, held: 0, extra: 0 };
    return { id, chunk, node: 0, reserve, ...rest };
  }

  private newPage(pool: Pool): Buffer {
    const page = this.newBuffer(this.pages.length + 1, false);
    page.node = pool.node === -1 ? (this.env['memnode'] ?? 0) : pool.node;
    if (page.reserve) this.env['pfmemalloc'] = (this.env['pfmemalloc'] ?? 0) - 1;
    const budget = this.env['page_budget'] ?? -1;
    if (budget > 0) this.env['page_budget'] = budget - 1;
    this.pages.push(page);
    return page;
  }

  private own(pool: Pool, buffer: Buffer): void {
    buffer.users = 1;
    buffer.owned = true;
    pool.hold++;
    if (pool.p['init_cb'] === 1) this.initCalls++;
  }

  private give(buffer: Buffer | null): number {
    if (buffer === null) return 0;
    buffer.held++;
    return buffer.id;
  }

  private mapped(pool: Pool, page: Buffer): boolean {
    if ((pool.p['flags'] ?? 0) % 2 === 0) return true;
    if (this.fails('dma_fail')) return false;
    this.dma.map++;
    page.mapped = true;
    pool.mapped.add(page);
    this.syncDevice(pool, page, pool.p['max_len'] ?? 0);
    return true;
  }

  private unmap(pool: Pool, buffer: Buffer): void {
    if (!pool.mapped.delete(buffer)) return;
    buffer.mapped = false;
    this.dma.unmap++;
  }

  private syncDevice(pool: Pool, buffer: Buffer, bytes: number): void {
    if (!pool.sync || this.env['need_sync'] === 0) return;
    this.dma.sync_dev++;
    this.dma.sync_dev_bytes += Math.min(bytes, pool.p['max_len'] ?? 0);
    this.dma.sync_dev_addr = buffer.id * 2 ** 24 + (pool.p['offset'] ?? 0);
  }

  private produce(ring: Ring, buffer: Buffer): boolean {
    if (ring.put - ring.freed === ring.size) return false;
    ring.put++;
    ring.items.push(buffer);
    return true;
  }

  private consume(ring: Ring): Buffer {
    const batch = ring.size >= 32 ? 16 : 1;
    ring.taken++;
    if (ring.taken - ring.freed >= batch || ring.taken % ring.size === 0) ring.freed = ring.taken;
    const [buffer] = ring.items.splice(0, 1);
    if (buffer === undefined) throw new Error('consumed from an empty ring');
    return buffer;
  }

  private pop(from: Buffer[]): Buffer {
    const buffer = from.pop();
    if (buffer === undefined) throw new Error('nothing there to take');
    return buffer;
  }

  private count(counters: Record<string, number>, name: string): void {
    counters[name] = (counters[name] ?? 0) + 1;
  }

  private fails(plan: 'dma_fail' | 'kmalloc_fail'): boolean {
    const counts = this.failing[plan];
    for (const i of [0, 1]) {
      if ((counts[i] ?? 0) <= 0) continue;
      counts[i] = (counts[i] ?? 0) - 1;
      return i === 1;
    }
    return false;
  }
}
