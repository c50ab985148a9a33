/** `netmem report --against`: what got better and what worse. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXAMPLE, netmem, scratch } from './netmem.ts';
import { COMPLIANT, earlier, jsonReport } from './reports.ts';

test('fewer findings are better, a requirement that was met is worse', () => {
  const file = earlier((row) => {
    for (const one of row.requirements) {
      if (one.requirement === 'RX3') one.open += 1;
      if (one.requirement === 'TX1') Object.assign(one, { state: 'met', open: 0 });
    }
  });
  const { out, code } = netmem(['report', '--against', file, EXAMPLE, COMPLIANT]);
  expect(code).toBe(1);
  expect(out).toMatch(
    /Since .*old\.json: 1 better, 1 worse\n {2}\+ tern RX3: open \(\d+\) -> open \(\d+\)\n {2}- tern TX1: met -> open/,
  );
});

test('the same report has no changes, in JSON either', () => {
  const file = earlier(() => undefined);
  const rows = JSON.parse(
    netmem(['report', '--format', 'json', '--against', file, EXAMPLE, COMPLIANT]).out,
  ) as {
    changes: unknown;
  }[];
  expect(rows.map(({ changes }) => changes)).toEqual([[], []]);
});

test('a report from another directory is of the same driver', () => {
  const file = earlier((row) => {
    for (const one of row.requirements) if (one.requirement === 'RX3') one.open += 1;
  });
  const { out } = netmem(['report', '--against', file, '.'], { cwd: EXAMPLE });
  expect(out).toContain('1 better, 0 worse');
  expect(out).not.toContain('new:');
});

test('drivers that came and went are named', () => {
  const rows = jsonReport().filter(({ driver }) => driver === 'tern');
  const gone = rows.map((row) => ({ ...row, driver: 'dodo' }));
  const file = join(scratch({ 'old.json': JSON.stringify([...rows, ...gone]) }), 'old.json');
  const { out } = netmem(['report', '--against', file, EXAMPLE, COMPLIANT]);
  expect(out).toContain('  new: compliant\n  gone: dodo\n');
});

test.each([
  ['nothing there', null, /no such file/i],
  ['no JSON', '{', /not an earlier report/],
  ['another JSON', '{"a":1}', /no list of drivers/],
  [
    'a count that is none',
    '[{"driver":"a","directory":"b","requirements":[{"requirement":"RX1","state":"open","open":"many"}]}]',
    /entry 0 \(a\) has a count/,
  ],
  [
    'a state that is none',
    '[{"driver":"a","directory":"b","requirements":[{"requirement":"RX1","state":"so"}]}]',
    /entry 0 \(a\)/,
  ],
])('%s is an error that names the file', (_what, text, said) => {
  const file = join(scratch(), 'old.json');
  if (text !== null) writeFileSync(file, text);
  const { out, err, code } = netmem(['report', '--against', file, EXAMPLE]);
  expect({ out, code }).toEqual({ out: '', code: 2 });
  expect(err).toMatch(said);
  expect(err).toContain('old.json');
});
