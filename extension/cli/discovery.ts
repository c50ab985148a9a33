/** Which drivers the given paths name. */
import type { Stats } from 'node:fs';
import { resolve } from 'node:path';
import { DriverFinder, type DriverFiles } from '../server/driver-files.ts';
import { diskTree } from './disk-tree.ts';
import { stat as statPath } from '../files/disk.ts';
import { nameOnDisk } from '../files/find-name.ts';
import { reasonOf } from '../files/reason.ts';
import { displayName } from './display.ts';

export interface DriverInput extends DriverFiles {
  /** The files asked for, or null for all. The others only help to understand them. */
  readonly only: readonly string[] | null;
}

export interface Discovery {
  readonly drivers: readonly DriverInput[];
  /** Paths that name nothing to look at, each with what to do. */
  readonly problems: readonly string[];
}

const C_FILE = /\.[ch]$/;

/** @param exclude true for paths (absolute) to leave out of directories */
export async function discover(
  paths: readonly string[],
  cwd: string,
  exclude: (path: string) => boolean = () => false,
): Promise<Discovery> {
  const problems = new Set<string>();
  const finder = new DriverFinder(
    diskTree({
      exclude,
      unreadable: (directory, reason) =>
        problems.add(`${displayName(directory, cwd)}: ${reason}; its sources were not checked`),
    }),
  );
  const found = new Map<string, { driver: DriverFiles; only: Set<string> | null }>();
  const want = (driver: DriverFiles, file: string | null): void => {
    const id = `${driver.directory}\n${driver.name}`;
    const entry = found.get(id) ?? { driver, only: new Set() };
    found.set(id, entry);
    if (file === null) entry.only = null;
    else entry.only?.add(file);
  };
  for (const path of paths) {
    const full = nameOnDisk(resolve(cwd, path));
    const stat = inspect(full);
    if (typeof stat === 'string') {
      problems.add(`${path}: ${stat}; name a driver's directory or its C sources`);
    } else if (stat.isDirectory()) {
      const before = problems.size;
      let any = false;
      for await (const directory of finder.below(full)) {
        any = true;
        for (const driver of await finder.drivers(directory)) want(driver, null);
      }
      if (!any && problems.size === before)
        problems.add(`${path}: no C sources in it or below; name a driver's directory`);
    } else if (!C_FILE.test(full) || !stat.isFile()) {
      problems.add(`${path}: not a C file (.c or .h); name a driver's directory or its C sources`);
    } else {
      want(await finder.driverOf(full), full);
    }
  }
  const drivers = [...found.values()].map(({ driver, only }): DriverInput => {
    const asked = only === null ? null : [...only].sort();
    // Named by the user, though a directory's listing leaves it out.
    const listed = new Set(driver.sources);
    const extra = asked?.filter((f) => f.endsWith('.c') && !listed.has(f)) ?? [];
    return { ...driver, sources: [...driver.sources, ...extra].sort(), only: asked };
  });
  return { drivers: drivers.sort(byDirectory), problems: [...problems] };
}

function byDirectory(a: DriverInput, b: DriverInput): number {
  if (a.directory !== b.directory) return a.directory < b.directory ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** What the path leads to, or in words why nothing. */
function inspect(path: string): Stats | string {
  try {
    return statPath(path);
  } catch (error) {
    return reasonOf(error);
  }
}
