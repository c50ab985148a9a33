/** Guards along the paths of a function: what holds where a call stands. */
import { describe, expect, test } from 'vitest';
import { guardText, NEVER } from '../../../extension/analyzer/model/guards/guard.ts';
import { guardsOf } from '../../../extension/analyzer/model/guards/flows.ts';
import { analyse } from '../analyse.ts';

/** The guard of the call `here()` in a function with this body. */
async function guardHere(body: string): Promise<string> {
  const source = `struct heron { int a, b, c; struct heron *next; };
static void other(struct heron *h) { h->a = 0; }
void subject(struct heron *h, int n)
{
${body}
}
`;
  const { facts } = await analyse({ 'heron.c': source });
  const placed = facts?.symbols.functions.get('subject')?.[0];
  if (facts === undefined || placed === undefined) throw new Error('no function');
  const found = guardsOf(placed, facts.symbols).calls.find(
    ({ x }) => x.fn.k === 'id' && x.fn.name === 'here',
  );
  return found === undefined || found.guard === NEVER ? 'never' : guardText(found.guard);
}

describe('a call is guarded by', () => {
  test.each([
    ['the branch it is in', 'if (h->a) here();', 'h.a'],
    ['the other branch', 'if (h->a) n = 1; else here();', '!(h.a)'],
    ['an early return', 'if (h->a)\n\treturn;\nhere();', '!(h.a)'],
    ['a goto past it', 'if (h->a)\n\tgoto out;\nhere();\nout:\nn = 1;', '!(h.a)'],
    ['the ways to its label', 'if (h->a)\n\tgoto out;\nreturn;\nout:\nhere();', 'h.a'],
    ['a continue', 'while (n--) {\n\tif (h->a)\n\t\tcontinue;\n\there();\n}', '--n && !(h.a)'],
    ['its case', 'switch (h->a) {\ncase ONE:\n\there();\n\tbreak;\ndefault:\n\tn = 1;\n}', 'h.a == ONE'],
    [
      'a case that falls through',
      'switch (h->a) {\ncase ONE:\n\tn = 1;\ncase TWO:\n\there();\n}',
      '(h.a == ONE) || (h.a == TWO)',
    ],
    ['no case of a switch', 'switch (h->a) {\ncase ONE:\n\tbreak;\ndefault:\n\there();\n}', '!(h.a == ONE)'],
    ['a short circuit', 'n = h->a && !h->b && here();', 'h.a && !(h.b)'],
    ['a choice', 'n = h->a ? 1 : here();', '!(h.a)'],
    ['what a local stands for', 'int on = h->a;\nif (on) here();', 'h.a'],
    ['nothing after branches meet', 'if (h->a) n = 1; else n = 2;\nhere();', ''],
    ['one of two exits', 'if (h->a && h->b)\n\treturn;\nhere();', '(!(h.a)) || (!(h.b))'],
  ])('%s', async (_, body, wanted) => {
    expect(await guardHere(body)).toBe(wanted);
  });

  test('nothing that was so before memory changed', async () => {
    expect(await guardHere('if (!h->a)\n\th->a = n;\nif (h->a) here();')).not.toBe('never');
    expect(await guardHere('if (h->a)\n\treturn;\nother(h);\nif (h->a) here();')).not.toBe('never');
    expect(await guardHere('if (h->a)\n\treturn;\nif (h->a) here();')).toBe('never');
  });

  test('what a loop changes only once round', async () => {
    expect(await guardHere('int on = 0;\nfor (;;) {\n\tif (on) here();\n\ton = 1;\n}')).not.toBe('never');
    expect(await guardHere('int on = 0;\nagain:\nif (on) here();\non = 1;\ngoto again;')).not.toBe('never');
  });
});
