/** Finds a file by a name that lost its bytes: Node reads arguments as UTF-8, and puts U+FFFD for what is none. */
import { dirname, join, parse } from 'node:path';
import { exists, list } from './disk.ts';
import { bytesOfName } from './names.ts';

const LOST = '\ufffd';

/** The path as it is on disk; unchanged if nothing, or more than one thing, can be meant. */
export function nameOnDisk(path: string): string {
  if (!path.includes(LOST) || exists(path)) return path;
  const { root, base } = parse(path);
  if (path === root) return path;
  const above = nameOnDisk(dirname(path));
  const straight = join(above, base);
  if (!base.includes(LOST) || exists(straight)) return straight;
  try {
    const meant = list(above).filter(({ name }) => bytesOfName(name).toString('utf8') === base);
    const [only] = meant;
    return only === undefined || meant.length > 1 ? path : join(above, only.name);
  } catch {
    return path;
  }
}
