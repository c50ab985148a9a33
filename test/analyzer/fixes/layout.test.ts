import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnAfter } from '../../../extension/analyzer/fixes/columns.ts';
import { layStatement } from '../../../extension/analyzer/fixes/layout.ts';

function replace(text: string, what: string, by: string): string {
  const start = text.indexOf(what);
  return layStatement(text, [{ range: { start, end: start + what.length }, newText: by }]);
}

test('continuation lines move with their bracket, in tabs and spaces', () => {
  expect(replace('\tfoo(a,\n\t    b);', 'foo', 'longer_name')).toBe('\tlonger_name(a,\n\t\t    b);');
  expect(replace('\tlonger_name(a,\n\t\t    b);', 'longer_name', 'foo')).toBe('\tfoo(a,\n\t    b);');
});

test('lines that were not aligned stay where they are', () => {
  expect(replace('\tfoo(a,\n\t\t\tb);', 'foo', 'longer_name')).toBe('\tlonger_name(a,\n\t\t\tb);');
});

test('a line over eighty columns is broken at a comma of the outermost call', () => {
  const text = '\t\tpage = page_pool_dev_alloc_frag(rxr->page_pool, offset, rxr->size_of_it);';
  expect(replace(text, 'page_pool_dev_alloc_frag', 'page_pool_alloc_frag_netmem_long')).toBe(
    '\t\tpage = page_pool_alloc_frag_netmem_long(rxr->page_pool, offset,\n\t\t\t\t\t\t\trxr->size_of_it);',
  );
});

test('a line that was too long before is not touched for that', () => {
  const text = `\tfoo(${'a'.repeat(90)}, b);`;
  expect(replace(text, 'foo', 'fo')).toBe(`\tfo(${'a'.repeat(90)}, b);`);
});

test('laying out changes white space only', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z_]{1,24}$/), { minLength: 1, maxLength: 8 }),
      fc.stringMatching(/^[a-z_]{1,50}$/),
      (args, name) => {
        const text = `\tfoo(${args.join(', ')});`;
        const laid = replace(text, 'foo', name);
        expect(laid.replace(/\s+/g, '')).toBe(`${name}(${args.join(',')});`);
        const widest = Math.max(...laid.split('\n').map((l) => columnAfter(l)));
        expect(widest).toBeLessThanOrEqual(Math.max(80, columnAfter(text), 8 + name.length + 28));
      },
    ),
  );
});
