/**
 * `node extension/packaging/vsix-readme.mjs`: README.md without its pictures, as `dist/README.vsix.md`. On the page of an
 * extension VS Code shows pictures of https addresses only; those of a package would be broken. The walkthrough has them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
mkdirSync(join(ROOT, 'dist'), { recursive: true });
writeFileSync(
  join(ROOT, 'dist/README.vsix.md'),
  text.replace(/^!\[[^\]]*\]\([\w./-]+\.(?:png|webp)\)\n\n?/gm, ''),
);
