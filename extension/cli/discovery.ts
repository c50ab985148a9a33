/**
 * Which drivers the given paths name. A driver is a directory with C sources; sub-directories whose objects its
 * Makefile links (`foo-y += sub/bar.o`) belong to it.
 */
import { readdirSync, readFileSync, statSync, type Dirent, type Stats } from 'node:fs';
import { modulesOf } from '../analyzer/model/modules.ts';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { reasonOf } from './source-files.ts';

export interface DriverInput {
  readonly name: string;
  readonly directory: string;
  /** Every .c and .h file, sorted. */
  readonly files: readonly string[];
  /** The files asked for, or null for all. The others only help to understand them. */
  readonly only: readonly string[] | null;
}

export interface Discovery {
  readonly drivers: readonly DriverInput[];
  /** Paths that name nothing to look at, each with what to do. */
  readonly problems: readonly string[];
}

const C_FILE = /\.[ch]$/;
const MAX_CLIMB = 3;
/** Never part of a driver. */
const SKIPPED = new Set(['.git', 'node_modules']);

/** @param exclude true for paths (absolute) to leave out of directories */
export function discover(
  paths: readonly string[],
  cwd: string,
  exclude: (path: string) => boolean = () => false,
): Discovery {
  const problems = new Set<string>();
  const search: Search = {
    exclude,
    unreadable: (directory, reason) =>
      problems.add(`${relative(cwd, directory) || '.'}: ${reason}; its sources were not checked`),
  };
  const wanted = new Map<string, Set<string> | null>();
  for (const path of paths) {
    const full = resolve(cwd, path);
    const stat = inspect(full);
    if (typeof stat === 'string') {
      problems.add(`${path}: ${stat}; name a driver's directory or its C sources`);
    } else if (stat.isDirectory()) {
      const before = problems.size;
      const found = driversBelow(full, search);
      for (const directory of found) wanted.set(directory, null);
      if (found.size === 0 && problems.size === before)
        problems.add(`${path}: no C sources in it or below; name a driver's directory`);
    } else if (!C_FILE.test(full) || !stat.isFile()) {
      problems.add(`${path}: not a C file (.c or .h); name a driver's directory or its C sources`);
    } else {
      const directory = driverDirectory(dirname(full));
      const files = wanted.get(directory);
      if (files === undefined) wanted.set(directory, new Set([full]));
      else files?.add(full);
    }
  }
  const drivers = [...wanted].flatMap(([directory, only]): DriverInput[] => {
    const files = filesOf(directory, search);
    const asked = only === null ? null : [...only].sort();
    const all = [...new Set([...files, ...(asked ?? [])])].sort();
    return byModule({ name: basename(directory), directory, files: all, only: asked });
  });
  return { drivers: drivers.sort(byDirectory), problems: [...problems] };
}

function byDirectory(a: DriverInput, b: DriverInput): number {
  if (a.directory !== b.directory) return a.directory < b.directory ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** The modules of a directory that links several, each with all headers; of those only what was asked for. */
function byModule(whole: DriverInput): DriverInput[] {
  const { name, directory, files, only } = whole;
  const modules = modulesOf(makefileOf(directory));
  const sources = files.filter((path) => path.endsWith('.c'));
  const rest = new Set(sources);
  const drivers = modules.flatMap((module): DriverInput[] => {
    const objects = new Set(module.objects.map((object) => join(directory, `${object}.c`)));
    const own = sources.filter((path) => objects.has(path));
    for (const path of own) rest.delete(path);
    return own.length === 0 ? [] : [{ name: module.name, directory, files: own, only }];
  });
  if (drivers.length < 2) return [whole];
  if (rest.size > 0) drivers.push({ name, directory, files: [...rest], only });
  const headers = files.filter((path) => path.endsWith('.h'));
  const all = drivers.map((driver) => ({ ...driver, files: [...driver.files, ...headers] }));
  if (only === null) return all;
  // A header was asked for: any module may include it.
  const asked = only.every((path) => path.endsWith('.c'));
  return asked ? all.filter((driver) => only.some((path) => driver.files.includes(path))) : [whole];
}

/** How directories are walked. */
interface Search {
  readonly exclude: (path: string) => boolean;
  /** Told of a directory that cannot be listed. */
  readonly unreadable: (directory: string, reason: string) => void;
}

/** What the path leads to, or in words why nothing. */
function inspect(path: string): Stats | string {
  try {
    return statSync(path);
  } catch (error) {
    return reasonOf(error);
  }
}

function driversBelow(root: string, search: Search): Set<string> {
  const found = new Set<string>();
  const visit = (directory: string): void => {
    if (search.exclude(directory)) return;
    const entries = list(directory, search);
    if (entries.some((entry) => entry.isFile() && entry.name.endsWith('.c'))) {
      found.add(directory === root ? root : driverDirectory(directory, root));
    }
    for (const entry of entries) {
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) visit(join(directory, entry.name));
    }
  };
  visit(root);
  return found;
}

/** The directory whose Makefile links the objects of this one; itself if there is none. @param root not above this */
export function driverDirectory(directory: string, root = '/'): string {
  let above = directory;
  for (let climbed = 0; climbed < MAX_CLIMB && above !== root && dirname(above) !== above; climbed += 1) {
    above = dirname(above);
    if (links(above, relative(above, directory))) return above;
  }
  return directory;
}

/** The C files of a driver: its directory's, and those of sub-directories that it links. */
function filesOf(directory: string, search: Search): string[] {
  const files: string[] = [];
  const visit = (current: string): void => {
    for (const entry of list(current, search)) {
      const path = join(current, entry.name);
      if (search.exclude(path)) continue;
      if (entry.isFile() && C_FILE.test(entry.name)) files.push(path);
      if (entry.isDirectory() && !SKIPPED.has(entry.name) && links(directory, relative(directory, path)))
        visit(path);
    }
  };
  visit(directory);
  return files;
}

const makefiles = new Map<string, string>();

function links(directory: string, below: string): boolean {
  const text = makefileOf(directory);
  return new RegExp(`(^|[\\s/])${below.replace(/[^\w/-]/g, '\\$&')}/[\\w/-]+\\.o\\b`, 'm').test(text);
}

function makefileOf(directory: string): string {
  const known = makefiles.get(directory);
  const text = known ?? readMakefile(directory);
  if (known === undefined) makefiles.set(directory, text);
  return text;
}

function readMakefile(directory: string): string {
  for (const name of ['Makefile', 'Kbuild']) {
    try {
      return readFileSync(join(directory, name), 'utf8');
    } catch {
      // The next name, or none: a directory without one links nothing.
    }
  }
  return '';
}

/** Symbolic links are not followed: they may lead in circles. */
function list(directory: string, search: Search): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    search.unreadable(directory, reasonOf(error));
    return [];
  }
}
