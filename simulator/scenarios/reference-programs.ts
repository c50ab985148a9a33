/** The reference driver's receive paths, with the mistakes that a variant asks for, each on its own line of the listing. */
import type { BufferOperand, PathProgram, ProgramNode } from '../contract/driver-ir.ts';
import { driverProgram } from '../program/program-writer.ts';
import type { ProgramWriter } from '../program/program-writer.ts';
import type { DriverVariant } from './reference-driver.ts';
import { completionProgram, transmitProgram } from './reference-transmit.ts';

const PAYLOAD = 0;
const HEADER = 1;

export function referencePrograms(writer: ProgramWriter, variant: DriverVariant): readonly PathProgram[] {
  const driver = new Paths(writer, variant);
  const refill = driver.refill();
  const rx = driver.poll(refill);
  return [
    driverProgram('rx-refill', 'ref_refill', driver.buffers, refill),
    driverProgram('rx-poll', 'ref_poll', driver.buffers, rx),
    driver.release(),
    transmitProgram(writer, variant.mistake),
    completionProgram(writer, variant.mistake),
  ];
}

class Paths {
  readonly buffers: readonly BufferOperand[];
  private readonly w: ProgramWriter;
  private readonly variant: DriverVariant;
  private readonly shared: boolean;
  private readonly system: boolean;

  constructor(writer: ProgramWriter, variant: DriverVariant) {
    this.w = writer;
    this.variant = variant;
    this.shared = variant.sharedPool === true;
    this.system = variant.mistake === 'system-allocator';
    const payload: BufferOperand = {
      name: 'rxb->netmem',
      role: this.shared ? 'linear' : 'payload',
      pool: this.system ? null : 'ref_create_pools/q->payload_pool',
      heldAs: this.system ? 'page' : 'netmem',
    };
    const header: BufferOperand = {
      name: 'rxb->header',
      role: 'header',
      pool: 'ref_create_pools/q->header_pool',
      heldAs: 'page',
    };
    this.buffers = this.shared || this.system ? [payload] : [payload, header];
  }

  private mistaken(mistake: DriverVariant['mistake']): boolean {
    return this.variant.mistake === mistake;
  }

  private get hasHeader(): boolean {
    return this.buffers.length > 1;
  }

  refill() {
    const w = this.w;
    return w.sequence('static void ref_refill(struct ref_queue *q)', () => [
      w.loop('descriptors', 'while (ref_room(q))', () => [
        this.allocPayload(),
        w.branch('alloc-failed', PAYLOAD, '!netmem', () => [w.exit('break')]),
        ...(this.system
          ? [
              w.operation(
                'dma_map_page',
                { kind: 'dma-map', buffer: PAYLOAD },
                'dma = dma_map_page(dev, page, 0, len, dir);',
              ),
            ]
          : [
              w.operation(
                'page_pool_get_dma_addr_netmem',
                { kind: 'dma-address', buffer: PAYLOAD, interface: 'netmem' },
                'dma = page_pool_get_dma_addr_netmem(netmem);',
              ),
            ]),
        w.operation('ref_post', { kind: 'post', buffer: PAYLOAD }, 'ref_post_payload(q, dma);'),
      ]),
      ...(this.hasHeader ? [this.refillHeaders()] : []),
    ]);
  }

  private allocPayload(): ProgramNode {
    if (this.system) {
      return this.w.operation(
        'dev_alloc_page',
        { kind: 'alloc', buffer: PAYLOAD, interface: 'page', from: 'system' },
        'page = dev_alloc_page();',
      );
    }
    if (this.mistaken('page-api-alloc')) {
      return this.w.operation(
        'page_pool_dev_alloc_pages',
        { kind: 'alloc', buffer: PAYLOAD, interface: 'page', from: 'pool' },
        'page = page_pool_dev_alloc_pages(q->payload_pool);',
      );
    }
    return this.w.operation(
      'page_pool_dev_alloc_netmems',
      { kind: 'alloc', buffer: PAYLOAD, interface: 'netmem', from: 'pool' },
      'netmem = page_pool_dev_alloc_netmems(q->payload_pool);',
    );
  }

  private refillHeaders(): ProgramNode {
    const w = this.w;
    return w.loop('descriptors', 'while (ref_header_room(q))', () => [
      w.operation(
        'page_pool_dev_alloc_pages',
        { kind: 'alloc', buffer: HEADER, interface: 'page', from: 'pool' },
        'page = page_pool_dev_alloc_pages(q->header_pool);',
      ),
      w.branch('alloc-failed', HEADER, '!page', () => [w.exit('break')]),
      w.operation(
        'ref_post',
        { kind: 'post', buffer: HEADER },
        'ref_post_header(q, page_pool_get_dma_addr(page));',
      ),
    ]);
  }

  poll(refill: { readonly steps: readonly ProgramNode[] }) {
    const w = this.w;
    return w.sequence('static int ref_poll(struct napi_struct *napi, int budget)', () => [
      w.loop('completions', 'while (done < budget && ref_completed(q))', () => [
        w.branch('rx-error', null, 'desc->status & REF_ERROR', () => [...this.putAll(), w.exit('continue')]),
        ...this.unsplit(),
        w.operation('napi_alloc_skb', { kind: 'alloc-skb' }, 'skb = napi_alloc_skb(napi, REF_HEADER_SIZE);'),
        w.branch('skb-null', null, '!skb', () => [...this.putAll(), w.exit('continue')]),
        ...this.headers(),
        w.branch('!payload-empty', null, 'len', () => [...this.fragment(), this.fragments()]),
        ...this.pageFragment(),
        ...(this.mistaken('no-recycle-mark')
          ? []
          : [
              w.operation('skb_mark_for_recycle', { kind: 'mark-for-recycle' }, 'skb_mark_for_recycle(skb);'),
            ]),
        w.operation(
          'eth_type_trans',
          { kind: 'read-skb-head' },
          'skb->protocol = eth_type_trans(skb, q->netdev);',
        ),
        w.operation('napi_gro_receive', { kind: 'deliver' }, 'napi_gro_receive(napi, skb);'),
      ]),
      w.call('ref_refill', refill.steps),
    ]);
  }

  /** The device did not split: drop what cannot be read, take the headers out of what can. */
  private unsplit(): readonly ProgramNode[] {
    const w = this.w;
    if (this.shared || this.system) return [];
    return [
      w.branch('!split-happened', null, '!desc->header_len', () => [
        ...(this.mistaken('no-unsplit-drop')
          ? []
          : [
              w.branch('address-null', PAYLOAD, '!netmem_address(rxb->netmem)', () => [
                ...this.putAll(),
                w.exit('continue'),
              ]),
            ]),
        w.operation(
          'netmem_address',
          { kind: 'cpu-access', buffer: PAYLOAD, how: 'parse-headers' },
          'hlen = eth_get_headlen(q->netdev, netmem_address(rxb->netmem), len);',
        ),
      ]),
    ];
  }

  private headers(): readonly ProgramNode[] {
    const w = this.w;
    const steps: ProgramNode[] = [];
    if (this.mistaken('copybreak')) {
      steps.push(
        w.branch(
          'length-at-most',
          null,
          'len <= 256',
          () => [
            w.operation(
              'memcpy',
              { kind: 'cpu-access', buffer: PAYLOAD, how: 'memcpy' },
              'skb_put_data(skb, netmem_address(rxb->netmem), len);',
            ),
          ],
          256,
        ),
      );
    }
    if (this.mistaken('read-payload')) {
      steps.push(
        w.operation(
          'page_address',
          { kind: 'cpu-access', buffer: PAYLOAD, how: 'read' },
          'first = *(u32 *)page_address(netmem_to_page(rxb->netmem));',
        ),
      );
    }
    if (this.hasHeader) {
      steps.push(
        w.operation(
          'skb_put_data',
          { kind: 'copy-header', buffer: HEADER },
          'skb_put_data(skb, page_address(rxb->header), hlen);',
        ),
      );
      if (!this.mistaken('mixed-frags')) {
        steps.push(
          w.branch('split-happened', null, 'desc->header_len', () => [
            w.operation('ref_post', { kind: 'post', buffer: HEADER }, 'ref_post_header(q, rxb->header_dma);'),
          ]),
        );
      }
    } else {
      steps.push(
        w.operation(
          'skb_put_data',
          { kind: 'cpu-access', buffer: PAYLOAD, how: 'memcpy' },
          'skb_put_data(skb, page_address(rxb->page), hlen);',
        ),
        w.operation('skb_put_data', { kind: 'copy-header', buffer: null }, 'skb->len = hlen;'),
      );
    }
    return steps;
  }

  private fragment(): readonly ProgramNode[] {
    const w = this.w;
    const steps: ProgramNode[] = [];
    if (this.system) {
      steps.push(
        w.operation(
          'dma_unmap_page',
          { kind: 'dma-unmap', buffer: PAYLOAD },
          'dma_unmap_page(dev, rxb->dma, len, dir);',
        ),
      );
    } else if (this.mistaken('dma-api-sync')) {
      steps.push(
        w.operation(
          'dma_sync_single_for_cpu',
          { kind: 'sync-for-cpu', buffer: PAYLOAD, by: 'dma-api', interface: 'netmem' },
          'dma_sync_single_for_cpu(dev, rxb->dma, len, DMA_FROM_DEVICE);',
        ),
      );
    } else {
      steps.push(
        w.operation(
          'page_pool_dma_sync_netmem_for_cpu',
          { kind: 'sync-for-cpu', buffer: PAYLOAD, by: 'pool', interface: 'netmem' },
          'page_pool_dma_sync_netmem_for_cpu(q->payload_pool, rxb->netmem, 0, len);',
        ),
      );
    }
    if (this.mistaken('page-refcount')) {
      steps.push(
        w.operation(
          'page_ref_count',
          { kind: 'refcount', buffer: PAYLOAD },
          'if (page_ref_count(netmem_to_page(rxb->netmem)) == 1) ref_reuse(rxb);',
        ),
      );
    }
    if (this.mistaken('put-page')) {
      steps.push(w.operation('put_page', { kind: 'free-page', buffer: PAYLOAD }, 'put_page(rxb->page);'));
    } else if (this.mistaken('forget-put')) {
      steps.push(w.operation('=', { kind: 'clear-slot', buffer: PAYLOAD }, 'rxb->netmem = 0;'));
    } else {
      const page = this.system || this.mistaken('page-api-frag');
      steps.push(
        w.operation(
          page ? 'skb_add_rx_frag' : 'skb_add_rx_frag_netmem',
          { kind: 'add-frag', buffer: PAYLOAD, interface: page ? 'page' : 'netmem' },
          page
            ? 'skb_add_rx_frag(skb, nr, rxb->page, 0, len, PAGE_SIZE);'
            : 'skb_add_rx_frag_netmem(skb, nr, rxb->netmem, 0, len, PAGE_SIZE);',
        ),
      );
    }
    return steps;
  }

  /** The header page goes into the skb as well: behind device memory nobody reads it. */
  private pageFragment(): readonly ProgramNode[] {
    if (!this.mistaken('mixed-frags')) return [];
    return [
      this.w.operation(
        'skb_add_rx_frag',
        { kind: 'add-frag', buffer: HEADER, interface: 'page' },
        'skb_add_rx_frag(skb, nr, rxb->header, hlen, rest, PAGE_SIZE);',
      ),
    ];
  }

  private fragments(): ProgramNode {
    return this.w.loop('fragments', 'while (!(desc++)->last)', () => this.fragment());
  }

  private putAll(): readonly ProgramNode[] {
    const w = this.w;
    return [
      this.putPayload(),
      w.loop('fragments', 'while (!(desc++)->last)', () => [this.putPayload()]),
      ...(this.hasHeader
        ? [w.operation('ref_post', { kind: 'post', buffer: HEADER }, 'ref_post_header(q, rxb->header_dma);')]
        : []),
    ];
  }

  private putPayload(direct = true): ProgramNode {
    if (this.system) {
      return this.w.operation(
        '__free_page',
        { kind: 'free-page', buffer: PAYLOAD },
        '__free_page(rxb->page);',
      );
    }
    return this.w.operation(
      direct ? 'page_pool_recycle_direct_netmem' : 'page_pool_put_full_netmem',
      { kind: 'put', buffer: PAYLOAD, interface: 'netmem', direct },
      direct
        ? 'page_pool_recycle_direct_netmem(q->payload_pool, rxb->netmem);'
        : 'page_pool_put_full_netmem(q->payload_pool, rxb->netmem, false);',
    );
  }

  release(): PathProgram {
    const w = this.w;
    const body = w.sequence('static void ref_release(struct ref_queue *q)', () => [
      w.loop('descriptors', 'while (ref_posted(q))', () => [
        this.putPayload(false),
        ...(this.hasHeader
          ? [
              w.operation(
                'page_pool_put_full_page',
                { kind: 'put', buffer: HEADER, interface: 'page', direct: false },
                'page_pool_put_full_page(q->header_pool, rxb->header, false);',
              ),
            ]
          : []),
      ]),
    ]);
    return driverProgram('rx-release', 'ref_release', this.buffers, body);
  }
}
