/**
 * Takes support for unreadable memory out of the drivers that have it, one place at a time: each time `check` has to say
 * something new of the requirement, at the place or of the whole driver. `KERNEL_TREE` names a tree in which the drivers are
 * ready (7.3); `KERNEL_DRIVERS` narrows the run to drivers whose name matches.
 */
import { afterAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../extension/analyzer/finding.ts';
import { changed, open, READY } from './undo/drivers.ts';

const rows: string[] = [];
afterAll(() => {
  process.stderr.write(`${rows.join('\n')}\n`);
});

/** What a finding says, without its place, which a change moves. */
const said = ({ rule, api, message, location }: Finding): string =>
  `${location.file} ${rule} ${api} ${message}`;

function lessThese(all: readonly Finding[], known: readonly Finding[]): Finding[] {
  const left = new Map<string, number>();
  for (const f of known) left.set(said(f), (left.get(said(f)) ?? 0) + 1);
  return all.filter((f) => {
    const count = left.get(said(f)) ?? 0;
    left.set(said(f), count - 1);
    return count <= 0;
  });
}

describe.each(READY)('$name', (ready) => {
  const opened = open(ready);

  test.each(ready.changes)('$what', async (change) => {
    const { driver, files } = await opened;
    const { before: file, after } = changed(files, ready, change);
    const before = driver.analysis().findings;
    driver.setFile(after);
    const fresh = lessThese(driver.analysis().findings, before);
    const lost = lessThese(before, driver.analysis().findings);
    driver.setFile(file);
    driver.analysis();
    const lineOf = ({ location }: Finding): string =>
      `${location.file.slice(location.file.lastIndexOf('/') + 1)}:${
        (location.file === file.path ? after.text : (files.find((f) => f.path === location.file)?.text ?? ''))
          .slice(0, location.range.start)
          .split('\n').length
      }`;
    const words = fresh.map((f) => `${f.requirement} ${f.severity} ${lineOf(f)} ${f.api}`);
    rows.push(
      `${fresh.some((f) => f.requirement === change.requirement) ? 'said  ' : fresh.length > 0 ? 'OTHER ' : 'SILENT'} ${ready.name}: ${change.what} (${change.requirement}): ${words.join('; ')}${lost.length > 0 ? ` lost ${lost.map((f) => `${f.requirement} ${f.api}`).join('; ')}` : ''}`,
    );
    expect(fresh.map(({ requirement }) => requirement)).toContain(change.requirement);
  });
});
