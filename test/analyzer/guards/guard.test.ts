/** Guards keep to logic: compared with truth tables, and bounded without ever saying less than the truth. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Literal, makeAtom } from '../../../extension/analyzer/model/guards/atom.ts';
import {
  ALWAYS,
  both,
  either,
  type Guard,
  guardText,
  implies,
  literal,
  NEVER,
  necessary,
} from '../../../extension/analyzer/model/guards/guard.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;
type Values = Readonly<Record<(typeof NAMES)[number], boolean>>;

function lit(name: string, holds = true): Literal {
  return { atom: makeAtom({ key: name, id: name, root: 'local', member: null }, { is: 'set' }), holds };
}

function holdsIn(g: Guard, values: Values): boolean {
  return g.some((c) => c.every(({ atom, holds }) => NAMES.some((n) => n === atom.id && values[n] === holds)));
}

/** A formula: a literal, or two formulas put together. */
type Formula =
  readonly [name: string, holds: boolean] | { readonly all: boolean; readonly parts: readonly Formula[] };

const { formula } = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(fc.constantFrom(...NAMES), fc.boolean()),
    fc.record({ all: fc.boolean(), parts: fc.array(tie('formula'), { minLength: 1, maxLength: 3 }) }),
  ),
}));

function guardOf(f: Formula): Guard {
  if (!('all' in f)) return literal(lit(f[0], f[1]));
  const parts = f.parts.map(guardOf);
  return f.all ? parts.reduce((x, y) => both(x, y), ALWAYS) : either(...parts);
}

function truth(f: Formula, values: Values): boolean {
  if (!('all' in f)) return NAMES.some((n) => n === f[0] && values[n] === f[1]);
  return f.all ? f.parts.every((p) => truth(p, values)) : f.parts.some((p) => truth(p, values));
}

const values: fc.Arbitrary<Values> = fc.record({
  ...{ a: fc.boolean(), b: fc.boolean(), c: fc.boolean(), d: fc.boolean() },
  ...{ e: fc.boolean(), f: fc.boolean(), g: fc.boolean(), h: fc.boolean() },
});

describe('guards', () => {
  test('never say less than the truth', () => {
    fc.assert(
      fc.property(formula, values, (f, v) => {
        if (truth(f, v)) expect(holdsIn(guardOf(f), v)).toBe(true);
      }),
    );
  });

  test('of a few literals say exactly the truth', () => {
    const small = fc.tuple(fc.constantFrom('a', 'b'), fc.boolean());
    const few = fc.record({ all: fc.boolean(), parts: fc.array(small, { minLength: 1, maxLength: 4 }) });
    fc.assert(
      fc.property(few, few, fc.boolean(), values, (x, y, all, v) => {
        const f: Formula = { all, parts: [x, y] };
        expect(holdsIn(guardOf(f), v)).toBe(truth(f, v));
      }),
    );
  });

  test('stay small', () => {
    const many = [...NAMES, ...NAMES.map((n) => `${n}1`), ...NAMES.map((n) => `${n}2`)];
    const wide = either(...many.map((n) => both(literal(lit('x')), literal(lit(n)))));
    expect(guardText(wide)).toBe('x');
  });

  test('grown too large keep what is said of memory', () => {
    const subject = { key: 'nm', id: 'nm', root: 'local', member: null } as const;
    const page = literal({ atom: makeAtom(subject, { is: 'net-iov' }), holds: false });
    const provider = literal({ atom: makeAtom(subject, { is: 'net-iov' }), holds: true });
    const many = [...NAMES, ...NAMES.map((n) => `${n}1`), ...NAMES.map((n) => `${n}2`)];
    const wide = either(...many.map((n, i) => both(literal(lit(n)), i === 0 ? provider : page)));
    expect(wide).toBe(ALWAYS);
    const addressed = literal({ atom: makeAtom(subject, { is: 'pool-unreadable' }), holds: true });
    const other = either(...many.map((n, i) => both(literal(lit(n)), i === 0 ? addressed : page)));
    expect(guardText(other)).toBe('(nm: pool-unreadable) || (!(nm: net-iov))');
  });

  test('lose a literal that both sides of a branch have been through', () => {
    const x = literal(lit('x'));
    expect(guardText(either(both(x, literal(lit('a'))), both(x, literal(lit('a', false)))))).toBe('x');
  });

  test('know what they cannot do without', () => {
    const g = either(both(literal(lit('x')), literal(lit('a'))), both(literal(lit('b')), literal(lit('x'))));
    expect(necessary(g).map((l) => l.atom.id)).toEqual(['x']);
    expect(implies(g, literal(lit('x')))).toBe(true);
    expect(implies(g, literal(lit('a')))).toBe(false);
  });

  test('are never so where two literals contradict each other', () => {
    const subject = { key: 'nm', id: 'nm', root: 'local', member: null } as const;
    const provider = makeAtom(subject, { is: 'net-iov' });
    const address = makeAtom(subject, { is: 'address' });
    const one = makeAtom(subject, { is: 'equal', to: 'ONE' });
    const two = makeAtom(subject, { is: 'equal', to: 'TWO' });
    const and = (a: Literal, b: Literal): Guard => both(literal(a), literal(b));
    expect(and({ atom: provider, holds: true }, { atom: address, holds: true })).toBe(NEVER);
    expect(and({ atom: provider, holds: false }, { atom: address, holds: false })).toBe(NEVER);
    expect(and({ atom: one, holds: true }, { atom: two, holds: true })).toBe(NEVER);
    expect(and({ atom: one, holds: false }, { atom: two, holds: false })).not.toEqual(NEVER);
  });
});

test('tens of thousands of alternatives give way to what they share, without being compared', () => {
  const shared = literal(lit('shared'));
  const many = Array.from({ length: 40_000 }, (_, i) => both(shared, literal(lit(`v${i}`))));
  expect(guardText(either(...many))).toBe(guardText(shared));
});
