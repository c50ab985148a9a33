import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutPieces } from '../../../extension/analyzer/syntax/pieces.ts';

const kinds = (text: string): string[] =>
  cutPieces(text).list.map(
    ({ kind, start, end }) => `${kind} ${text.slice(start, end).split('\n')[0] ?? ''}`,
  );

describe('pieces', () => {
  test('functions, declarations, macros and includes are told apart', () => {
    const text = `/* head */
#include <linux/skbuff.h>
#define DRV_SIZE 2048 /* runs
 * over lines */
struct drv_ring {
	struct page *page;
};
static const struct drv_ops ops = {
	.open = drv_open,
};
int drv_open(struct drv_ring *r);
enum drv_state { DRV_UP, DRV_DOWN };

static int drv_close(struct drv_ring *r)
	__must_hold(&r->lock)
{
	return 0;
}
EXPORT_SYMBOL(drv_close);
`;
    expect(kinds(text)).toEqual([
      'include #include <linux/skbuff.h>',
      'define #define DRV_SIZE 2048 /* runs',
      'declaration struct drv_ring {',
      'declaration static const struct drv_ops ops = {',
      'declaration int drv_open(struct drv_ring *r);',
      'declaration enum drv_state { DRV_UP, DRV_DOWN };',
      'function static int drv_close(struct drv_ring *r)',
      'declaration EXPORT_SYMBOL(drv_close);',
    ]);
  });

  test('two heads for one body are one function', () => {
    const text =
      'void f(void)\n{\n#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t\tg();\n\t}\n}\nint x;\n';
    expect(kinds(text)).toEqual(['function void f(void)', 'declaration int x;']);
  });

  test('an open brace costs the function it is in, not the file', () => {
    const text = 'void f(void)\n{\n\tif (a) {\n}\n\nvoid g(void)\n{\n}\n';
    expect(kinds(text)).toEqual(['function void f(void)', 'function void g(void)']);
  });

  test('pieces are in order, apart from each other and within the text', () => {
    const parts = fc.constantFrom(
      ...[
        'int f(void)',
        '{',
        '}',
        ';',
        '(',
        ')',
        '=',
        '"',
        "'",
        '/*',
        '*/',
        '\n',
        '#if A\n',
        '#else\n',
        '#endif\n',
      ],
      ...['#define X \\\n', 'struct s ', 'enum e ', 'typedef ', ',', '[', ']', '\r\n', '\uFEFF', '\\'],
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), (words) => {
        const text = words.join('');
        let at = 0;
        for (const { start, body, end } of cutPieces(text).list) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(body).toBeGreaterThanOrEqual(start);
          expect(end).toBeGreaterThanOrEqual(body);
          at = end;
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});
