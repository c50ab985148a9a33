/** A program of the repository, bundled with other texts in place of some of its files, and run. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from 'esbuild';

const TIMEOUT = 120_000;

/**
 * The names that the program prints as JSON; one name that says so when it hangs, fails or cannot be built.
 * @param {{ entry: string, outfile: string, texts: ReadonlyMap<string, string>, args?: readonly string[] }} what
 * @returns {Promise<readonly string[]>}
 */
export async function runSwitched({ entry, outfile, texts, args = [] }) {
  mkdirSync(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
    logOverride: { 'unsupported-jsx-comment': 'silent' },
    plugins: [
      {
        name: 'switched-off',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = texts.get(path);
            return contents === undefined ? undefined : { contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  return new Promise((done) => {
    const child = spawn(process.execPath, [outfile, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: TIMEOUT,
    });
    let text = '';
    child.stdout.on('data', (/** @type {Buffer} */ data) => (text += data.toString()));
    child.on('close', (code) => {
      if (code !== 0) return done(['(the machine hangs or cannot be built)']);
      /** @type {readonly string[]} */
      const ids = JSON.parse(text);
      done(ids);
    });
  });
}
