/** TX1, TX2: fragments that the CPU reads instead of mapping them. */
import { test } from 'vitest';
import { expectMarks } from './subject.ts';

test('fragments that a library sends whose entry, not static, calls itself by way of a helper', () =>
  expectMarks(
    'TX1',
    `static netdev_tx_t segment(struct sk_buff *skb, struct net_device *dev)
{
	return lib_start_xmit(skb->next, dev);
}
netdev_tx_t lib_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	void *from;

	if (skb_is_gso(skb))
		return segment(skb, dev);
	from = kmap_local_page(skb_frag_page(frag));
//< tx1-unmap: kmap_local_page
	lib_copy(netdev_priv(dev), from + skb_frag_off(frag), skb_frag_size(frag));
	kunmap_local(from);
	return NETDEV_TX_OK;
}
`,
  ));

test('not declared, and fragments are read by the CPU: they come first', () =>
  expectMarks(
    'TX2',
    `static netdev_tx_t copy_xmit(struct sk_buff *skb, struct net_device *dev)
{
	memcpy(netdev_priv(dev), skb_frag_address(&skb_shinfo(skb)->frags[0]), 64);
	return NETDEV_TX_OK;
}
static const struct net_device_ops copy_ops = { .ndo_start_xmit = copy_xmit };
static int probe(struct net_device *dev)
{
	return register_netdev(dev);
//< tx2-declare: mend the open places of TX1
}
`,
  ));
