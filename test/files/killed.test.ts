/** A file that is written for the user, with the process killed at every step on the disk: it is whole, old or new, or not there. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as Disk from '../../extension/files/disk.ts';
import { createFile } from '../../extension/files/new-file.ts';
import { putFile } from '../../extension/files/replace-file.ts';
import { clear, directory, disk, isKilled, kill, revive, setUp } from '../support/faulty-disk.ts';

vi.mock('../../extension/files/disk.ts', async (original) => {
  const { throughHooks } = await import('../support/faulty-disk.ts');
  return throughHooks(await original<typeof Disk>());
});
/** `cp` runs in a process of its own. */
vi.mock('node:child_process', () => ({ spawnSync: () => ({ status: 0 }) }));

beforeEach(setUp);
afterEach(clear);

test.each<[what: string, write: typeof putFile, old: string | null]>([
  ['a baseline', createFile, null],
  ['a new export', putFile, null],
  ['an export over an old one', putFile, 'old'],
])('%s', (_, write, old) => {
  const path = join(directory(), 'file');
  const seen = new Set<string | null>();
  let at = 1;
  for (let killed = true; killed; at += 1) {
    rmSync(path, { force: true });
    if (old !== null) writeFileSync(path, old);
    let step = 0;
    disk.before = (call) => {
      step += 1;
      if (step === at) kill(call);
    };
    try {
      write(path, 'new');
    } catch {
      // Killed.
    }
    killed = isKilled();
    revive();
    seen.add(existsSync(path) ? readFileSync(path, 'utf8') : null);
  }
  expect(seen).toEqual(new Set([old, 'new']));
});
