/** Macros that a configure step defines, answered by what the kernel at hand has. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KernelOffer } from '../../../../extension/analyzer/syntax/preprocessor/features.ts';
import { knownMacros } from '../../../../extension/analyzer/syntax/preprocessor/known-macros.ts';
import { Preprocessor } from '../../../../extension/analyzer/syntax/preprocessor/preprocessor.ts';

const HAS = ['build_skb', 'page_pool_alloc_pages', 'page_pool_put_page'];
const LACKS = ['skb_set_old_page'];

const offer: KernelOffer = {
  has: (name) => HAS.includes(name),
  lacks: (name) => LACKS.includes(name),
  arity: (name) => (name === 'kmap_once' ? 1 : null),
  isOfPool: (name) => name.startsWith('page_pool_'),
};

const build = { version: null, config: null, defines: new Map<string, string | null>() };

function left(text: string, header = ''): string {
  const sources = [
    { path: 'a.c', text },
    { path: 'h.h', text: header },
  ];
  const [found] = new Preprocessor(knownMacros(build), offer).run(sources);
  return (found?.text ?? '').replace(/\s+/g, ' ').trim();
}

describe('a macro that asks for a feature', () => {
  test.each([
    ['is named after what the kernel has', '#ifdef HAVE_BUILD_SKB\na\n#else\nb\n#endif\n', 'a'],
    ['has the prefix of a driver', '#ifndef DRV_HAVE_BUILD_SKB\na\n#else\nb\n#endif\n', 'b'],
    [
      'decides wherever it is asked',
      '#ifdef HAVE_SET\nskb_set_old_page(a);\n#endif\n#ifdef HAVE_SET\na\n#else\nb\n#endif\n',
      'b',
    ],
    [
      'is off where the kernel lacks what it calls',
      '#if defined(HAVE_X)\nskb_set_old_page(a, b);\n#else\nb\n#endif\n',
      'b',
    ],
    ['is on where the other arm calls it', '#ifdef HAVE_X\na\n#else\nskb_set_old_page(b);\n#endif\n', 'a'],
    [
      'is off where a call has other arguments',
      '#if defined(DRV_COMPAT) && defined(HAVE_OLD_KMAP)\nkmap_once(f(a, b), 2);\n#else\nkmap_once(f(a, b));\n#endif\n',
      'kmap_once(f(a, b));',
    ],
    [
      'is the way to the page pool',
      '#ifdef HAVE_FRAGS\np = page_pool_alloc_pages(x);\n#else\np = alloc_page(x);\n#endif\n',
      'p = page_pool_alloc_pages(x);',
    ],
    [
      'is what older kernels lack',
      '#ifndef HAVE_MARK\n__free_page(p);\n#else\npage_pool_put_page(x, p);\n#endif\n',
      'page_pool_put_page(x, p);',
    ],
  ])('%s', (_, text, kept) => {
    expect(left(text)).toBe(kept);
  });

  test.each([
    ['of which nothing tells', '#ifdef HAVE_X\na(b);\n#else\nc(d);\n#endif'],
    ['that speaks of two', '#if defined(HAVE_X) || defined(HAVE_Y)\nskb_set_old_page(a);\n#endif'],
    ['that is no question of the kernel', '#ifdef FAST_PATH\nskb_set_old_page(a);\n#endif'],
    [
      'whose arms say the same',
      '#ifdef HAVE_X\npage_pool_put_page(a);\n#else\npage_pool_put_page(b);\n#endif',
    ],
    ['of the opposite sense', '#ifdef NOT_HAVE_BUILD_SKB\na\n#endif'],
    ['that comments speak of', '#ifdef HAVE_X\n/* as skb_set_old_page() did */\na\n#endif'],
    ['that arms contradict', '#ifdef HAVE_X\nskb_set_old_page(a);\n#else\nskb_set_old_page(b);\n#endif'],
  ])('stays unknown: one %s', (_, text) => {
    expect(left(text)).toBe(text.replace(/\s+/g, ' '));
  });

  test('is not asked where the driver has the function, or the macro', () => {
    const text = '#ifdef HAVE_X\nskb_set_old_page(a);\n#else\nb\n#endif\n';
    expect(left(text, 'static inline void skb_set_old_page(int a)\n{\n}\n')).toContain('#ifdef HAVE_X');
    expect(left(`#include \"h.h\"\n${text}`, '#ifdef Y\n#define HAVE_X\n#endif\n')).toContain(
      '#ifdef HAVE_X',
    );
  });
});

test('after edits it is what a fresh look says', () => {
  const line = fc.constantFrom(
    ...['#ifdef HAVE_X', '#ifndef HAVE_X', '#else', '#endif', '#define HAVE_X', '#if HAVE_Y', 'a'],
    ...[
      'skb_set_old_page(a);',
      'page_pool_put_page(a);',
      'kmap_once(a, b);',
      '/*',
      '*/',
      '#ifdef HAVE_BUILD_SKB',
    ],
  );
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.map((l) => `${l}\n`).join(''));
  fc.assert(
    fc.property(text, fc.array(fc.tuple(fc.nat(), fc.nat(20), text), { maxLength: 4 }), (start, edits) => {
      const kept = new Preprocessor(knownMacros(build), offer);
      let now = start;
      kept.run([{ path: 'a.c', text: now }]);
      for (const [at, length, more] of edits) {
        const from = at % (now.length + 1);
        now = now.slice(0, from) + more + now.slice(from + length);
        const files = [{ path: 'a.c', text: now }];
        expect(kept.run(files)).toEqual(new Preprocessor(knownMacros(build), offer).run(files));
      }
    }),
    { seed: 18, numRuns: 500 },
  );
});
