/**
 * Translation units as far as the driver's own files go. Two files of one directory may define the same tag or static
 * function differently (ti, hisilicon), so types are looked up in a file and what it includes, not in the whole driver.
 */
import { DriverSymbols, type FileModel } from '../model/names/symbols.ts';
import type { FilePath } from '../text/range.ts';

export interface Unit {
  readonly file: FileModel;
  /** Names visible in the file; its own win over those of its headers. */
  readonly symbols: DriverSymbols;
}

function folder(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function joined(base: string, path: string): string {
  const parts = base.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/**
 * Declarations that are gone through for the files of a driver, each with what it includes. The largest driver of 7.3 comes
 * to 330,000. Beyond, files are taken to see the whole driver: thousands of headers that include each other would cost
 * the square.
 */
const MAX_ITEMS = 1_500_000;

export class Units {
  private left = MAX_ITEMS;
  private shared: DriverSymbols | null = null;
  private readonly files: readonly FileModel[];
  private readonly byPath: ReadonlyMap<string, FileModel>;
  private readonly headers: readonly FileModel[];
  /** Headers by the last part of their paths. */
  private readonly byName = new Map<string, FileModel[]>();
  private readonly made = new Map<FilePath, Unit>();

  constructor(files: readonly FileModel[]) {
    this.files = files;
    this.byPath = new Map(files.map((f) => [f.path, f]));
    this.headers = files.filter((f) => f.path.endsWith('.h'));
    for (const header of this.headers) {
      const name = lastPart(header.path);
      const known = this.byName.get(name);
      if (known === undefined) this.byName.set(name, [header]);
      else known.push(header);
    }
  }

  /** The driver's file that `#include "path"` in `from` names, or null if it is not the driver's. */
  included(from: FileModel, path: string): FileModel | null {
    const direct = this.byPath.get(joined(from.path, path));
    if (direct !== undefined) return direct;
    const end = `/${path}`;
    const found = (this.byName.get(lastPart(path)) ?? []).filter((h) => h.path.endsWith(end));
    return found.length === 1
      ? (found[0] ?? null)
      : (found.find((h) => folder(h.path) === folder(from.path)) ?? null);
  }

  /** The files that `file` sees, itself last. A header also sees its siblings, since its includer may have them. */
  closure(file: FileModel): FileModel[] {
    const seen = new Set<FileModel>([file]);
    const work = [file];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      for (const { item } of at.items) {
        if (item.k !== 'include' || item.system) continue;
        const found = this.included(at, item.path);
        if (found === null || seen.has(found)) continue;
        seen.add(found);
        work.push(found);
      }
    }
    seen.delete(file);
    const rest = file.path.endsWith('.h') ? this.headers.filter((h) => h !== file && !seen.has(h)) : [];
    return [...rest, ...seen, file];
  }

  of(file: FileModel): Unit {
    let unit = this.made.get(file.path);
    if (unit === undefined) this.made.set(file.path, (unit = { file, symbols: this.symbolsOf(file) }));
    return unit;
  }

  private symbolsOf(file: FileModel): DriverSymbols {
    if (this.left > 0) {
      const files = this.closure(file);
      this.left -= files.reduce((sum, { items }) => sum + items.length + 1, 0);
      return new DriverSymbols(files);
    }
    return (this.shared ??= new DriverSymbols(this.files));
  }
}
