/** A trace that anybody wrote: each line is answered or refused, whatever its numbers, and the replay comes to its end. */
import { expect, test } from 'vitest';
import { KERNEL_RELEASES } from '../../../simulator/core/kernel-release.ts';
import { Random } from '../../../simulator/core/random.ts';
import { replayTrace } from '../../../simulator/trace-replay/replay.ts';

const NUMBERS = [
  ...['0', '1', '2', '16', '63', '64', '65', '4095', '4096', '65536', '-1', '-2147483648', '2147483647'],
  ...[
    '4294967295',
    '4294967296',
    '9007199254740993',
    '99999999999999999999999',
    '0xffffffff',
    '0xffffffffffffffff',
  ],
];
const NAMES = [
  ...[
    'alloc',
    'alloc_frag',
    'alloc_any',
    'put',
    'put_full',
    'put_direct',
    'put_unrefed',
    'bulk_put',
    'ref',
    'unref',
  ],
  ...[
    'fragment',
    'page_get',
    'page_put',
    'sync_cpu',
    'nid',
    'pool_nid',
    'nid_changed',
    'tick',
    'cpu',
    'napi_owner',
  ],
  ...[
    'memnode',
    'page_budget',
    'pfmemalloc',
    'dma_fail',
    'kmalloc_fail',
    'destroy',
    'use_xdp_mem',
    'disable_direct',
  ],
];
const KEYS = [
  ...[
    'order',
    'pool_size',
    'flags',
    'max_len',
    'offset',
    'dma_dir',
    'napi',
    'init_cb',
    'nid',
    'chunks',
    'provider',
  ],
  ...['__proto__', 'constructor', 'toString'],
];

function pick(random: Random, list: readonly string[]): string {
  return list[random.below(list.length)] ?? '';
}

function line(random: Random): string {
  if (random.percent(10)) {
    const settings = KEYS.filter(() => random.percent(25)).map((key) => `${key}=${pick(random, NUMBERS)}`);
    return ['create', ...settings].join(' ');
  }
  const words = Array.from({ length: random.below(4) }, () => pick(random, NUMBERS));
  return [pick(random, NAMES), ...words].join(' ');
}

test.each(KERNEL_RELEASES)(
  'as %s',
  (release) => {
    const random = new Random(7);
    let answers = 0;
    for (let run = 0; run < 60; run++) {
      // A line that is refused ends a replay, so that good ones are kept and tried with one more.
      const good = [
        'create order=0 pool_size=16 flags=3 max_len=4096 offset=0 dma_dir=0 napi=0 init_cb=0',
        'alloc',
        'alloc',
      ];
      for (let tried = 0; tried < 25; tried++) {
        const next = line(random);
        if (replayTrace(release, [...good, next].join('\n'), () => (answers += 1)) === null) good.push(next);
      }
    }
    expect(answers).toBeGreaterThan(4000);
    expect(Object.keys(Object.prototype)).toEqual([]);
  },
  120_000,
);

test.each([
  ['a line of a megabyte', `put ${'1 '.repeat(500_000)}`],
  ['a name of a megabyte', 'x'.repeat(1_000_000)],
  ['a setting of the prototype', 'create __proto__=1'],
  ['a setting of every object', 'create constructor=1'],
])('%s is refused in one line', (_, text) => {
  const error = replayTrace('7.1', text, () => undefined);
  expect(error?.line).toBe(1);
  expect(error?.message).not.toContain('\n');
});
