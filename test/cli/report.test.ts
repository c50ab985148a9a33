/** `netmem report`: how far drivers are, in words for people and in data for programs. */
import { describe, expect, test } from 'vitest';
import { REQUIREMENTS } from '../../extension/analyzer/finding.ts';
import { DRIVER, netmem, scratch } from './netmem.ts';

interface State {
  readonly requirement: string;
  readonly state: string;
  readonly open: number;
  readonly accepted: number;
  readonly first: { readonly file: string; readonly line: number } | null;
}

interface Reported {
  readonly driver: string;
  readonly directory: string;
  readonly requirements: readonly State[];
}

function report(cwd: string, ...paths: string[]): Reported[] {
  return JSON.parse(netmem(['report', '--format', 'json', ...paths], { cwd }).out) as Reported[];
}

function states(reported: Reported | undefined): Record<string, string> {
  return Object.fromEntries(
    (reported?.requirements ?? []).map(({ requirement, state }) => [requirement, state]),
  );
}

/** Who creates the pool keeps it in the queue: without that nobody knows what the pool is for. */
const SETUP = `
static int foo_setup(struct foo_rxq *rxq)
{
	rxq->pool = foo_create_pool(rxq);
	return PTR_ERR_OR_ZERO(rxq->pool);
}
`;

const PAGE_DRIVER = DRIVER + SETUP;

const NETMEM_DRIVER = PAGE_DRIVER.replace('struct page *page;', 'netmem_ref netmem;')
  .replace('DMA_SYNC_DEV,', 'DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM,')
  .replace('.dev = rxq->dev,', '.dev = rxq->dev,\n\t\t.netdev = rxq->netdev,\n\t\t.queue_idx = rxq->index,')
  .replace('page_pool_dev_alloc_pages', 'page_pool_dev_alloc_netmems')
  .replace('page_pool_get_dma_addr', 'page_pool_get_dma_addr_netmem')
  .replace(
    'dma_sync_single_for_cpu(rxq->dev, buf->dma, len, DMA_FROM_DEVICE)',
    'page_pool_dma_sync_netmem_for_cpu(rxq->pool, buf->netmem, 0, len)',
  )
  .replace('skb_add_rx_frag(', 'skb_add_rx_frag_netmem(')
  .replaceAll('buf->page', 'buf->netmem')
  .replace('buf->netmem = NULL', 'buf->netmem = 0');

test('what is accepted stays open, counts apart and fails nothing', () => {
  const cwd = scratch({ 'net/foo/foo.c': PAGE_DRIVER });
  netmem(['baseline', 'net'], { cwd });
  const { out, code } = netmem(['report', '--format', 'json', 'net'], { cwd });
  const [foo] = JSON.parse(out) as Reported[];
  const rx3 = foo?.requirements.find(({ requirement }) => requirement === 'RX3');
  expect(rx3).toMatchObject({ state: 'open', open: 0, accepted: expect.any(Number) as unknown });
  expect(rx3?.accepted).toBeGreaterThan(0);
  expect(code).toBe(0);
  const text = netmem(['report', 'net'], { cwd }).out;
  expect(text).toMatch(/RX3 {2}accepted \(\d+\)/);
  expect(text).toContain('Nothing to do but what was accepted.\n');
});

test('files without buffers are no driver that meets anything', () => {
  const cwd = scratch({ 'none/main.c': 'int main(void)\n{\n\treturn 0;\n}\n' });
  const { out } = netmem(['report', 'none'], { cwd });
  expect(out).toMatch(/^none: no buffers of a network driver here\n/);
  expect(out).not.toContain('met');
});

describe('a driver on pages', () => {
  const cwd = scratch({ 'net/foo/foo.c': PAGE_DRIVER });

  test('has its requirements in order, the open ones with the first thing to do', () => {
    const [foo] = report(cwd, 'net');
    expect(foo).toMatchObject({ driver: 'foo', directory: 'net/foo' });
    expect(foo?.requirements.map(({ requirement }) => requirement)).toEqual(REQUIREMENTS);
    expect(states(foo)).toMatchObject({
      RX1: 'met',
      RX3: 'open',
      RX4: 'open',
      RX5: 'met',
      RX6: 'open',
      RX7: 'met',
    });
    for (const { state, open, first } of foo?.requirements ?? []) {
      expect(open > 0).toBe(state === 'open');
      expect(first === null).toBe(state !== 'open');
    }
  });

  test('is told in 80 columns, and ends with 1', () => {
    const { out, err, code } = netmem(['report', 'net'], { cwd });
    expect({ err, code }).toEqual({ err: '', code: 1 });
    expect(out).toMatch(/^foo: \d of 9 requirements met, \d open\n/);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const requirement of REQUIREMENTS) expect(out).toContain(`\n  ${requirement}  `);
  });
});

test('the same driver on netmem has nothing open on the receive path', () => {
  const cwd = scratch({ 'foo/foo.c': NETMEM_DRIVER });
  expect(states(report(cwd, 'foo')[0])).toMatchObject({
    RX1: 'met',
    RX3: 'met',
    RX4: 'met',
    RX5: 'met',
    RX6: 'met',
    RX7: 'met',
  });
});

test('what cannot be seen is unknown: no ethtool_ops, and a pool that nobody is seen to use', () => {
  const cwd = scratch({ 'foo/foo.c': DRIVER });
  expect(states(report(cwd, 'foo')[0])).toMatchObject({ RX2: 'unknown', RX4: 'unknown' });
});

test('a pool that maps for no device belongs to a device made of software: nothing of reception applies to it', () => {
  const software = DRIVER.replace(/\.flags = [^,]*,/, '')
    .replace(/\bbuf->dma = [^;]*;/, '')
    .replace(/dma_sync_single_for_cpu\([^;]*;/, '');
  const [foo] = report(scratch({ 'foo/foo.c': software + SETUP }), 'foo');
  expect(states(foo)).toMatchObject({ RX1: 'not applicable', RX2: 'not applicable', RX4: 'not applicable' });
  const mapped = DRIVER.replace(/\.flags = [^,]*,/, '');
  expect(states(report(scratch({ 'foo/foo.c': mapped + SETUP }), 'foo')[0])).toMatchObject({
    RX1: 'met',
    RX4: 'open',
  });
});

test('what could not be read makes unknown what it could bear on', () => {
  const cwd = scratch({
    'foo/foo.c': `${NETMEM_DRIVER}\nstatic int foo_broken(struct foo_buf *buf)\n{\n\treturn (((buf->netmem;\n}\n`,
  });
  expect(states(report(cwd, 'foo')[0])).toMatchObject({ RX5: 'unknown', RX7: 'unknown' });
});

test('what could not be read and names nothing of buffers makes nothing unknown', () => {
  const cwd = scratch({
    'foo/foo.c': `${NETMEM_DRIVER}\nstatic int foo_broken(void)\n{\n\treturn (((;\n}\n`,
  });
  expect(states(report(cwd, 'foo')[0])).toMatchObject({ RX5: 'met', RX7: 'met' });
});

test('without a receive path nothing is met by having nothing', () => {
  const cwd = scratch({ 'foo/foo.c': 'int page_pool_of_nothing;\n' });
  const { out } = netmem(['report', '--format', 'json', 'foo/foo.c'], { cwd });
  for (const found of JSON.parse(out) as Reported[]) {
    expect(states(found)).toMatchObject({
      RX1: 'not applicable',
      RX3: 'not applicable',
      RX5: 'not applicable',
    });
  }
});

test('many drivers make a table in markdown, those with nothing to say left out', () => {
  const cwd = scratch({ 'net/a/a.c': DRIVER, 'net/b/b.c': NETMEM_DRIVER, 'net/c/c.c': 'int c;\n' });
  const { out, code } = netmem(['report', '--format', 'markdown', 'net'], { cwd });
  expect(code).toBe(1);
  const rows = out.split('\n').filter((line) => line.startsWith('|'));
  expect(rows[0]).toContain('RX1');
  expect(rows.filter((row) => /^\| (\[?`?a|\[?`?b)/.test(row))).toHaveLength(2);
  expect(rows.filter((row) => /^\| \[?`?c/.test(row))).toEqual([]);
});
