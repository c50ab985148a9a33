/** What runs of a driver covered, in the format of lcov's geninfo(1), which editors and CI services read. */
import type { Simulation } from '../run/simulation.ts';

/** A line is covered by what ran on it; a condition has two branches, counted by the runs that went there. */
interface File {
  readonly lines: Map<number, number>;
  /** By `line:column`. */
  readonly conditions: Map<string, { readonly line: number; held: number; failed: number }>;
}

/** @param display the name of a file as the reader of the report knows it */
export function lcovOf(simulations: readonly Simulation[], display: (file: string) => string): string {
  const files = new Map<string, File>();
  for (const simulation of simulations) {
    for (const { at, count, condition } of simulation.coverage()) {
      let file = files.get(at.file);
      if (file === undefined) files.set(at.file, (file = { lines: new Map(), conditions: new Map() }));
      file.lines.set(at.line, (file.lines.get(at.line) ?? 0) + count);
      if (condition === null) continue;
      const key = `${at.line}:${at.column}`;
      const known = file.conditions.get(key) ?? { line: at.line, held: 0, failed: 0 };
      known.held += Number(condition.held);
      known.failed += Number(condition.failed);
      file.conditions.set(key, known);
    }
  }
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, file]) => record(display(name), file))
    .join('');
}

function record(name: string, { lines, conditions }: File): string {
  const sorted = [...lines].sort(([a], [b]) => a - b);
  const branches = [...conditions.values()]
    .sort((a, b) => a.line - b.line)
    .flatMap(({ line, held, failed }, block) => [
      `BRDA:${line},${block},0,${held}`,
      `BRDA:${line},${block},1,${failed}`,
    ]);
  const taken = branches.filter((branch) => !branch.endsWith(',0')).length;
  return [
    'TN:netmem',
    `SF:${name}`,
    ...branches,
    ...(branches.length > 0 ? [`BRF:${branches.length}`, `BRH:${taken}`] : []),
    ...sorted.map(([line, count]) => `DA:${line},${count}`),
    `LF:${sorted.length}`,
    `LH:${sorted.filter(([, count]) => count > 0).length}`,
    'end_of_record\n',
  ].join('\n');
}
