/** Stems of names that bring a source near the subject: receive or transmit memory in any spelling the rules know. */
const STEMS = /page_pool|netmem|skb_add_rx_frag|skb_frag_|napi_build_skb|build_skb\(|skb_fill_page_desc/;

/** False for a source that no rule could say anything about. */
export function mayHoldBuffers(text: string): boolean {
  return STEMS.test(text);
}
