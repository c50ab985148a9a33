/**
 * How much of kernel C the parser cannot read, as a tracked number: what stays an ERROR node is called "incomplete",
 * so the number may fall and never rise. Our own lines run everywhere; a real tree is looked at if `KERNEL_TREE` names one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filePath } from '../../../extension/analyzer/text/range.ts';
import { analyserForTests, NEWEST } from '../analyse.ts';

/** ERROR nodes in Debian's linux-source-6.12, in the .c files below drivers/net that name a page_pool function. */
const IN_TREE = 60;

async function errors(path: string, text: string): Promise<number> {
  const driver = (await analyserForTests()).openDriver([{ path: filePath(path), text }], NEWEST);
  const { length } = driver.analysis().incomplete;
  driver.dispose();
  return length;
}

describe('kernel C that a plain grammar cannot read', () => {
  test.each([
    ['a type as an argument', 'x = container_of(p, struct drv, work);'],
    ['a type of two words as an argument', 'x = min_t(unsigned int, a, b);'],
    ['a loop macro', 'list_for_each_entry(a, &b, list) { g(a); }'],
    ['a loop macro without braces', 'drv_for_each_ring(r, priv)\n\t\tg(r);'],
    ['annotations', 'void __iomem *regs = (void __iomem *)p;'],
    ['a guard', 'scoped_guard(mutex, &lock) { g(a); }'],
    ['cleanup', 'char *s __free(kfree) = NULL;'],
    ['two heads for one body', '\n#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t\tg(a);\n\t}'],
    ['a case range', 'switch (a) { case 1 ... 5: g(a); }'],
  ])('%s', async (_, statement) => {
    expect(await errors('a.c', `static int f(void *p)\n{\n\t${statement}\n\treturn 0;\n}\n`)).toBe(0);
  });

  test('what nobody can read is one place, and the next function is whole', async () => {
    const text = 'static int f(void)\n{\n\treturn ) ( @ ;\n}\n\nstatic int g(void)\n{\n\treturn 0;\n}\n';
    expect(await errors('a.c', text)).toBeGreaterThan(0);
    expect(await errors('a.c', text.slice(text.indexOf('static int g')))).toBe(0);
  });
});

const tree = process.env['KERNEL_TREE'] ?? '';

// Not registered without a tree, rather than skipped: nothing is missing then.
if (tree !== '') {
  test('a real tree: ERROR nodes in files that use a page_pool', async () => {
    const root = join(tree, 'drivers/net');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.c'),
    );
    let sum = 0;
    for (const name of files) {
      const text = readFileSync(join(root, name), 'utf8');
      if (/\bpage_pool_/.test(text)) sum += await errors(name, text);
    }
    expect(sum).toBeLessThanOrEqual(IN_TREE);
  }, 300_000);
}
