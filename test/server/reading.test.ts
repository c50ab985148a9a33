/** What helps reading a driver: hover, inlay hints, lenses. With the real analyser on a small driver. */
import type { Hover, InlayHint } from 'vscode-languageserver';
import { afterEach, expect, test } from 'vitest';
import { type FunctionLens, LENSES_REQUEST } from '../../extension/server/protocol.ts';
import { NEWEST, type Release } from '../../extension/analyzer/kernel/tree.ts';
import { analyserForTests } from '../analyzer/analyse.ts';
import { minikernel } from '../support/minikernel.ts';
import { MAIN, PULLING, type Session, start, stopAll } from './harness.ts';

afterEach(stopAll);

const DRIVER = `struct foo_buf {
	struct page *page;
};

static struct page_pool *foo_create(struct device *dev)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP, .dev = dev };

	return page_pool_create(&pp);
}

static void foo_fill(struct page_pool *pool, struct foo_buf *buf)
{
	buf->page = page_pool_dev_alloc_pages(pool);
}

static void foo_rx(struct sk_buff *skb, struct foo_buf *buf, u32 len)
{
	skb_add_rx_frag(skb, 0, buf->page, 0, len, PAGE_SIZE);
}

static netdev_tx_t foo_xmit(struct sk_buff *skb, struct net_device *dev)
{
	return NETDEV_TX_OK;
}

static const struct net_device_ops foo_ops = {
	.ndo_start_xmit = foo_xmit,
};

static int foo_unrelated(int x)
{
	return x;
}
`;

async function open(text: string, release: Release | null, settings: unknown = {}): Promise<Session> {
  const tree = release === null ? [] : [...minikernel(release)];
  const files = Object.fromEntries(tree.map(([name, header]) => [`file:///tree/${name}`, header]));
  const session = await start(PULLING, files, { analyzer: await analyserForTests(), settings });
  await session.open(MAIN, text);
  return session;
}

async function hover(session: Session, text: string, word: string): Promise<string> {
  const before = text.slice(0, text.indexOf(word)).split('\n');
  const answer = await session.client.sendRequest<Hover | null>('textDocument/hover', {
    textDocument: { uri: MAIN },
    position: { line: before.length - 1, character: (before.at(-1) ?? '').length + 1 },
  });
  const contents: unknown = answer?.contents;
  return typeof contents === 'object' && contents !== null ? String(Reflect.get(contents, 'value')) : '';
}

test('hover on a page helper maps the very call to what this tree has', async () => {
  const text = await hover(await open(DRIVER, '6.18'), DRIVER, 'page_pool_dev_alloc_pages');
  expect(text).toContain('page_pool_dev_alloc_netmems(pool)');
  expect(text).toContain('since 6.14');
  expect(text).toContain('this tree has it');
});

test('hover follows an older tree to the form that it has', async () => {
  const text = await hover(await open(DRIVER, '6.12'), DRIVER, 'page_pool_dev_alloc_pages');
  expect(text).not.toContain('page_pool_dev_alloc_netmems');
  expect(text).toContain('page_pool_alloc_netmems(pool, GFP_ATOMIC | __GFP_NOWARN)');
});

test('hover without a tree says what it assumes', async () => {
  expect(await hover(await open(DRIVER, null), DRIVER, 'skb_add_rx_frag')).toContain(`${NEWEST} assumed`);
});

test('hover says which argument becomes a reference', async () => {
  const text = await hover(await open(DRIVER, '6.18'), DRIVER, 'skb_add_rx_frag');
  expect(text).toContain('skb_add_rx_frag_netmem(skb, 0, buf->page, 0, len, PAGE_SIZE)');
  expect(text).toContain('argument 3');
});

test('hover knows the flags of a pool', async () => {
  expect(await hover(await open(DRIVER, '6.18'), DRIVER, 'PP_FLAG_DMA_MAP')).toContain('maps its buffers');
});

test('hover on the holder of a buffer says its role and why', async () => {
  expect(await hover(await open(DRIVER, '6.18'), DRIVER, 'page;')).toMatch(/^\*\*\w+ buffer\*\*/);
});

test.each(['get_page(page)', 'kmap(page)'])(
  'hover is silent on %s in code that is no driver',
  async (call) => {
    const text = `void f(struct page *page)\n{\n\t${call};\n}\n`;
    expect(await hover(await open(text, null), text, call)).toBe('');
  },
);

const WHOLE = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

function hints(session: Session): Promise<InlayHint[]> {
  const params = { textDocument: { uri: MAIN }, range: WHOLE };
  return session.client.sendRequest('textDocument/inlayHint', params);
}

test('roles stand behind the holders, if the user wants them', async () => {
  const session = await open(DRIVER, null, { inlayHints: { roles: true } });
  const found = await hints(session);
  expect(found[0]).toMatchObject({ position: { line: 1, character: 18 } });
  expect(found[0]?.label).toMatch(/^: (payload|linear|header)$/);
});

test('no hints unless asked for', async () => {
  expect(await hints(await open(DRIVER, null))).toEqual([]);
});

function lenses(session: Session): Promise<FunctionLens[]> {
  return session.client.sendRequest(LENSES_REQUEST, { uri: MAIN });
}

test('lenses stand above pools and the ends of the way of a buffer, and nowhere else', async () => {
  const found = await lenses(await open(DRIVER, null));
  expect(found.map(({ name }) => name.start.line)).toEqual([4, 11, 16, 21]);
  expect(found[0]?.text).toMatch(/^\w+ pool/);
  expect(found[1]?.text).toMatch(/ · [1-9] findings?$/);
});

test('no lenses if the user wants none', async () => {
  expect(await lenses(await open(DRIVER, null, { codeLens: false }))).toEqual([]);
});
