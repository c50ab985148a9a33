/** TX1 where transmission queues a packet, and something else sends it. */
import { test } from 'vitest';
import { expectMarks } from './subject.ts';

/** A thread sends what it finds in a queue; `queue` is that which transmission fills. */
const queued = (queue: string, [mapped, unmapped]: readonly [string, string]): string => `struct tx_rec {
	dma_addr_t dma;
	u32 len;
};
struct drv {
	struct device *dev;
	struct sk_buff_head waiting;
	struct sk_buff_head received;
	struct tx_rec *recs;
};
static void push(struct drv *d)
{
	struct sk_buff *skb = skb_peek(&d->waiting);
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	dma_addr_t dma = dma_map_single(d->dev, skb_frag_address(frag), skb_frag_size(frag), DMA_TO_DEVICE);
${mapped}
	d->recs[0].dma = dma;
${mapped === '' ? '' : '//< tx1-unmap: a fragment is kept by "="\n'}	skb_unlink(skb, &d->waiting);
}
static int thread(void *arg)
{
	push(arg);
	return 0;
}
static void done(struct drv *d)
{
	dma_unmap_single(d->dev, d->recs[0].dma, d->recs[0].len, DMA_TO_DEVICE);
${unmapped}}
static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *ndev)
{
	struct drv *d = netdev_priv(ndev);

	skb_queue_tail(&d->${queue}, skb);
	return NETDEV_TX_OK;
}
static const struct net_device_ops nops = {
	.ndo_start_xmit = xmit,
};
`;

test('what takes packets out of the queue that transmission fills sends them', () =>
  expectMarks(
    'TX1',
    queued('waiting', [
      '//< tx1-unmap: a netmem has no address\n',
      '//< tx1-unmap: for fragments, not dma_unmap\n',
    ]),
  ));

test('a queue that transmission does not fill is not of packets that are sent', () =>
  expectMarks('TX1', queued('received', ['', ''])));
