/** Kernel macros and functions for any memory: copies, prefetches, alignment, byte order. */
import { does, passes, yields } from '../entry/effect.ts';
import { type Entry, fn } from '../entry/entry.ts';

const COPY = { effects: [does('copy-to'), does('copy-from', 1)], copies: { from: 1, to: 0 } };
const PREFETCH = [does('prefetch')];
// What goes into a descriptor is gone: the device reads it, and one descriptor layout serves all kinds of buffers.
const POST = [does('post')];

export const PLAIN_C = {
  memcpy: fn('void *', 'void *to, const void *from, size_t len', COPY),
  __builtin_memcpy: fn('void *', 'void *to, const void *from, size_t len', COPY),
  memmove: fn('void *', 'void *to, const void *from, size_t len', COPY),
  prefetch: fn('void', 'const void *x', { effects: PREFETCH }),
  prefetchw: fn('void', 'const void *x', { effects: PREFETCH }),
  net_prefetch: fn('void', 'void *p', { effects: PREFETCH }),
  net_prefetchw: fn('void', 'void *p', { effects: PREFETCH }),
  prefetch_range: fn('void', 'void *addr, size_t len', { effects: PREFETCH }),

  PTR_ALIGN: fn('', 'p, a', { effects: [passes(null)] }),
  PTR_ALIGN_DOWN: fn('', 'p, a', { effects: [yields(null)] }),
  ALIGN: fn('', 'x, a', { effects: [yields(null)] }),
  ALIGN_DOWN: fn('', 'x, a', { effects: [yields(null)] }),
  xchg: fn('', 'ptr, new', { effects: [passes(null)] }),

  cpu_to_le64: fn('__le64', 'u64 x', { effects: POST, bitsOf: 0 }),
  cpu_to_be64: fn('__be64', 'u64 x', { effects: POST, bitsOf: 0 }),
  __cpu_to_be64: fn('__be64', 'u64 x', { effects: POST, bitsOf: 0 }),
  cpu_to_le32: fn('__le32', 'u32 x', { effects: POST, bitsOf: 0 }),
  cpu_to_be32: fn('__be32', 'u32 x', { effects: POST, bitsOf: 0 }),
  upper_32_bits: fn('u32', 'n', { effects: POST, bitsOf: 0 }),
  lower_32_bits: fn('u32', 'n', { effects: POST, bitsOf: 0 }),
  le64_to_cpu: fn('u64', '__le64 x', { bitsOf: 0 }),
  be64_to_cpu: fn('u64', '__be64 x', { bitsOf: 0 }),
  le32_to_cpu: fn('u32', '__le32 x', { bitsOf: 0 }),
  be32_to_cpu: fn('u32', '__be32 x', { bitsOf: 0 }),
  FIELD_GET: fn('', 'mask, reg', { bitsOf: 1 }),
  FIELD_PREP: fn('', 'mask, val', { bitsOf: 1 }),
  put_unaligned_le64: fn('void', 'u64 val, void *p', { effects: POST }),
} satisfies Record<string, Entry>;
