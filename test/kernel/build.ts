/** Builds single objects of a kernel tree and tells what the compiler and sparse say. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What a build of some objects said. Lines and columns are left out, so that two builds compare. */
export interface BuildResult {
  readonly built: readonly string[];
  readonly failed: readonly string[];
  readonly gcc: readonly string[];
  readonly sparse: readonly string[];
  readonly errors: readonly string[];
}

const MESSAGE = /^(?:.*?\/)?((?:drivers|include)\/\S+?):(\d+)(?::\d+)?: (warning|error): (.*)$/;

/** @param objects paths below the tree, ending in .o */
export function buildObjects(source: string, build: string, objects: readonly string[]): BuildResult {
  // Without a target, make builds the whole kernel.
  if (objects.length === 0) return { built: [], failed: [], gcc: [], sparse: [], errors: [] };
  for (const o of objects) rmSync(join(build, o), { force: true });
  const run = spawnSync('make', ['-k', '-j2', `O=${build}`, 'W=1', 'C=2', ...objects], {
    cwd: source,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const gcc: string[] = [];
  const sparse: string[] = [];
  const errors: string[] = [];
  for (const line of `${run.stdout}\n${run.stderr}`.split('\n')) {
    const match = MESSAGE.exec(line);
    if (match === null) continue;
    const [, file = '', number = '', kind, text = ''] = match;
    if (kind === 'error' && !text.startsWith('too many errors')) errors.push(`${file}:${number}: ${text}`);
    const message = `${file}: ${kind}: ${text.replace(/\b\d+:\d+\b/g, '')}`;
    (/\[-W/.test(text) ? gcc : sparse).push(message);
  }
  const built = objects.filter((o) => existsSync(join(build, o)));
  return { built, failed: objects.filter((o) => !built.includes(o)), gcc, sparse, errors };
}

/** Messages of `after` that `before` does not have, counted. */
export function newMessages(before: readonly string[], after: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const m of before) left.set(m, (left.get(m) ?? 0) + 1);
  return after.filter((m) => {
    const count = left.get(m) ?? 0;
    if (count > 0) left.set(m, count - 1);
    return count === 0;
  });
}
