/**
 * Programs that the editor tests need beyond npm. On Debian, as root, they are installed; elsewhere the caller is
 * told exactly what to install.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Full path of the first of these programs on PATH.
 * @param {readonly string[]} names
 * @returns {string | null}
 */
export function onPath(names) {
  for (const name of names)
    for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
      const file = join(dir, process.platform === 'win32' ? `${name}.cmd` : name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // not in this folder
      }
    }
  return null;
}

/**
 * A program, installed from Debian's `pack` if it is missing and this is root on Debian.
 * @param {readonly string[]} names names it goes by
 * @param {string} pack Debian package that has it
 * @returns {{ ok: true, path: string } | { ok: false, error: string }}
 */
export function program(names, pack) {
  const found = onPath(names);
  if (found !== null) return { ok: true, path: found };
  const apt = existsSync('/etc/debian_version') && onPath(['apt-get']) !== null;
  if (apt && process.getuid?.() === 0) {
    console.log(`installing Debian's ${pack}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    try {
      execFileSync('apt-get', ['update', '-q'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
      execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', pack], {
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    } catch (error) {
      return { ok: false, error: `apt-get install ${pack} failed: ${String(error)}` };
    }
    const installed = onPath(names);
    if (installed !== null) return { ok: true, path: installed };
  }
  const how = apt ? `sudo apt-get install ${pack}` : `install ${pack} and put it on PATH`;
  return { ok: false, error: `${names.join(' or ')} is missing: ${how}` };
}

/** Chromium or Chrome; `CHROME_PATH` overrides the search. */
export function chromium() {
  const given = process.env['CHROME_PATH'];
  if (given !== undefined) return { ok: /** @type {const} */ (true), path: given };
  return program(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'], 'chromium');
}

/** Neovim; `NVIM_PATH` overrides the search. */
export function neovim() {
  const given = process.env['NVIM_PATH'];
  if (given !== undefined) return { ok: /** @type {const} */ (true), path: given };
  return program(['nvim'], 'neovim');
}
