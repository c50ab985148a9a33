/** Finds and reads `.netmemrc.json` and the baseline file for a driver. */
import { dirname, join, relative, resolve } from 'node:path';
import {
  BASELINE_FILE,
  DEFAULT_SETTINGS,
  EMPTY_BASELINE,
  globMatches,
  parseBaseline,
  parseSettings,
  SETTINGS_FILE,
} from '../analyzer/index.ts';
import type { Baseline, Settings } from '../analyzer/index.ts';
import { exists, real } from '../files/disk.ts';
import { MEGABYTE, readInput } from '../files/read-file.ts';
import { reasonOf } from '../files/reason.ts';
import { isWithin, realPlace } from '../files/work-tree.ts';
import { Above } from './above.ts';
import { slashed } from './display.ts';
import { isRuleName } from './rule-pages.ts';
import { readText } from './source-files.ts';

export interface LoadedSettings {
  readonly settings: Settings;
  /** Directory that relative paths in the settings start from. */
  readonly base: string;
}

export type Loaded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/**
 * The settings in force for a directory: the given file, or the nearest one above, up to the root of the git work tree.
 * @param file named by the user, or null to look for one
 */
export function loadSettings(directory: string, file: string | null): Loaded<LoadedSettings> {
  const path = file ?? findAbove(directory, SETTINGS_FILE);
  if (path === null) return { ok: true, value: { settings: DEFAULT_SETTINGS, base: directory } };
  if (file !== null) return readSettings(path, readNamed);
  return once(settingsFiles, path, (at) => readSettings(at, read));
}

function readSettings(path: string, from: (path: string) => Loaded<string>): Loaded<LoadedSettings> {
  const text = from(path);
  if (!text.ok) return text;
  const parsed = parseSettings(text.value);
  if (!parsed.ok) return { ok: false, error: `${path}:${parsed.error}` };
  const { rules, select } = parsed.settings;
  const unknown = [...Object.keys(rules), ...select].find((name) => !isRuleName(name));
  if (unknown !== undefined)
    return {
      ok: false,
      error: `${path}: ${unknown} is neither a rule nor a requirement; netmem rules lists them`,
    };
  return { ok: true, value: { settings: parsed.settings, base: dirname(path) } };
}

export interface LoadedBaseline {
  readonly baseline: Baseline;
  /** Where the file is, or would be. */
  readonly path: string;
}

/** The accepted findings for a directory. A file that the settings name has to exist. */
export function loadBaseline(directory: string, { settings, base }: LoadedSettings): Loaded<LoadedBaseline> {
  const named = settings.baseline === null ? null : resolve(base, settings.baseline);
  const path = named ?? findAbove(directory, BASELINE_FILE);
  if (path === null) {
    return { ok: true, value: { baseline: EMPTY_BASELINE, path: join(directory, BASELINE_FILE) } };
  }
  if (named !== null && !isWithin(realPlace(named), real(base)))
    return { ok: false, error: `${path}: "baseline" leads out of ${base} through a symbolic link` };
  return once(baselineFiles, path, readBaseline);
}

function readBaseline(path: string): Loaded<LoadedBaseline> {
  const text = read(path);
  if (!text.ok) return text;
  const parsed = parseBaseline(text.value);
  if (!parsed.ok) return { ok: false, error: `${path}: ${parsed.error}` };
  return { ok: true, value: { baseline: parsed.value, path } };
}

/** What was read, by path: one file holds for thousands of directories. */
const settingsFiles = new Map<string, Loaded<LoadedSettings>>();
const baselineFiles = new Map<string, Loaded<LoadedBaseline>>();

function once<T>(known: Map<string, T>, path: string, read: (path: string) => T): T {
  let found = known.get(path);
  if (found === undefined) known.set(path, (found = read(path)));
  return found;
}

/** True if the settings leave this path (absolute) out. */
export function isExcluded(path: string, { settings, base }: LoadedSettings): boolean {
  const name = slashed(relative(base, path));
  return settings.exclude.some((glob) => globMatches(glob, name));
}

/** Searched for up to the root of the git work tree: what lies above, in /tmp say, belongs to somebody else. */
function findAbove(directory: string, name: string): string | null {
  let search = searches.get(name);
  if (search === undefined) searches.set(name, (search = new Above((at) => fileIn(at, name))));
  return search.of(directory);
}

/** By the name of the file, once a process. */
const searches = new Map<string, Above<string | null>>();

function fileIn(directory: string, name: string): string | null | undefined {
  const path = join(directory, name);
  if (exists(path)) return path;
  return exists(join(directory, '.git')) ? null : undefined;
}

function read(path: string): Loaded<string> {
  try {
    return { ok: true, value: readText(path) };
  } catch (error) {
    return { ok: false, error: `${path}: ${reasonOf(error)}` };
  }
}

const MAX_SETTINGS_BYTES = 16 * MEGABYTE;

/** What the user names may be anywhere, and a pipe. */
function readNamed(path: string): Loaded<string> {
  try {
    return { ok: true, value: readInput(path, MAX_SETTINGS_BYTES).toString('utf8') };
  } catch (error) {
    return { ok: false, error: `${path}: ${reasonOf(error)}` };
  }
}
