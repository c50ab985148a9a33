/**
 * What findings say: first what to do, in a line of a terminal. The rest is related information. Fixtures of every rule
 * are held to the same (`expectMarks`).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RULES } from '../../../extension/analyzer/rules/all.ts';
import { fitting, LONGEST_MESSAGE } from '../../../extension/analyzer/rules/message.ts';
import { expectMessageStyle } from '../../support/message-style.ts';
import { analyse } from '../analyse.ts';

const FOLDER = join(import.meta.dirname, '../../../extension/example');
const FILES = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
);

test('what to do comes first, in at most 80 characters, in every rule', async () => {
  const { findings } = await analyse(FILES);
  expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(RULES.map(({ id }) => id)));
  for (const finding of findings) expectMessageStyle(finding);
});

test('names of any length leave what to do in place', async () => {
  const name = `drv_${'very_'.repeat(14)}long`;
  const { findings } = await analyse({
    'driver.c': `struct drv_buf { struct page *${name}; };
static void fill(struct page_pool *pool, struct drv_buf *b)
{
	b->${name} = page_pool_dev_alloc_pages(pool);
}
static void rx(struct sk_buff *skb, struct drv_buf *b)
{
	skb_add_rx_frag(skb, 0, b->${name}, 0, 64, PAGE_SIZE);
}
`,
  });
  expect(findings.map(({ message }) => message)).toContain(
    'track it as netmem_ref: it holds a payload buffer.',
  );
  for (const finding of findings) expectMessageStyle(finding);
});

test('the first form that fits is taken; where none does, the last is cut', () => {
  const long = 'x'.repeat(LONGEST_MESSAGE + 1);
  expect(fitting(`use ${long}.`, 'use it.')).toBe('use it.');
  expect(fitting(long)).toHaveLength(LONGEST_MESSAGE);
});

test('why stands in the related information, before what led there', async () => {
  const { findings } = await analyse({
    'driver.c': `struct drv_buf { struct page *page; };
static void fill(struct page_pool *pool, struct drv_buf *b)
{
	b->page = page_pool_dev_alloc_pages(pool);
}
static struct sk_buff *rx(struct drv_buf *b)
{
	return napi_build_skb(page_address(b->page), PAGE_SIZE);
}
`,
  });
  const holder = findings.find(({ rule }) => rule === 'rx3-page-holder');
  expect(holder?.message).toBe('track field page as netmem_ref: it holds a receive buffer.');
  expect(holder?.evidence[0]?.message).toContain('headers and payload lie in it together');
});
