/** Runs the built `netmem` command as a user does: another process, its own directory, no terminal. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll } from 'vitest';

export const ROOT = resolve(import.meta.dirname, '../..');
export const EXAMPLE = join(ROOT, 'extension/example');
export const NETMEM = join(ROOT, 'dist/netmem.cjs');

export interface Run {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Run as this user; only root can. */
  readonly uid?: number;
  /** Another copy of the command. */
  readonly command?: string;
}

/** Far above what any of these takes; a run that reaches it hangs. */
const LIMIT_MS = 60_000;

export function netmem(args: readonly string[], options: RunOptions = {}): Run {
  const command = options.command ?? NETMEM;
  if (!existsSync(command)) throw new Error(`${command} is missing: npm run build`);
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [command, ...args], {
    cwd: options.cwd ?? ROOT,
    encoding: 'utf8',
    input: options.input ?? '',
    env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '', ...options.env },
    timeout: LIMIT_MS,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  if (error !== undefined) throw error;
  return { out: stdout, err: stderr, code: status };
}

/** A directory with these files that is gone after the tests of the file. */
export function scratch(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'netmem-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  write(directory, files);
  return directory;
}

export function write(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** A small driver with one finding of RX3 and one of RX6; every test may change its copy. */
export const DRIVER = `#include <net/page_pool/helpers.h>

struct foo_rx_buf {
	struct page *page;
	dma_addr_t dma;
};

struct foo_rxq {
	struct page_pool *pool;
	struct foo_rx_buf bufs[256];
	struct device *dev;
};

static struct page_pool *foo_create_pool(struct foo_rxq *rxq)
{
	struct page_pool_params pp = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.dev = rxq->dev,
		.dma_dir = DMA_FROM_DEVICE,
		.max_len = PAGE_SIZE,
	};

	return page_pool_create(&pp);
}

static bool foo_refill(struct foo_rxq *rxq, struct foo_rx_buf *buf)
{
	buf->page = page_pool_dev_alloc_pages(rxq->pool);
	if (!buf->page)
		return false;
	buf->dma = page_pool_get_dma_addr(buf->page);
	return true;
}

static void foo_add_frag(struct foo_rxq *rxq, struct sk_buff *skb, struct foo_rx_buf *buf, unsigned int len)
{
	dma_sync_single_for_cpu(rxq->dev, buf->dma, len, DMA_FROM_DEVICE);
	skb_add_rx_frag(skb, 0, buf->page, 0, len, PAGE_SIZE);
	buf->page = NULL;
}
`;
