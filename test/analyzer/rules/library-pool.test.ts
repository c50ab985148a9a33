/** RX4 where a library of the kernel makes the pools of a driver. */
import { test } from 'vitest';
import { expectMarks } from './subject.ts';

const driver = (fields: string, [pool, payload]: readonly [string, string]): string => `struct libeth_fqe {
	netmem_ref netmem;
	u32 offset;
	u32 truesize;
};
struct libeth_fq {
	struct page_pool *pp;
	struct libeth_fqe *fqes;
	u32 count;
	int type;
${fields}};
struct drv_ring {
	struct libeth_fqe *fqes;
	struct page_pool *pp;
};
static int create(struct drv_ring *ring, struct napi_struct *napi)
{
	struct libeth_fq fq = { .count = 512${pool} };
	int err = libeth_rx_fq_create(&fq, napi);
${payload}
	if (err)
		return err;
	ring->pp = fq.pp;
	ring->fqes = fq.fqes;
	fq = (struct libeth_fq){ .count = 512, .type = LIBETH_FQE_HDR };
	return libeth_rx_fq_create(&fq, napi);
}
static void refill(struct drv_ring *ring, u32 i, __le64 *desc)
{
	struct libeth_fqe *buf = &ring->fqes[i];

	buf->netmem = page_pool_dev_alloc_netmem(ring->pp, &buf->offset, &buf->truesize);
	*desc = cpu_to_le64(page_pool_get_dma_addr_netmem(buf->netmem) + buf->offset);
}
static void receive(struct drv_ring *ring, struct sk_buff *skb, u32 i, u32 len)
{
	struct libeth_fqe *buf = &ring->fqes[i];

	skb_add_rx_frag_netmem(skb, 0, buf->netmem, buf->offset, len, buf->truesize);
}
static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *ndev)
{
	return NETDEV_TX_OK;
}
static const struct net_device_ops nops = { .ndo_start_xmit = xmit };
`;

test('a pool that a library makes without what a provider needs; the pool of headers owes nothing', () =>
  expectMarks('RX4', driver('', ['', '//< rx4-pool-flags: that a provider can feed\n'])));

test('a library whose parameters name the queue', () =>
  expectMarks('RX4', driver('\tu32 queue_idx;\n', [', .queue_idx = 1', ''])));
