import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskKernelC } from '../../../extension/analyzer/syntax/mask.ts';

describe('the mask', () => {
  test.each([
    ['void __iomem *regs;', 'void         *regs;'],
    [
      'int f(void) { list_for_each_entry(a, &b, c) { x(); } }',
      'int f(void) { while              (a, &b, c) { x(); } }',
    ],
    [
      '#define drv_for_each(i, n) for (i = 0; i < n; i++)',
      '#define drv_for_each(i, n) for (i = 0; i < n; i++)',
    ],
    ['x = container_of(p, struct drv, work);', 'x = container_of(p,        drv, work);'],
    ['x = min_t(unsigned int, a, b);', 'x = min_t(Tnsigned_int, a, b);'],
    ['p = (struct drv *)q;', 'p = (struct drv *)q;'],
    ['n = sizeof(struct drv);', 'n = sizeof(struct drv);'],
    ['struct s { DEFINE_DMA_UNMAP_ADDR(map); };', 'struct s { dma_addr_t            map ; };'],
    ['case 1 ... 5:', 'case 1 +   5:'],
    ['/* __iomem */ "__iomem"', '/* __iomem */ "__iomem"'],
  ])('%s', (before, after) => {
    expect(maskKernelC(before)).toBe(after);
  });

  test.each([
    ['a name that begins with a digit', 'f(q, 40BIT_BUG, 5701_BUG);', 'f(q, _0BIT_BUG, _701_BUG);'],
    [
      'numbers',
      'f(0x1fUL, 10, 1.5, 1e3, 017, 0b11, 3ULL, 1.f);',
      'f(0x1fUL, 10, 1.5, 1e3, 017, 0b11, 3ULL, 1.f);',
    ],
    ['a pointer type', '{ p = objs(struct page *, n); }', '{ p = objs(       page  , n); }'],
    ['a type of two words', '{ p = objs(unsigned int, n); }', '{ p = objs(Tnsigned_int, n); }'],
    ['a level and a name', '{ printk(KERN_INFO NAME ": x"); }', '{ printk(          NAME ": x"); }'],
    ['a level alone', '{ printk(KERN_INFO "x"); }', '{ printk(KERN_INFO "x"); }'],
    ['a prototype', 'int f(struct page *, unsigned int);', 'int f(struct page *, unsigned int);'],
    ['a cast', '{ p = (struct page *)q; }', '{ p = (struct page *)q; }'],
    ['an element in offsetof', '{ n = offsetof(struct a, b[1]); }', '{ n = 1                       ; }'],
    ['alignment of a value', '{ n = __alignof__(q->a); }', '{ n = sizeof     (q->a); }'],
    [
      'members in a group',
      'struct a { struct_group(g, int b; int c;); };',
      'struct a {                 int b; int c;   };',
    ],
    ['an entry without a comma', 'struct o x = { .a = 1, OPS(b) };', 'struct o x = { .a = 1,        };'],
  ])('%s', (_, before, after) => {
    expect(maskKernelC(before)).toBe(after);
  });

  test('length and line breaks never change', () => {
    const pieces = fc.constantFrom(
      'struct ',
      'foo',
      '(',
      ')',
      '{',
      '}',
      ',',
      ';',
      '\n',
      '#ifdef A\n',
      '#else\n',
      '#endif\n',
      '__iomem ',
      'for_each_x',
      '"',
      "'",
      '/*',
      '*/',
      '//',
      '\\',
      ' ',
      '=',
      'min_t',
      'typeof',
      '...',
      'DECLARE_BITMAP',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const masked = maskKernelC(text);
        expect(masked.length).toBe(text.length);
        expect([...masked.matchAll(/\n/g)].map((m) => m.index)).toEqual(
          [...text.matchAll(/\n/g)].map((m) => m.index),
        );
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});
