/** Reads the sources of a driver: its C files, then the headers that these include. */
import type { SourceFile } from '../analyzer/index.ts';
import { HeaderReader } from '../server/header-reader.ts';
import { join } from 'node:path';
import { exists } from '../files/disk.ts';
import { realOnce } from '../files/real-path.ts';
import { readableRoots } from '../files/work-tree.ts';
import type { DriverInput } from './discovery.ts';
import { readSource, type ReadOutcome } from './source-files.ts';

/** Reads the C files, and the headers that the user named. @param read says what is strange about a file */
export function readNamed(driver: DriverInput, read: (path: string) => ReadOutcome): SourceFile[] {
  const named = (driver.only ?? []).filter((path) => path.endsWith('.h'));
  return [...driver.sources, ...named].flatMap((path) => {
    const outcome = read(path);
    return outcome.kind === 'read' ? [outcome.file] : [];
  });
}

/**
 * Adds the headers that the files include.
 * @param kernel root of the tree, or null
 * @param read says what is strange about a header of the driver's own
 */
export async function withHeaders(
  driver: DriverInput,
  files: readonly SourceFile[],
  kernel: string | null,
  read: (path: string) => ReadOutcome,
): Promise<SourceFile[]> {
  const all = new Map<string, SourceFile>(files.map((file) => [file.path, file]));
  const own = new Set(driver.headers);
  const within = readableRoots(driver.directory, kernel, realOnce);
  const reader = new HeaderReader({ join }, driver, kernel, (path) => {
    const known = all.get(path);
    if (known !== undefined) return Promise.resolve(known.text);
    if (!own.has(path) && !exists(path)) return Promise.resolve(null);
    const outcome = own.has(path) ? read(path) : readSource(path, path, within);
    if (outcome.kind !== 'read') return Promise.resolve(null);
    headers.set(path, outcome.file);
    return Promise.resolve(outcome.file.text);
  });
  const headers = new Map<string, SourceFile>();
  for (const path of (await reader.follow(files)).keys()) {
    const header = headers.get(path);
    if (header !== undefined) all.set(path, header);
  }
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
