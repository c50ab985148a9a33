/** What the rules about buffers say: first what to do, in a line of a terminal. The rest is related information. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyse } from '../analyse.ts';

const FOLDER = join(import.meta.dirname, '../../../extension/example');
const FILES = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
);
const RULES = [
  'rx1-page-pool',
  'rx3-page-api',
  'rx3-page-holder',
  'rx5-cpu-access',
  'rx6-dma-sync',
  'rx7-recycling',
];
const ACTION = /^(?:use|track|take|give|keep|call|check|skip|drop|delete|do) /;

test('what to do comes first, in at most 80 characters', async () => {
  const { findings } = await analyse(FILES);
  const about = findings.filter(({ rule }) => RULES.includes(rule));
  expect(new Set(about.map(({ rule }) => rule)).size).toBeGreaterThan(4);
  for (const { message } of about) {
    expect(message).toMatch(ACTION);
    expect(message.length, message).toBeLessThanOrEqual(80);
  }
});

test('a role that needs a reason has it in the related information', async () => {
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
