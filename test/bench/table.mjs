/** The rows of a bench run as one table. */

/** @typedef {import('./row.ts').Row} Row */
/** @typedef {import('./row.ts').Skipped} Skipped */

/** @param {Row} row */
export function ratio(row) {
  return row.against === null ? null : row.value / row.against.value;
}

/** @param {Row} row */
export function isMissed(row) {
  if (row.bound === null) return false;
  const kept = row.bound.of === 'value' ? row.value : (ratio(row) ?? NaN);
  return !(kept <= (row.bound.atMost ?? Infinity) && kept >= (row.bound.atLeast ?? -Infinity));
}

/** @param {number} value */
function number(value) {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}

/** @param {Row} row */
function bound(row) {
  if (row.bound === null) return '';
  const { of, atMost, atLeast } = row.bound;
  const limit = atMost === undefined ? `>= ${number(atLeast ?? 0)}` : `<= ${number(atMost)}`;
  return `${of === 'ratio' ? 'ratio ' : ''}${limit}${isMissed(row) ? ' MISSED' : ''}`;
}

/** @param {readonly (Row | Skipped)[]} rows */
export function table(rows) {
  const cells = [['what', 'figure', 'beside it', 'ratio', 'bound', 'results']];
  for (const row of rows) {
    if ('skipped' in row) {
      cells.push([row.name, 'not measured', '', '', '', row.skipped]);
      continue;
    }
    const times = ratio(row);
    const beside = row.against === null ? '' : `${row.against.name} ${number(row.against.value)} ${row.unit}`;
    cells.push([
      row.name,
      `${number(row.value)} ${row.unit}`,
      beside,
      times === null ? '' : number(times),
      bound(row),
      `${row.agrees ? 'agree' : 'DIFFER'}: ${row.check}`,
    ]);
  }
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
