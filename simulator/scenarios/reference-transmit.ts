/** The reference driver's transmit paths, with the mistakes that a variant asks for. */
import type { PathProgram } from '../contract/driver-ir.ts';
import { driverProgram } from '../program/program-writer.ts';
import type { ProgramWriter } from '../program/program-writer.ts';
import type { DriverVariant } from './reference-driver.ts';

export function transmitProgram(w: ProgramWriter, mistake: DriverVariant['mistake']): PathProgram {
  const copies = mistake === 'tx-copy';
  const pageMap = mistake === 'tx-page-map';
  const plainStore = mistake === 'tx-plain-store';
  const body = w.sequence(
    'static netdev_tx_t ref_xmit(struct sk_buff *skb, struct net_device *netdev)',
    () => [
      ...(copies
        ? [
            w.operation(
              'skb_copy_bits',
              { kind: 'tx-read-payload', how: 'copy' },
              'skb_copy_bits(skb, 0, q->inline_buffer, skb->len);',
            ),
          ]
        : []),
      w.operation(
        'dma_map_single',
        { kind: 'tx-map-head' },
        'dma = dma_map_single(dev, skb->data, hlen, DMA_TO_DEVICE);',
      ),
      w.loop('fragments', 'for (i = 0; i < nr_frags; i++)', () => [
        w.operation(
          pageMap ? 'dma_map_page' : 'skb_frag_dma_map',
          { kind: 'tx-map-frag', helper: pageMap ? 'page' : 'skb-frag' },
          pageMap
            ? 'dma = dma_map_page(dev, skb_frag_page(frag), 0, len, DMA_TO_DEVICE);'
            : 'dma = skb_frag_dma_map(dev, frag, 0, len, DMA_TO_DEVICE);',
        ),
        w.operation(
          plainStore ? 'dma_unmap_addr_set' : 'netmem_dma_unmap_addr_set',
          { kind: 'tx-store-address', helper: plainStore ? 'plain' : 'netmem' },
          plainStore
            ? 'dma_unmap_addr_set(txb, dma, dma);'
            : 'netmem_dma_unmap_addr_set(skb_frag_netmem(frag), txb, dma, dma);',
        ),
      ]),
      w.operation('ref_tx_post', { kind: 'tx-post' }, 'ref_tx_doorbell(q);'),
    ],
  );
  return driverProgram('tx-xmit', 'ref_xmit', [], body);
}

export function completionProgram(w: ProgramWriter, mistake: DriverVariant['mistake']): PathProgram {
  const plain = mistake === 'tx-plain-unmap';
  const body = w.sequence('static void ref_tx_complete(struct ref_queue *q)', () => [
    w.loop('descriptors', 'while (ref_tx_done(q))', () => [
      w.operation(
        'dma_unmap_single',
        { kind: 'tx-unmap-head' },
        'dma_unmap_single(dev, txb->dma, hlen, DMA_TO_DEVICE);',
      ),
      w.loop('fragments', 'for (i = 0; i < txb->nr_frags; i++)', () => [
        w.operation(
          plain ? 'dma_unmap_page' : 'netmem_dma_unmap_page_attrs',
          { kind: 'tx-unmap-frag', helper: plain ? 'plain' : 'netmem' },
          plain
            ? 'dma_unmap_page(dev, txb->dma, len, DMA_TO_DEVICE);'
            : 'netmem_dma_unmap_page_attrs(dev, txb->dma, len, DMA_TO_DEVICE, 0);',
        ),
      ]),
      w.operation('napi_consume_skb', { kind: 'tx-free-skb' }, 'napi_consume_skb(txb->skb, budget);'),
    ]),
  ]);
  return driverProgram('tx-complete', 'ref_tx_complete', [], body);
}
