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

  test('conditionals inside an initialiser are blanked, the second branch too', () => {
    const text = 'struct ops o = {\n.a = f,\n#ifdef X\n.b = g,\n#else\n.b = h,\n#endif\n};';
    expect(maskKernelC(text)).toBe(
      'struct ops o = {\n.a = f,\n        \n.b = g,\n     \n       \n      \n};',
    );
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
