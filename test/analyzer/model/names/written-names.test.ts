import { expect, test } from 'vitest';
import { poolWords } from '../../../../simulator/contract/pool-name.ts';
import { writtenField } from '../../../../extension/analyzer/model/names/written-names.ts';

test.each([
  ['struct foo_buf.page', 'struct foo_buf.page'],
  ['union foo_entry/0.page', 'foo_entry.page'],
  ['struct foo_entry/1/2.dma', 'foo_entry.dma'],
  ['struct foo_buf/rx.page', 'foo_buf.rx.page'],
  ['struct foo_buf/0/rx.page', 'foo_buf.rx.page'],
  ['struct /foo_t.page', 'foo_t.page'],
  ['foo_xmit', 'foo_xmit'],
])('the field %s is called %s', (field, written) => {
  expect(writtenField(field)).toBe(written);
});

test.each([
  ['foo_create_pool/return', 'the pool of foo_create_pool()'],
  ['foo_open/rxq->pool', 'rxq->pool of foo_open()'],
  ['foo_open/rxq->pool#2', 'rxq->pool of foo_open() #2'],
  ['foo_open/priv->pool[q]', 'priv->pool[q] of foo_open()'],
  ['payload', 'payload'],
])('the pool %s is called %s', (name, words) => {
  expect(poolWords(name)).toBe(words);
});
