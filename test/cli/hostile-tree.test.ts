/** An untrusted tree, with links and paths that lead out of it: nothing out there is read, written or waited for. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DRIVER, netmem, ROOT, scratch } from './netmem.ts';

const CONVERTIBLE = readFileSync(join(ROOT, 'test/support/convertible.c'), 'utf8');

describe('a header that is included from outside of the tree', () => {
  test.skipIf(!existsSync('/proc/self/pagemap'))(
    'and has no end, /proc/self/pagemap: is not waited for',
    () => {
      const cwd = scratch({ 'work/foo/foo.c': `#include "../../../../proc/self/pagemap"\n${DRIVER}` });
      const up = '../'.repeat(cwd.split('/').length + 1);
      const deep = scratch({ 'work/foo/foo.c': `#include "${up}proc/self/pagemap"\n${DRIVER}` });
      for (const home of [cwd, deep])
        expect(netmem(['check', 'work/foo'], { cwd: home }).out).toContain('[rx6-dma-sync]');
    },
  );

  /** The driver with its receive path in a header: the finding in there is only found if that is read. */
  const HEADER = /static void foo_add_frag[^]*$/;
  const structure = HEADER.exec(DRIVER)?.[0] ?? '';
  const without = DRIVER.replace(HEADER, '#include "foo.h"\n');
  const findings = (cwd: string): string => netmem(['check', '--format', 'jsonl', 'work/foo'], { cwd }).out;

  test('by its path, by a link, by a link of a directory: is as if it were not there', () => {
    const git = { 'work/.git/HEAD': '' };
    const inside = scratch({
      ...git,
      'work/foo/foo.c': without.replace('foo.h', 'link/foo.h'),
      'work/common/foo.h': structure,
    });
    symlinkSync('../common', join(inside, 'work/foo/link'));
    const nothing = scratch({ ...git, 'work/foo/foo.c': without });
    const path = scratch({
      ...git,
      'work/foo/foo.c': without.replace('foo.h', '../../out/foo.h'),
      'out/foo.h': structure,
    });
    const link = scratch({ ...git, 'work/foo/foo.c': without, 'out/foo.h': structure });
    symlinkSync('../../out/foo.h', join(link, 'work/foo/foo.h'));
    const directory = scratch({
      ...git,
      'work/foo/foo.c': without.replace('foo.h', 'sub/foo.h'),
      'out/foo.h': structure,
    });
    symlinkSync('../../out', join(directory, 'work/foo/sub'));
    const expected = findings(nothing);
    expect(findings(inside)).not.toBe(expected);
    for (const cwd of [path, link, directory]) expect(findings(cwd)).toBe(expected);
  });
});

test('a file of the command line that is a link out of the tree is named, and not fixed', () => {
  const cwd = scratch({ 'work/.git/HEAD': '', 'work/foo/other.c': 'int x;\n', 'out/victim.c': CONVERTIBLE });
  symlinkSync('../../out/victim.c', join(cwd, 'work/foo/foo.c'));
  const { err, code } = netmem(['fix', '--write', 'foo/foo.c'], { cwd: join(cwd, 'work') });
  expect(err).toMatch(
    /^netmem: foo\/foo\.c: leads out of the work tree, to .*victim\.c; nothing there is read\n/,
  );
  expect(code).toBe(2);
  expect(readFileSync(join(cwd, 'out/victim.c'), 'utf8')).toBe(CONVERTIBLE);
});

describe('a baseline', () => {
  test('that the settings name through a link out of their directory is refused', () => {
    const text = JSON.stringify({
      version: 1,
      entries: [{ rule: 'rx6-dma-sync', file: 'x', scope: 'file' }],
    });
    const cwd = scratch({
      'work/foo/foo.c': DRIVER,
      'work/.netmemrc.json': '{ "baseline": "link/x.json" }',
      'out/x.json': text,
    });
    symlinkSync('../out', join(cwd, 'work/link'));
    const { out, err, code } = netmem(['check', 'work/foo'], { cwd });
    expect(err).toMatch(/"baseline" leads out of .* through a symbolic link\n/);
    expect({ out, code }).toEqual({ out: '', code: 2 });
  });

  test('through a link that stays inside is read', () => {
    const cwd = scratch({
      'foo/foo.c': DRIVER,
      '.netmemrc.json': '{ "baseline": "link/x.json" }',
      'real/x.json': '{ "version": 1, "entries": [] }',
    });
    symlinkSync('real', join(cwd, 'link'));
    expect(netmem(['check', 'foo'], { cwd }).code).toBe(1);
  });

  test('is not written through a link at its name', () => {
    const cwd = scratch({ 'foo/foo.c': DRIVER, victim: 'precious' });
    symlinkSync('nowhere', join(cwd, '.netmem-baseline.json'));
    const { err, code } = netmem(['baseline', 'foo'], { cwd });
    expect(err).toMatch(/^netmem: \.netmem-baseline\.json: there already/);
    expect(code).toBe(2);
    expect(existsSync(join(cwd, 'nowhere'))).toBe(false);
  });
});

test.each(['--pcapng', '--trace', '--counters'])('simulate %s writes through no link', (option) => {
  const cwd = scratch({ victim: 'precious' });
  symlinkSync('victim', join(cwd, 'run'));
  const { err, code } = netmem(['simulate', option, 'run'], { cwd });
  expect(err).toMatch(/run: cannot be written: is a symbolic link; name the file it leads to, .*victim\n/);
  expect(code).toBe(2);
  expect(readFileSync(join(cwd, 'victim'), 'utf8')).toBe('precious');
});

test('a list of paths of hundreds of megabytes is refused', () => {
  const cwd = scratch({ 'foo/foo.c': DRIVER });
  const { err, code } = netmem(['check', '--files-from', '/dev/zero'], { cwd });
  expect(err).toMatch(/^netmem: \/dev\/zero: \d+\.\d MB, over the limit of 32 MB\n$/);
  expect(code).toBe(2);
});

test('a model that a few lines make larger than anything reads is not printed, and the reason is', () => {
  // Every call is inlined: the last function, and its name, stand in it thousands of times.
  const last = `foo_put_${'y'.repeat(60_000)}`;
  const chain = Array.from({ length: 13 }, (_, at) => {
    const next = at === 0 ? last : `foo_f${at - 1}`;
    return `static void foo_f${at}(struct foo_rxq *rxq)\n{\n\t${next}(rxq);\n\t${next}(rxq);\n}\n`;
  });
  const source = `#include <net/page_pool/helpers.h>
struct foo_rxq { struct page_pool *pool; struct page *page; struct napi_struct napi; };
static void ${last}(struct foo_rxq *rxq)
{
	page_pool_put_full_page(rxq->pool, rxq->page, false);
}
${chain.join('\n')}
static int foo_poll(struct napi_struct *napi, int budget)
{
	struct foo_rxq *rxq = container_of(napi, struct foo_rxq, napi);

	rxq->page = page_pool_dev_alloc_pages(rxq->pool);
	foo_f12(rxq);
	return 0;
}
static void foo_open(struct foo_rxq *rxq, struct net_device *dev)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP, .pool_size = 64 };

	rxq->pool = page_pool_create(&pp);
	netif_napi_add(dev, &rxq->napi, foo_poll);
}
`;
  const cwd = scratch({ 'foo/foo.c': source });
  const { out, err, code } = netmem(['model', 'foo'], { cwd });
  expect(err).toMatch(
    /^netmem: foo: its model is \d+ MB of JSON, over the limit of 64 MB; name fewer of its sources\n$/,
  );
  expect({ out, code }).toEqual({ out: '', code: 2 });
});
