/**
 * Kernel calls that act on socket buffers, NAPI and pools rather than on a buffer class: what the effect table of
 * buffers (effects.ts) does not say. Names are the kernel's.
 */

/** What a call does to the packet or the queue. */
export type StackEffect =
  | 'deliver'
  | 'mark-for-recycle'
  | 'read-skb-head'
  | 'free-skb'
  | 'run-xdp'
  | 'napi-get-frags'
  | 'pull-headers'
  | 'unwrap'
  | 'copy-payload'
  | 'linearize'
  | 'checksum'
  | 'pool-destroy'
  | 'napi-enable'
  | 'napi-disable';

const table = new Map<string, StackEffect>();

function add(effect: StackEffect, names: string): void {
  for (const name of names.split(' ')) table.set(name, effect);
}

add(
  'deliver',
  'napi_gro_receive napi_gro_frags netif_receive_skb netif_receive_skb_list netif_receive_skb_core netif_rx ieee80211_rx_napi ieee80211_rx_list gro_normal_one',
);
add('mark-for-recycle', 'skb_mark_for_recycle');
add('read-skb-head', 'eth_type_trans');
add(
  'free-skb',
  'kfree_skb kfree_skb_reason consume_skb dev_kfree_skb dev_kfree_skb_any dev_kfree_skb_irq dev_consume_skb_any dev_consume_skb_irq napi_consume_skb dev_kfree_skb_any_reason napi_free_frags',
);
add('run-xdp', 'bpf_prog_run_xdp');
add('napi-get-frags', 'napi_get_frags');
add('pull-headers', 'skb_frag_address skb_frag_address_safe __pskb_pull_tail');
add('unwrap', 'netmem_to_page __netmem_to_page');
add('copy-payload', 'skb_copy_bits');
add('linearize', 'skb_linearize __skb_linearize skb_linearize_cow');
add('checksum', 'skb_checksum_help skb_copy_and_csum_dev skb_copy_and_csum_bits skb_checksum');
add('pool-destroy', 'page_pool_destroy page_pool_put');
add('napi-enable', 'napi_enable napi_enable_locked');
add('napi-disable', 'napi_disable napi_disable_locked');

/** What the call does, or null if it is none of these. */
export function stackEffect(name: string): StackEffect | null {
  return table.get(name) ?? null;
}

/** Functions of a driver's core in another module that take a received packet: `foo_core_skb_receive(core, skb)`. */
export function soundsLikeDelivery(name: string): boolean {
  return /(?:^|_)(?:rx|receive|recv)(?:_|$)/.test(name) && !/^_*skb_/.test(name);
}
