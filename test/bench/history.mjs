/**
 * The figures of former runs, a line of JSON each. A figure that is measured beside another is kept as their ratio, which
 * means the same on every machine; the others are compared with former runs of the same kind of machine only.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ratio } from './table.mjs';

/** @typedef {import('./row.ts').Row} Row */
/** @typedef {{ date: string, commit: string, machine: string, figures: Record<string, number> }} Entry */

const FILE = join(import.meta.dirname, 'history.jsonl');
const NOTED = 1.2;
const FORMER = 5;

function machine() {
  const all = cpus();
  return `${all.length} x ${all[0]?.model.trim() ?? 'unknown'}, node ${process.versions.node}`;
}

/** @param {Row} row */
function figure(row) {
  return ratio(row) ?? row.value;
}

/** @param {readonly Row[]} rows */
export function record(rows) {
  const { stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  /** @type {Entry} */
  const entry = {
    date: new Date().toISOString().slice(0, 10),
    commit: stdout.trim(),
    machine: machine(),
    figures: Object.fromEntries(rows.map((row) => [row.name, Number(figure(row).toPrecision(4))])),
  };
  appendFileSync(FILE, `${JSON.stringify(entry)}\n`);
}

/**
 * Figures more than a fifth worse than the middle one of the last runs.
 * @param {readonly Row[]} rows
 * @returns {string[]}
 */
export function regressions(rows) {
  /** @type {Entry[]} */
  const entries = existsSync(FILE)
    ? readFileSync(FILE, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  return rows.flatMap((row) => {
    const former = entries
      .filter((entry) => row.against !== null || entry.machine === machine())
      .flatMap((entry) => entry.figures[row.name] ?? [])
      .slice(-FORMER)
      .sort((a, b) => a - b);
    const middle = former[former.length >> 1];
    if (middle === undefined || middle === 0) return [];
    const worse = row.bound?.atLeast === undefined ? figure(row) / middle : middle / figure(row);
    if (worse <= NOTED) return [];
    return [`${row.name}: ${figure(row).toPrecision(3)}, ${middle.toPrecision(3)} in former runs`];
  });
}
