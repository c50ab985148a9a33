/** Fragments of device memory that a driver marks as not to be unmapped, instead of keeping no address of them. */
import { expect, test } from 'vitest';
import { analyseDriver, COMPLIANT, run } from './compliant.ts';

const HEADER = COMPLIANT['plover.h'] ?? '';
const SOURCE = COMPLIANT['plover_tx.c'] ?? '';

/** The text with each of the lines replaced; throws where one is not there. */
function replaced(text: string, changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`not there: ${from}`);
    return before.replace(from, to);
  }, text);
}

interface Marking {
  /** Stored for a fragment, besides its address. */
  readonly store?: string;
  /** Around the unmapping of a page. */
  readonly guard?: string;
  /** Behind the other functions. */
  readonly more?: string;
}

const STORE = 'slot->kind = skb_frag_is_net_iov(frag) ? PLOVER_DEVICE : PLOVER_PAGE;';
const GUARD = 'if (slot->kind != PLOVER_DEVICE)';

/** What the run of a driver comes to that says in each slot what was mapped. */
async function verdictOf({ store = STORE, guard = GUARD, more = '' }: Marking = {}) {
  const kinds =
    '#define PLOVER_HEAD 0\n#define PLOVER_PAGE 1\n#define PLOVER_DEVICE 2\n\nstruct plover_tx_slot {';
  const files = {
    ...COMPLIANT,
    'plover.h': replaced(HEADER, [
      ['struct plover_tx_slot {', kinds],
      ['bool linear;', 'u8 kind;'],
    ]),
    'plover_tx.c': `${replaced(SOURCE, [
      ['if (slot->linear)', 'if (slot->kind == PLOVER_HEAD)'],
      ['else\n\t\tnetmem_dma_unmap_page_attrs(', `else ${guard}\n\t\tdma_unmap_page_attrs(`],
      ['slot->linear = true;', 'slot->kind = PLOVER_HEAD;'],
      ['slot->linear = false;', store],
      [
        'netmem_dma_unmap_addr_set(skb_frag_netmem(frag), slot, dma, mapping);',
        'dma_unmap_addr_set(slot, dma, mapping);',
      ],
    ])}${more}`,
  };
  const { model } = await analyseDriver(files);
  return run(model, 'tx-works', {});
}

const failing = (verdict: Awaited<ReturnType<typeof verdictOf>>): readonly string[] =>
  verdict.requirements.filter(({ state }) => state === 'fails').map(({ requirement }) => requirement);

test('a fragment that is marked is not unmapped', async () => {
  const verdict = await verdictOf();
  expect(verdict.state).toBe('pass');
  expect(verdict.requirements).toContainEqual(
    expect.objectContaining({ requirement: 'TX1', state: 'holds' }),
  );
});

test('one whose mark nobody looks for is', async () => {
  const verdict = await verdictOf({ guard: '' });
  expect(verdict.state).toBe('fail');
  expect(failing(verdict)).toEqual(['TX1']);
});

test('and so is one that is not marked', async () => {
  const verdict = await verdictOf({ store: 'slot->kind = PLOVER_PAGE;' });
  expect(verdict.state).toBe('fail');
  expect(failing(verdict)).toEqual(['TX1']);
});

test('where a fragment is marked somewhere that was not read to, nobody is to blame', async () => {
  const more = '\n\nvoid plover_mark(struct plover_tx_slot *slot)\n{\n\tslot->kind = PLOVER_DEVICE;\n}\n';
  const verdict = await verdictOf({ store: 'slot->kind = PLOVER_PAGE;', more });
  expect([verdict.state, verdict.blame]).toEqual(['inconclusive', 'nobody']);
  expect(verdict.cause).toContain('the marks are stored where reading did not get to');
});
