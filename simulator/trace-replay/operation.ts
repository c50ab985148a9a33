/** The grammar of a page pool trace: `name argument…`, numbers decimal or hexadecimal. */
import type { AllocatorLimits } from '../memory/page-memory.ts';
import type { ExecutionContext, Napi } from '../page-pool/context.ts';
import { DEFAULT_PARAMS, type PagePoolParams } from '../page-pool/params.ts';

const ALL_ONES = 0xffff_ffff;
const MAX_CHUNKS = 4096;

export type Operation =
  | {
      readonly op: 'create';
      readonly params: PagePoolParams;
      readonly napi: boolean;
      readonly chunks: number | null;
    }
  | { readonly op: 'destroy' | 'use_xdp_mem' | 'disable_direct' | 'alloc' }
  | { readonly op: 'tick'; readonly ms: number }
  | { readonly op: 'pool_nid' | 'nid_changed'; readonly nid: number }
  | { readonly op: 'alloc_frag' | 'alloc_any'; readonly size: number }
  | {
      readonly op: 'put' | 'put_full' | 'put_direct' | 'put_unrefed';
      readonly id: number;
      readonly sync: number;
      readonly direct: boolean;
    }
  | { readonly op: 'bulk_put'; readonly ids: readonly number[] }
  | { readonly op: 'ref' | 'unref' | 'fragment'; readonly id: number; readonly count: number }
  | { readonly op: 'page_get' | 'page_put' | 'sync_cpu'; readonly id: number }
  | { readonly op: 'nid'; readonly id: number; readonly nid: number }
  | {
      readonly op: EnvironmentName;
      readonly apply: (surroundings: Surroundings) => void;
    };

/** What the operations on the environment change. */
export interface Surroundings {
  readonly context: ExecutionContext;
  readonly limits: AllocatorLimits;
  readonly napi: Napi;
}

export type EnvironmentName =
  | 'softirq'
  | 'cpu'
  | 'napi_owner'
  | 'memnode'
  | 'need_sync'
  | 'rodata'
  | 'page_budget'
  | 'pfmemalloc'
  | 'dma_fail'
  | 'kmalloc_fail';

export type Parsed =
  { readonly ok: true; readonly operation: Operation } | { readonly ok: false; readonly message: string };

/** Parses one line that is neither empty nor a comment. */
export function parseOperation(line: string): Parsed {
  const [name = '', ...words] = line.split(/\s+/);
  try {
    return { ok: true, operation: build(name, new Words(name, words)) };
  } catch (error) {
    if (error instanceof BadWord) return { ok: false, message: error.message };
    throw error;
  }
}

class BadWord extends Error {}

/** The words after the name, taken one by one. */
class Words {
  private readonly name: string;
  private readonly words: readonly string[];
  private next = 0;

  constructor(name: string, words: readonly string[]) {
    this.name = name;
    this.words = words;
  }

  rest(): string[] {
    const rest = this.words.slice(this.next);
    this.next = this.words.length;
    return rest;
  }

  word(): string | null {
    return this.next < this.words.length ? this.words[this.next++] : null;
  }

  number(): number {
    const word = this.word();
    if (word === null) throw new BadWord(`${this.name}: a number is missing`);
    return toNumber(this.name, word);
  }

  optional(fallback: number): number {
    const word = this.word();
    return word === null ? fallback : toNumber(this.name, word);
  }

  done<T>(value: T): T {
    if (this.next < this.words.length)
      throw new BadWord(`${this.name}: '${this.words[this.next]}' is one word too many`);
    return value;
  }
}

function toNumber(name: string, word: string): number {
  if (!/^(?:-?\d+|0[xX][0-9a-fA-F]+)$/.test(word)) throw new BadWord(`${name}: '${word}' is no number`);
  return Number(word);
}

/** An unsigned int of the kernel: -1 is all ones. */
function u32(value: number): number {
  return value >>> 0;
}

/** An int of the kernel: all ones is -1. */
function s32(value: number): number {
  return value | 0;
}

function build(name: string, words: Words): Operation {
  switch (name) {
    case 'create':
      return create(words.rest());
    case 'destroy':
    case 'use_xdp_mem':
    case 'disable_direct':
    case 'alloc':
      return words.done({ op: name });
    case 'tick':
      return words.done({ op: name, ms: u32(words.optional(1000)) });
    case 'pool_nid':
    case 'nid_changed':
      return words.done({ op: name, nid: s32(words.number()) });
    case 'alloc_frag':
    case 'alloc_any':
      return words.done({ op: name, size: u32(words.number()) });
    case 'put':
    case 'put_unrefed':
      return words.done({
        op: name,
        id: words.number(),
        sync: u32(words.optional(-1)),
        direct: words.optional(0) !== 0,
      });
    case 'put_full':
      return words.done({ op: name, id: words.number(), sync: ALL_ONES, direct: words.optional(0) !== 0 });
    case 'put_direct':
      return words.done({ op: name, id: words.number(), sync: ALL_ONES, direct: true });
    case 'bulk_put':
      return { op: name, ids: words.rest().map((word) => toNumber(name, word)) };
    case 'ref':
    case 'unref':
      return words.done({ op: name, id: words.number(), count: words.optional(1) });
    case 'fragment':
      return words.done({ op: name, id: words.number(), count: words.number() });
    case 'page_get':
    case 'page_put':
      return words.done({ op: name, id: words.number() });
    case 'sync_cpu': {
      const id = words.number();
      words.number();
      words.number();
      return words.done({ op: name, id });
    }
    case 'nid':
      return words.done({ op: name, id: words.number(), nid: s32(words.number()) });
    default:
      return words.done(environment(name, words));
  }
}

function environment(name: string, words: Words): Operation {
  switch (name) {
    case 'softirq':
    case 'need_sync':
    case 'rodata': {
      const on = onOff(name, words.word());
      return {
        op: name,
        apply: ({ context }) => {
          if (name === 'softirq') context.softirq = on;
          else if (name === 'need_sync') context.needSync = on;
          else context.opsInRodata = on;
        },
      };
    }
    case 'cpu':
    case 'napi_owner':
    case 'memnode': {
      const value = s32(words.number());
      return {
        op: name,
        apply: ({ context, napi }) => {
          if (name === 'cpu') context.cpu = value;
          else if (name === 'napi_owner') napi.owner = value;
          else context.memoryNode = value;
        },
      };
    }
    case 'page_budget':
    case 'pfmemalloc': {
      const value = s32(words.number());
      return {
        op: name,
        apply: ({ limits }) => {
          if (name === 'page_budget') limits.budget = value;
          else limits.pfmemalloc = value;
        },
      };
    }
    case 'dma_fail':
    case 'kmalloc_fail': {
      const plan = { skip: s32(words.number()), count: s32(words.number()) };
      return {
        op: name,
        apply: ({ context }) => {
          Object.assign(name === 'dma_fail' ? context.dmaFailure : context.kmallocFailure, plan);
        },
      };
    }
    default:
      throw new BadWord(`unknown operation '${name}'`);
  }
}

function onOff(name: string, word: string | null): boolean {
  if (word === 'on' || word === 'off') return word === 'on';
  throw new BadWord(`${name}: on or off expected, not '${word ?? ''}'`);
}

function create(words: readonly string[]): Operation {
  let params: PagePoolParams = DEFAULT_PARAMS;
  let napi = false;
  let chunks: number | null = null;
  for (const word of words) {
    const [key, value] = split(word);
    if (key === 'provider') chunks = provider(value);
    else if (key === 'napi') napi = toNumber('create', value) !== 0;
    else params = { ...params, ...parameter(key, toNumber('create', value)) };
  }
  return { op: 'create', params, napi, chunks };
}

function split(word: string): [string, string] {
  const at = word.indexOf('=');
  if (at < 1) throw new BadWord(`create: name=value expected, not '${word}'`);
  return [word.slice(0, at), word.slice(at + 1)];
}

function provider(value: string): number | null {
  if (value === 'page') return null;
  const match = /^devmem:(.+)$/.exec(value);
  if (match === null) throw new BadWord(`create: provider is page or devmem:N, not '${value}'`);
  const chunks = toNumber('create', match[1]);
  if (chunks < 0 || chunks > MAX_CHUNKS)
    throw new BadWord(`create: 0 to ${MAX_CHUNKS} chunks, not ${chunks}`);
  return chunks;
}

function parameter(key: string, value: number): Partial<PagePoolParams> {
  switch (key) {
    case 'order':
      return { order: u32(value) };
    case 'pool_size':
      return { poolSize: u32(value) };
    case 'nid':
      return { nid: s32(value) };
    case 'dev':
      return {};
    case 'dma_dir':
      return { dmaDir: u32(value) };
    case 'max_len':
      return { maxLen: u32(value) };
    case 'offset':
      return { offset: u32(value) };
    case 'flags':
      return { flags: s32(value) };
    case 'netdev':
      return { netdev: value !== 0 };
    case 'queue':
      if (value < 0 || value > 7) throw new BadWord(`create: queue 0 to 7, not ${value}`);
      return { queueIdx: value };
    case 'init_cb':
      return { initCallback: value !== 0 };
    case 'cpuid':
      return { cpuid: s32(value) };
    default:
      throw new BadWord(`create: unknown parameter '${key}'`);
  }
}
