/** What the rest of the stack makes of unreadable packets, as scenarios. */
import type { StackHelper } from '../contract/unreadable-helpers.ts';
import { scenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const HELPERS: readonly Scenario[] = [
  goesOn(
    'skb-copy',
    'skb_copy',
    'skb_copy() on device memory',
    'It returns NULL: whoever wanted a copy gets none, the packet goes on.',
  ),
  goesOn('copy-bits', 'skb_copy_bits', 'skb_copy_bits() on device memory', '-EFAULT past the linear part.'),
  drops(
    'linearize',
    'skb_linearize',
    'skb_linearize() on device memory',
    '-ENOMEM, and the packet cannot go where it needs to be linear.',
  ),
  drops(
    'pull-tail',
    '__pskb_pull_tail',
    '__pskb_pull_tail() on device memory',
    'Headers behind the linear part cannot be pulled: the packet is dropped.',
  ),
  drops(
    'checksum',
    'skb_checksum',
    'skb_checksum() on device memory',
    'It WARNs once and returns 0, which is never the right sum.',
  ),
  drops(
    'copy-ubufs',
    'skb_copy_ubufs',
    'skb_copy_ubufs() on device memory',
    'Zero-copy data that must be orphaned has to be copied: -EFAULT.',
  ),
  goesOn(
    'splice',
    'skb_splice_bits',
    'splice() on device memory',
    'It stops after the linear part, which has no payload.',
  ),
  goesOn('packet-capture', 'tpacket_rcv', 'tcpdump on device memory', 'A packet socket sees headers only.'),
  goesOn(
    'mmap-receive',
    'tcp_zerocopy_receive',
    'Memory-mapped TCP receive',
    'It stops at the first frag that cannot be mapped.',
  ),
  goesOn(
    'collapse',
    'tcp_collapse',
    'TCP under memory pressure',
    'Receive queues of device memory are not collapsed.',
  ),
  scenario({
    id: 'helper-on-pages',
    title: 'The same helper on pages',
    teaches: 'Readable packets are copied as ever.',
    requirement: null,
    driver: {},
    config: { provider: 'pages', stackHelper: 'skb_copy' },
    expect: ['packets.read = 500', 'helper.refused = 0', 'helper.bytes = 2048000', 'state = pass'],
  }),
];

/** The caller gets nothing of the payload, and the packet goes its way. */
function goesOn(id: string, stackHelper: StackHelper, title: string, teaches: string): Scenario {
  return onDeviceMemory(id, stackHelper, title, teaches, [
    'packets.read = 500',
    'helper.bytes = 0',
    'state = pass',
  ]);
}

/** Without what the helper did not do the packet cannot go on. */
function drops(id: string, stackHelper: StackHelper, title: string, teaches: string): Scenario {
  return onDeviceMemory(id, stackHelper, title, teaches, ['packets.read = 0', 'dropped.unreadable = 500']);
}

function onDeviceMemory(
  id: string,
  stackHelper: StackHelper,
  title: string,
  teaches: string,
  expect: readonly string[],
): Scenario {
  return scenario({
    id: `helper-${id}`,
    title,
    teaches,
    requirement: null,
    driver: {},
    config: { stackHelper },
    expect: [...expect, 'helper.refused > 0', 'chunks.lost = 0'],
  });
}
