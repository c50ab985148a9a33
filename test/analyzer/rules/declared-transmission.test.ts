/** netmem_tx that is set while fragments are still unmapped as pages: an error if always, a warning if under a condition. */
import { expect, test } from 'vitest';
import { analyse } from '../analyse.ts';

const driver = (
  body: string,
): string => `struct tx_buf { DEFINE_DMA_UNMAP_ADDR(dma); DEFINE_DMA_UNMAP_LEN(len); };
static int xmit(struct sk_buff *skb, struct net_device *dev, struct tx_buf *b)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	dma_addr_t dma = skb_frag_dma_map(dev->dev.parent, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE);

	netmem_dma_unmap_addr_set(skb_frag_netmem(frag), b, dma, dma);
	return 0;
}
static void complete(struct device *dev, struct tx_buf *b)
{
	dma_unmap_page(dev, dma_unmap_addr(b, dma), dma_unmap_len(b, len), DMA_TO_DEVICE);
}
static const struct net_device_ops ops = { .ndo_start_xmit = xmit };
static int probe(struct net_device *dev, struct priv *priv)
{
${body}
	return register_netdev(dev);
}
`;

/** Severity and the condition that is named, of the findings of TX2. */
async function declared(body: string): Promise<unknown[]> {
  const { findings } = await analyse({ 'foo.c': driver(body) });
  return findings
    .filter(({ rule }) => rule === 'tx2-declare')
    .map(({ severity, evidence }) => [
      severity,
      evidence.flatMap(({ message }) => /^netmem_tx is set if (.*)/.exec(message)?.[1] ?? [])[0] ?? null,
    ]);
}

test.each([
  ['a test', '\tif (!priv->gqi && priv->dqo)\n\t\tdev->netmem_tx = true;', '!priv->gqi && priv->dqo'],
  ['the other side', '\tif (priv->gqi)\n\t\tf();\n\telse\n\t\tdev->netmem_tx = true;', '!(priv->gqi)'],
  ['a value', '\tdev->netmem_tx = priv->dqo ? NETMEM_TX_DMA : NETMEM_TX_NONE;', 'priv->dqo'],
  ['a flag', '\tdev->netmem_tx = priv->dqo;', 'priv->dqo'],
])('under a condition, %s, it is a warning that names it', async (_, body, condition) => {
  expect(await declared(body)).toEqual([['warning', condition]]);
});

test('a condition that is long is named beside the message', async () => {
  const long = `priv->${'a_long_name_of_a_member_'.repeat(4)}`;
  expect(await declared(`\tif (${long})\n\t\tdev->netmem_tx = true;`)).toEqual([['warning', long]]);
});

test.each([
  ['always', '\tdev->netmem_tx = true;'],
  ['unless the function fails', '\tif (priv->err)\n\t\treturn -EINVAL;\n\tdev->netmem_tx = NETMEM_TX_DMA;'],
])('%s, it is an error', async (_, body) => {
  expect(await declared(body)).toEqual([['error', null]]);
});
