/** The modes of a driver: where a provider can be bound, what selects each, and what is open in it. */
import { expect, test } from 'vitest';
import { PLAIN } from '../../../extension/analyzer/report/writer.ts';
import { modesOfDriver } from '../../../extension/analyzer/report/modes.ts';
import { writeDriverModes } from '../../../extension/cli/modes-text.ts';
import { analyse } from '../analyse.ts';

/** One format binds; the older one copies packets out of pages. */
const SOURCE = `enum heron_format { HERON_UNKNOWN, HERON_OLD, HERON_NEW };
struct heron_buf { netmem_ref nm; };
struct heron_priv { int format; struct net_device *netdev; };
struct heron_q { struct heron_priv *priv; struct page_pool *pool; struct heron_buf *buf; int idx; };
static int heron_probe(struct heron_priv *priv, int caps)
{
	if (caps & 1)
		priv->format = HERON_NEW;
	else
		priv->format = HERON_OLD;
	return 0;
}
static int pools(struct heron_q *q)
{
	struct page_pool_params pp = { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .netdev = q->priv->netdev,
		.queue_idx = q->idx, .max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE };

	if (q->priv->format == HERON_NEW)
		pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	q->pool = page_pool_create(&pp);
	return 0;
}
static void fill(struct heron_q *q, int i) { q->buf[i].nm = page_pool_dev_alloc_netmems(q->pool); }
static void rx(struct heron_q *q, struct sk_buff *skb, int i)
{
	fill(q, i);
	if (q->priv->format == HERON_OLD)
		memcpy(skb->data, page_address(netmem_to_page(q->buf[i].nm)), 64);
	if (q->priv->format == HERON_NEW)
		prefetch(page_address(netmem_to_page(q->buf[i].nm)));
	skb_add_rx_frag_netmem(skb, 0, q->buf[i].nm, 0, 100, PAGE_SIZE);
}
static int mem_alloc(struct net_device *dev, void *mem, int idx) { return pools(mem); }
`;
const OPERATIONS = `static const struct netdev_queue_mgmt_ops heron_ops = { .ndo_queue_mem_alloc = mem_alloc };
static void setup(struct net_device *dev) { dev->queue_mgmt_ops = &heron_ops; }
`;

test('a format in which a provider can be bound is told from one in which it cannot', async () => {
  const { settings, hasQueueOperations } = modesOfDriver(await analyse({ 'heron.c': SOURCE + OPERATIONS }));
  expect(hasQueueOperations).toBe(true);
  expect(settings.map(({ setting }) => setting)).toEqual(['struct heron_priv.format']);
  const [format] = settings;
  const answers = format?.answers.map(({ answer, binds, selectedAt, open }) => [
    answer,
    binds,
    selectedAt?.line ?? null,
    open['RX5'] ?? 0,
  ]);
  expect(answers).toEqual([
    ['HERON_NEW', true, 8, 1],
    ['HERON_OLD', false, 10, 0],
    ['other', false, null, 0],
  ]);
});

test('a state of the device that the kernel keeps is no setting; the same member, written by the driver, is one', async () => {
  const source = (SOURCE + OPERATIONS)
    .replace('struct page_pool *pool;', 'struct page_pool *pool; struct pci_dev *pdev;')
    .replace('if (q->priv->format == HERON_NEW)', 'if (q->pdev->error_state == pci_channel_io_normal)');
  const names = async (text: string) =>
    modesOfDriver(await analyse({ 'heron.c': text })).settings.map(({ setting }) => setting);
  expect(await names(source)).not.toContain('struct pci_dev.error_state');
  const written = `${source}static int heron_init(struct heron_q *q)
{
	q->pdev->error_state = pci_channel_io_normal;
	return 0;
}
`;
  expect(await names(written)).toContain('struct pci_dev.error_state');
});

test('without operations on queues no mode binds', async () => {
  const found = modesOfDriver(await analyse({ 'heron.c': SOURCE }));
  expect(found.hasQueueOperations).toBe(false);
  expect(found.settings.flatMap(({ answers }) => answers).some(({ binds }) => binds)).toBe(false);
  expect(writeDriverModes('heron', found, PLAIN)).toMatch(/^heron: no operations on queues/);
});

test('the list is told in 80 columns, a line that selects below its answer', async () => {
  const found = modesOfDriver(await analyse({ 'heron.c': SOURCE + OPERATIONS }));
  const lines = writeDriverModes('heron', found, PLAIN).split('\n');
  expect(lines.every((line) => line.length <= 80)).toBe(true);
  const at = lines.findIndex((line) => /^ {2}HERON_NEW +binds +open: .*RX5 1/.test(line));
  expect(lines[at + 1]).toBe('    selected at heron.c:8');
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}HERON_OLD +refuses/));
});
