/** Near what the parser could not read, a finding says so and counts for little, or is not made at all. */
import { expect, test } from 'vitest';
import { analyse } from '../analyse.ts';

const RING = `
struct ring { struct page_pool *pool; struct page *page; struct device *dev; };
static void refill(struct ring *ring)
{
	ring->page = page_pool_dev_alloc_pages(ring->pool);
}
`;

const receive = (more: string): string => `${RING}
static void receive(struct ring *ring, struct sk_buff *skb)
{
${more}	skb_add_rx_frag(skb, 0, ring->page, 0, 64, 64);
}
`;

async function findings(text: string) {
  const { findings, incomplete } = await analyse({ 'nic.c': text });
  return {
    incomplete: incomplete.length,
    list: findings.map(({ rule, api, confidence, evidence }) => ({
      at: `${rule} ${api}`,
      confidence,
      says: evidence.some(({ message }) => message.startsWith('incomplete: ')),
      evidence: evidence.map((e) => e.message),
    })),
  };
}

const of = (found: Awaited<ReturnType<typeof findings>>, at: string) => found.list.find((f) => f.at === at);

test('what is read in full is said with full confidence', async () => {
  const found = await findings(receive('\tif (ring->dev) return;\n'));
  expect(found.incomplete).toBe(0);
  expect(of(found, 'rx3-page-api skb_add_rx_frag')).toMatchObject({ confidence: 'high', says: false });
});

test('a gap in the function lowers the confidence and is named as evidence; other functions keep theirs', async () => {
  const found = await findings(receive('\tif (ring->dev @ ) return;\n'));
  expect(found.incomplete).toBeGreaterThan(0);
  const near = of(found, 'rx3-page-api skb_add_rx_frag');
  expect(near).toMatchObject({ confidence: 'low', says: true });
  expect(near?.evidence).toContain('incomplete: the C parser could not read this, which bears on it');
  expect(of(found, 'rx3-page-api page_pool_dev_alloc_pages')).toMatchObject({
    confidence: 'high',
    says: false,
  });
});

test('nothing is said of a place inside the gap but that it could not be read', async () => {
  const whole = await findings(receive('\tmemcpy(skb->data, page_address(ring->page), 64);\n'));
  expect(of(whole, 'rx5-cpu-access page_address')).toBeDefined();
  const found = await findings(receive('\tswitch case [ page_address(ring->page) ) ];\n'));
  expect(found.incomplete).toBeGreaterThan(0);
  expect(of(found, 'rx5-cpu-access page_address')).toBeUndefined();
});

test('text that no item came of may belong to the functions around it', async () => {
  const found = await findings(receive('').replace('static void receive', '@ @\nstatic void receive'));
  expect(found.incomplete).toBeGreaterThan(0);
  expect(of(found, 'rx3-page-api skb_add_rx_frag')).toMatchObject({ confidence: 'low', says: true });
});

const probe = (more: string): string => `
static int probe(struct net_device *dev)
{
	return register_netdev(dev);
}
static void send(struct ring *ring, skb_frag_t *frag)
{
	skb_frag_dma_map(ring->dev, frag, 0, 64, DMA_TO_DEVICE);
}
static void setup(struct net_device *dev)
{
	${more}
}
`;

test('what is said to be missing may stand in the gap', async () => {
  const clear = await findings(probe('dev->mtu @ = 1500;'));
  expect(of(clear, 'tx2-declare netmem_tx')).toMatchObject({ confidence: 'medium', says: false });
  const found = await findings(probe('switch case [ dev->netmem_tx ) = true ];'));
  expect(of(found, 'tx2-declare netmem_tx')).toMatchObject({ confidence: 'low', says: true });
});
