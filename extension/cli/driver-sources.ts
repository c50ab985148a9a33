/** Reads the sources of a driver: its C files, then the headers these include, from its directory or from the tree. */
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { SourceFile } from '../analyzer/analyzer.ts';
import { declaresBuffers, inclusionsOf, type Inclusion } from '../analyzer/model/modules.ts';
import { readSource, type ReadOutcome } from './source-files.ts';

/** Directories above a source in which the kernel's Makefiles look for its headers. */
const CLIMB = ['', '..', '../..'];

/** Reads `headers` only as far as `sources` reach them. @param kernel root of the tree, or null */
export class HeaderReader {
  private readonly own: ReadonlySet<string>;
  private readonly directory: string;
  private readonly kernel: string | null;
  private readonly seen = new Set<string>();
  readonly files: SourceFile[] = [];

  constructor(headers: readonly string[], directory: string, kernel: string | null) {
    this.own = new Set(headers);
    this.directory = directory;
    this.kernel = kernel;
  }

  /** Follows the inclusions of a source. @param read told of every header that is tried */
  follow(path: string, text: string, read: (path: string) => ReadOutcome): void {
    const work = [{ path, text }];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      for (const inclusion of inclusionsOf(at.text)) {
        const found = inclusion.system ? this.inTree(inclusion.path) : this.near(at.path, inclusion);
        if (found === null || this.seen.has(found)) continue;
        this.seen.add(found);
        const outcome = inclusion.system ? readSource(found, found) : read(found);
        if (outcome.kind !== 'read') continue;
        const { text } = outcome.file;
        if (inclusion.system && !declaresBuffers(inclusion.path, text)) continue;
        this.files.push(outcome.file);
        work.push({ path: found, text });
      }
    }
  }

  private near(from: string, { path }: Inclusion): string | null {
    for (const start of [dirname(from), this.directory]) {
      for (const climb of CLIMB) {
        const full = normalize(join(start, climb, path));
        if (this.own.has(full) || this.seen.has(full)) return full;
        if (climb === '' ? path.startsWith('..') && existsSync(full) : existsSync(full)) return full;
      }
    }
    const suffix = `/${path}`;
    for (const header of this.own) if (header.endsWith(suffix)) return header;
    return null;
  }

  private inTree(path: string): string | null {
    if (this.kernel === null || !/^(?:net|linux|soc)\/.+\//.test(path)) return null;
    const full = join(this.kernel, 'include', path);
    return existsSync(full) ? full : null;
  }
}
