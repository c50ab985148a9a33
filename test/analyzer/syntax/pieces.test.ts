import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutPieces, recutPieces, wordHash } from '../../../extension/analyzer/syntax/pieces.ts';

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

  test('a function that returns an enum gives meaning to its own name only', () => {
    const [piece] = cutPieces(
      'static enum drv_state drv_state_of(struct drv *d)\n{\n\treturn d->state;\n}\n',
    ).list;
    expect(piece?.names).toEqual([wordHash('drv_state_of')]);
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

describe('pieces of an edited text', () => {
  const TEXT = `#include <linux/skbuff.h>
#define DRV_SIZE 2048
struct drv_ring {
	struct page *page;
};

/* takes a page */
static void drv_open(struct drv_ring *r)
{
	if (r)
		g(r);
}

int drv_count;
static void drv_close(struct drv_ring *r) { put_page(r->page); }
`;
  const shape = (pieces: ReturnType<typeof cutPieces>): unknown =>
    pieces.list.map(({ kind, start, end, body, names, words }) => [
      kind,
      start,
      end,
      body,
      names,
      [...words],
    ]);

  test('are those of a fresh cut, whatever the edits', () => {
    const inserted = fc.oneof(
      fc.constantFrom(
        '{',
        '}',
        ';',
        '/*',
        '*/',
        '"',
        '\n',
        '#define X 1\n',
        '#if 0\n',
        '#endif\n',
        '(',
        ')',
        '\\',
      ),
      fc.constantFrom(' x', 'int a;', 'static void f(void)\n{\n}\n', 'struct s { int b; };\n'),
    );
    const edit = fc.record({ at: fc.nat(), removed: fc.nat(12), inserted });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
        let text = TEXT;
        let pieces = cutPieces(text);
        for (const e of edits) {
          const at = e.at % (text.length + 1);
          const next = text.slice(0, at) + e.inserted + text.slice(at + e.removed);
          pieces = recutPieces(text, pieces, next);
          text = next;
          expect(shape(pieces)).toEqual(shape(cutPieces(text)));
        }
      }),
      { numRuns: 400 },
    );
  });

  test('a line of the preprocessor that no longer starts its line is none', () => {
    const next = `;${TEXT}`;
    expect(shape(recutPieces(TEXT, cutPieces(TEXT), next))).toEqual(shape(cutPieces(next)));
  });

  test('one that has only moved keeps its id, and so does one in an open block', () => {
    const before = cutPieces(TEXT);
    const ids = (pieces: ReturnType<typeof cutPieces>): number[] => pieces.list.map(({ id }) => id);
    const after = recutPieces(TEXT, before, TEXT.replace('g(r)', 'g(r, 1)'));
    expect(ids(after).filter((id) => !ids(before).includes(id))).toHaveLength(1);
    const open = recutPieces(TEXT, before, TEXT.replace('if (r)', 'if (r) {'));
    expect(ids(open).filter((id) => !ids(before).includes(id))).toHaveLength(1);
  });
});
