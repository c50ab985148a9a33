/**
 * The notices of everything that is not ours and ships: read from what esbuild says went into the bundles, with the
 * licence text of each package.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Packages whose files are copied beside the bundles and which esbuild therefore does not see. */
const COPIED = ['web-tree-sitter', 'tree-sitter-c'];

/**
 * @typedef {{ readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }} Output
 */

/**
 * Names of the packages that left bytes in the outputs, sorted.
 * @param {Readonly<Record<string, Output>>} outputs of esbuild's metafile
 * @returns {string[]}
 */
export function shippedPackages(outputs) {
  const names = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([path]) => packageOf(path) ?? []),
  );
  return [...new Set([...names, ...COPIED])].sort();
}

/**
 * The text of the notices.
 * @param {readonly string[]} names
 * @param {string} root directory with `node_modules`
 * @returns {string}
 */
export function thirdPartyNotices(names, root) {
  const parts = names.map((name) => {
    const directory = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    const file = readdirSync(directory).find((entry) => /^(licen[cs]e|copying)(\.|$|-)/i.test(entry));
    if (file === undefined) throw new Error(`${name}: no licence text in ${directory}`);
    return `${'='.repeat(78)}\n${name} ${version} (${license})\n\n${readFileSync(join(directory, file), 'utf8').trim()}\n`;
  });
  return `Netmem Workbench contains the following software of others.\n\n${parts.join('\n')}`;
}

/**
 * @param {string} path of an input, as esbuild names it
 * @returns {string | null}
 */
function packageOf(path) {
  const after = path.split('node_modules/').at(-1);
  if (after === undefined || after === path) return null;
  const [first = '', second = ''] = after.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
