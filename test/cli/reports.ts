/** Reports of the example and of the compliant driver, and earlier ones to compare with. */
import { join } from 'node:path';
import { EXAMPLE, netmem, ROOT, scratch } from './netmem.ts';

export const COMPLIANT = join(ROOT, 'test/support/compliant');

export interface Row {
  readonly driver: string;
  readonly requirements: { requirement: string; state: string; open: number }[];
}

export function jsonReport(): Row[] {
  return JSON.parse(netmem(['report', '--format', 'json', EXAMPLE, COMPLIANT]).out) as Row[];
}

/** A file with the report of today, in which one requirement of the example stood otherwise. */
export function earlier(change: (row: Row) => void): string {
  const rows = jsonReport();
  rows.filter(({ driver }) => driver === 'tern').forEach(change);
  return join(scratch({ 'old.json': JSON.stringify(rows) }), 'old.json');
}
