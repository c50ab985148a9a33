/** TX1 is met only if every fragment was followed from where it is mapped to where it is unmapped. */
import { expect, test } from 'vitest';
import { standings } from '../../../extension/analyzer/report/readiness.ts';
import { analyse } from '../analyse.ts';

const START = `struct tx_buf { DEFINE_DMA_UNMAP_ADDR(dma); u32 len; };
struct txq { struct device *dev; struct tx_buf *bufs; };
`;

const xmit = (frags: string): string => `static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct txq *q = netdev_priv(dev);
	struct tx_buf *b = &q->bufs[0];
	dma_addr_t dma = dma_map_single(q->dev, skb->data, skb_headlen(skb), DMA_TO_DEVICE);

	dma_unmap_addr_set(b, dma, dma);
${frags}	return NETDEV_TX_OK;
}
`;

const FRAGS = `	for (int i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		b++;
		dma = skb_frag_dma_map(q->dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);
		netmem_dma_unmap_addr_set(skb_frag_netmem(frag), b, dma, dma);
	}
`;

const UNMAPS = `static void complete(struct txq *q, int i)
{
	struct tx_buf *b = &q->bufs[i];

	dma_unmap_single(q->dev, dma_unmap_addr(b, dma), b->len, DMA_TO_DEVICE);
	netmem_dma_unmap_page_attrs(q->dev, dma_unmap_addr(b, dma), b->len, DMA_TO_DEVICE, 0);
}
`;

/** State and reason of TX1, with the line of each place. */
async function transmission(source: string): Promise<string> {
  const { model, findings, traces } = await analyse({ 'tx.c': source });
  const found = standings({
    model,
    findings: findings.map(({ requirement, severity }) => ({ requirement, severity, suppressed: null })),
    incomplete: [],
    traces: traces && {
      isMapped: traces.isMapped,
      untraced: traces.untraced.map(({ location: { range }, reason }) => ({
        where: source.slice(range.start).split('\n', 1)[0] ?? '',
        reason,
      })),
      foreignPool: null,
      syncedAt: null,
    },
  }).find(({ requirement }) => requirement === 'TX1');
  return `${found?.state}: ${found?.why}`;
}

test('mapped, stored and unmapped as netmem: met', async () =>
  expect(await transmission(START + xmit(FRAGS) + UNMAPS)).toMatch(/^met: /));

test('nothing unmaps the fragments: unknown, with the place of the mapping', async () =>
  expect(await transmission(START + xmit(FRAGS))).toMatch(
    /^unknown: .*how the fragment is unmapped.*\(skb_frag_dma_map\(/,
  ));

test('an address that comes from nobody knows where is unmapped: unknown, with the place', async () =>
  expect(
    await transmission(
      `${START}${xmit(FRAGS)}${UNMAPS}static void flush(struct txq *q, int i)
{
	dma_unmap_page(q->dev, address_of_slot(q, i), 64, DMA_TO_DEVICE);
	dma_unmap_page(q->dev, address_of_slot(q, i), length_of_slot(q, i), DMA_TO_DEVICE);
}
`,
    ),
  ).toMatch(/^unknown: .*where the address was mapped.*\(dma_unmap_page\(.*length_of_slot/));

test('no fragments are sent: not applicable', async () =>
  expect(await transmission(START + xmit(''))).toMatch(/^not applicable: /));
