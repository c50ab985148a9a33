/**
 * The minikernel: self-written headers, just enough to parse and compile a small network driver, cut to what a
 * release has. Real kernel text stays out of the repository. A header says what is newer or older than a release:
 *
 *     //- since 6.18
 *     void get_netmem(netmem_ref netmem);
 *     //- end
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { RELEASES, type Release } from '../../extension/analyzer/kernel/tree.ts';

const SOURCE = join(import.meta.dirname, 'minikernel/include');
const REGION = /^\/\/- (?:(since|before) (\S+)|end)$/;

/** Cuts one header to a release, keeping the number of lines. Throws on a bad or open region. */
export function cutHeader(text: string, release: Release): string {
  const cut: string[] = [];
  let region: 'kept' | 'left out' | null = null;
  for (const line of text.split('\n')) {
    const match = REGION.exec(line);
    if (match === null && line.startsWith('//-')) throw new Error(`not a region: ${line}`);
    if (match !== null) {
      const [, word, bound] = match;
      if ((region !== null) === (word !== undefined)) throw new Error(`regions do not nest: ${line}`);
      if (word === undefined) region = null;
      else region = isNewer(release, bound ?? '') === (word === 'since') ? 'kept' : 'left out';
    }
    cut.push(match !== null || region === 'left out' ? '' : line);
  }
  if (region !== null) throw new Error('a region is not closed');
  return cut.join('\n');
}

/** The headers of a release by their path under the tree: `include/net/netmem.h`. */
export function minikernel(release: Release): ReadonlyMap<string, string> {
  const files = readdirSync(SOURCE, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = join('include', relative(SOURCE, path)).replaceAll('\\', '/');
      return [name, cutHeader(readFileSync(path, 'utf8'), release)] as const;
    }),
  );
}

/** Writes the headers under `root`, which then looks like a kernel tree to the probe and to the compiler. */
export function writeMinikernel(root: string, release: Release): void {
  for (const [name, text] of minikernel(release)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function isNewer(release: Release, bound: string): boolean {
  const index = RELEASES.findIndex((known) => known === bound);
  if (index < 0) throw new Error(`${bound} is none of the releases ${RELEASES.join(', ')}`);
  return RELEASES.indexOf(release) >= index;
}
