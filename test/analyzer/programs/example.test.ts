/** The example driver's paths, from its sources to the program that the simulator runs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyse } from '../analyse.ts';
import { outline, programOf } from './outline.ts';

const FOLDER = join(import.meta.dirname, '../../../extension/example');
const FILES = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
);

test('every path of the driver is found, each from where the kernel enters it', async () => {
  const { model } = await analyse(FILES);
  expect(model.programs?.map(({ path, entry }) => `${path} ${entry}`)).toEqual([
    'rx-poll tern_poll',
    'rx-refill tern_rxq_start',
    'rx-refill tern_open',
    'rx-refill tern_rx_refill',
    'rx-release tern_rx_free_bufs',
    'rx-release tern_free_queues',
    'tx-xmit tern_xmit',
    'tx-complete tern_poll',
    'queue-mem-alloc tern_queue_mem_alloc',
    'queue-mem-free tern_queue_mem_free',
    'queue-start tern_queue_start',
    'queue-stop tern_queue_stop',
  ]);
});

test('the packet loop reads as the source does', async () => {
  const text = outline(await programOf(FILES, 'rx-poll'));
  const loop = text.slice(0, text.indexOf('  tern_rx_refill()'));
  expect(loop).toBe(`tern_rx_poll()
  completions:
    tern_rx_frame()
      if not payload-empty
        sync-for-cpu tern_rx_buf.page
      if not split-happened
        tern_rx_copy_unsplit()
          if not length-at-most
            tern_rx_copy_unsplit() = 0
            return
          alloc-skb
          if skb-null
            tern_rx_copy_unsplit() = 0
            return
          take-address tern_rx_buf.page
          cpu-access tern_rx_buf.page
          copy-header
          if not page-reusable tern_rx_buf.page
            put tern_rx_buf.page
            clear-slot tern_rx_buf.page
          tern_rx_copy_unsplit() = ?
        tern_rx_frame() = tern_rx_copy_unsplit()
        return
      tern_rx_build_skb()
        dma-address tern_rx_buf.hdr
        sync-for-cpu tern_rx_buf.hdr
        take-address tern_rx_buf.hdr
        build-skb tern_rx_buf.hdr
        if skb-null
          tern_rx_build_skb() = 0
          return
        mark-for-recycle
        clear-slot tern_rx_buf.hdr
        tern_rx_build_skb() = ?
      skb = tern_rx_build_skb()
      if skb-null [skb == 0]
        if not payload-empty
          tern_rx_add_overflow()
            skb = 0
            tern_overflow_free()
              if slot-empty tern_overflow_buf.page
                return
              dma-unmap tern_overflow_buf.page
              free-page tern_overflow_buf.page
              clear-slot tern_overflow_buf.page
        tern_rx_frame() = 0
        return
      if not payload-empty
        add-frag tern_rx_buf.page
        clear-slot tern_rx_buf.page
      if not payload-empty
        tern_rx_add_overflow()
          skb = skb
          if skb-null [skb == 0]
            tern_overflow_free()
              if slot-empty tern_overflow_buf.page
                return
              dma-unmap tern_overflow_buf.page
              free-page tern_overflow_buf.page
              clear-slot tern_overflow_buf.page
            return
          dma-unmap tern_overflow_buf.page
          add-frag tern_overflow_buf.page
          clear-slot tern_overflow_buf.page
      tern_rx_frame() = skb
    skb = tern_rx_frame()
    if skb-null [skb == 0]
      continue
    read-skb-head
    deliver
`);
});

test('an allocation that a slot test guards, and its failure up to the caller', async () => {
  const text = outline(await programOf(FILES, 'rx-refill'));
  expect(text).toContain(`tern_rx_refill()
  descriptors:
    tern_rx_refill_one()
      if slot-empty tern_rx_buf.hdr
        alloc tern_rx_buf.hdr
        if alloc-failed tern_rx_buf.hdr
          tern_rx_refill_one() = 0
          return
      if slot-empty tern_rx_buf.page
        alloc tern_rx_buf.page
        if alloc-failed tern_rx_buf.page
          tern_rx_refill_one() = 0
          return
        dma-address tern_rx_buf.page
      dma-address tern_rx_buf.hdr
      post tern_rx_buf.hdr
      post tern_rx_buf.page
      tern_rx_refill_one() = 1
    if unknown (!(tern_rx_refill_one(rxq, use))) [tern_rx_refill_one() == 0]
      break
`);
});

test('heads and frags of sent packets are told apart', async () => {
  expect(outline(await programOf(FILES, 'tx-complete'))).toBe(`tern_tx_clean()
  fragments:
    tern_tx_unmap()
      if unknown (!(dma_unmap_len(buf, len)))
        return
      if first-fragment
        tx-unmap-head
      else
        tx-unmap-frag
    if unknown (buf->skb)
      tx-free-skb`);
});

test('every node stands in the driver, and the model is plain data', async () => {
  const { model } = await analyse(FILES);
  const copy: unknown = JSON.parse(JSON.stringify(model));
  expect(copy).toEqual(model);
  for (const program of model.programs ?? []) {
    const lines = FILES[program.body.at.file]?.split('\n') ?? [];
    expect(lines[program.body.at.line - 1]).toContain(program.entry);
  }
});
