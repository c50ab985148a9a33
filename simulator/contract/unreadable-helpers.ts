/**
 * What common helpers of the stack make of an skb whose frags cannot be read, as in 6.18 (net/core/skbuff.c and
 * friends). Readable skbs they treat as ever.
 */

/** What becomes of the skb, and of whoever called the helper. */
export type HelperEffect =
  /** The caller gets nothing; the skb goes on. */
  | 'copy-fails'
  /** The skb cannot go on without it, and is dropped. */
  | 'drop'
  /** The caller sees the linear part and no more. */
  | 'linear-only'
  /** An optimisation that is left out. */
  | 'skipped';

export interface HelperOutcome {
  /** As the helper returns it. */
  readonly returns: string;
  readonly effect: HelperEffect;
  /** WARN_ON_ONCE. */
  readonly warns: boolean;
}

export const UNREADABLE_HELPERS = {
  skb_copy: helper('NULL', 'copy-fails'),
  skb_copy_expand: helper('NULL', 'copy-fails'),
  skb_copy_bits: helper('-EFAULT', 'copy-fails'),
  skb_store_bits: helper('-EFAULT', 'copy-fails'),
  skb_copy_datagram_iter: helper('-EFAULT', 'copy-fails'),
  skb_copy_and_csum_bits: helper('0', 'copy-fails'),
  skb_linearize: helper('-ENOMEM', 'drop'),
  __pskb_pull_tail: helper('NULL', 'drop'),
  skb_checksum: helper('0', 'drop', true),
  skb_checksum_help: helper('-EFAULT', 'drop'),
  skb_copy_ubufs: helper('-EFAULT', 'drop'),
  skb_splice_bits: helper('a short count', 'linear-only'),
  skb_seq_read: helper('a short count', 'linear-only'),
  tpacket_rcv: helper('the linear part', 'linear-only'),
  tcp_zerocopy_receive: helper('0', 'linear-only'),
  skb_condense: helper('nothing', 'skipped'),
  tcp_collapse: helper('nothing', 'skipped'),
} as const satisfies Readonly<Record<string, HelperOutcome>>;

export type StackHelper = 'none' | keyof typeof UNREADABLE_HELPERS;

export const STACK_HELPERS: readonly StackHelper[] = ['none', ...keysOf(UNREADABLE_HELPERS)];

function helper(returns: string, effect: HelperEffect, warns = false): HelperOutcome {
  return { returns, effect, warns };
}

function keysOf<T extends object>(object: T): readonly (keyof T)[] {
  const keys: (keyof T)[] = [];
  for (const key in object) keys.push(key);
  return keys;
}
